"""How a telephone number is shown to who has to dial it or read it out."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supportdesk.domain.phones import written


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+493023125000", "+49 30 23125000"),
        ("+442079460958", "+44 20 7946 0958"),
        ("+14155550123", "+1 415-555-0123"),
        ("+33142685300", "+33 1 42 68 53 00"),
        ("+99", "+99"),
        ("030 123", "030 123"),
        ("call my mother", "call my mother"),
        ("", ""),
    ],
)
def test_a_number_is_written_in_the_groups_of_its_country(kept: str, shown: str) -> None:
    assert written(kept) == shown


@given(st.from_regex(r"\+[1-9][0-9]{0,17}", fullmatch=True) | st.text(max_size=40))
@example("+400000000")
@example("+49 (0)30 23125000")
def test_no_digit_is_added_lost_or_moved(kept: str) -> None:
    if re.fullmatch(r"\+[1-9][0-9]*", kept):
        assert re.sub(r"[^+0-9]", "", written(kept)) == kept
    else:
        written(kept)  # never an error
