"""Deadlines of a complaint: rules are data, each computed date says what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.own_lists import wrong
from supportdesk.errors import UserFacing

BUSINESS = "business_days"
MONTH = "month_report"
# Kinds of complaint the UK tells apart: about payment or e-money services, about others, or both.
KINDS = ("payment", "other", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of `resources/complaints/clocks.json`; day 0 is the day of the start.

    Attributes:
        id: stable name, such as stripe.resolve.
        text: what has to be done, in an agent's words.
        regime: of config.REGIMES; the programme must be under it.
        count, unit: how long; the day after the start counts as 1. For `month_report` the day
            of the month after the one received in.
        met_by: milestones (see domain.complaints.milestones) of which any one meets it.
        starts: milestone it runs from, when that was reached; "" means receipt.
        only_after: runs only once this milestone was reached (a final reply after holding).
        country: calendar this rule insists on; "" means the programme's.
        also: calendars that can be argued as well (ISO country or of calendars.FINANCIAL).
        jurisdictions: countries it holds in, when the complaint names its own; empty means all.
        classes, channels, categories, models, kinds: apply only to these; empty means to all.
        needs, without: circumstances of the complaint that must, or must not, be given.
        role: "duty"; "chance", which may be used and is never late; "apart", a duty that is
            followed elsewhere and does not lead the queue.
        reason_field: complaint field that must be filled when this clock was missed.
        source: where the rule is written.
    """

    id: str
    text: str
    regime: str
    count: int
    unit: Literal["business_days", "calendar_days", "month_report"]
    met_by: tuple[str, ...]
    source: str
    starts: str = ""
    only_after: str = ""
    country: str = ""
    also: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    role: Literal["duty", "chance", "apart"] = "duty"
    reason_field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A version of the list of rules."""

    version: str
    clocks: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A computed deadline, kept with the complaint as it was computed.

    Attributes:
        due: the last day to act, a business day at the programme's place.
        legal: the last day of the rule itself, when that is a later day on which nobody works.
        start: day 0; `starts` is the milestone it was taken from, "" for receipt.
        calendar: which business days were used, such as GB-SCT.
        version: the holiday list and the list of rules behind it.
        left_out: weekdays between start and due that did not count.
        others: later dates by calendars that could be argued as well, as (label, date).
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
    role: str = "duty"
    legal: date | None = None
    start: date | None = None
    starts: str = ""
    left_out: tuple[date, ...] = ()
    others: tuple[tuple[str, date], ...] = ()

    @property
    def basis(self) -> str:
        """How long the rule gives, such as "15 BD"."""
        if self.unit == MONTH:
            return f"day {self.count}"
        return f"{self.count} {'BD' if self.unit == BUSINESS else 'days'}"

    @property
    def last(self) -> date:
        """The last day on which the rule is still met."""
        return self.legal or self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What decides which rules apply to a complaint, and when they start.

    Attributes:
        received: day of receipt where the complaint's days are counted.
        jurisdiction: ISO country, or country-part, of the complaint; "" means the programme's.
        kind: of KINDS.
        circumstances: what else a rule can ask for, such as new_account.
        started: days of the milestones other than receipt that a rule may start from.
    """

    received: date
    complaint_class: str
    channel: str = ""
    category: str = ""
    sub_category: str = ""
    jurisdiction: str = ""
    kind: str = "payment"
    circumstances: tuple[str, ...] = ()
    started: Mapping[str, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What of the programme's settings decides clocks."""

    regimes: tuple[str, ...]
    country: str
    subdivision: str = ""
    handling_model: str = "resolve_and_report"
    closed: frozenset[date] = frozenset()
    financial: str = ""

    def calendar(self, country: str = "") -> Calendar:
        """The programme's calendar, or the whole-country one of another `country`."""
        if country and country != self.country:
            return Calendar(country, "", self.closed)
        return Calendar(self.country, self.subdivision, self.closed)

    def arguable(self, rule: Rule, jurisdiction: str) -> tuple[Calendar, ...]:
        """Every calendar a rule's days could be counted by; the first one is the usual one.

        Where the complaint belongs to another place than the programme, both places' days can
        be argued; so can a financial calendar the rule or the programme names.
        """
        country, _, part = jurisdiction.partition("-")
        found = [self.calendar(rule.country)]
        if country and rule.country in ("", country):
            found.append(Calendar(country, part, self.closed))
        found += [Calendar(other, "", self.closed) for other in rule.also]
        if self.financial:
            found.append(Calendar(self.financial, "", self.closed))
        return tuple({calendar.label: calendar for calendar in found}.values())


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
        raise UserFacing(
            "The list of complaint clocks cannot be used.",
            detail=wrong(error),
            remedy="Correct or remove complaints/clocks.json in the data folder.",
            code="clocks_unreadable",
        ) from error
    return rules


def compute(rules: Rules, case: Case, programme: Programme) -> tuple[Clock, ...]:
    """All clocks that apply to `case`, earliest first."""
    clocks = [
        _clock(rule, case, programme, rules.version)
        for rule in rules.clocks
        if _applies(rule, case, programme)
    ]
    return tuple(sorted(clocks, key=lambda clock: (clock.due, clock.rule)))


def _clock(rule: Rule, case: Case, programme: Programme, version: str) -> Clock:
    started = (case.started or {}).get(rule.starts)
    made = clock_of(rule, started or case.received, programme, version, case.jurisdiction)
    return replace(made, starts=rule.starts if started else "")


def clock_of(
    rule: Rule, start: date, programme: Programme, version: str, jurisdiction: str = ""
) -> Clock:
    """The deadline a rule of a list of this `version` sets when its day 0 is `start`.

    Where more than one calendar can be argued the earliest date counts; the others are kept.
    """
    dated = [
        (_last_days(rule, start, calendar), calendar)
        for calendar in programme.arguable(rule, jurisdiction)
    ]
    (due, last), calendar = min(dated, key=lambda found: found[0][0])
    business = rule.unit == BUSINESS
    return Clock(
        rule=rule.id,
        text=rule.text,
        regime=rule.regime,
        count=rule.count,
        unit=rule.unit,
        due=due,
        legal=last if last != due else None,
        start=start,
        calendar=calendar.label if business else "calendar days",
        version=f"{calendar.version}, rules {version}",
        left_out=calendar.left_out(start, due) if business else (),
        others=tuple((c.label, days[0]) for days, c in dated if days[0] > due),
        source=rule.source,
        met_by=rule.met_by,
        only_after=rule.only_after,
        reason_field=rule.reason_field,
        role=rule.role,
    )


def _last_days(rule: Rule, start: date, calendar: Calendar) -> tuple[date, date]:
    """The last day to act, and the last day of the rule itself."""
    if rule.unit == BUSINESS:
        due = calendar.add(start, rule.count)
        return due, due
    last = start + timedelta(days=rule.count)
    if rule.unit == MONTH:
        last = (start.replace(day=1) + timedelta(days=32)).replace(day=rule.count)
    return calendar.on_or_before(last), last


def _applies(rule: Rule, case: Case, programme: Programme) -> bool:
    country = case.jurisdiction.partition("-")[0]
    if rule.starts and rule.only_after == rule.starts and rule.starts not in (case.started or {}):
        return False  # it has no first day yet
    given = {*case.circumstances}
    kinds = KINDS[:2] if case.kind == "mixed" else (case.kind,)
    return (
        rule.regime in programme.regimes
        and (not rule.jurisdictions or not country or country in rule.jurisdictions)
        and (not rule.models or programme.handling_model in rule.models)
        and (not rule.classes or case.complaint_class in rule.classes)
        and (not rule.channels or case.channel in rule.channels)
        and (not rule.categories or bool({case.category, case.sub_category} & {*rule.categories}))
        and (not rule.kinds or any(kind in rule.kinds for kind in kinds))
        and given.issuperset(rule.needs)
        and given.isdisjoint(rule.without)
    )


def met_with(clock: Clock, milestones: Mapping[str, date]) -> tuple[str, date] | None:
    """The milestone that met the clock first, and its day; None while there is none."""
    reached = [(milestones[name], name) for name in clock.met_by if name in milestones]
    day, name = min(reached, default=(None, ""))
    return None if day is None else (name, day)


def met_on(clock: Clock, milestones: Mapping[str, date]) -> date | None:
    """The first day on which one of the clock's milestones was reached."""
    found = met_with(clock, milestones)
    return None if found is None else found[1]


def standing(clock: Clock, milestones: Mapping[str, date]) -> Standing:
    """Whether the clock runs, was met in time, was met late, or waits for its condition.

    A chance is only met or not; one that was not used in time is "waiting", never late.
    """
    done = met_on(clock, milestones)
    if done is not None and done <= clock.last:
        return "met"
    if clock.role == "chance":
        return "waiting"
    if done is not None:
        return "late"
    if clock.only_after and clock.only_after not in milestones:
        return "waiting"
    return "running"


def next_clock(clocks: Iterable[Clock], milestones: Mapping[str, date]) -> Clock | None:
    """The running clock that is due first: it drives the queue."""
    running = [
        clock
        for clock in clocks
        if clock.role == "duty" and standing(clock, milestones) == "running"
    ]
    return min(running, key=lambda clock: (clock.due, clock.rule), default=None)


def monthly_due(month: date, calendar: Calendar) -> date:
    """Last working day to report `month` (any day of it) to Stripe.

    Stripe's form closes before the 10th of the next month, so the 9th; when that is no
    business day, the one before it.
    """
    first = (month.replace(day=1) + timedelta(days=32)).replace(day=9)
    return calendar.on_or_before(first)
