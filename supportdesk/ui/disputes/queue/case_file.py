"""One dispute as a document: the case file."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

from supportdesk.domain.dispute_steps import StepRules
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.document import Block, Document, Facts, Heading, Paragraph, Table
from supportdesk.services.dispute_case import Case
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui.disputes.queue import case_lines
from supportdesk.ui.disputes.queue.sections import Line
from supportdesk.ui.disputes.said import purchase
from supportdesk.ui.text import moment, number, tr


def document(case: Case, rules: Rules, steps: StepRules, today: date, agent: str) -> Document:
    """Return everything that is known of a case, the evidence named in its order."""
    title, sentences = case_lines.outcome(case, rules, steps, today)
    blocks: list[Block] = [Paragraph(purchase(case.intake.case.transaction))]
    blocks += [Heading(title or tr("State")), Paragraph("\n".join(sentences))]
    for name, lines in (
        (tr("Purchase"), case_lines.purchase(case)),
        (tr("Card"), case_lines.card(case)),
        (tr("Answers"), case_lines.answers(case, rules)),
        (tr("Money"), case_lines.balance(case)),
        (tr("Withdrawal"), case_lines.withdrawal(case, steps, today)),
        (tr("Complaint"), case_lines.complaints(case)),
        (tr("At the same shop"), case_lines.related(case)),
    ):
        blocks += _facts(name, lines)
    blocks += _table(tr("What was told and done"), case_lines.notes(case))
    blocks += _table(tr("Time line"), case_lines.history(case, whole=True))
    files = [(str(at), file.name) for at, file in enumerate(case.intake.originals, start=1)]
    blocks += _table(tr("Evidence, behind this page in this order"), files, (tr("No."), tr("File")))
    made = tr("Made {when} by {agent}", when=moment(time.time()), agent=agent)
    owner = tr("Owner: {name}", name=case.keeping.owner) if case.keeping.owner else ""
    blocks.append(Paragraph(" · ".join(part for part in (made, owner) if part)))
    dispute = case.intake.dispute
    name = dispute.id if dispute else case.intake.case.transaction.id
    return Document(title=tr("Dispute case file"), blocks=blocks, footer=name)


def _facts(name: str, lines: Sequence[Line]) -> list[Block]:
    shown = [line for line in lines if line[1]]
    return [Heading(name), Facts(shown)] if shown else []


def _table(name: str, lines: Sequence[Line], head: tuple[str, str] | None = None) -> list[Block]:
    return [Heading(name), Table(head or (tr("When"), tr("What")), lines)] if lines else []


def summary(case: Case, left_out: Sequence[Kept] = ()) -> str:
    """Say what the file holds and what it lacks, for the message once it is written."""
    many = len(case.intake.originals) - len(left_out)
    if not case.intake.originals:
        return tr("There is no evidence to put behind it.")
    held = tr("1 file of evidence") if many == 1 else tr("{n} files of evidence", n=number(many))
    if not left_out:
        return held
    names = ", ".join(file.name for file in left_out)
    return held + "\n" + tr("Could not be read and is not in it: {names}", names=names)
