"""Frozen or never activated: said as far as it can be known, and no further."""

from __future__ import annotations

from typing import Any

import pytest

from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card, Shipping
from supportdesk.services.switched import NOTE, why_off
from supportdesk.store.journal import BESIDE, Entry

OFF = Card(id="ic_1", status="inactive")


def entry(action: str, state: str = "confirmed", **more: Any) -> Entry:
    made: dict[str, Any] = {"account": "a", "agent": "M. Keller", "object_id": "ic_1", "at": 5.0}
    return Entry(action=action, state=state, **(made | more))  # type: ignore[arg-type]


FREEZE = entry("card.freeze", id="f")
ORDER = entry("card.replace", object_id="ic_0", outcome={"id": "ic_1"})


@pytest.mark.parametrize("status", ["active", "canceled", "asleep"])
def test_a_card_that_is_not_off_needs_no_words(status: str) -> None:
    assert why_off(Card(id="ic_1", status=status), [FREEZE]) is None


@pytest.mark.parametrize(
    ("history", "used", "kind"),
    [
        ([FREEZE], False, "frozen_here"),
        ([FREEZE, entry("card.activate")], True, "frozen_here"),
        ([entry("card.freeze", "refused"), ORDER], False, "not_activated"),
        ([entry("card.freeze", "unknown")], True, "uncertain"),
        ([entry("card.unfreeze", "sent"), FREEZE], False, "uncertain"),
        ([entry("card.activate"), ORDER], False, "frozen_elsewhere"),
        ([ORDER], True, "frozen_elsewhere"),
        ([ORDER], False, "not_activated"),
        ([], True, "frozen_elsewhere"),
        ([], False, "unknown"),
    ],
)
def test_the_journal_tells_what_stripe_does_not(
    history: list[Entry], used: bool, kind: str
) -> None:
    off = why_off(OFF, history, used=used)
    assert off is not None
    assert off.kind == kind


def test_a_card_in_the_post_that_was_never_used_is_most_likely_new() -> None:
    posted = Card(id="ic_1", status="inactive", shipping=Shipping(status="shipped"))
    off = why_off(posted, [])
    assert off is not None
    assert off.kind == "not_delivered"


def test_the_latest_reason_counts_whether_it_came_with_the_freeze_or_later() -> None:
    with_it = entry("card.freeze", params={"status": "inactive", BESIDE: {"reason": "lost"}})
    off = why_off(OFF, [with_it])
    assert off is not None
    assert (off.why, with_it.asked) == (Why("lost"), {"status": "inactive"})
    notes = [
        entry(NOTE, flow_id="f", at=at, params={BESIDE: {"note": said}})
        for at, said in ((9.0, "the second"), (7.0, "the first"))
    ]
    other = entry(NOTE, flow_id="another freeze", at=99.0, params={BESIDE: {"note": "no"}})
    off = why_off(OFF, [other, *notes, FREEZE])
    assert off is not None
    assert off.why == Why("", "the second")
