"""Stripe's JSON to the desk's own types.

Tolerant on purpose: a missing field, or one of another type than documented, counts as not
sent, and an unknown enumeration value is kept as it is. Only an answer that is no object or
has no id cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from supportdesk.domain.cards import BESIDE
from supportdesk.domain.records import (
    Address,
    Authorization,
    BalanceEntry,
    Card,
    Cardholder,
    Decision,
    Design,
    Dispute,
    Event,
    EvidenceValue,
    Merchant,
    Page,
    Record,
    Shipping,
    SpendingControls,
    SpendingLimit,
    StripeFile,
    Token,
    Transaction,
)
from supportdesk.stripe_gateway.fields import (
    Body,
    as_moment,
    as_ref,
    child,
    children,
    day,
    flag,
    moment,
    number,
    ref,
    text,
    texts,
)

R = TypeVar("R")


class NotAnObject(Exception):
    """The answer is not an object with an id, or not a list of objects."""


def page(body: object, convert: Callable[[Body], R]) -> Page[R]:
    """Convert one page of a list; an entry without an id is left out.

    Raises:
        NotAnObject: the answer is not a list of Stripe's.
    """
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        raise NotAnObject
    entries = [one for one in body["data"] if isinstance(one, dict) and text(one, "id")]
    last_id = text(entries[-1], "id") if entries else ""
    return Page(
        tuple(convert(one) for one in entries),
        has_more=flag(body, "has_more") is True and bool(last_id),  # no cursor, no next page
        last_id=last_id,
    )


def one(body: object, convert: Callable[[Body], R]) -> R:
    """Convert a single object.

    Raises:
        NotAnObject: it is no object, or has no id.
    """
    if not isinstance(body, dict) or not text(body, "id"):
        raise NotAnObject
    return convert(body)


def cardholder(body: Body) -> Cardholder:
    """Convert an `issuing.cardholder`."""
    person = child(body, "individual")
    needs = child(body, "requirements")
    return Cardholder(
        id=text(body, "id"),
        name=text(body, "name"),
        type=text(body, "type"),
        status=text(body, "status"),
        email=text(body, "email"),
        phone_number=text(body, "phone_number"),
        created=moment(body, "created"),
        billing=_address(child(child(body, "billing"), "address")),
        first_name=text(person, "first_name"),
        last_name=text(person, "last_name"),
        dob=day(child(person, "dob")),
        preferred_locales=texts(body, "preferred_locales"),
        disabled_reason=text(needs, "disabled_reason"),
        past_due=texts(needs, "past_due"),
        spending_controls=_controls(child(body, "spending_controls")),
        livemode=flag(body, "livemode") is True,
    )


def card(body: Body) -> Card:
    """Convert an `issuing.card`; number and CVC are never among its fields."""
    shipping = child(body, "shipping")
    warning = child(body, "latest_fraud_warning")
    wallets = child(body, "wallets")
    return Card(
        id=text(body, "id"),
        cardholder_id=ref(body, "cardholder"),
        brand=text(body, "brand"),
        last4=text(body, "last4"),
        exp_month=number(body, "exp_month"),
        exp_year=number(body, "exp_year"),
        currency=text(body, "currency"),
        type=text(body, "type"),
        status=text(body, "status"),
        cancellation_reason=text(body, "cancellation_reason"),
        replacement_for=ref(body, "replacement_for"),
        replaced_by=ref(body, "replaced_by"),
        replacement_reason=text(body, "replacement_reason"),
        created=moment(body, "created"),
        shipping=_shipping(shipping) if shipping else None,
        spending_controls=_controls(child(body, "spending_controls")),
        fraud_warning=text(warning, "type"),
        fraud_warning_at=moment(warning, "started_at"),
        second_line=text(body, "second_line"),
        personalization_design=ref(body, "personalization_design"),
        apple_pay_eligible=flag(child(wallets, "apple_pay"), "eligible"),
        google_pay_eligible=flag(child(wallets, "google_pay"), "eligible"),
        beside=text(child(body, "metadata"), BESIDE),
        livemode=flag(body, "livemode") is True,
    )


def design(body: Body) -> Design:
    """Convert an `issuing.personalization_design`."""
    return Design(id=text(body, "id"), name=text(body, "name"), status=text(body, "status"))


def authorization(body: Body) -> Authorization:
    """Convert an `issuing.authorization`; the cardholder may only be named by its card."""
    checks = child(body, "verification_data")
    return Authorization(
        id=text(body, "id"),
        card_id=ref(body, "card"),
        cardholder_id=ref(body, "cardholder") or ref(child(body, "card"), "cardholder"),
        amount=number(body, "amount") or 0,
        currency=text(body, "currency"),
        merchant_amount=number(body, "merchant_amount") or 0,
        merchant_currency=text(body, "merchant_currency"),
        merchant=_merchant(child(body, "merchant_data")),
        approved=flag(body, "approved") is True,
        status=text(body, "status"),
        created=moment(body, "created"),
        method=text(body, "authorization_method"),
        card_presence=text(body, "card_presence"),
        wallet=text(body, "wallet"),
        token_id=ref(body, "token"),
        checks={
            name: text(checks, name)
            for name in checks
            if name.endswith("_check") and text(checks, name)
        },
        three_d_secure=text(child(checks, "three_d_secure"), "result"),
        decisions=tuple(_decision(entry) for entry in children(body, "request_history")),
        fraud_challenges=tuple(
            text(entry, "status") for entry in children(body, "fraud_challenges")
        ),
        network_transaction_id=text(child(body, "network_data"), "transaction_id"),
        atm_fee=number(child(body, "amount_details"), "atm_fee") or 0,
        cashback=number(child(body, "amount_details"), "cashback_amount") or 0,
        livemode=flag(body, "livemode") is True,
    )


def transaction(body: Body) -> Transaction:
    """Convert an `issuing.transaction`."""
    network = child(body, "network_data")
    return Transaction(
        id=text(body, "id"),
        type=text(body, "type"),
        amount=number(body, "amount") or 0,
        currency=text(body, "currency"),
        merchant_amount=number(body, "merchant_amount") or 0,
        merchant_currency=text(body, "merchant_currency"),
        merchant=_merchant(child(body, "merchant_data")),
        card_id=ref(body, "card"),
        cardholder_id=ref(body, "cardholder") or ref(child(body, "card"), "cardholder"),
        authorization_id=ref(body, "authorization"),
        dispute_id=ref(body, "dispute"),
        created=moment(body, "created"),
        wallet=text(body, "wallet"),
        token_id=ref(body, "token"),
        processing_date=text(network, "processing_date"),
        network_transaction_id=text(network, "transaction_id"),
        atm_fee=number(child(body, "amount_details"), "atm_fee") or 0,
        cashback=number(child(body, "amount_details"), "cashback_amount") or 0,
        livemode=flag(body, "livemode") is True,
    )


def dispute(body: Body) -> Dispute:
    """Convert an `issuing.dispute`; `balance` only if Stripe sent the list."""
    evidence = child(body, "evidence")
    reason = text(evidence, "reason")
    balance = body.get("balance_transactions")
    return Dispute(
        id=text(body, "id"),
        transaction_id=ref(body, "transaction"),
        amount=number(body, "amount") or 0,
        currency=text(body, "currency"),
        status=text(body, "status"),
        loss_reason=text(body, "loss_reason"),
        reason=reason,
        evidence={name: _evidence(value) for name, value in child(evidence, reason).items()},
        created=moment(body, "created"),
        balance=(
            tuple(_balance(entry) for entry in children(body, "balance_transactions"))
            if isinstance(balance, list)
            else None
        ),
        livemode=flag(body, "livemode") is True,
    )


def token(body: Body) -> Token:
    """Convert an `issuing.token`."""
    device = child(child(body, "network_data"), "device")
    return Token(
        id=text(body, "id"),
        card_id=ref(body, "card"),
        status=text(body, "status"),
        network=text(body, "network"),
        wallet_provider=text(body, "wallet_provider"),
        last4=text(body, "last4"),
        device_name=text(device, "name"),
        device_type=text(device, "type"),
        created=moment(body, "created"),
        network_updated_at=moment(body, "network_updated_at"),
        livemode=flag(body, "livemode") is True,
    )


def file(body: Body) -> StripeFile:
    """Convert a `file`."""
    return StripeFile(
        id=text(body, "id"),
        size=number(body, "size") or 0,
        type=text(body, "type"),
        purpose=text(body, "purpose"),
        created=moment(body, "created"),
        expires_at=moment(body, "expires_at"),
    )


def event(body: Body) -> Event:
    """Convert an `event`."""
    told = child(child(body, "data"), "object")
    kind = _RECORDS.get(text(told, "object"))
    return Event(
        id=text(body, "id"),
        type=text(body, "type"),
        created=moment(body, "created") or 0,
        api_version=text(body, "api_version"),
        object_id=text(told, "id"),
        record=kind(told) if kind is not None and text(told, "id") else None,
        changed=_contact(child(child(body, "data"), "previous_attributes"))
        if kind is cardholder
        else (),
    )


def _contact(before: Body) -> tuple[str, ...]:
    """Return what of a cardholder's data an update changed; `before` has the old values."""
    names = {"email": "email", "phone": "phone_number", "address": "billing", "dob": "individual"}
    individual = before.get("individual")
    if isinstance(individual, dict) and "dob" not in individual:
        del names["dob"]
    return tuple(data for data, name in names.items() if name in before)


