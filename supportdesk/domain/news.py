"""What changed about a person, their cards and disputes between two looks, by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from supportdesk.domain.records import Card, Cardholder, Dispute, Token

OPEN_DISPUTES = ("unsubmitted", "submitted")
# By the name of what changed, the fields that tell it; what nobody sees on a page is no news.
_PERSON: Mapping[str, tuple[str, ...]] = {
    "status": ("status",),
    "name": ("name", "first_name", "last_name"),
    "email": ("email",),
    "phone": ("phone_number",),
    "address": ("billing",),
    "birthday": ("dob",),
    "requirements": ("disabled_reason", "past_due"),
    "limits": ("spending_controls",),
}
_CARD: Mapping[str, tuple[str, ...]] = {
    "status": ("status", "cancellation_reason"),
    "fraud_warning": ("fraud_warning",),
    "shipment": ("shipping",),
    "limits": ("spending_controls",),
    "replacement": ("replaced_by",),
    "expiry": ("exp_month", "exp_year"),
}


def of_person(before: Cardholder, now: Cardholder) -> tuple[str, ...]:
    """Return the names of what changed about a person, those that matter most first."""
    return _changed(_PERSON, before, now)


def of_card(
    before: Card, now: Card, wallets: Sequence[Token] = (), wallets_now: Sequence[Token] = ()
) -> tuple[str, ...]:
    """Return the names of what changed about a card and its wallets."""
    found = _changed(_CARD, before, now)
    states = [{(token.id, token.status) for token in some} for some in (wallets, wallets_now)]
    return (*found, "wallets") if states[0] != states[1] else found


def of_disputes(
    before: Sequence[Dispute], now: Sequence[Dispute], mine: Collection[str]
) -> dict[str, str]:
    """Return by id what became of disputes: "new", or the status they have now.

    Args:
        mine: ids of disputes that this desk saved or submitted just now; that it did is no news.
    """
    known = {dispute.id: dispute.status for dispute in before}
    found: dict[str, str] = {}
    for dispute in now:
        if known.get(dispute.id) == dispute.status:
            continue
        if dispute.id in mine and dispute.status in OPEN_DISPUTES:
            continue
        found[dispute.id] = dispute.status if dispute.id in known else "new"
    return found


def _changed(
    parts: Mapping[str, tuple[str, ...]], before: Cardholder | Card, now: Cardholder | Card
) -> tuple[str, ...]:
    return tuple(
        name
        for name, fields in parts.items()
        if any(getattr(before, field) != getattr(now, field) for field in fields)
    )
