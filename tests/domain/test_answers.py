"""What a caller says against what is on file; each test tries to pass without knowing."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain import answers
from supportdesk.domain.activity import Line
from supportdesk.domain.records import Address

NOW = 1_800_000_000
DAY = 86_400


def line(
    merchant: str = "Café Linde",
    amount: int = 1780,
    *,
    at: int | None = NOW - DAY,
    state: str = "settled",
    currency: str = "eur",
    abroad: tuple[int, str] = (0, "eur"),
) -> Line:
    return Line(
        key=f"{merchant} {at}",
        state=state,
        merchant=merchant,
        amount=amount,
        currency=currency,
        merchant_amount=abroad[0] or amount,
        merchant_currency=abroad[1],
        at=at,
        card_id="ic_1",
    )


# --- date of birth -----------------------------------------------------------------------------


@given(st.dates(), st.dates())
def test_only_the_very_day_matches(stored: date, said: date) -> None:
    assert answers.same_day(said.isoformat(), stored) is (said == stored)


def test_a_birthday_that_is_not_on_file_matches_nothing() -> None:
    assert not answers.same_day("None", None)
    assert answers.problem("dob", "None") != ""
    assert answers.problem("dob", "1984-02-30") != ""
    assert answers.problem("dob", "1984-02-29") == ""


# --- postal code -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "known", "country"),
    [
        ("10437", "10437", "DE"),
        (" 10 437 ", "10437", "DE"),
        ("d08x2y4", "D08 X2Y4", "IE"),
        ("SW1A-1AA", "sw1a 1aa", "GB"),
        ("94103", "94103-1234", "US"),
        ("94103-1234", "94103-1234", "US"),
        ("94103 9999", "94103-1234", "US"),  # hardly anyone knows the last four
    ],
)
def test_a_postal_code_as_people_say_it(said: str, known: str, country: str) -> None:
    assert answers.same_postal_code(said, Address(postal_code=known, country=country))


@pytest.mark.parametrize(
    ("said", "known"),
    [("1043", "10437"), ("104370", "10437"), ("10438", "10437"), ("*", "10437"), ("-", "-")],
)
def test_a_part_of_a_postal_code_is_none(said: str, known: str) -> None:
    assert not answers.same_postal_code(said, Address(postal_code=known, country="DE"))


@given(st.text(max_size=12))
def test_without_a_postal_code_on_file_nothing_matches(said: str) -> None:
    assert not answers.same_postal_code(said, Address())


# --- phone -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["5678", "٥٦٧٨", "345678", "030 1234 5678", "+49 30 12345678", "0049 30 12345678"]
)
def test_the_end_of_a_number_as_people_say_it(said: str) -> None:
    assert answers.same_ending(said, "+493012345678")


@pytest.mark.parametrize("said", ["", "678", "4567", "5679", "95678", "+44 30 12345678", "1" * 50])
def test_less_or_other_digits_do_not_match(said: str) -> None:
    assert not answers.same_ending(said, "+493012345678")
    assert not answers.same_ending(said, "")


@given(st.text(alphabet="0123456789", max_size=3))
def test_fewer_than_four_digits_are_never_enough(said: str) -> None:
    assert not answers.same_ending(said, f"+49{said}")
    assert answers.problem("phone_ending", said) != ""


def test_last_four_are_four() -> None:
    assert answers.problem("last4", "4242") == ""
    assert answers.problem("last4", "4242 4242") != ""


@pytest.mark.parametrize("kind", ["code", "callback"])
@pytest.mark.parametrize("said", ["", "YES", "true", "1", "yes "])
def test_only_the_agents_own_word_confirms(kind: str, said: str) -> None:
    assert answers.problem(kind, said) != ""


# --- purchases ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "Café Linde",
        "cafe linde",
        "LINDE",
        "Lind",
        "at the Linde".removeprefix("at "),
        "17.80",
        "17,80 EUR",
        "€ 17,80",
        "18",  # rounded
        "about 17.80 euros",
        "linde 17.80",
    ],
)
def test_shop_or_amount_as_people_say_it(said: str) -> None:
    assert answers.same_purchase(said, line())


@pytest.mark.parametrize(
    "said",
    [
        "cafe",  # half of all shops are called so
        "the",
        "a",
        "GmbH",
        "Amazon Lidl Rewe Linde Paypal",  # a list of shops
        "linde rewe",
        "rewe 17.80",  # one right, one wrong
        "linde 40",
        "16",
        "20",
        "1780",
        "17.80 18.90 20",  # a list of amounts
        "15 20",
        "in",
        "lin",
        "%",
        ".*",
        "",
    ],
)
def test_guesses_do_not_match(said: str) -> None:
    assert not answers.same_purchase(said, line())


def test_generic_words_beside_the_name_do_no_harm() -> None:
    assert answers.same_purchase("gamers hub", line("Gamer's Hub Ltd"))
    assert answers.same_purchase("the gamers hub shop", line("Gamer's Hub Ltd"))
    assert answers.same_purchase("strasse", line("Bäckerei Straße"))
    assert not answers.same_purchase("ltd", line("Gamer's Hub Ltd"))


def test_the_amount_abroad_counts_as_well() -> None:
    abroad = line("Trailhead Gear", 25000, abroad=(27000, "usd"))
    assert answers.same_purchase("270 dollars", abroad)
    assert answers.same_purchase("1.250", line(amount=125000))
    assert answers.same_purchase("1,250.00", line(amount=125000))
    assert answers.same_purchase("5000", line(amount=5000, currency="jpy", abroad=(5000, "jpy")))
    assert not answers.same_purchase("0", line(amount=0))


@given(st.integers(1, 10**7), st.integers(0, 2 * 10**7))
def test_an_amount_must_be_within_two_per_cent(known: int, said: int) -> None:
    fits = answers.same_purchase(f"{said // 100}.{said % 100:02d}", line(amount=known))
    assert fits is (said > 0 and abs(said - known) <= max(50, known * 0.02))


@given(st.text(max_size=40))
def test_any_text_is_answered(said: str) -> None:
    assert answers.same_purchase(said, line()) in (True, False)


MANY = [
    line(f"Shop number{word}", at=NOW - days * DAY)
    for days, word in enumerate(["alpha", "beta", "gamma", "delta", "omega"], start=1)
]


def test_two_purchases_of_different_shops_and_days_are_picked() -> None:
    for seed in map(str, range(50)):
        first, second = answers.pick(MANY, NOW, 60, seed)
        assert first.merchant != second.merchant
        assert (first.at or 0) > (second.at or 0) > 0
        assert (first, second) == answers.pick(MANY, NOW, 60, seed)
    pairs = {tuple(p.key for p in answers.pick(MANY, NOW, 60, str(seed))) for seed in range(200)}
    assert len(pairs) == len(list(itertools.combinations(MANY, 2)))


@pytest.mark.parametrize(
    "unfit",
    [
        line("Other", at=NOW - 61 * DAY),
        line("Other", at=NOW + DAY),
        line("Other", at=None),
        line("Other", at=NOW - 5 * DAY, state="declined"),
        line("Other", at=NOW - 5 * DAY, state="refund"),
        line("Café", at=NOW - 5 * DAY),  # no name anyone could say
        line("Café Linde", at=NOW - 5 * DAY),  # the same shop
        line("Other", 199, at=NOW - 5 * DAY),  # so little that half a unit is any amount
        line("Other", at=NOW - DAY),  # the same day: the question would not tell them apart
    ],
)
def test_one_fit_purchase_is_not_asked_about(unfit: Line) -> None:
    assert answers.pick([line(), unfit], NOW, 60, "1") == ()
    assert answers.pick([], NOW, 60, "1") == ()