_RECORDS: dict[str, Callable[[Body], Record]] = {
    "issuing.cardholder": cardholder,
    "issuing.card": card,
    "issuing.authorization": authorization,
    "issuing.transaction": transaction,
    "issuing.dispute": dispute,
    "issuing.token": token,
}


def _address(body: Body) -> Address:
    return Address(
        line1=text(body, "line1"),
        line2=text(body, "line2"),
        city=text(body, "city"),
        postal_code=text(body, "postal_code"),
        state=text(body, "state"),
        country=text(body, "country"),
    )


def _shipping(body: Body) -> Shipping:
    validation = child(body, "address_validation")
    normalized = child(validation, "normalized_address")
    return Shipping(
        name=text(body, "name"),
        address=_address(child(body, "address")),
        phone_number=text(body, "phone_number"),
        service=text(body, "service"),
        type=text(body, "type"),
        status=text(body, "status"),
        carrier=text(body, "carrier"),
        eta=moment(body, "eta"),
        shipped_at=moment(body, "shipped_at"),
        delivered_at=moment(body, "delivered_at"),
        tracking_number=text(body, "tracking_number"),
        tracking_url=text(body, "tracking_url"),
        validation_mode=text(validation, "mode"),
        validation_result=text(validation, "result"),
        normalized_address=_address(normalized) if text(normalized, "line1") else None,
    )


