"""Deadlines of a complaint: rules are data, each computed date says what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from supportdesk.domain.calendars import Calendar
from supportdesk.errors import UserFacing

BUSINESS = "business_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of `resources/complaints/clocks.json`; day 0 is the day of receipt.

    Attributes:
        id: stable name, such as stripe.resolve.
        text: what has to be done, in an agent's words.
        regime: of config.REGIMES; the programme must be under it.
        count, unit: how long; the day after receipt counts as 1.
        met_by: milestones (see domain.complaints.milestones) of which any one meets it.
        only_after: runs only once this milestone was reached (a final reply after holding).
        country: calendar this rule insists on; "" means the programme's.
        classes, channels, categories, models: apply only to these; empty means to all.
        reason_field: complaint field that must be filled when this clock was missed.
        source: where the rule is written.
    """

    id: str
    text: str
    regime: str
    count: int
    unit: Literal["business_days", "calendar_days"]
    met_by: tuple[str, ...]
    source: str
    only_after: str = ""
    country: str = ""
    classes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    reason_field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A version of the list of rules."""

    version: str
    clocks: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A computed deadline, kept with the complaint as it was computed.

    `due` is the last day, at the programme's place. `calendar` names the business days used,
    `version` the holiday list and the list of rules behind it.
    """

    rule: str
    text: str
    regime: str
    count: int
    unit: str
    due: date
    calendar: str
    version: str
    source: str
    met_by: tuple[str, ...]
    only_after: str = ""
    reason_field: str = ""

    @property
    def basis(self) -> str:
        """How long the rule gives, such as "15 BD"."""
        return f"{self.count} {'BD' if self.unit == BUSINESS else 'days'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What decides which rules apply to a complaint."""

    received: date
    complaint_class: str
    channel: str = ""
    category: str = ""
    sub_category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What of the programme's settings decides clocks."""

    regimes: tuple[str, ...]
    country: str
    subdivision: str = ""
    handling_model: str = "resolve_and_report"
    closed: frozenset[date] = frozenset()

    def calendar(self, country: str = "") -> Calendar:
        """The programme's calendar, or the whole-country one of another `country`."""
        if country and country != self.country:
            return Calendar(country, "", self.closed)
        return Calendar(self.country, self.subdivision, self.closed)


Standing = Literal["running", "met", "late", "waiting"]

_RULES = TypeAdapter(Rules)


def parse_rules(text: str) -> Rules:
    """The list of rules from its JSON text.

    Raises:
        UserFacing: `clocks_unreadable`, naming the place that is wrong.
    """
    try:
        rules = _RULES.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise UserFacing(
            "The list of complaint clocks cannot be used.",
            detail=f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}",
            remedy="Correct or remove complaints/clocks.json in the data folder.",
            code="clocks_unreadable",
        ) from error
    return rules


def compute(rules: Rules, case: Case, programme: Programme) -> tuple[Clock, ...]:
    """All clocks that apply to `case`, earliest first."""
    applying = (rule for rule in rules.clocks if _applies(rule, case, programme))
    clocks = (clock_of(rule, case.received, programme, rules.version) for rule in applying)
    return tuple(sorted(clocks, key=lambda clock: (clock.due, clock.rule)))


def clock_of(rule: Rule, start: date, programme: Programme, version: str) -> Clock:
    """The deadline a rule of a list of this `version` sets when its day 0 is `start`."""
    calendar = programme.calendar(rule.country)
    business = rule.unit == BUSINESS
    due = calendar.add(start, rule.count) if business else start + timedelta(days=rule.count)
    return Clock(
        rule=rule.id,
        text=rule.text,
        regime=rule.regime,
        count=rule.count,
        unit=rule.unit,
        due=due,
        calendar=calendar.label if business else "calendar days",
        version=f"{calendar.version}, rules {version}",
        source=rule.source,
        met_by=rule.met_by,
        only_after=rule.only_after,
        reason_field=rule.reason_field,
    )


def _applies(rule: Rule, case: Case, programme: Programme) -> bool:
    return (
        rule.regime in programme.regimes
        and (not rule.models or programme.handling_model in rule.models)
        and (not rule.classes or case.complaint_class in rule.classes)
        and (not rule.channels or case.channel in rule.channels)
        and (not rule.categories or bool({case.category, case.sub_category} & {*rule.categories}))
    )


def met_on(clock: Clock, milestones: Mapping[str, date]) -> date | None:
    """The first day on which one of the clock's milestones was reached."""
    return min((milestones[name] for name in clock.met_by if name in milestones), default=None)


def standing(clock: Clock, milestones: Mapping[str, date]) -> Standing:
    """Whether the clock runs, was met in time, was met late, or waits for its condition."""
    done = met_on(clock, milestones)
    if done is not None:
        return "met" if done <= clock.due else "late"
    if clock.only_after and clock.only_after not in milestones:
        return "waiting"
    return "running"


def next_clock(clocks: Iterable[Clock], milestones: Mapping[str, date]) -> Clock | None:
    """The running clock that is due first: it drives the queue."""
    running = [clock for clock in clocks if standing(clock, milestones) == "running"]
    return min(running, key=lambda clock: (clock.due, clock.rule), default=None)


def monthly_due(month: date, calendar: Calendar) -> date:
    """Last working day to report `month` (any day of it) to Stripe.

    Stripe's form closes before the 10th of the next month, so the 9th; when that is no
    business day, the one before it.
    """
    first = (month.replace(day=1) + timedelta(days=32)).replace(day=9)
    return calendar.on_or_before(first)
