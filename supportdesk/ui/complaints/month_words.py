"""A month's report in words: what is in it, what was done, and its rows."""

from __future__ import annotations

from datetime import date

from supportdesk.domain.complaint_report import Entry
from supportdesk.domain.complaints import Complaint
from supportdesk.services.month_pack import Pack
from supportdesk.store.month_records import MonthRecord
from supportdesk.ui.complaints import words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, number, tr, when
from supportdesk.ui.widgets.row_list import Row

HASH_SHOWN = 12  # of 64 characters; the tooltip and the read-back have them all


def rows(count: int) -> str:
    """How many rows."""
    return tr("1 row") if count == 1 else tr("{n} rows", n=number(count))


def summary(pack: Pack) -> str:
    """What is in the month, or what was done when it is closed."""
    if pack.closed is not None and not pack.correcting:
        return _closed(pack, pack.closed)
    counts = {why: sum(e.why == why for e in pack.entries) for why in ("changed", "missed")}
    parts = [tr("{n} received", n=number(pack.new)) if pack.new else tr("No complaints received")]
    if pack.correcting:
        parts = [tr("Version {n}: {rows}", n=pack.version, rows=rows(len(pack.entries)))]
    if counts["changed"]:
        parts.append(tr("{n} changed since they were reported", n=number(counts["changed"])))
    if counts["missed"]:
        parts.append(tr("{n} left over from earlier months", n=number(counts["missed"])))
    if pack.incomplete:
        parts.append(tr("{n} incomplete", n=number(pack.incomplete)))
    elif pack.entries:
        parts.append(tr("every row is complete"))
    if not (pack.new or pack.correcting) and pack.over and pack.attested is None:
        parts.append(tr("Stripe still asks for an attestation"))
    if pack.exported is not None:
        parts.append(tr("exported {at}", at=when(pack.exported.at)))
    return " · ".join(parts)


def _closed(pack: Pack, closed: MonthRecord) -> str:
    done = tr("Submitted") if closed.submitted_on else tr("Attested: no complaints")
    said = tr("{done} by {agent}, {at}", done=done, agent=closed.agent, at=when(closed.at))
    parts = [said]
    if closed.submitted_on:
        handed_in = day(date.fromisoformat(closed.submitted_on))
        parts += [tr("handed in {day}", day=handed_in), rows(pack.rows_sent)]
    parts.append(tr("SHA-256 {hash}…", hash=closed.sha256[:HASH_SHOWN]))
    if pack.differs:
        differ = tr("{n} differ now", n=number(pack.differs))
        parts.append(tr("1 differs now") if pack.differs == 1 else differ)
    return " · ".join(parts)


def entry_row(entry: Entry) -> Row:
    """A row of the report, with what is wrong in it."""
    chips: dict[str, tuple[str, Tone]] = {
        "new": (tr("new"), "neutral"),
        "changed": (tr("changed since"), "info"),
        "missed": (tr("from earlier"), "info"),
        "same": (tr("as sent"), "neutral"),
    }
    chip, tone = chips[entry.why]
    if entry.problems:
        chip, tone = tr("incomplete"), "warn"
    wrong = [f"{words.field_label(p.field).rstrip('?')}: {p.text}" for p in entry.problems]
    one = entry.complaint
    received = tr("received {day}", day=day(one.day(one.date_received)))
    return Row(
        key=one.id,
        title=_title(one),
        chip=chip,
        tone=tone,
        subtitle=" · ".join(wrong) or received,
    )


def open_row(one: Complaint, age: int) -> Row:
    """A complaint that is still open, with its age in business days."""
    state, tone = words.state_chip(one)
    received = tr("received {day}", day=day(one.day(one.date_received)))
    owner = one.owner or tr("no owner")
    return Row(
        key=one.id,
        title=_title(one),
        chip=state,
        tone=tone,
        subtitle=f"{received} · {owner}",
        trailing_note=tr("{n} BD", n=number(age)),
    )


def sent_row(record: MonthRecord) -> Row:
    """A version that was submitted or attested: by whom, when, which file."""
    done = tr("submitted") if record.submitted_on else tr("attested")
    handed_in = ""
    if record.submitted_on:
        on = day(date.fromisoformat(record.submitted_on))
        handed_in = tr("handed in {day}", day=on)
    said = tr("{done} by {agent}, {at}", done=done, agent=record.agent, at=when(record.at))
    kind = record.form.upper() if record.submitted_on else tr("attestation")
    return Row(
        key=f"version {record.version}",
        title=tr("Version {n} · {kind}", n=record.version, kind=kind),
        chip=done,
        tone="good",
        subtitle=" · ".join(part for part in (said, handed_in) if part),
        note=f"SHA-256 {record.sha256}",
    )


def _title(one: Complaint) -> str:
    return f"{words.short_number(one)}  {words.subject(one)}"
