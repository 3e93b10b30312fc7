"""Each reason of Stripe has words with its figures; an unknown one is shown as it came."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import UTC
from pathlib import Path

import pytest

from supportdesk.domain.decline_texts import Texts, fill, parse_texts
from supportdesk.domain.declines import (
    Act,
    Answer,
    Circumstances,
    Switch,
    declined_by,
    explain,
)
from supportdesk.domain.limits import Barrier, Owner, Use
from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Decision,
    Merchant,
    SpendingLimit,
)
from supportdesk.errors import UserFacing

BUILT_IN = (Path(__file__).parents[2] / "resources" / "declines.json").read_text("utf-8")
TEXTS = parse_texts(BUILT_IN)
NOW = 1_795_000_000  # 18 November 2026, UTC

# request_history.reason of stripe-python 16.1
REASONS = """account_disabled card_active card_canceled card_expired card_inactive
cardholder_blocked cardholder_inactive cardholder_verification_required
insecure_authorization_method insufficient_funds network_fallback not_allowed pin_blocked
spending_controls stripe_internal_error suspected_fraud verification_failed webhook_approved
webhook_declined webhook_error webhook_timeout""".split()
HOLDER = Cardholder(id="ich_1", status="active")


def a_card(**extra: object) -> Card:
    plain = Card(
        id="ic_1", last4="4242", status="active", exp_month=8, exp_year=2028, currency="eur"
    )
    return replace(plain, **extra)  # type: ignore[arg-type]


def declined(reason: str, message: str = "", **extra: object) -> Authorization:
    decision = Decision(
        approved=False, reason=reason, reason_message=message, created=NOW, amount=34_900
    )
    return Authorization(
        id="iauth_1",
        card_id="ic_1",
        currency="eur",
        merchant=Merchant(name="Elektro Nord"),
        decisions=(decision,),
        **extra,  # type: ignore[arg-type]
    )


def told(authorization: Authorization, texts: Texts = TEXTS, **known: object) -> Answer:
    facts = Circumstances(now=NOW, card=a_card(), cardholder=HOLDER)
    given = replace(facts, **known)  # type: ignore[arg-type]
    answer = explain(authorization, given, texts, zone=UTC)
    assert answer is not None
    return answer


def kinds(answer: Answer) -> list[str]:
    return [act.kind for act in answer.acts]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words(reason: str) -> None:
    answer = told(declined(reason))
    assert answer.what
    assert answer.say
    assert reason not in answer.what
    everything = " ".join((answer.what, answer.say, answer.do, *answer.notes))
    assert not re.search(r"\{\w+\}", everything), "a place that nobody filled"


@pytest.mark.parametrize("reason", [*REASONS, "sunspots", ""])
@pytest.mark.parametrize("card", [None, Card(id="ic_1"), Card(id="ic_1", replaced_by="ic_2")])
@pytest.mark.parametrize("tries", [(), (NOW,), (NOW - 9, NOW - 5, NOW)])
def test_no_place_is_left_open_when_little_is_known(
    reason: str, card: Card | None, tries: tuple[int, ...]
) -> None:
    attempt = declined(reason, three_d_secure="failed" if tries else "")
    for holder in (None, Cardholder(id="ich_1")):
        answer = explain(
            attempt, Circumstances(now=NOW, card=card, cardholder=holder, failed_3ds=tries), TEXTS
        )
        assert answer is not None
        for said in (answer.what, answer.say, answer.do, answer.never_say, *answer.notes):
            assert not re.search(r"\{\w+\}|••••\s*(?!\s*\d)", said), said


def test_the_texts_name_no_reason_that_stripe_does_not_have() -> None:
    assert sorted(TEXTS.reasons) == sorted([*REASONS, "unknown", "missing"])


@pytest.mark.parametrize("reason", REASONS)
def test_what_may_be_said_never_tells_of_fraud_lists_or_reviews(reason: str) -> None:
    words = TEXTS.reasons[reason]
    for one in (words, *(words.variant(name) for name in words.variants)):
        for word in ("fraud", "watch list", "suspect", "review", "risk"):
            assert word not in one.say.casefold(), (reason, one.say)


def test_a_fraud_suspicion_is_not_to_be_told_and_the_card_can_be_frozen() -> None:
    answer = told(declined("suspected_fraud"))
    assert "fraud" in answer.never_say
    assert kinds(answer) == ["freeze", "lost"]


@pytest.mark.parametrize(
    ("status", "words"),
    [("pending", "answer YES"), ("verified", "repeat"), ("undeliverable", "phone number")],
)
def test_a_text_message_about_it_changes_what_helps(status: str, words: str) -> None:
    answer = told(declined("suspected_fraud", fraud_challenges=(status,)))
    assert words in answer.do
    assert answer.never_say


def test_unknown_and_missing_reasons_are_shown_as_they_came() -> None:
    answer = told(declined("sunspots", "solar wind"))
    assert "sunspots" in answer.what
    assert "solar wind" in answer.what
    assert told(Authorization(id="iauth_1")).what == "Stripe gave no reason."


def test_a_message_with_braces_is_shown_verbatim() -> None:
    assert "{card} {0} {" in told(declined("webhook_error", "{card} {0} {")).what


def test_failed_checks_are_named_and_passed_ones_are_not() -> None:
    checks = {"cvc_check": "mismatch", "expiry_check": "match", "iris_check": "mismatch"}
    answer = told(declined("verification_failed", checks=checks, three_d_secure="failed"))
    assert answer.checks == (
        TEXTS.checks["cvc_check.mismatch"],
        "iris_check: mismatch",
        TEXTS.checks["three_d_secure.failed"],
    )


def test_three_failed_confirmations_switch_3ds_off_for_an_hour() -> None:
    attempt = declined("verification_failed", three_d_secure="failed")
    two = told(attempt, failed_3ds=(NOW - 400, NOW))
    assert "switches it off" not in two.what
    three = told(attempt, failed_3ds=(NOW - 600, NOW - 400, NOW))
    assert "3 times within 10 min" in three.what
    at = "12:07"  # an hour after the last attempt at 11:06:40, to the full minute
    assert f"until 18 Nov {at}" in three.what
    assert at in three.say


def test_nobody_is_told_to_wait_for_an_hour_that_is_over() -> None:
    attempt = declined("verification_failed", three_d_secure="failed")
    tries = (NOW - 600, NOW - 400, NOW)
    later = told(attempt, failed_3ds=tries, now=NOW + 7200)
    assert "until 18 Nov 12:07, so it should be on again" in later.what
    assert "12:07" not in later.say + later.do
    assert "try again" in later.say
    still = told(attempt, failed_3ds=tries, now=NOW + 3500)
    assert "Wait until 18 Nov 12:07" in still.do


@pytest.mark.parametrize(
    ("cancelled_by", "words"),
    [("design_rejected", "design was not accepted"), ("fulfillment_error", "made or sent")],
)
def test_stripe_s_own_cancellations_are_explained(cancelled_by: str, words: str) -> None:
    card = a_card(status="canceled", cancellation_reason=cancelled_by)
    answer = told(declined("card_canceled"), card=card)
    assert words in answer.what
    assert kinds(answer) == []  # nothing was lost or stolen, so nothing can be replaced
    plain = told(declined("card_canceled"), card=a_card(status="canceled"))
    assert "cannot be replaced" in plain.do
    assert kinds(plain) == []


def test_a_reason_of_screening_that_is_new_is_shown_as_it_came() -> None:
    holder = replace(HOLDER, disabled_reason="moon_phase")
    answer = told(declined("cardholder_verification_required"), cardholder=holder)
    assert "“moon_phase”" in answer.what
    assert "moon" not in answer.say
    assert answer.never_say


@pytest.mark.parametrize("status", ["blocked", "inactive"])
def test_a_cardholder_who_is_active_again_is_told_so(status: str) -> None:
    now = told(declined(f"cardholder_{status}"), cardholder=HOLDER)
    assert "active now" in " ".join(now.notes)
    off = told(declined(f"cardholder_{status}"), cardholder=replace(HOLDER, status=status))
    assert "active now" not in " ".join(off.notes)


def test_who_froze_the_card_is_told_from_the_journal() -> None:
    off = a_card(status="inactive")
    by = Switch(off=True, agent="M. Keller", at=NOW - 86_400, why="suspicious login")
    answer = told(declined("card_inactive"), card=off, switch=by)
    assert answer.what.startswith("•••• 4242 was frozen by M. Keller on 17 Nov ")
    assert "suspicious login" in answer.what
    assert kinds(answer) == ["switch_on"]
    assert "still switched off" in " ".join(answer.notes)


def test_what_cannot_be_known_about_a_card_that_is_off_is_said() -> None:
    assert "cannot be known" in told(declined("card_inactive")).what
    never = told(declined("card_inactive"), used_before=False)
    assert "never activated" in never.what
    since = told(declined("card_inactive"), switch=Switch(off=False, agent="A", at=NOW - 5))
    assert "cannot be known" in since.what
    assert kinds(since) == []  # it is on now
    assert "on now" in " ".join(since.notes)


def test_requirements_that_are_past_due_are_named_and_hinder_switching_on() -> None:
    due = ("individual.dob.day", "individual.dob.month", "individual.verification.document", "x.y")
    holder = replace(HOLDER, past_due=due, disabled_reason="requirements.past_due")
    answer = told(declined("cardholder_verification_required"), cardholder=holder)
    assert "date of birth, identity document, x.y" in answer.what
    assert kinds(answer) == ["requirements"]
    off = told(declined("card_inactive"), cardholder=holder, card=a_card(status="inactive"))
    assert kinds(off) == []


@pytest.mark.parametrize("reason", ["listed", "rejected.listed", "under_review"])
def test_what_stripe_screens_is_not_told(reason: str) -> None:
    holder = replace(HOLDER, disabled_reason=reason)
    answer = told(declined("cardholder_verification_required"), cardholder=holder)
    assert answer.never_say


def test_a_replaced_card_names_its_successor_and_offers_no_second_one() -> None:
    old = a_card(status="canceled", cancellation_reason="stolen", replaced_by="ic_2")
    new = a_card(id="ic_2", last4="1029")
    answer = told(declined("card_canceled"), card=old, successor=new)
    assert "•••• 1029 replaced it" in answer.what
    assert kinds(answer) == []
    stolen = told(declined("card_canceled"), card=replace(old, replaced_by=""))
    assert "reported stolen" in stolen.what
    assert [(act.kind, act.reason) for act in stolen.acts] == [("replace", "stolen")]


def test_the_limit_that_would_be_exceeded_is_told_with_its_figures() -> None:
    limit = SpendingLimit(amount=200_000, interval="monthly")
    use = Use(
        owner="card",
        limit=limit,
        currency="eur",
        net=191_240,
        began=0,
        resets=1_796_083_200,  # 1 December 2026
    )
    rules = (Barrier("card", "limit", use=use), Barrier("cardholder", "country_blocked", "JP"))
    answer = told(declined("spending_controls"), rules=rules)
    assert answer.what == (
        "Monthly limit of €2,000.00 would be exceeded: €1,912.40 used, €349.00 asked,"
        " €87.60 left; resets on 1 Dec (midnight UTC). Shops in this country are blocked for the"
        " cardholder (all cards): Japan."
    )
    assert any("estimate" in note for note in answer.notes)
    rough = replace(use, complete=False, known_since=NOW, unsure=5_000, mixed=True)
    notes = " ".join(
        told(declined("spending_controls"), rules=(Barrier("card", "limit", use=rough),)).notes
    )
    assert "before 18 Nov 2026" in notes
    assert "€50.00" in notes
    assert "EUR" in notes


def test_what_helps_depends_on_the_rule_and_leads_to_the_limits() -> None:
    def against(*rules: Barrier, card: Card | None = None) -> Answer:
        return told(declined("spending_controls"), rules=rules, card=card or a_card())

    def limit(amount: int, used: int, owner: Owner = "card") -> Barrier:
        one = SpendingLimit(amount=amount, interval="monthly")
        return Barrier(owner, "limit", use=Use(owner=owner, limit=one, currency="eur", net=used))

    tight, all_cards = limit(10_000, 9_000), limit(10_000, 9_500, "cardholder")
    one = against(tight)
    assert "€10.00 at most" in one.do
    assert one.acts == (Act("limits", "ic_1", "card"),)
    both = against(all_cards, tight)
    assert "€5.00 at most" in both.do
    assert both.acts == (Act("limits", "ic_1", "cardholder"),)
    for empty in (limit(0, 0), limit(10_000, 12_000)):
        assert "nothing more would have fitted" in against(empty).do
    notes = against(tight, all_cards, limit(10_000, -5_000)).notes
    assert len(notes) == len(set(notes)) == 3  # the rules of now, the estimate, what came back
    assert "€50.00 more came back" in notes[-1]
    blocked = Barrier("card", "country_blocked", "JP")
    assert "does not help" in against(blocked).do
    assert against(blocked).acts == ()
    assert "does not help" in against(tight, blocked).do
    assert kinds(against(tight, card=a_card(status="canceled"))) == []


def test_a_rule_that_cannot_be_found_any_more_is_not_invented() -> None:
    assert "cannot be known" in told(declined("spending_controls")).what


def test_only_the_latest_decision_counts() -> None:
    history = (
        Decision(approved=False, reason="webhook_error", created=9),
        Decision(approved=False, reason="card_inactive", created=3),
    )
    assert told(Authorization(id="iauth_1", decisions=history)).reason == "webhook_error"


def test_an_approved_purchase_needs_no_explanation_but_its_refused_increment_does() -> None:
    bought = Authorization(id="iauth_1", approved=True, currency="eur")
    assert declined_by(bought) is None
    history = (
        Decision(approved=True, reason="card_active", created=1, amount=100),
        Decision(approved=False, reason="spending_controls", created=2, amount=4_500),
    )
    answer = told(replace(bought, decisions=history))
    assert "€45.00 more" in " ".join(answer.notes)


def test_a_company_s_own_words_replace_ours_field_by_field() -> None:
    own = {"reasons": {"not_allowed": {"say": "Not with us."}, "sunspots": {"what": "The sun."}}}
    texts = parse_texts(BUILT_IN, json.dumps(own))
    answer = told(declined("not_allowed"), texts)
    assert answer.say == "Not with us."
    assert answer.what == TEXTS.reasons["not_allowed"].what
    assert told(declined("sunspots"), texts).what == "The sun."


@pytest.mark.parametrize(
    "own",
    ["", "{", "[]", "null", '{"reasons": 3}', '{"reasons": {"not_allowed": {"say": 3}}}', '"x"'],
)
def test_a_broken_file_of_words_is_refused_with_its_place(own: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_texts(BUILT_IN, own)
    assert caught.value.code == "decline_texts_invalid"


def test_places_nobody_can_fill_stay_as_they_are() -> None:
    assert fill("{a} {b} {0} {", {"a": "{b}"}) == "{b} {b} {0} {"


def test_every_text_is_used_by_the_program() -> None:
    assert {f.name for f in fields(Texts)} <= set(json.loads(BUILT_IN))
