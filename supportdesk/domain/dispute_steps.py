"""What comes next with a dispute, and by when.

Deadlines and states follow docs.stripe.com/issuing/purchases/disputes; Stripe's API carries no due
date, so limits are estimates and the desk keeps a line of its own before them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import TypeAdapter

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.clocks import Clock, standing

LOCAL = "local"  # typed at this desk, not yet saved at Stripe
UNFILED = (LOCAL, "unsubmitted")
ENDED = ("won", "lost", "expired")
# Milestones that the casebook knows of.
TOLD, CREDITED, PROVISIONAL = "told", "credited", "provisional_credit"

Kind = Literal[
    "look",
    "finish",
    "submit",
    "late",
    "wait",
    "decide",
    "chase",
    "notice",
    "refund",
    "tell_won",
    "tell_lost",
    "tell_expired",
    "unknown",
    "done",
]
#: Whose turn it is: this desk's, somebody else's, or nobody's any more.
Turn = Literal["act", "wait", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice that the programme owes the cardholder.

    Attributes:
        start: from when its days are counted.
        met_by: the milestone that settles it.
        countries: of programmes that owe it (ISO 3166-1 alpha-2).
        source: where it is written.
    """

    id: str
    text: str
    start: Literal["filed", "ended"]
    met_by: str
    countries: tuple[str, ...]
    count: int
    unit: Literal["business_days", "calendar_days"]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRules:
    """`resources/disputes/steps.json`.

    Attributes:
        own_line_days, stripe_days: days after clearing by which we want to have submitted, and
            after which Stripe lets a dispute expire.
        decided_within_days: how long the network usually takes.
        tell_within_business_days: our own target for telling the cardholder of an outcome.
        look_back_days: how old an outcome may be, on the desk's first day, to be told from here.
        withdraw_within_days: how long Stripe support may withdraw a submission.
        won, lost, expired, withdraw: what to do then; `losses` the same by Stripe's reason.
        why: own words for reasons of a loss, before the built-in ones.
    """

    version: str
    basis: str
    own_line_days: int
    stripe_days: int
    decided_within_days: int
    tell_within_business_days: int
    withdraw_within_days: int
    look_back_days: int
    notices: tuple[Notice, ...]
    won: str
    lost: str
    expired: str
    losses: Mapping[str, str]
    withdraw: str
    why: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def margin(self) -> timedelta:
        """How long before a limit the desk wants to have submitted."""
        return timedelta(days=max(0, self.stripe_days - self.own_line_days))

    def after(self, status: str, loss_reason: str) -> str:
        """Return what is left to do once a dispute has ended, "" while it has not."""
        if status == "lost":
            return self.losses.get(loss_reason) or self.lost
        return {"won": self.won, "expired": self.expired}.get(status, "")

    def owed(self, country: str) -> tuple[Notice, ...]:
        """Return the notices that a programme of this country owes."""
        return tuple(notice for notice in self.notices if country in notice.countries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known about one dispute, or about an intake that is none yet.

    Attributes:
        status: Stripe's, or LOCAL.
        filed, ended: the days of submission and outcome, None while unknown.
        last_day: the last day to submit, None while unknown.
        wait_until: the first day to file while a waiting time runs.
        problem: the field that keeps it from being submitted, "" when nothing does.
        understood: whether purchase and intake are at hand.
        done: milestones reached, with their days.
        since: the desk's first day; much older outcomes are not its to tell.
        begun: the day the dispute was begun.
        clocks: what the law gives the cardholder, from the day they told us.
    """

    status: str
    filed: date | None = None
    ended: date | None = None
    last_day: date | None = None
    wait_until: date | None = None
    problem: str = ""
    understood: bool = True
    done: Mapping[str, date] = dataclasses.field(default_factory=dict)
    since: date = date.min
    begun: date | None = None
    clocks: tuple[Clock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The next step.

    Attributes:
        due: the day it is due or, if not `firm`, usually happens; None for neither.
        last_day: Stripe's and the network's limit, where there is one.
        detail: the field, the id of the notice, or the words of the clock it is about.
        again: from this day on the answer may be another; None: only a change makes it so.
    """

    kind: Kind
    turn: Turn
    due: date | None = None
    firm: bool = True
    last_day: date | None = None
    detail: str = ""
    again: date | None = None


def next_step(
    situation: Situation,
    rules: StepRules,
    notices: Iterable[Notice],
    calendar: Calendar,
    today: date,
) -> Step:
    """Return what comes next: of what waits for this desk, what is due first."""
    steps = [
        *_notices(situation, notices, calendar),
        *_refunds(situation),
        _main(situation, rules, calendar, today),
    ]
    acting = [step for step in steps if step.turn == "act"]
    return min(acting or steps[-1:], key=lambda step: step.due or date.max)


def _main(situation: Situation, rules: StepRules, calendar: Calendar, today: date) -> Step:
    if situation.status in UNFILED:
        return _unfiled(situation, rules, today)
    if situation.status == "submitted":
        return _submitted(situation, rules, today)
    if situation.status in ENDED:
        return _ended(situation, rules, calendar)
    return Step(kind="unknown", turn="wait", firm=False, detail=situation.status)


def _unfiled(situation: Situation, rules: StepRules, today: date) -> Step:
    last, wait = situation.last_day, situation.wait_until
    if not situation.understood:
        return Step(kind="look", turn="act", due=last, last_day=last)
    if wait is not None and wait > today:
        return Step(kind="wait", turn="wait", due=wait, last_day=last, again=wait)
    kind: Kind = "finish" if situation.problem else "submit"
    if last is None:
        return Step(kind=kind, turn="act", detail=situation.problem)
    ours = last - rules.margin
    if today > last:
        return Step(kind="late", turn="act", due=last, last_day=last, detail=situation.problem)
    return Step(
        kind=kind,
        turn="act",
        due=ours if today <= ours else last,
        last_day=last,
        detail=situation.problem,
        again=(ours if today <= ours else last) + timedelta(days=1),
    )


def _submitted(situation: Situation, rules: StepRules, today: date) -> Step:
    if situation.filed is None:
        return Step(kind="decide", turn="wait", firm=False)
    usual = situation.filed + timedelta(days=rules.decided_within_days)
    if today > usual:
        return Step(kind="chase", turn="act", due=usual)
    again = usual + timedelta(days=1)
    return Step(kind="decide", turn="wait", due=usual, firm=False, again=again)


def _ended(situation: Situation, rules: StepRules, calendar: Calendar) -> Step:
    told = situation.done.get(TOLD)
    credited = situation.status != "won" or bool({CREDITED, PROVISIONAL} & {*situation.done})
    if (told is not None and credited) or not _ours(situation, rules):
        return Step(kind="done", turn="over", detail="" if told is not None else "before")
    kinds: dict[str, Kind] = {"won": "tell_won", "lost": "tell_lost", "expired": "tell_expired"}
    start = max(situation.ended or situation.since, situation.since)
    due = calendar.add(start, rules.tell_within_business_days)
    # Told and not yet credited, or the other way round: one of two things is left to do.
    left = CREDITED if told is not None else TOLD if credited else ""
    return Step(kind=kinds[situation.status], turn="act", due=due, detail=left)


def _ours(situation: Situation, rules: StepRules) -> bool:
    """Whether the outcome may have come while this desk was in use."""
    back = timedelta(days=rules.look_back_days)
    day = situation.ended
    if day is None:
        day = situation.begun or situation.since
        back = timedelta(days=rules.stripe_days + rules.decided_within_days)
    return day >= situation.since - min(back, situation.since - date.min)


def _notices(situation: Situation, notices: Iterable[Notice], calendar: Calendar) -> Iterator[Step]:
    starts = {
        "filed": situation.filed if situation.status not in UNFILED else None,
        "ended": situation.ended if situation.status in ("won", "lost") else None,
    }
    for notice in notices:
        start = starts[notice.start]
        if start is None or start < situation.since or notice.met_by in situation.done:
            continue
        if notice.unit == "business_days":
            due = calendar.add(start, notice.count)
        else:
            due = start + timedelta(days=notice.count)
        yield Step(kind="notice", turn="act", due=due, detail=notice.id)


def _refunds(situation: Situation) -> Iterator[Step]:
    """What the law still asks for."""
    for clock in situation.clocks:
        if standing(clock, situation.done) == "running":
            yield Step(kind="refund", turn="act", due=clock.due, detail=clock.text)


def parse_rules(text: str, own: str = "") -> StepRules:
    """Return the rules of the built-in text, with what an `own` text says put over it.

    Raises:
        pydantic.ValidationError, ValueError: a text is not such a list.
    """
    built_in = json.loads(text)
    over = json.loads(own) if own else {}
    if not isinstance(over, dict):
        raise ValueError("not a JSON object")
    for name in ("losses", "why"):
        mine = over.get(name)
        if isinstance(mine, dict):
            over[name] = {**built_in.get(name, {}), **mine}
    return TypeAdapter(StepRules).validate_json(json.dumps({**built_in, **over}))