def _controls(body: Body) -> SpendingControls:
    return SpendingControls(
        limits=tuple(
            SpendingLimit(
                amount=amount,
                interval=text(limit, "interval"),
                categories=texts(limit, "categories"),
            )
            for limit in children(body, "spending_limits")
            if (amount := number(limit, "amount")) is not None  # 0 would be a limit of its own
        ),
        limits_currency=text(body, "spending_limits_currency"),
        allowed_categories=texts(body, "allowed_categories"),
        blocked_categories=texts(body, "blocked_categories"),
        allowed_merchant_countries=texts(body, "allowed_merchant_countries"),
        blocked_merchant_countries=texts(body, "blocked_merchant_countries"),
        allowed_card_presences=texts(body, "allowed_card_presences"),
        blocked_card_presences=texts(body, "blocked_card_presences"),
    )


def _merchant(body: Body) -> Merchant:
    return Merchant(
        name=text(body, "name"),
        category=text(body, "category"),
        category_code=text(body, "category_code"),
        city=text(body, "city"),
        country=text(body, "country"),
        network_id=text(body, "network_id"),
        url=text(body, "url"),
    )


def _decision(body: Body) -> Decision:
    return Decision(
        approved=flag(body, "approved") is True,
        reason=text(body, "reason"),
        reason_message=text(body, "reason_message"),
        amount=number(body, "amount"),
        currency=text(body, "currency"),
        created=moment(body, "created"),
        network_risk_score=number(body, "network_risk_score"),
    )


def _balance(body: Body) -> BalanceEntry:
    return BalanceEntry(
        id=text(body, "id"),
        amount=number(body, "amount") or 0,
        currency=text(body, "currency"),
        type=text(body, "type"),
        created=moment(body, "created"),
    )


def _evidence(value: object) -> EvidenceValue:
    """Keep a plain value; a file that was sent whole becomes its id."""
    if isinstance(value, bool):
        return value
    return as_moment(value) if isinstance(value, int) else (as_ref(value) or None)
