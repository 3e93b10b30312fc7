"""The next step of a dispute in the words of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from supportdesk.domain.dispute_queue import Line, SortBy, Which
from supportdesk.domain.dispute_steps import CREDITED, Step, StepRules
from supportdesk.domain.disputes_list import status_text
from supportdesk.domain.disputes_rules import Rules
from supportdesk.ui.palette import Tone, tone_of
from supportdesk.ui.text import day, spoken, tr

SOON = 3  # days before the last day from which on a date is red


def which(name: Which) -> str:
    """Name of a filter."""
    names = {
        "mine": tr("Mine"),
        "open": tr("Open"),
        "waiting": tr("Waiting"),
        "due": tr("Due"),
        "ended": tr("Ended"),
        "all": tr("All"),
    }
    return spoken(name, names)


def sorted_by(sort: SortBy) -> str:
    """In which order the queue is, in words."""
    names = {
        "due": tr("sorted by next date"),
        "created": tr("sorted by age"),
        "amount": tr("sorted by amount"),
        "merchant": tr("sorted by merchant"),
        "cardholder": tr("sorted by cardholder"),
        "reason": tr("sorted by reason"),
        "status": tr("sorted by status"),
    }
    return spoken(sort, names)


def step(found: Step, rules: Rules, steps: StepRules) -> str:
    """What comes next."""
    match found.kind:
        case "finish" | "late" if found.detail:
            said = _field(found.detail, rules)
            return said if found.kind == "finish" else tr("Probably too late. {what}", what=said)
        case "wait":
            until = day(found.due) if found.due else ""
            return tr("Wait until {day}, then file", day=until)
        case "notice":
            known = [notice.text for notice in steps.notices if notice.id == found.detail]
            return tr(known[0]) if known else tr("Send the regulated notice")
        case "refund":
            return tr(found.detail)
        case "tell_won" if found.detail == CREDITED:
            return tr("Credit the cardholder")
        case "unknown":
            return found.detail.replace("_", " ") or tr("Look at it")
        case "done" if found.detail == "before":
            return tr("Ended before this desk")
    return _plain()[found.kind]


def _plain() -> Mapping[str, str]:
    return {
        "look": tr("Read the purchase first"),
        "finish": tr("Finish the draft"),
        "submit": tr("Review and submit (final)"),
        "late": tr("Probably too late: submit today"),
        "decide": tr("Network decides"),
        "chase": tr("No decision yet: ask Stripe"),
        "tell_won": tr("Tell cardholder: won"),
        "tell_lost": tr("Tell cardholder: lost"),
        "tell_expired": tr("Tell cardholder: expired"),
        "done": tr("Done"),
    }


def _field(detail: str, rules: Rules) -> str:
    how, _, name = detail.partition(":")
    named: Mapping[str, str] = {
        "reason": tr("Choose the reason"),
        "amount": tr("Check the amount"),
        "told_us_on": tr("Add: the day told us"),
    }
    if name in named:
        return named[name]
    words = tr(rules.field(name).label)
    said = words[:1].lower() + words[1:]
    return tr("Check: {what}", what=said) if how == "wrong" else tr("Add: {what}", what=said)


def by(found: Step, today: date) -> str:
    """The day of the next step, as the days left while it is near."""
    if found.due is None:
        return ""
    left = (found.due - today).days
    if not found.firm or left > 30 or found.turn == "over":
        return day(found.due, today=today)
    if left < 0:
        return tr("1 day late") if left == -1 else tr("{n} days late", n=-left)
    return {0: tr("today"), 1: tr("1 day")}.get(left, tr("{n} days", n=left))


def by_tone(found: Step, today: date) -> Tone | None:
    """How much the day presses; late and the last days before a limit are red."""
    if found.due is None or not found.firm or found.turn != "act":
        return None
    left = (found.due - today).days
    past_own_line = found.last_day is not None and found.due == found.last_day
    if left < 0 or (left <= SOON and found.last_day is not None):
        return "bad"
    return "warn" if left <= 14 or past_own_line else None


def why_then(found: Step, today: date) -> str:
    """What the day rests on, for a tooltip and the page of the dispute."""
    if found.last_day is None or found.kind not in ("finish", "submit", "late", "look"):
        return ""
    limit = tr("Limit of the network or of Stripe, estimated: {day}.", day=day(found.last_day))
    if found.due is not None and found.due < found.last_day:
        return tr("Our own line: {day}.", day=day(found.due)) + " " + limit
    if today > found.last_day:
        return limit
    return tr("Our own line has passed.") + " " + limit


def status(line: Line, rules: Rules) -> tuple[str, Tone]:
    """The status as a chip says it."""
    said = status_text(line.status, rules)
    return tr(said.label), tone_of(said.tone)
