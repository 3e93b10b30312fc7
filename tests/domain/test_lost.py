"""A report of a lost card: what may be typed, what is ordered, what is told, and the lists."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.activity import Line
from supportdesk.domain.document import Facts, Table
from supportdesk.domain.lost import (
    LONGEST_LINE,
    Claimed,
    Kind,
    Outcome,
    Report,
    Standing,
    kept_until,
    living,
    order,
    parse_clock,
    problems,
    recent,
    second_line_problem,
)
from supportdesk.domain.lost_said import Told, proof, read_back
from supportdesk.domain.lost_texts import Texts, parse_delivery, parse_words
from supportdesk.domain.records import Address, Card, Cardholder
from supportdesk.errors import UserFacing
from supportdesk.paths import resources

NOON = datetime(2026, 11, 23, 12, 0).astimezone().timestamp()
REPORT = Report(
    id="1",
    account="acct",
    card_id="ic_1",
    cardholder_id="ich_1",
    reported_at=NOON,
    agent="Ann",
    number="LS-2026-0007",
    last4="4242",
    brand="Visa",
    name="Lena Hoffmann",
    frozen_at=NOON + 1,
)
HOME = Address(line1="Lindenstr. 12", city="Berlin", postal_code="10969", country="DE")
LENA = Cardholder(id="ich_1", name="Lena Hoffmann", billing=HOME)
CARD = Card(id="ic_1", cardholder_id="ich_1", type="physical", status="inactive")
WORDS = (resources() / "lost" / "words.json").read_text("utf-8")
DELIVERY = (resources() / "lost" / "delivery.json").read_text("utf-8")
TEXTS = Texts(parse_words(WORDS), parse_delivery(DELIVERY))


@given(st.integers(946_684_800, 3_786_912_000))
def test_a_proof_is_kept_for_eighteen_months(at: int) -> None:
    told = datetime.fromtimestamp(at).astimezone()
    until = kept_until(at)
    months = (until.year - told.year) * 12 + until.month - told.month
    assert months == 18
    assert until.day in (told.day, 28, 29, 30)


def test_the_end_of_a_month_stays_one() -> None:
    at = datetime(2026, 8, 31, 12).astimezone().timestamp()
    assert kept_until(at) == date(2028, 2, 29)


def test_nothing_has_to_be_filled_in_and_what_is_wrong_is_said() -> None:
    def wrong(**typed: str) -> set[str]:
        return set(problems(replace(REPORT, **typed), now=NOON, locale="en_GB"))  # type: ignore[arg-type]

    assert wrong() == set()
    assert wrong(noticed_on="23/11/2026", noticed_at="11:59", where="tram") == set()
    assert wrong(noticed_on="24/11/2026") == {"noticed_on"}
    assert wrong(noticed_on="23/11/2026", noticed_at="12:01") == {"noticed_at"}
    assert wrong(noticed_on="22/11/2026", noticed_at="23:59") == set()
    assert wrong(noticed_on="the day before", noticed_at="late") == {"noticed_on", "noticed_at"}
    assert wrong(where="x" * 301, second_line="Büro") == {"where", "second_line"}


@given(st.text(max_size=12))
def test_a_time_of_day_is_read_or_refused(text: str) -> None:
    read = parse_clock(text)
    assert read is None or f"{read:%H:%M}".lstrip("0")[-3:] in text.replace(".", ":").replace(
        "h", ":"
    )


@pytest.mark.parametrize("text", ["8:40", "08.40", " 8h40 "])
def test_times_are_typed_in_many_ways(text: str) -> None:
    read = parse_clock(text)
    assert read is not None
    assert f"{read:%H:%M}" == "08:40"


def test_a_second_line_is_what_a_printer_can_print() -> None:
    assert second_line_problem("Acme & Sons (Field) - 7:30/O'Neil.") != ""  # too long
    assert second_line_problem("Acme & Sons (Field)") == ""
    assert second_line_problem("A" * LONGEST_LINE) == ""
    assert second_line_problem("A" * (LONGEST_LINE + 1)) != ""
    assert second_line_problem("Café") != ""


def line(key: str, state: str, card: str = "ic_1", at: int = 1) -> Line:
    return Line(
        key=key,
        state=state,
        merchant="Shop",
        amount=1,
        currency="eur",
        merchant_amount=1,
        merchant_currency="eur",
        at=at,
        card_id=card,
    )


def test_pending_purchases_are_asked_about_and_refused_ones_are_not() -> None:
    lines = [line("a", "pending", at=1), line("b", "settled", at=3), line("c", "declined", at=9)]
    lines += [line("d", "settled", card="ic_2"), line("e", "reversed"), line("f", "refund")]
    assert [x.key for x in recent(lines, "ic_1")] == ["b", "a"]


def test_a_cancelled_card_is_not_lost_again() -> None:
    cards = [replace(CARD, status=status) for status in ("active", "inactive", "canceled")]
    assert [card.status for card in living(cards)] == ["active", "inactive"]


@pytest.mark.parametrize(("outcome", "kind", "types"), [
    ("lost", "physical", ("physical", False)), ("stolen", "virtual", ("virtual", False)),
    ("stolen", "both", ("physical", True)), ("lost", "none", None), ("lost", "", None),
    ("found", "physical", None), ("", "physical", None),
])  # fmt: skip
def test_what_is_ordered(outcome: Outcome, kind: Kind, types: tuple[str, bool] | None) -> None:
    made = order(replace(REPORT, outcome=outcome, replacement=kind, service="express"), CARD, LENA)
    assert (made and (made.type, made.also_virtual)) == types
    if made is not None and made.type == "physical":
        assert made.shipping is not None
        assert (made.shipping.address, made.shipping.service) == (HOME, "express")


def test_another_address_is_taken_only_when_it_was_chosen() -> None:
    away = replace(HOME, city="Ulm")
    asked = replace(REPORT, outcome="lost", replacement="physical", address=away)
    for elsewhere, city in ((False, "Berlin"), (True, "Ulm")):
        made = order(replace(asked, elsewhere=elsewhere), CARD, LENA)
        assert made is not None
        assert made.shipping is not None
        assert made.shipping.address.city == city


CLAIMS = (
    Claimed(key="a", merchant="Gamer's Hub", amount=24900, currency="eur", at=int(NOON)),
    Claimed(key="b", merchant="QuickTaxi", amount=3820, currency="eur"),
)
DONE = Standing(
    off_at=NOON, cancelled=True, cancelled_at=NOON + 9, replacement="ic_2", replaced_at=NOON + 10
)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_every_language_tells_all_of_it(language: str) -> None:
    words = TEXTS.words([language])
    assert words.language == language
    kinds: list[Kind] = ["physical", "virtual", "both", "none"]
    texts = set()
    for kind in kinds:
        report = replace(REPORT, outcome="stolen", replacement=kind, claimed=CLAIMS)
        standing = replace(
            DONE, replacement="" if kind == "none" else "ic_2", beside="ic_3", wallets=1
        )
        told = Told(
            report=report, standing=standing, pending=frozenset({"b"}), new4="9999", entry="e-1"
        )
        said = read_back(told, words, TEXTS.delivery)
        texts.add(said)
        assert "LS-2026-0007" in said
        assert "4242" in said
        assert ("9999" in said) == (kind in ("virtual", "both"))
        assert "{" not in said
        document = proof(told, words, programme="Acme", now=NOON)
        facts = next(block for block in document.blocks if isinstance(block, Facts))
        values = [value for _, value in facts.rows]
        assert {"LS-2026-0007", "Lena Hoffmann", "Visa •••• 4242", "e-1"} <= set(values)
        table = next(block for block in document.blocks if isinstance(block, Table))
        assert [row[0].startswith(c.merchant) for row, c in zip(table.rows, CLAIMS, strict=True)]
    assert len(texts) == len(kinds)


@pytest.mark.parametrize("count", [1, 2])
def test_no_dispute_is_promised_while_nothing_has_settled(count: int) -> None:
    report = replace(REPORT, outcome="stolen", claimed=CLAIMS[:count])
    told = Told(report=report, standing=DONE, pending=frozenset({"a", "b"}))
    for language, words in TEXTS.languages.items():
        said = read_back(told, words, TEXTS.delivery)
        assert words.say("all_pending_one" if count == 1 else "all_pending", count=2) in said
        assert words.say("disputed_one" if count == 1 else "disputed", count=2) not in said, (
            language
        )


def test_what_the_caller_said_of_pin_and_phone_is_proved() -> None:
    report = replace(REPORT, outcome="stolen", pin="unsure", phone="yes")
    document = proof(
        Told(report=report, standing=DONE), TEXTS.words(["en"]), programme="A", now=NOON
    )
    rows = dict(next(block for block in document.blocks if isinstance(block, Facts)).rows)
    assert (rows["PIN known to anyone"], rows["Phone lost as well"]) == ("not sure", "yes")


def test_nothing_is_told_that_stripe_has_not_confirmed() -> None:
    report = replace(REPORT, outcome="stolen", replacement="physical", frozen_at=None)
    said = read_back(Told(report=report, standing=Standing()), TEXTS.words(["en"]), TEXTS.delivery)
    assert "switched off" not in said
    assert "not cancelled yet" in said
    document = proof(
        Told(report=report, standing=Standing()), TEXTS.words(["en"]), programme="A", now=NOON
    )
    rows = dict(next(block for block in document.blocks if isinstance(block, Facts)).rows)
    assert rows["Card switched off"] == "no"
    assert rows["Card cancelled"] == "no"


def test_the_language_is_the_first_there_are_words_for() -> None:
    assert TEXTS.words(["pl", "de_AT"]).language == "de"
    assert TEXTS.words([]).language == "en"
    assert TEXTS.words(["xx"]).language == "en"


def test_a_company_changes_sentences_and_adds_languages() -> None:
    own = json.dumps({"en": {"none": "No card."}, "nl": {"none": "Geen kaart."}})
    words = parse_words(WORDS, own)
    assert words["en"].say("none") == "No card."
    assert words["nl"].say("none") == "Geen kaart."
    assert words["nl"].say("found") == words["en"].say("found")
    assert words["de"].say("none") != "No card."


@pytest.mark.parametrize(
    "own",
    [
        "[]",
        "{",
        '{"en": {"none": 7}}',
        '{"en": {"nonsense": "x"}}',
        '{"en": {"none": "{password}"}}',
    ],
)
def test_a_broken_list_is_refused_with_its_place(own: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_words(WORDS, own)
    assert caught.value.code == "lost_texts_invalid"


def test_deliveries_are_by_country_and_can_be_changed() -> None:
    known = parse_delivery(DELIVERY)
    assert known.to("DE") == known.to("")
    assert "express" in known.to("US")
    own = parse_delivery(DELIVERY, '{"offered": {"DE": ["standard", "priority"]}}')
    assert own.to("DE") == ("standard", "priority")
    assert own.to("FR") == known.to("FR")


@pytest.mark.parametrize(
    "own", ["7", "{", '{"offered": {"DE": ["pigeon"]}}', '{"services": {"standard": {"most": -1}}}']
)
def test_a_broken_delivery_list_is_refused(own: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_delivery(DELIVERY, own)
    assert caught.value.code == "lost_texts_invalid"
