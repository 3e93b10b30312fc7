"""Find a person and put together what is known about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supportdesk.domain.activity import Line
from supportdesk.domain.records import Card, Cardholder, Dispute, Seen, Token


@dataclass(frozen=True, slots=True)
class Match:
    """A person that a search found, with the last4 of their cards and what matched."""

    cardholder: Cardholder
    last4s: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All the desk knows of a cardholder.

    Attributes:
        cards: newest first, cancelled ones last.
        lines: purchases, refunds and attempts, newest first.
        tokens: wallet tokens by card id.
    """

    cardholder: Seen[Cardholder]
    cards: tuple[Seen[Card], ...] = ()
    lines: tuple[Line, ...] = ()
    disputes: tuple[Seen[Dispute], ...] = ()
    tokens: Mapping[str, tuple[Token, ...]] = field(default_factory=dict)
