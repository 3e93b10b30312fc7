"""Who is on the line: what counts how much, what each action asks, what may no longer be asked.

The bar follows the direction of risk: what protects asks nothing, what discloses asks two
independent matches, what puts money at risk asks the contact on file as well. How answers are
compared is in `domain/answers.py`; here is only what follows from them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, TypeAdapter

from supportdesk.domain.own_lists import UNUSABLE, laid_over, wrong
from supportdesk.errors import UserFacing
from supportdesk.paths import resources

Kind = Literal["dob", "postal_code", "phone_ending", "last4", "purchases", "code", "callback"]
Action = Literal[
    "freeze",
    "complaint",
    "read",
    "dispute",
    "cancel",
    "unfreeze",
    "activate",
    "replace",
    "new_address",
    "limits",
]
Data = Literal["dob", "address", "phone", "email"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ACTIONS: tuple[Action, ...] = get_args(Action)
# Seen by the agent outside the desk, through the contact on file: not compared here.
ATTESTED: frozenset[str] = frozenset({"code", "callback"})
ALWAYS: frozenset[str] = frozenset({"freeze", "complaint"})  # no table may ask anything for these
HIGHEST = 3
_LATER = frozenset({"limits"})  # programmes' own tables from before this action keep working

_STRICT = ConfigDict(extra="forbid", strict=True)
_Small = Annotated[int, Field(ge=0, le=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing a caller can prove.

    Attributes:
        counts: how much a match weighs.
        group: matches of one group depend on each other; only the heaviest of them counts.
        private: not to be bought or read on a letter, unlike a date of birth.
        changes: it cannot be used while one of these was seen changing lately.
        shown_by: once this action was open, the agent can read the answer from the screen.
    """

    __pydantic_config__ = _STRICT

    counts: Annotated[int, Field(ge=1, le=10)]
    group: Annotated[str, Field(min_length=1)]
    private: bool = False
    changes: tuple[Data, ...] = ()
    shown_by: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What a level takes: weight, independent matches, and how many of them of which sort."""

    __pydantic_config__ = _STRICT

    counts: _Small
    matches: Annotated[int, Field(ge=1, le=10)]
    private: _Small = 0
    channel: _Small = 0

    def parts(self) -> tuple[int, int, int, int]:
        """Return all that is asked, to be compared."""
        return self.counts, self.matches, self.private, self.channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an action asks.

    Attributes:
        also: factors that must have matched besides.
        override: whether an agent with a reason may do it all the same.
        in_call_only: judged only while in a call with that person, such as a dispute: the
            queue is worked on without a caller.
    """

    __pydantic_config__ = _STRICT

    level: Annotated[int, Field(ge=0, le=HIGHEST)]
    also: tuple[Kind, ...] = ()
    override: bool = True
    in_call_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A programme's table.

    Attributes:
        levels: what levels "1" to "3" take.
        attempts: wrong answers allowed per person in 24 hours, over all calls.
        changed_days: days for which changed data proves nothing.
        purchase_days: how old, in days, a purchase that is asked about may be.
    """

    __pydantic_config__ = _STRICT

    version: Annotated[str, Field(min_length=1, max_length=40)]
    factors: dict[Kind, Factor]
    levels: dict[Literal["1", "2", "3"], Level]
    needs: dict[Action, Need]
    attempts: Annotated[int, Field(ge=1, le=10)]
    changed_days: Annotated[int, Field(ge=0, le=365)]
    purchase_days: Annotated[int, Field(ge=1, le=120)]

    def need(self, action: str) -> Need:
        """Return what an action asks. Raises KeyError for an action the desk does not have."""
        return next(need for name, need in self.needs.items() if name == action)

    def factor(self, kind: str) -> Factor | None:
        """Return a factor, None when this programme does not use it."""
        return next((factor for name, factor in self.factors.items() if name == kind), None)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is still needed for an action: how much of each, and factors by name."""

    level: int
    has: int
    counts: int = 0
    matches: int = 0
    private: int = 0
    channel: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Weight:
    counts: int
    matches: int
    private: int
    channel: int

    def reaches(self, level: Level) -> bool:
        got = (self.counts, self.matches, self.private, self.channel)
        return all(have >= asked for have, asked in zip(got, level.parts(), strict=True))


def _weigh(policy: Policy, matched: Collection[str]) -> _Weight:
    """Weigh matches: of each group only the heaviest counts."""
    heaviest: dict[str, int] = {}
    private, channel = set(), set()
    for kind in set(matched):
        factor = policy.factor(kind)
        if factor is None:
            continue
        heaviest[factor.group] = max(heaviest.get(factor.group, 0), factor.counts)
        if factor.private:
            private.add(factor.group)
        if kind in ATTESTED:
            channel.add(factor.group)
    return _Weight(sum(heaviest.values()), len(heaviest), len(private), len(channel))


def level_of(policy: Policy, matched: Collection[str]) -> int:
    """Return the level, 0 to 3, that matched factors reach."""
    weight = _weigh(policy, matched)
    reached = [int(name) for name, level in policy.levels.items() if weight.reaches(level)]
    return max(reached, default=0)


