"""A clock in words: whose rule it is, what met it, and why its day is that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date

from supportdesk.domain.calendars import place_name
from supportdesk.domain.clocks import BUSINESS, MONTH, Clock, met_with
from supportdesk.domain.complaints import Complaint, milestones, reached
from supportdesk.ui.text import day, locale, spoken, tr, when


def explanation(clock: Clock, complaint: Complaint) -> str:
    """Why the day is that day, as one would count it on a calendar."""
    start = clock.start or complaint.day(complaint.date_received)
    began = _began(clock).format(day=_full(start))
    due = _full(clock.due)
    if clock.unit != BUSINESS:
        return _plain(clock, began, due)
    days = tr("1 business day") if clock.count == 1 else tr("{n} business days", n=clock.count)
    counted = f"{began}, {days}, {place_name(clock.calendar, locale())}"
    if clock.left_out:
        out = _grouped(clock.left_out)
        none = tr("{days} is none", days=out)
        counted += ": " + (none if len(clock.left_out) == 1 else tr("{days} are none", days=out))
    return f"{counted}: {due}"


def _plain(clock: Clock, began: str, due: str) -> str:
    last = _full(clock.last)
    if clock.unit == MONTH:
        said = tr("{began}, before the tenth of the next month: {last}", began=began, last=last)
    else:
        days = tr("1 day") if clock.count == 1 else tr("{n} days", n=clock.count)
        said = f"{began}, {days}: {last}"
    if clock.legal is None:
        return said
    return tr("{said}; nobody works then, so by {due}", said=said, due=due)


def rest(clock: Clock) -> str:
    """What the date rests on besides: other calendars, versions, source."""
    lines = []
    if clock.others:
        others = ", ".join(f"{place_name(name, locale())} {_full(at)}" for name, at in clock.others)
        lines.append(tr("Can also be argued, but is later: {others}", others=others))
    lines.append(tr("{source} · {version}", source=clock.source, version=clock.version))
    return "\n".join(lines)


def met_by(clock: Clock, complaint: Complaint) -> str:
    """When a clock was met, where its days are counted, by what and whom; "" while it is not."""
    found = met_with(clock, milestones(complaint))
    if found is None:
        return ""
    at, who = reached(complaint)[found[0]]
    words = {
        "acknowledge": tr("acknowledged"),
        "resolve": tr("resolved"),
        "holding_reply": tr("holding reply sent"),
        "notify_stripe": tr("Stripe told"),
        "forward": tr("forwarded"),
        "provisional_credit": tr("provisional credit given"),
        "credit_told": tr("told of the credit"),
        "told": tr("caller told"),
        "report": tr("reported"),
    }
    parts = [words.get(found[0], found[0]), when(at, zone=complaint.zone), who]
    return ", ".join(part for part in parts if part)


def regime(clock: Clock) -> str:
    """Whose rule it is."""
    words = {
        "stripe": tr("Stripe"),
        "eu_psd2": tr("EU"),
        "uk_disp": tr("UK"),
        "ie_cpc": tr("Ireland"),
        "us_cfpb": tr("CFPB"),
        "us_reg_e": tr("Reg E"),
        "us_reg_z": tr("Reg Z"),
    }
    return spoken(clock.regime, words)


def basis(clock: Clock) -> str:
    """How long the rule gives, briefly; the calendar is named where one is counted by."""
    return tr("by the 9th") if clock.unit == MONTH else clock.basis


def short_day(value: date, today: date) -> str:
    """A day as it stands beside a clock."""
    return day(value, today=today)


def _began(clock: Clock) -> str:
    words = {
        "regulator_sent": tr("sent to the company {day}"),
        "provisional_credit": tr("credit given {day}"),
        "executed": tr("carried out {day}"),
    }
    return words.get(clock.starts, tr("received {day}"))


def _full(value: date) -> str:
    return format_date(value, "EEE d MMM y", locale=locale())


def _grouped(days: Iterable[date]) -> str:
    """Days with each month once: "25, 28 Dec, 1, 4 Jan"."""
    months: dict[tuple[int, int], list[date]] = {}
    for each in days:
        months.setdefault((each.year, each.month), []).append(each)
    parts = []
    for some in months.values():
        numbers = ", ".join(str(each.day) for each in some)
        parts.append(f"{numbers} {format_date(some[0], 'MMM', locale=locale())}")
    return ", ".join(parts)
