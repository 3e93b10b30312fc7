"""A reason says something, holds no card number, and a programme's own list replaces ours."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.reasons import LONGEST, Why, demand, from_kept, parse_reasons
from supportdesk.errors import UserFacing
from supportdesk.paths import resources

OURS = (resources() / "cards" / "reasons.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Why("travel"), "travel"),
        (Why("", "called from the airport"), "called from the airport"),
        (Why("travel", "two weeks\nin Peru"), "travel: two weeks in Peru"),
    ],
)
def test_a_pick_or_words_are_a_reason(why: Why, words: str) -> None:
    assert demand(why).words == words
    assert from_kept(why.kept()) == why


@pytest.mark.parametrize("why", [Why(), Why("", "ok"), Why(" ", "....... ? !"), Why("", "   ")])
def test_nothing_is_no_reason(why: Why) -> None:
    with pytest.raises(UserFacing) as caught:
        demand(why)
    assert (caught.value.code, caught.value.field) == ("reason_missing", "reason")


@given(st.text(max_size=700), st.text(max_size=700))
def test_what_is_kept_can_be_written_and_read_again(pick: str, note: str) -> None:
    kept = Why(pick, note).kept()
    assert all(len(said) <= LONGEST for said in kept.values())
    assert from_kept(json.loads(json.dumps(kept))) == Why(pick, note).tidy()
    "".join(kept.values()).encode()  # no half characters


def test_a_card_number_is_masked() -> None:
    said = demand(Why("", "he read out 4242 4242 4242 4242 to me")).note
    assert "4242 4242" not in said
    assert "•••• 4242" in said


def test_our_lists_have_a_key_for_each_pick_and_an_own_one_replaces_one() -> None:
    ours = parse_reasons(OURS)
    for step in ("freeze", "unfreeze", "activate", "limits"):
        assert 1 <= len(ours.of(step)) <= 9
    own = parse_reasons(OURS, json.dumps({"freeze": ["because"]}))
    assert own.freeze == ("because",)
    assert own.unfreeze == ours.unfreeze
    assert own.version == f"{ours.version}+own"


@pytest.mark.parametrize(
    "broken",
    ['{"freeze": [""]}', '{"freeze": "x"}', '{"melt": []}', "[]", "null", "{", "[" * 99999],
)
def test_a_broken_list_is_refused_whole(broken: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_reasons(OURS, broken)
    assert caught.value.code == "reasons_unreadable"


@given(st.text(max_size=60))
def test_any_text_gives_lists_or_a_plain_refusal(text: str) -> None:
    with suppress(UserFacing):  # anything else fails the test
        assert parse_reasons(OURS, text).freeze is not None