def shortfall(policy: Policy, matched: Collection[str], action: str) -> Shortfall | None:
    """Return what is still needed for an action, None when nothing is."""
    need = policy.need(action)
    has = level_of(policy, matched)
    also = tuple(kind for kind in need.also if kind not in matched)
    if has >= need.level and not also:
        return None
    if has >= need.level:
        return Shortfall(need.level, has, also=also)
    weight = _weigh(policy, matched)
    asked = next(level for name, level in policy.levels.items() if int(name) == need.level)
    return Shortfall(
        need.level,
        has,
        counts=max(0, asked.counts - weight.counts),
        matches=max(0, asked.matches - weight.matches),
        private=max(0, asked.private - weight.private),
        channel=max(0, asked.channel - weight.channel),
        also=also,
    )


NAMES: Mapping[str, str] = {
    "dob": "date of birth",
    "postal_code": "postal code",
    "phone_ending": "end of the phone number",
    "last4": "last four digits of the card",
    "purchases": "recent purchases",
    "code": "code to the contact on file",
    "callback": "call back to the number on file",
}


def still_needed(short: Shortfall) -> str:
    """Say what is missing, for the agent; never which answer was wrong."""
    parts = list(_asked(short))
    return ", and ".join(parts) + "." if parts else "Another match."


def _asked(short: Shortfall) -> Iterator[str]:
    missing = [NAMES[kind] for kind in short.also]
    if short.channel and not set(short.also) & ATTESTED:
        yield "a code to the contact on file or a call back to the number on file"
    if missing:
        yield "the " + " and the ".join(missing)
    if short.private and not short.channel:
        yield "something private: recent purchases, a code or a call back"
    covered = short.channel + short.private + len(missing)
    if short.matches > covered or (short.counts and not covered):
        count = max(1, short.matches - covered)
        yield f"{count} more independent match" + ("es" if count > 1 else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides whether a factor can be used now.

    Attributes:
        on_file: kinds for which there is something to compare with.
        matched: kinds that matched in this call.
        opened: actions whose content this call's agent could see.
        changed: when data was last seen changing (Unix seconds); nothing is known of the time
            before this desk knew the person.
    """

    on_file: frozenset[str] = frozenset()
    matched: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    changed: Mapping[str, float] = field(default_factory=dict)


Refusal = Literal["unknown", "not_on_file", "matched", "shown", "changed"]


def refusal(policy: Policy, kind: str, now: float, case: Circumstances) -> Refusal | None:
    """Return why a factor cannot be used at `now` (Unix seconds), None when it can."""
    factor = policy.factor(kind)
    if factor is None:
        return "unknown"
    if kind in case.matched:
        return "matched"
    if kind not in case.on_file:
        return "not_on_file"
    if factor.shown_by is not None and factor.shown_by in case.opened:
        return "shown"
    since = now - policy.changed_days * 86_400
    # A change "in the future" comes from a clock that was set: it counts as well.
    if any(case.changed.get(name, float("-inf")) >= since for name in factor.changes):
        return "changed"
    return None


_POLICY = TypeAdapter(Policy)


def parse_policy(text: str, override: str = "") -> Policy:
    """Return the table from its JSON text; an entry in `override` replaces the one of its name.

    Raises:
        UserFacing: `verification_unreadable`, naming what is wrong.
    """
    try:
        ours = json.loads(text)["needs"]
        data = laid_over(text, override)
        data["needs"] |= {name: ours[name] for name in _LATER - set(data["needs"])}
        policy = _POLICY.validate_json(json.dumps(data))
        _check(policy)
    except UNUSABLE as error:
        raise _unreadable(wrong(error)) from None
    return policy


def _check(policy: Policy) -> None:
    if missing := set(ACTIONS) - set(policy.needs):
        raise ValueError(f"needs: {', '.join(sorted(missing))} missing")
    if {"1", "2", "3"} != set(policy.levels):
        raise ValueError("levels: 1, 2 and 3 are needed")
    for name in ALWAYS:
        if policy.need(name) != Need(level=0, in_call_only=policy.need(name).in_call_only):
            raise ValueError(f"needs.{name}: nothing may be asked for it")
    ordered = [policy.levels[name].parts() for name in ("1", "2", "3")]
    for lower, higher in pairwise(ordered):
        if any(more < less for less, more in zip(lower, higher, strict=True)):
            raise ValueError("levels: a higher level may not ask for less")
    for action, need in policy.needs.items():
        if unknown := set(need.also) - set(policy.factors):
            raise ValueError(f"needs.{action}: {', '.join(sorted(unknown))} is not a factor here")


def _unreadable(detail: str) -> UserFacing:
    return UserFacing(
        "The verification table cannot be used.",
        detail=detail,
        remedy="Correct verification.json in the data folder; until then the built-in one counts.",
        code="verification_unreadable",
    )


@cache
def built_in() -> Policy:
    """Return the table that comes with the program."""
    return parse_policy((resources() / "verification.json").read_text("utf-8"))
