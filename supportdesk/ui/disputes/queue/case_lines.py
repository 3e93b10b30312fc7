"""A case as labelled lines: for the page of a dispute and for its case file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from supportdesk.domain.days import from_unix
from supportdesk.domain.dispute_case import money as sums
from supportdesk.domain.dispute_steps import StepRules
from supportdesk.domain.dispute_talk import talk
from supportdesk.domain.disputes_checks import processed_on
from supportdesk.domain.disputes_list import loss_text, status_text
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Transaction
from supportdesk.services.dispute_case import Case
from supportdesk.ui.disputes.queue import case_words, words
from supportdesk.ui.disputes.queue.sections import Line
from supportdesk.ui.disputes.said import evidence
from supportdesk.ui.text import day, moment, money, tr, typed_day, when
from supportdesk.ui.words import card_expiry, card_name, card_state, merchant_name, way


def outcome(case: Case, rules: Rules, steps: StepRules, today: date) -> tuple[str, list[str]]:
    """Return what comes next, and why and what can be done, sentence by sentence."""
    dispute, line = case.intake.dispute, case.line
    title = words.step(line.step, rules, steps) if line is not None else ""
    said: list[str] = []
    if line is not None and line.step.due is not None and line.step.turn != "over":
        firm = tr("By {day}.") if line.step.firm else tr("Usually by {day}.")
        # Some locales end a short month with the full stop that ends the sentence.
        said.append(firm.format(day=day(line.step.due, today=today)).replace("..", "."))
        said.append(words.why_then(line.step, today))
    if dispute is not None:
        said.append(tr(rules.outcomes.meaning.get(dispute.status, "")))
        if dispute.loss_reason:
            why = tr(loss_text(dispute.loss_reason, rules, steps))
            said.append(tr("Why it was lost: {why}", why=why))
        if line is None or line.step.turn != "over":
            said.append(tr(steps.after(dispute.status, dispute.loss_reason)))
        title = title or tr(status_text(dispute.status, rules).label)
    return title, [sentence for sentence in said if sentence]


def purchase(case: Case) -> list[Line]:
    """The purchase as Stripe tells it."""
    transaction, paid = case.intake.case.transaction, case.intake.case.authorization
    place = ", ".join(p for p in (transaction.merchant.city, transaction.merchant.country) if p)
    cleared = processed_on(transaction)
    how = [w for w in (paid.wallet or transaction.wallet, paid.method) if w] if paid else []
    secured = paid is not None and paid.three_d_secure == "authenticated"
    top = case.intake.ceiling
    currency = transaction.currency
    return [
        (tr("Merchant"), merchant_name(transaction.merchant)),
        (tr("Where"), place),
        (tr("Kind of shop"), transaction.merchant.category.replace("_", " ")),
        (tr("Captured"), money(-transaction.amount, currency) if currency else ""),
        (tr("In the shop's currency"), _foreign(transaction)),
        (tr("Refunded"), money(top.refunded, currency) if top.refunded and currency else ""),
        (tr("Day of purchase"), when(transaction.created) if transaction.created else ""),
        (tr("Cleared on"), typed_day(cleared) if cleared else ""),
        (tr("How it was paid"), " · ".join([*map(way, how), *([way("3ds")] if secured else [])])),
        (tr("At Stripe"), transaction.id),
    ]


def _foreign(transaction: Transaction) -> str:
    if not transaction.merchant_currency or transaction.merchant_currency == transaction.currency:
        return ""
    return money(abs(transaction.merchant_amount), transaction.merchant_currency)


def card(case: Case) -> list[Line]:
    """The card and whose it is."""
    intake = case.intake
    lines = [(tr("Cardholder"), intake.cardholder.name if intake.cardholder else "")]
    if (found := intake.case.card) is not None:
        said = f"{found.brand_name} {card_name(found)} · {card_expiry(found)}"
        lines += [(tr("Card"), said), (tr("Status"), card_state(found)[0])]
    return lines


def answers(case: Case, rules: Rules) -> list[Line]:
    """What was answered at intake, and what Stripe holds of it or would be sent."""
    intake, dispute = case.intake, case.intake.dispute
    draft = intake.draft
    reason = dispute.reason if dispute else draft.reason
    known = rules.reason(reason)
    said = talk(rules.conversation, draft.answers, draft.reason)
    against = bool(said.reason and draft.reason and said.reason != draft.reason)
    lines = [
        *((tr(step.question.ask), tr(step.reply.label)) for step in said.steps if step.reply),
        (tr("Reason"), tr(known.label) if known else reason),
        (tr("Why another reason"), draft.overruled if against else ""),
        (tr("Disputed amount"), money(dispute.amount, dispute.currency) if dispute else ""),
        (tr("Told us on"), draft.told_us_on),
        (tr("Begun"), when(dispute.created) if dispute and dispute.created else ""),
        (tr("Submitted here"), when(draft.submitted_at) if draft.submitted_at else ""),
    ]
    lines += evidence(reason, dispute.evidence if dispute else draft.evidence, rules, intake.files)
    if dispute is not None:
        lines.append((tr("Dispute at Stripe"), dispute.id))
    return lines


def balance(case: Case) -> list[Line]:
    """What moved on the Issuing balance, and what it comes to."""
    dispute = case.intake.dispute
    if dispute is None:
        return []
    if dispute.balance is None:
        return [(tr("Balance"), tr("Stripe has not been asked about the money yet."))]
    lines = []
    for entry in dispute.balance:
        on = f" · {typed_day(from_unix(entry.created))}" if entry.created else ""
        moved = money(entry.amount, entry.currency) if entry.currency else str(entry.amount)
        lines.append((case_words.entry_type(entry.type), moved + on))
    added = sums(dispute.balance)
    provisional = _joined({**added.provisional}, added.reversed)
    if dispute.status == "submitted" and provisional:
        lines.append((tr("For now"), tr("{sum}: not the cardholder's yet", sum=provisional)))
    elif dispute.status in ("won", "lost"):
        back = _joined(added.final, {})
        lines.append((tr("Recovered"), back or tr("nothing")))
    return lines


def _joined(one: Mapping[str, int], other: Mapping[str, int]) -> str:
    total = dict(one)
    for currency, amount in other.items():
        total[currency] = total.get(currency, 0) + amount
    return ", ".join(money(amount, currency) for currency, amount in total.items() if amount)


def withdrawal(case: Case, steps: StepRules, today: date) -> list[Line]:
    """What can be done to take a submission back, and until when."""
    dispute, line = case.intake.dispute, case.line
    if dispute is None or dispute.status != "submitted":
        return []
    lines = [(tr("How"), tr(steps.withdraw))]
    if line is not None and line.filed:
        last = from_unix(line.filed) + timedelta(days=steps.withdraw_within_days)
        over = tr("{day}: over", day=day(last, today=today))
        lines.append((tr("Until"), day(last, today=today) if today <= last else over))
    return lines


def related(case: Case) -> list[Line]:
    """Other purchases of the cardholder at the same shop."""
    lines = []
    for other in case.related:
        on = typed_day(from_unix(other.created)) if other.created else "–"
        said = money(-other.amount, other.currency) if other.currency else ""
        lines.append((on, f"{said} · {tr('disputed')}" if other.dispute_id else said))
    return lines


def complaints(case: Case) -> list[Line]:
    """The complaints in this matter."""
    return [(one.number, tr("open") if one.open else tr("closed")) for one in case.complaints]


def notes(case: Case) -> list[Line]:
    """Whom was told what, when and how."""
    lines = []
    for note in case.keeping.notes:
        said = case_words.note_kind(note.kind)
        how = case_words.medium(note.medium) if note.medium else ""
        parts = [" ".join(p for p in (said, how) if p), note.text, note.agent]
        on = typed_day(date.fromisoformat(note.on)) if note.on else when(note.at)
        lines.append((on, " · ".join(part for part in parts if part)))
    return lines


def history(case: Case, *, whole: bool = False) -> list[Line]:
    """The time line; `whole` writes instants in full."""
    written = moment if whole else when
    return [
        (written(one.at), " · ".join(p for p in (case_words.moment(one), one.agent) if p))
        for one in case.moments
    ]
