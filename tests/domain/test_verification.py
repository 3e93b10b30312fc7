"""Levels, needs and refusals; each test tries to get more than was proved."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.verification import (
    ACTIONS,
    ALWAYS,
    ATTESTED,
    KINDS,
    Circumstances,
    Policy,
    built_in,
    level_of,
    parse_policy,
    refusal,
    shortfall,
    still_needed,
)
from supportdesk.errors import UserFacing
from supportdesk.paths import resources

TABLE = (resources() / "verification.json").read_text("utf-8")
POLICY = built_in()
NOW = 1_800_000_000.0
DAY = 86_400
kinds = st.sets(st.sampled_from(KINDS))


def changed(**entries: Any) -> Policy:
    return parse_policy(TABLE, json.dumps(entries))


@pytest.mark.parametrize(
    ("matched", "level"),
    [
        ([], 0),
        (["dob"], 1),
        (["postal_code"], 1),
        (["phone_ending"], 1),
        (["dob", "postal_code"], 1),  # both can be bought: not enough to be told anything
        (["dob", "postal_code", "phone_ending"], 1),
        (["last4"], 0),  # it stands on the screen and on receipts: not in the built-in table
        (["purchases"], 1),
        (["dob", "purchases"], 2),
        (["postal_code", "purchases"], 2),
        (["phone_ending", "purchases"], 2),
        (["code"], 1),
        (["callback"], 1),
        (["code", "callback"], 1),  # one contact, not two proofs
        (["code", "phone_ending"], 1),
        (["code", "callback", "phone_ending"], 1),
        (["dob", "code"], 3),
        (["dob", "callback"], 3),
        (["purchases", "callback"], 3),
        (["dob", "postal_code", "purchases"], 2),  # knowledge alone never reaches level 3
    ],
)
def test_what_matches_reach_which_level(matched: list[str], level: int) -> None:
    assert level_of(POLICY, matched) == level
    assert level_of(POLICY, [*matched, *matched, "mother's name"]) == level


@given(kinds, kinds)
def test_more_matches_never_lower_the_level(some: set[str], more: set[str]) -> None:
    assert level_of(POLICY, some | more) >= level_of(POLICY, some)


@given(kinds)
def test_level_2_takes_two_groups_and_something_private(matched: set[str]) -> None:
    if level_of(POLICY, matched) >= 2:
        known = {k: f for k, f in POLICY.factors.items() if k in matched}
        assert len({factor.group for factor in known.values()}) >= 2
        assert any(factor.private for factor in known.values())


@given(kinds)
def test_level_3_takes_the_contact_on_file(matched: set[str]) -> None:
    if level_of(POLICY, matched) == 3:
        assert matched & ATTESTED


@given(kinds, st.sampled_from(ACTIONS))
def test_an_action_is_open_exactly_when_its_bar_is_reached(matched: set[str], action: str) -> None:
    need = POLICY.need(action)
    enough = level_of(POLICY, matched) >= need.level and set(need.also) <= matched
    short = shortfall(POLICY, matched, action)
    assert (short is None) is enough
    if short is not None:
        assert still_needed(short).endswith(".")
        assert short.level == need.level


def test_the_bar_follows_the_risk() -> None:
    needed = {action: POLICY.need(action).level for action in ACTIONS}
    assert needed["freeze"] == needed["complaint"] == 0
    assert needed["read"] == needed["dispute"] == needed["cancel"] == 2
    assert needed["unfreeze"] == needed["activate"] == needed["replace"] == 3
    most = POLICY.need("new_address")
    assert (most.level, set(most.also), most.override) == (3, {"code", "callback"}, False)
    assert shortfall(POLICY, {"dob", "purchases", "code"}, "replace") is None
    assert shortfall(POLICY, {"dob", "purchases", "code"}, "new_address") is not None
    assert shortfall(POLICY, {"dob", "purchases", "code", "callback"}, "new_address") is None


def test_what_is_missing_is_said_and_nothing_that_was_wrong() -> None:
    short = shortfall(POLICY, {"dob"}, "read")
    assert short is not None
    assert still_needed(short) == "something private: recent purchases, a code or a call back."
    short = shortfall(POLICY, {"dob", "purchases"}, "unfreeze")
    assert short is not None
    assert "code to the contact on file or a call back" in still_needed(short)
    short = shortfall(POLICY, {"dob", "code"}, "new_address")
    assert short is not None
    assert still_needed(short) == "the call back to the number on file."
    short = shortfall(POLICY, {"purchases"}, "read")
    assert short is not None
    assert still_needed(short) == "1 more independent match."


# --- what may be used now ----------------------------------------------------------------------

ALL = frozenset(KINDS)
DEPENDS = [(kind, data) for kind, factor in POLICY.factors.items() for data in factor.changes]


def test_every_factor_of_the_table_can_be_used_when_nothing_speaks_against_it() -> None:
    case = Circumstances(on_file=ALL)
    assert {refusal(POLICY, kind, NOW, case) for kind in POLICY.factors} == {None}


@pytest.mark.parametrize(("kind", "data"), DEPENDS)
@given(days=st.floats(-400, 30))
def test_changed_data_proves_nothing_for_30_days(kind: str, data: str, days: float) -> None:
    # Also when the clock was set back since, so that the change lies in the future.
    case = Circumstances(on_file=ALL, changed={data: NOW - days * DAY})
    assert refusal(POLICY, kind, NOW, case) == "changed"


@pytest.mark.parametrize(("kind", "data"), DEPENDS)
def test_after_30_days_it_proves_again(kind: str, data: str) -> None:
    case = Circumstances(on_file=ALL, changed={data: NOW - 30 * DAY - 1})
    assert refusal(POLICY, kind, NOW, case) is None


def test_every_contact_factor_depends_on_what_it_rests_on() -> None:
    depends = set(DEPENDS)
    for kind, data in (
        ("dob", "dob"),
        ("postal_code", "address"),
        ("phone_ending", "phone"),
        ("callback", "phone"),
        ("code", "phone"),
        ("code", "email"),
    ):
        assert (kind, data) in depends


@pytest.mark.parametrize("kind", ["postal_code", "phone_ending", "purchases"])
def test_what_the_agent_can_read_by_now_is_not_asked(kind: str) -> None:
    case = Circumstances(on_file=ALL, opened=frozenset({"read"}))
    assert refusal(POLICY, kind, NOW, case) == "shown"
    assert refusal(POLICY, "dob", NOW, case) is None  # it is never shown


def test_a_factor_counts_once_and_only_if_known() -> None:
    case = Circumstances(on_file=frozenset({"dob"}), matched=frozenset({"dob"}))
    assert refusal(POLICY, "dob", NOW, case) == "matched"
    assert refusal(POLICY, "code", NOW, case) == "not_on_file"
    assert refusal(POLICY, "last4", NOW, Circumstances(on_file=ALL)) == "unknown"


# --- a programme's own table -------------------------------------------------------------------


def test_an_own_entry_replaces_ours_and_the_version_says_so() -> None:
    own = changed(attempts=5)
    assert (own.attempts, own.version) == (5, f"{POLICY.version}+own")
    assert own.factors == POLICY.factors
    assert changed(version="acme 2", attempts=5).version == "acme 2"


def needs(**entries: Any) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(TABLE)["needs"]
    return {"needs": known | entries}


def levels(**entries: Any) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(TABLE)["levels"]
    return {"levels": known | {name.strip("_"): level for name, level in entries.items()}}


@pytest.mark.parametrize("action", sorted(ALWAYS))
@pytest.mark.parametrize("need", [{"level": 1}, {"level": 0, "also": ["code"]}])
def test_no_table_can_keep_anyone_from_protecting(action: str, need: dict[str, Any]) -> None:
    with pytest.raises(UserFacing) as caught:
        changed(**needs(**{action: need}))
    assert caught.value.code == "verification_unreadable"
    assert action in caught.value.detail


@pytest.mark.parametrize(
    "broken",
    [
        {"attempts": 0},
        {"attempts": 1000},
        {"attempts": "3"},
        {"changed_days": -1},
        {"factors": {"mothers_name": {"counts": 1, "group": "x"}}},
        {"factors": {"dob": {"counts": 0, "group": "x"}}},
        {"factors": {"dob": {"counts": 1, "group": "x", "answer": "1"}}},
        {"factors": {}},  # new_address would name factors that are not there
        {"needs": {}},
        {"levels": {}},
        levels(_2={"counts": 0, "matches": 1}),  # less than level 1
        levels(_3={"counts": 3, "matches": 1, "private": 1, "channel": 1}),
        levels(_1={"counts": 0, "matches": 0}),  # a level for nothing
        needs(read={"level": 4}),
        needs(read={"level": 2, "unless": "nice"}),
        needs(steal={"level": 0}),
    ],
)
def test_a_broken_table_is_refused_whole(broken: dict[str, Any]) -> None:
    with pytest.raises(UserFacing) as caught:
        changed(**broken)
    assert caught.value.code == "verification_unreadable"


@given(st.text(max_size=60))
def test_any_text_gives_a_table_or_a_plain_refusal(text: str) -> None:
    with suppress(UserFacing):  # anything else fails the test
        assert parse_policy(TABLE, text).factors


@pytest.mark.parametrize("text", ["[" * 100_000, "null", "[]", '"x"', "NaN"])
def test_odd_json_is_refused(text: str) -> None:
    with pytest.raises(UserFacing):
        parse_policy(TABLE, text)


def test_an_own_table_from_before_limits_asks_for_them_what_ours_asks() -> None:
    known: dict[str, Any] = json.loads(TABLE)["needs"]
    before = {name: need for name, need in known.items() if name != "limits"}
    assert changed(needs=before).need("limits") == POLICY.need("limits")
    assert POLICY.need("limits").level == 3
