"""One complaint as a document: what was said, decided and done, with its whole history."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from functools import partial

from supportdesk.domain.complaints import Change, Complaint
from supportdesk.domain.document import Block, Document, Facts, Heading, Paragraph, Table
from supportdesk.ui.complaints import clock_words, words
from supportdesk.ui.complaints.summary import resolution_lines
from supportdesk.ui.complaints.told_words import action_words, field_words, value_words
from supportdesk.ui.text import day, moment, tr

_LEFT_OUT = frozenset(
    {"id", "account", "version", "clocks", "files", "replies", "terms", "reported_in"}
    | {"verbatim", "complaint_description", "lists_version", "watchers", "number"}
    | {"redress_amount", "redress_currency", "redress_paid_at", "private"}
)


def document(complaint: Complaint, history: Sequence[Change], agent: str) -> Document:
    """Return everything the desk knows of a complaint; its files follow behind."""
    chip = " · ".join((words.class_chip(complaint)[0], words.state_chip(complaint)[0]))
    blocks: list[Block] = [Paragraph(f"{chip}\n{words.about(complaint)}")]
    blocks += _told(tr("What the caller said"), complaint.verbatim)
    blocks += _told(tr("Description for Stripe"), complaint.complaint_description)
    blocks += [Heading(tr("Fields")), Facts(_fields(complaint))]
    blocks += _clocks(complaint)
    blocks += _told(tr("Resolution"), resolution_lines(complaint))
    at = partial(moment, zone=complaint.zone)
    sent = [(report.month, at(report.at), report.row_hash) for report in complaint.reported_in]
    blocks += _table(tr("Reported to Stripe"), (tr("Month"), tr("When"), tr("Row")), sent)
    steps = [
        (at(change.at), change.agent, _change(complaint, change), change.why) for change in history
    ]
    top = (tr("When"), tr("Who"), tr("What"), tr("Why"))
    blocks += _table(tr("History"), top, steps)
    files = [(file.name, file.by, at(file.at), file.sha256) for file in complaint.files]
    top = (tr("File"), tr("By"), tr("When"), tr("SHA-256"))
    blocks += _table(tr("Files; pictures and PDFs are behind this page"), top, files)
    made = tr("Made {when} by {agent}", when=at(time.time()), agent=agent)
    zone = tr("Times are those of {zone}.", zone=complaint.zone.replace("_", " "))
    blocks.append(Paragraph(f"{made}\n{zone}"))
    title = tr("Complaint {number}", number=complaint.number)
    return Document(title=title, blocks=blocks, footer=complaint.number)


def _fields(complaint: Complaint) -> list[tuple[str, str]]:
    found = []
    for field in dataclasses.fields(Complaint):
        said = field_words(complaint, field.name)
        if said and field.name not in _LEFT_OUT:
            found.append((words.field_label(field.name).rstrip("?"), said))
    return found


def _clocks(complaint: Complaint) -> list[Block]:
    rows = []
    for clock in complaint.clocks:
        done = clock_words.met_by(clock, complaint)
        basis = f"{clock.calendar} · {clock.version}"
        rows.append((words.clock_name(clock), day(clock.due), done, basis))
    return _table(tr("Clocks"), (tr("Clock"), tr("Due"), tr("Met"), tr("Calendar")), rows)


def _change(complaint: Complaint, change: Change) -> str:
    lines = [action_words(change)]
    for name, texts in change.fields.items():
        label = words.field_label(name).rstrip("?")
        old, new = (value_words(complaint, name, text) for text in texts)
        now = new or tr("nothing")
        lines.append(f"{label}: {old} → {now}" if old else f"{label}: {now}")
    return "\n".join(lines)


def _told(title: str, text: str) -> list[Block]:
    return [Heading(title), Paragraph(text)] if text else []


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Block]:
    return [Heading(title), Table(head, rows)] if rows else []
