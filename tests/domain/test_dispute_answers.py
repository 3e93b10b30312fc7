from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.dispute_answers import OWN, answered, filled, shared
from supportdesk.domain.dispute_talk import talk
from supportdesk.domain.dispute_words import explanation
from supportdesk.domain.disputes import Draft
from supportdesk.domain.disputes_checks import Case
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import Card, Merchant, Transaction

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
CONVERSATION = RULES.conversation
NEW = Draft(transaction_id="ipi_1")
TEXTS = st.sampled_from(["", "a", "b"])
NAMES = ["product_type", "expected_at", "explanation", "additional_documentation"]
DRAFTS = st.builds(
    Draft,
    transaction_id=st.just("ipi_1"),
    reason=TEXTS,
    amount=TEXTS,
    told_us_on=TEXTS,
    overruled=TEXTS,
    answers=st.dictionaries(st.sampled_from(["part", "matter"]), st.sampled_from(["a", "b"])),
    evidence=st.dictionaries(st.sampled_from(NAMES), TEXTS),
)


def say(draft: Draft, **answers: str) -> Draft:
    for question, value in answers.items():
        draft = answered(draft, question, value, CONVERSATION)
    return draft


def test_the_reason_follows_the_answers_until_it_is_chosen_otherwise() -> None:
    draft = say(NEW, part="yes", matter="not_arrived", arrived="goods")
    assert draft.reason == "not_received"
    assert draft.evidence["product_type"] == "merchandise"
    draft = say(draft, arrived="service")
    assert draft.evidence["product_type"] == "service"
    draft = say(draft, matter="twice")
    assert (draft.reason, draft.evidence["product_type"]) == ("duplicate", "")
    chosen = say(replace(draft, reason="other"), matter="amount", amount="receipt")
    assert chosen.reason == "other"
    assert say(draft, part="").reason == ""


def test_what_was_typed_is_not_overwritten_by_an_answer() -> None:
    draft = replace(NEW, evidence={"product_type": "service"})
    draft = say(draft, part="yes", matter="not_arrived", arrived="goods")
    assert draft.evidence["product_type"] == "service"


def test_answers_from_elsewhere_fill_only_what_is_open() -> None:
    draft = say(NEW, part="yes", matter="twice")
    lost = {"part": "no", "known": "nobody", "possession": "stolen"}
    assert filled(draft, "fraudulent", lost, CONVERSATION).reason == "duplicate"
    fresh = filled(NEW, "fraudulent", lost, CONVERSATION)
    assert (fresh.reason, fresh.answers["possession"]) == ("fraudulent", "stolen")
    assert filled(NEW, "other", {}, CONVERSATION).reason == "other"


@given(DRAFTS, DRAFTS, DRAFTS)
def test_sharing_takes_over_what_was_the_same_and_nothing_of_its_own(
    before: Draft, after: Draft, other: Draft
) -> None:
    made = shared(before, after, other)
    assert (made.transaction_id, made.amount) == (other.transaction_id, other.amount)
    for name in {*made.evidence, *other.evidence}:
        theirs, now = other.evidence.get(name, ""), made.evidence.get(name, "")
        if name in OWN or theirs not in ("", before.evidence.get(name, "")):
            assert now == theirs
        else:
            assert now == after.evidence.get(name, "")
    if other.told_us_on not in ("", before.told_us_on):
        assert made.told_us_on == other.told_us_on


@given(DRAFTS, DRAFTS)
def test_sharing_twice_is_sharing_once(before: Draft, after: Draft) -> None:
    once = shared(before, after, before)
    assert shared(before, after, once) == once


# --- the explanation


BOUGHT = Transaction(
    id="ipi_1",
    type="capture",
    amount=-24900,
    currency="eur",
    merchant=Merchant(name="Gamer's Hub {x}"),
    created=1793620800,
)
CASE = Case(transaction=BOUGHT, card=Card(id="ic_1", last4="4242", status="canceled"))


def test_the_explanation_states_facts_in_plain_english() -> None:
    said = talk(CONVERSATION, {"part": "no", "known": "nobody", "possession": "stolen"})
    told = date(2026, 11, 3)
    text = explanation(CASE, said, "fraudulent", 10000, told, {"explanation": "old"}, RULES)
    assert text == (
        "On 2 November 2026 the card was charged EUR 249.00 by Gamer's Hub {x}. The cardholder"
        " states that they did not take part in this purchase and did not authorise anyone to"
        " make it. The cardholder does not know who made it and has no relation to the merchant."
        " The card had been stolen. The disputed part is EUR 100.00. The card ending in 4242 has"
        " been cancelled. The cardholder reported this on 3 November 2026."
    )


@pytest.mark.parametrize("reason", [entry.reason for entry in RULES.reasons.reasons])
def test_the_explanation_of_each_reason_tells_its_fields(reason: str) -> None:
    known = RULES.reason(reason)
    assert known is not None
    values: dict[str, str | int | bool | None] = {}
    for entry in known.fields:
        kind = RULES.field(entry.field).kind
        values[entry.field] = {"date": 1793620800, "bool": True}.get(kind, "Black shoes, size 42")
        if kind == "choice":
            values[entry.field] = RULES.field(entry.field).choices[0].value
    text = explanation(CASE, talk(CONVERSATION, {}), reason, None, None, values, RULES)
    for entry in known.fields:
        template = RULES.field(entry.field).says.partition("{")[0]
        assert template in text
    assert "{value}" not in text


@given(st.text(max_size=6000))
def test_the_explanation_keeps_stripe_s_limit_whatever_is_typed(typed: str) -> None:
    values: dict[str, str | int | bool | None] = {"product_description": typed}
    text = explanation(CASE, talk(CONVERSATION, {}), "other", None, None, values, RULES)
    assert len(text) <= RULES.reasons.text_limit
