"""A dispute's content in lines of words: for the read-back and for what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supportdesk.domain.days import from_unix
from supportdesk.domain.dispute_talk import talk
from supportdesk.domain.disputes import Draft, Reading
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import EvidenceValue, Transaction
from supportdesk.services.disputes import Intake
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui.text import money, tr, typed_day
from supportdesk.ui.words import merchant_name


def purchase(transaction: Transaction, *, short: bool = False) -> str:
    """Name a purchase: shop, amount and, unless it is `short`, day."""
    parts = [
        merchant_name(transaction.merchant),
        money(-transaction.amount, transaction.currency) if transaction.currency else "",
        typed_day(from_unix(transaction.created)) if transaction.created and not short else "",
    ]
    return " · ".join(part for part in parts if part)


def evidence(
    reason: str, values: Mapping[str, EvidenceValue], rules: Rules, files: Sequence[Kept]
) -> list[tuple[str, str]]:
    """Return label and value of each piece of evidence, in the order of the form."""
    known = rules.reason(reason)
    names = [entry.field for entry in known.fields] if known else []
    names += [name for name in values if name not in names]
    return [
        (tr(rules.field(name).label), _value(name, values[name], rules, files))
        for name in names
        if values.get(name) not in (None, "")
    ]


def _value(name: str, value: EvidenceValue, rules: Rules, files: Sequence[Kept]) -> str:
    what = rules.field(name)
    if isinstance(value, bool):
        return tr("Yes") if value else tr("No")
    if what.kind == "date" and isinstance(value, int):
        return typed_day(from_unix(value))
    if what.kind == "choice":
        return next((tr(c.label) for c in what.choices if c.value == value), str(value))
    if what.kind == "file":
        return _files(str(value), files)
    return str(value)


def _files(value: str, files: Sequence[Kept]) -> str:
    """Name the files of a field by their own names, in order."""
    known = {file.id: file for file in files}
    known |= {file.stripe_file_id: file for file in files if file.stripe_file_id}
    named: list[str] = []
    for one in value.split():
        kept = known.get(one)
        parts = [known[part].name for part in kept.parts if part in known] if kept else []
        named += parts or [kept.name if kept else tr("a file at Stripe")]
    return ", ".join(named)


def read_back(
    intake: Intake, reading: Reading, draft: Draft, rules: Rules
) -> list[tuple[str, str]]:
    """Return everything that will be submitted, to be read out to the cardholder."""
    reason = draft.reason
    known = rules.reason(reason)
    led = talk(rules.conversation, draft.answers).reason
    otherwise = draft.overruled if led and led != reason else ""
    transaction = intake.case.transaction
    told = reading.days.get("told_us_on")
    at, many = intake.place
    alone = tr("Purchase {n} of {many}: only this one is submitted now", n=at, many=many)
    lines = [
        (tr("Intake"), alone if many > 1 else ""),
        (tr("Cardholder"), intake.cardholder.name if intake.cardholder else ""),
        (tr("Purchase"), purchase(transaction)),
        (tr("Disputed amount"), money(reading.amount or 0, transaction.currency)),
        (tr("Reason"), tr(known.label) if known else reason),
        (tr("Why another reason"), otherwise),
        (tr("Told us on"), typed_day(told) if told else ""),
        *evidence(reason, reading.evidence, rules, intake.files),
    ]
    return [(name, value) for name, value in lines if value]
