"""What a key may do, found by reading; and whose key it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from supportdesk.errors import UserFacing
from supportdesk.stripe_gateway import words
from supportdesk.stripe_gateway.client import Gateway
from supportdesk.stripe_gateway.errors import account_in
from supportdesk.stripe_gateway.fields import ref

_NO_CARD = "ic_none"  # the permission is asked before the card is looked for

_READS: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
    ("issuing_cardholder_read", "find cardholders", "/v1/issuing/cardholders", {}),
    ("issuing_card_read", "see cards", "/v1/issuing/cards", {}),
    ("issuing_authorization_read", "see authorisations", "/v1/issuing/authorizations", {}),
    ("issuing_transaction_read", "see transactions", "/v1/issuing/transactions", {}),
    ("issuing_dispute_read", "see disputes", "/v1/issuing/disputes", {}),
    ("issuing_token_read", "see wallets", "/v1/issuing/tokens", {"card": _NO_CARD}),
    ("event_read", "notice changes made elsewhere", "/v1/events", {}),
)
_WRITES: tuple[tuple[str, str, str], ...] = (
    ("issuing_card_write", "freeze, cancel and replace cards", "issuing_card_read"),
    ("issuing_cardholder_write", "correct contact data", "issuing_cardholder_read"),
    ("issuing_dispute_write", "file disputes", "issuing_dispute_read"),
    ("issuing_token_write", "suspend wallets", "issuing_token_read"),
    ("file_write", "attach evidence", ""),
)


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission under Stripe's name.

    Attributes:
        needed_for: what the desk does with it.
        present: None if that is not known until it is used.
    """

    name: str
    needed_for: str
    present: bool | None


async def check(gateway: Gateway) -> list[Permission]:
    """Find out what the key may do, by reading one entry of each list.

    A secret key that may read may do everything. For a restricted key nothing short of a
    change shows that it may write; but writing includes reading, so a key that may not read
    may not write either (docs.stripe.com/keys, restricted keys).

    Raises:
        UserFacing: the key is not accepted at all, or Stripe cannot be reached.
    """
    found = await asyncio.gather(
        *(_may_read(gateway, path, params) for _, _, path, params in _READS)
    )
    reads = {name: present for (name, *_), present in zip(_READS, found, strict=True)}
    permissions = [Permission(name, use, reads[name]) for name, use, _, _ in _READS]
    for name, use, read in _WRITES:
        present = True if not gateway.restricted else None
        if read and not reads[read]:
            present = False
        permissions.append(Permission(name, use, present))
    return permissions


async def _may_read(gateway: Gateway, path: str, params: Mapping[str, Any]) -> bool:
    try:
        await gateway.probe(path, {**params, "limit": 1})
    except UserFacing as problem:
        if problem.code in (words.PERMISSION.code, words.FORBIDDEN.code):
            return False
        if problem.code == words.MISSING.code:
            return True  # Stripe went on to look for the card, which does not exist
        raise
    return True


async def account_id(gateway: Gateway) -> str:
    """Return the id of the key's account (`acct_...`), or "" if Stripe does not tell.

    A secret key may read its own account. A restricted key usually may not, but the refusal
    names the account. Nothing but the id is used.

    Raises:
        UserFacing: the key is not accepted, or Stripe cannot be reached.
    """
    try:
        body = await gateway.probe("/v1/account", {})
    except UserFacing as problem:
        if problem.code in (words.PERMISSION.code, words.FORBIDDEN.code, words.MISSING.code):
            return account_in(problem.detail)
        raise
    return ref({"account": body}, "account")
