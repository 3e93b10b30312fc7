"""The steps and facts of a purchase in words."""

from __future__ import annotations

from collections.abc import Iterable

from supportdesk.domain.activity import Line
from supportdesk.domain.line_history import Disputable, Event
from supportdesk.domain.records import Authorization, Merchant, Transaction
from supportdesk.ui import text, words
from supportdesk.ui.text import spoken, tr

Fact = tuple[str, str]


def event(step: Event) -> str:
    """What one step of a purchase was, with its amount."""
    said = {
        "approved": tr("approved, {amount} held"),
        "declined": tr("declined, {amount} asked"),
        "more_approved": tr("the shop asked for {amount} more: approved"),
        "more_declined": tr("the shop asked for {amount} more: declined"),
        "captured": tr("charged {amount}"),
        "refunded": tr("{amount} came back"),
        "refund_taken_back": tr("refund of {amount} taken back"),
        "part_released": tr("{amount} of it released; Stripe does not tell when"),
        "reversed": tr("released by the shop; Stripe does not tell when"),
        "expired": tr("lapsed without being charged; Stripe does not tell when"),
    }
    amount = text.money(step.amount, step.currency)
    if step.merchant_amount and step.merchant_currency not in ("", step.currency):
        amount += f" ({text.money(step.merchant_amount, step.merchant_currency)})"
    template = said.get(step.kind)
    if template is None:
        return f"{step.kind.replace('_', ' ')} {amount}"
    return template.format(amount=amount)


def event_time(step: Event) -> str:
    """When a step was."""
    return text.when(step.at) if step.at is not None else "–"


def disputable(limit: Disputable) -> str:
    """Until when a purchase can be disputed and what that rests on, or why it cannot."""
    if limit.until is None:
        why = {
            "not_captured": tr("Not before the shop has charged it."),
            "refund": tr("A refund cannot be disputed."),
            "refunded": tr("No: it was refunded."),
            "disputed": tr("It is disputed already."),
            "too_late": tr("No: the time is over ({basis}).", basis=limit.basis),
        }
        return spoken(limit.why, why)
    said = tr("Until {day}, an estimate: {basis}.", day=text.day(limit.until), basis=limit.basis)
    if limit.earliest is not None:
        said += " " + tr("For some reasons only until {day}.", day=text.day(limit.earliest))
    return said


def facts(line: Line, *, network_risk: bool) -> Iterable[Fact]:
    """What is known about how and where it was bought: name and value, without empty ones.

    Args:
        network_risk: whether the programme allows the network's risk score to be shown.
    """
    bought = line.authorization
    moved = (*line.captures, *line.refunds)
    shop = bought.merchant if bought is not None else moved[0].merchant if moved else Merchant()
    found = [(tr("Shop"), _shop(shop)), (tr("Paid with"), _how(line))]
    found.append((tr("Cash"), _cash(bought or (moved[0] if moved else None))))
    if bought is not None:
        found += [(tr("Checks"), _checks(bought)), (tr("3D Secure"), _secure(bought))]
        found.append((tr("Text message"), _challenge(bought)))
        latest = bought.latest_decision
        if network_risk and latest is not None and latest.network_risk_score is not None:
            score = tr("{score} of 99, only for you", score=latest.network_risk_score)
            found.append((tr("Network's risk"), score))
    return [(name, value) for name, value in found if value]


def _shop(shop: Merchant) -> str:
    place = ", ".join(part for part in (shop.city, words.country(shop.country)) if part)
    kind = shop.category.replace("_", " ")
    return " · ".join(part for part in (words.merchant_name(shop), kind, place) if part)


def _how(line: Line) -> str:
    said = words.how(line)
    bought = line.authorization
    if bought is None:
        return said
    presence = {"present": tr("card at hand"), "not_present": tr("card not at hand")}
    known = spoken(bought.card_presence, presence)
    return " · ".join(part for part in (said, known) if part)


def _cash(part_of: Authorization | Transaction | None) -> str:
    """What of the amount is cash, or what the cash machine asks for it."""
    said = []
    if part_of is not None and part_of.atm_fee:
        fee = text.money(abs(part_of.atm_fee), part_of.currency)
        said.append(tr("{amount} of it is the cash machine's fee", amount=fee))
    if part_of is not None and part_of.cashback:
        out = text.money(abs(part_of.cashback), part_of.currency)
        said.append(tr("{amount} of it was paid out in cash at the till", amount=out))
    return " · ".join(said)


def _checks(bought: Authorization) -> str:
    names = {
        "address_line1_check": tr("address"),
        "address_postal_code_check": tr("postal code"),
        "cvc_check": tr("security code"),
        "expiry_check": tr("expiry date"),
    }
    results = {"match": tr("matched"), "mismatch": tr("did not match")}
    return ", ".join(
        f"{spoken(name, names)} {spoken(result, results)}"
        for name, result in sorted(bought.checks.items())
        if result not in ("", "not_provided")
    )


def _secure(bought: Authorization) -> str:
    said = {
        "authenticated": tr("confirmed by the cardholder"),
        "attempt_acknowledged": tr("tried; the cardholder was not asked"),
        "failed": tr("failed"),
        "required": tr("was required and not done"),
    }
    return spoken(bought.three_d_secure, said)


def _challenge(bought: Authorization) -> str:
    said = {
        "pending": tr("sent, no answer yet"),
        "verified": tr("the cardholder confirmed the purchase"),
        "rejected": tr("the cardholder said it was not theirs"),
        "expired": tr("not answered in time"),
        "undeliverable": tr("could not be delivered"),
    }
    return ", ".join(spoken(status, said) for status in bought.fraud_challenges)
