"""Where a complaint can go, and that nothing but facts ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.complaint_states import MOVES, OPEN, STATES, may_move
from supportdesk.domain.complaints import Complaint, leading_clock

ENDS = set(STATES) - set(OPEN)


def test_every_state_is_known_and_reached() -> None:
    assert set(MOVES) == set(STATES)
    assert set().union(*MOVES.values()) >= set(STATES) - {"received"} | {"received"}


@pytest.mark.parametrize("ended", sorted(ENDS))
def test_what_has_ended_must_be_opened_before_it_moves(ended: str) -> None:
    assert may_move(ended, ended)
    assert not any(may_move(ended, other) for other in ENDS - {ended})


@given(st.sampled_from(OPEN), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_state_follows_from_the_facts(
    status: str, complaint: bool, told: bool, executed: bool, withdrawn: bool
) -> None:
    one = Complaint(
        status=status,
        is_complaint=complaint,
        told_at=1.0 if told else None,
        executed_at=2.0 if executed else None,
        withdrawn_at=2.0 if withdrawn else None,
    )
    assert one.state in STATES
    assert one.open == (one.state in OPEN)
    assert (one.closed_at is None) == one.open
    if not one.open:
        assert leading_clock(one) is None
    assert replace(one, status="holding").open == one.open
