"""The explanation for the network, drafted from what is known in plain English.

It stays English whatever the language of the desk: evidence has to be English or translated
(docs.stripe.com/issuing/purchases/disputes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from babel.dates import format_date

from supportdesk.domain.days import from_unix
from supportdesk.domain.dispute_talk import Talk
from supportdesk.domain.disputes_checks import Case
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.money import minor_digits, to_decimal
from supportdesk.domain.records import EvidenceValue


def explanation(
    case: Case,
    talk: Talk,
    reason: str,
    amount: int | None,
    told: date | None,
    evidence: Mapping[str, EvidenceValue],
    rules: Rules,
) -> str:
    """Return a draft in facts: what was charged, what the cardholder says, what is typed.

    Args:
        amount: the disputed amount in minor units, None while it cannot be read.
        told: the day the cardholder told us.
        evidence: the fields as they were understood.

    The text is cut at a sentence before Stripe's limit.
    """
    known = rules.reason(reason)
    sentences = [_charged(case)]
    sentences += talk.says
    for entry in known.fields if known else ():
        value = evidence.get(entry.field)
        if value not in (None, "") and entry.field != "explanation":
            sentences.append(_field(entry.field, value, rules))
    captured = -case.transaction.amount
    if amount is not None and 0 < amount < captured:
        sentences.append(f"The disputed part is {_money(amount, case.transaction.currency)}.")
    if reason == "fraudulent" and case.card is not None and case.card.status == "canceled":
        sentences.append(f"The card ending in {case.card.last4} has been cancelled.")
    if told is not None:
        sentences.append(f"The cardholder reported this on {_day(told)}.")
    return _joined((s for s in sentences if s), rules.reasons.text_limit)


def _charged(case: Case) -> str:
    bought = case.transaction
    on = f"On {_day(from_unix(bought.created))} the card" if bought.created else "The card"
    shop = f" by {bought.merchant.name}" if bought.merchant.name else ""
    return f"{on} was charged {_money(-bought.amount, bought.currency)}{shop}."


def _field(name: str, value: EvidenceValue, rules: Rules) -> str:
    what = rules.field(name)
    if what.kind == "choice":
        return next((c.says for c in what.choices if c.value == value), "")
    if name == "cancellation_policy_provided":
        shown = "was shown" if value else "was not shown"
        return f"A cancellation policy {shown} to the cardholder before the purchase."
    if what.kind == "date" and isinstance(value, int):
        return what.says.format(value=_day(from_unix(value)))
    return what.says.format(value=str(value).strip().rstrip(".")) if what.says else ""


def _day(day: date) -> str:
    return format_date(day, "d MMMM y", locale="en_GB")


def _money(amount: int, currency: str) -> str:
    """An amount with its code, as a foreign reader cannot mistake it: EUR 249.00."""
    return f"{currency.upper()} {to_decimal(amount, currency):,.{minor_digits(currency)}f}"


def _joined(sentences: Iterator[str], limit: int) -> str:
    text = ""
    for sentence in sentences:
        longer = f"{text} {sentence}".strip()
        if len(longer) > limit:
            break
        text = longer
    return text
