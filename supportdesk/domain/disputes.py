"""A dispute while it is taken in: what was typed, what is wrong with it, what Stripe gets.

Sources: Stripe's Issuing dispute objects (API 2026-10-28.endive) and
docs.stripe.com/issuing/purchases/disputes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from supportdesk.domain.days import DayProblem, format_day, from_unix, parse_day, to_unix
from supportdesk.domain.dispute_talk import talk
from supportdesk.domain.disputes_rules import EvidenceField, FieldText, Reason, Rules
from supportdesk.domain.money import AmountProblem, format_amount, format_money, parse_amount
from supportdesk.domain.privacy import refusal
from supportdesk.domain.records import Dispute, EvidenceValue, Transaction

YES, NO = "yes", "no"
_YEAR = 366  # days: what is served or delivered can lie before its charge, but not by years
LATE_CAPTURE_DAYS = 31  # travel merchants capture up to 31 days after the purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything the agent typed, as typed, so that nothing is lost.

    Attributes:
        transaction_id: the capture in question.
        dispute_id: Stripe's dispute once it was saved there.
        reason: one of Stripe's reasons, "" until chosen.
        amount, told_us_on: text as typed.
        evidence: text as typed by field, also of reasons no longer chosen. A choice is Stripe's
            value, a bool "yes" or "no", a file the id of a kept file or of one at Stripe.
        submitted_at: Unix seconds of Stripe's answer to the submission made at this desk.
        answers: what the caller answered, by question of the conversation.
        overruled: why the agent chose another reason than the answers lead to.
        drafted: the explanation as the desk drafted it last; a text that differs was edited.
        intake: shared by the purchases that were taken in together, "" for one alone.
        complaint_id: the complaint it came from, "" for none.
    """

    transaction_id: str
    dispute_id: str = ""
    reason: str = ""
    amount: str = ""
    told_us_on: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    submitted_at: float | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    overruled: str = ""
    drafted: str = ""
    intake: str = ""
    complaint_id: str = ""

    def typed(self, name: str, text: str) -> Draft:
        """Return the draft with another text in the field `name`."""
        if name == "reason":
            return replace(self, reason=text)
        if name == "amount":
            return replace(self, amount=text)
        if name == "told_us_on":
            return replace(self, told_us_on=text)
        if name == "overruled":
            return replace(self, overruled=text)
        return replace(self, evidence={**self.evidence, name: text})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one field, in a sentence for the person who typed it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A draft as it was understood.

    Attributes:
        amount: minor units, None when it could not be read.
        days: the date fields that could be read, by name.
        evidence: what Stripe gets, by field; files still as the draft names them.
        wrong: what keeps it from being saved at Stripe.
        missing: what else Stripe asks for at submission.
    """

    amount: int | None
    days: Mapping[str, date]
    evidence: Mapping[str, EvidenceValue]
    wrong: tuple[Problem, ...]
    missing: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that keeps the dispute from being submitted."""
        return self.wrong + self.missing


def new_draft(transaction: Transaction, left: int, locale: str) -> Draft:
    """Return an empty intake for the whole amount that is left (minor units)."""
    typed = format_amount(left, transaction.currency, locale) if left > 0 else ""
    return Draft(transaction_id=transaction.id, amount=typed)


def adopt(dispute: Dispute, draft: Draft | None, rules: Rules, locale: str) -> Draft:
    """Return an intake that continues `dispute`; what was typed at this desk comes first."""
    if draft is not None and draft.dispute_id == dispute.id:
        return draft
    stripe = {
        name: _as_typed(value, rules.field(name), locale)
        for name, value in dispute.evidence.items()
        if value not in (None, "")
    }
    draft = draft or Draft(transaction_id=dispute.transaction_id)
    return replace(
        draft,
        transaction_id=dispute.transaction_id,
        dispute_id=dispute.id,
        reason=draft.reason or dispute.reason,
        amount=draft.amount or format_amount(dispute.amount, dispute.currency, locale),
        evidence={**stripe, **{n: t for n, t in draft.evidence.items() if t}},
        submitted_at=None,
    )


def _as_typed(value: EvidenceValue, what: FieldText, locale: str) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if what.kind == "date" and isinstance(value, int):
        return format_day(from_unix(value), locale)
    return str(value)


def read(
    draft: Draft, transaction: Transaction, left: int, rules: Rules, *, today: date, locale: str
) -> Reading:
    """Understand a draft against its transaction.

    Args:
        left: what can still be disputed, in minor units (capture minus refunds).
        today: the day at the desk, for dates that must not lie ahead.
        locale: how amounts and dates were typed.
    """
    wrong: list[Problem] = []
    missing: list[Problem] = []
    days: dict[str, date] = {}
    evidence: dict[str, EvidenceValue] = {}
    amount = _amount(draft, transaction, left, locale, wrong)
    _told_us_on(draft, transaction, today, locale, wrong, missing, days)
    reason = rules.reason(draft.reason)
    if reason is None:
        wrong.append(Problem("reason", "Choose a reason."))
    for entry in reason.fields if reason else ():
        if not entry.applies(draft.evidence):
            continue
        text = draft.evidence.get(entry.field, "")
        what = rules.field(entry.field)
        if not text.strip():
            if entry.needed:
                missing.append(Problem(entry.field, f"Stripe needs this: {what.label.lower()}."))
            continue
        try:
            value = _value(text, entry, what, rules, locale, days)
            _check_day(days.get(entry.field), what, today)
            evidence[entry.field] = value
        except ValueError as problem:
            wrong.append(Problem(entry.field, str(problem)))
    if reason is not None:
        _one_of(reason, evidence, draft, wrong, missing)
    wrong += _order(days, transaction)
    if _unexplained(draft, rules):
        missing.append(Problem("overruled", "Say why another reason was chosen."))
    return Reading(
        amount=amount,
        days=days,
        evidence=evidence,
        wrong=tuple(wrong),
        missing=tuple(missing),
    )


def _amount(
    draft: Draft, transaction: Transaction, left: int, locale: str, wrong: list[Problem]
) -> int | None:
    currency = transaction.currency
    try:
        amount = parse_amount(draft.amount, currency, locale)
    except AmountProblem as problem:
        wrong.append(Problem("amount", str(problem)))
        return None
    if amount > left:
        most = format_money(max(left, 0), currency, locale)
        wrong.append(Problem("amount", f"At most {most} can be disputed."))
        return None
    return amount


def _told_us_on(
    draft: Draft,
    transaction: Transaction,
    today: date,
    locale: str,
    wrong: list[Problem],
    missing: list[Problem],
    days: dict[str, date],
) -> None:
    if not draft.told_us_on.strip():
        missing.append(Problem("told_us_on", "Enter the day the cardholder told us."))
        return
    try:
        told = parse_day(draft.told_us_on, locale)
    except DayProblem as problem:
        wrong.append(Problem("told_us_on", str(problem)))
        return
    first = from_unix(transaction.created) if transaction.created else date.min
    if told > today:
        wrong.append(Problem("told_us_on", "This day is in the future."))
    elif first > date.min and told < first - timedelta(days=LATE_CAPTURE_DAYS):
        wrong.append(Problem("told_us_on", "This is before the purchase: check the year."))
    else:
        days["told_us_on"] = told


def _value(
    text: str,
    entry: EvidenceField,
    what: FieldText,
    rules: Rules,
    locale: str,
    days: dict[str, date],
) -> EvidenceValue:
    """Return what Stripe gets for a typed text; raises ValueError with the sentence to show."""
    if what.kind == "date":
        day = parse_day(text, locale)
        days[entry.field] = day
        return to_unix(day)
    if what.kind == "bool":
        if text not in (YES, NO):
            raise ValueError("Choose yes or no.")
        return text == YES
    if what.kind == "choice" and text not in {choice.value for choice in what.choices}:
        raise ValueError("Choose one of the answers.")
    if what.kind in ("text", "long"):
        return _free_text(text, rules.reasons.text_limit)
    return text


def _free_text(text: str, limit: int) -> str:
    cleaned = text.strip()
    if len(cleaned) > limit:
        raise ValueError(f"Too long: {len(cleaned):,} of {limit:,} characters.")
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in cleaned):
        raise ValueError("There are invisible control characters in this text: type it again.")
    if said := refusal(cleaned):
        raise ValueError(said)
    return cleaned


def _check_day(day: date | None, what: FieldText, today: date) -> None:
    """Refuse days ahead; a promised day may lie ahead, that is a matter of waiting."""
    if day is not None and day > today and what.future == "refuse":
        raise ValueError("This day is in the future.")


def _one_of(
    reason: Reason,
    evidence: dict[str, EvidenceValue],
    draft: Draft,
    wrong: list[Problem],
    missing: list[Problem],
) -> None:
    given = [name for name in reason.one_of if name in evidence]
    if reason.one_of and not given:
        missing.append(Problem(reason.one_of[0], f"Add {reason.one_of_label}."))
    text = "Only one proof is taken: remove this one or the other."
    wrong += [Problem(name, text) for name in given[1:]]
    if evidence.get("original_transaction") == draft.transaction_id:
        wrong.append(Problem("original_transaction", "This is the disputed purchase itself."))


def _order(days: Mapping[str, date], transaction: Transaction) -> list[Problem]:
    """Days that cannot be right together, or with the purchase."""
    found = []
    if "returned_at" in days and days["returned_at"] < days.get("received_at", date.min):
        found.append(Problem("returned_at", "This is before it was received."))
    bought = from_unix(transaction.created) if transaction.created else None
    for name in ("received_at", "returned_at", "expected_at") if bought else ():
        assert bought is not None
        if name in days and days[name] < bought - timedelta(days=_YEAR):
            found.append(Problem(name, "This is long before the purchase: check the year."))
    return found


def _unexplained(draft: Draft, rules: Rules) -> bool:
    """Whether the agent chose another reason than the answers lead to, without saying why."""
    led = talk(rules.conversation, draft.answers).reason
    return bool(led and draft.reason and led != draft.reason and not draft.overruled.strip())


def create_params(draft: Draft, reading: Reading) -> dict[str, Any]:
    """Return the parameters that create the dispute at Stripe."""
    return {"transaction": draft.transaction_id, **update_params(draft, reading, None)}


def update_params(draft: Draft, reading: Reading, at_stripe: Dispute | None) -> dict[str, Any]:
    """Return the parameters that make the dispute at Stripe equal to the draft.

    What Stripe has and the draft has not is cleared with "", as is the evidence of another
    reason.
    """
    evidence: dict[str, Any] = dict(reading.evidence)
    whole: dict[str, Any] = {"reason": draft.reason}
    if at_stripe is not None and at_stripe.reason == draft.reason:
        stale = {n for n, v in at_stripe.evidence.items() if v not in (None, "")} - set(evidence)
        evidence |= dict.fromkeys(sorted(stale), "")
    elif at_stripe is not None and at_stripe.reason:
        whole[at_stripe.reason] = ""
    if evidence:
        whole[draft.reason] = evidence
    return {"amount": reading.amount, "evidence": whole}
