"""Find a person and put together what is known about them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from supportdesk.domain import phones
from supportdesk.domain.activity import Line
from supportdesk.domain.dispute_steps import ENDED
from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Page,
    Record,
    Seen,
    Token,
    Transaction,
)
from supportdesk.domain.typed import exact, plain
from supportdesk.errors import UserFacing
from supportdesk.services import coverage
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep
from supportdesk.services.stretch import stretch
from supportdesk.store import search
from supportdesk.store.mirror import Cursor, Mirror
from supportdesk.stripe_gateway.client import Gateway

RECENT = 100  # newest authorisations, and as many transactions, of a person that are read live
SHOWN = 200  # purchases that are put together from the mirror
MOST_ASKED = 20  # cardholders looked up for cards that share their last four digits

T = TypeVar("T")
# A question yet to be asked: one that was never begun when all are called off leaves nothing open.
Ask = Callable[[], Awaitable[T]]
_GONE = "resource_missing"
_ORDER = {"active": 0, "inactive": 1, "canceled": 2}  # what a call is about comes first


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
        cards: active, then switched off, then cancelled ones, each newest first.
        lines: the newest purchases, refunds and attempts, newest first.
        older: where the mirror goes on with older ones, None when it has no more.
        tokens: wallet tokens by card id.
    """

    cardholder: Seen[Cardholder]
    cards: tuple[Seen[Card], ...] = ()
    lines: tuple[Line, ...] = ()
    older: Cursor | None = None
    disputes: tuple[Seen[Dispute], ...] = ()
    tokens: Mapping[str, tuple[Token, ...]] = field(default_factory=dict)


class Lookup:
    """Search in the mirror, look-ups at Stripe.

    Args:
        clock: Unix seconds.
        region: tells the country (ISO 3166-1 alpha-2) from which a telephone number without a
            country code is dialled.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        changes: Changes,
        *,
        clock: Callable[[], float] = time.time,
        region: Callable[[], str] = str,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._changes = changes
        self._clock = clock
        self._region = region

    async def search(self, text: str, limit: int = 50) -> list[Match]:
        """Return the people that fit what was typed, best first; never asks Stripe.

        Raises:
            UserFacing: the mirror cannot be read.
        """
        return [
            Match(
                one.cardholder or Cardholder(id=one.hit.cardholder_id),
                _last4s(one.cards),
                one.hit.why,
            )
            for one in await search.find(self._mirror, text, limit, region=self._region())
        ]

    async def ask_stripe(self, text: str) -> list[Match]:
        """Look an exact e-mail, phone number, last4 or id up at Stripe; keeps what it finds.

        Returns nothing for any other text (see `typed.exact`), and when Stripe knows nothing of it.

        Raises:
            UserFacing: Stripe cannot be reached, or refuses.
        """
        text, kind = plain(text), exact(text)
        if kind is None:
            return []
        at = self._clock()
        if kind == "email":
            forms = _forms(text, text.lower())
            ids = await self._holders(
                at, [partial(self._gateway.cardholders, email=form) for form in forms]
            )
        elif kind == "phone":
            forms = _forms(phones.e164(text, self._region()), text, _dialled(text))
            ids = await self._holders(
                at, [partial(self._gateway.cardholders, phone_number=form) for form in forms]
            )
        elif kind == "last4":
            page = await self._gateway.cards(last4=text)
            ids = await self._owners(page.records, at)
        else:
            ids = await self._owner(text, at)
        return await self._matches(dict.fromkeys(ids, kind))

    async def person(self, id: str) -> Person | None:
        """Put together what the mirror knows of a cardholder; None if it lacks them.

        Raises:
            UserFacing: the mirror cannot be read.
        """
        mirror = self._mirror
        holder = await mirror.cardholder(id)
        if holder is None:
            return None
        cards, newest, disputes = await asyncio.gather(
            mirror.cards_of(id), stretch(mirror, id, SHOWN), mirror.disputes_of(id)
        )
        tokens = await asyncio.gather(*(mirror.tokens_of(card.record.id) for card in cards))
        return Person(
            cardholder=holder,
            cards=tuple(sorted(cards, key=lambda card: _ORDER.get(card.record.status, 1))),
            lines=newest.lines,
            older=newest.older,
            disputes=tuple(disputes),
            tokens={
                card.record.id: tuple(token.record for token in some)
                for card, some in zip(cards, tokens, strict=True)
                if some
            },
        )

    async def opened(self, id: str) -> None:
        """Remember that a cardholder was opened, so that a search puts them before their likes.

        Raises:
            UserFacing: the mirror cannot be written.
        """
        await self._mirror.note_opened(id, self._clock())

    async def refresh(self, id: str) -> Person:
        """Ask Stripe about a cardholder side by side: person, cards, wallets, activity, disputes.

        Raises:
            UserFacing: something could not be read. What could be is in the mirror all the same
                and was announced, so `person` shows it.
        """
        at = self._clock()
        gateway = self._gateway
        holder, cards, paid, moved = await _side_by_side(
            self._read_one(partial(gateway.cardholder, id), at),
            self._read_page(partial(gateway.cards, cardholder=id), at),
            self._read_newest(id, "authorizations", gateway.authorizations, at),
            self._read_newest(id, "transactions", gateway.transactions, at),
        )
        living = [card for card in _found(cards) if card.status != "canceled"]
        disputed = await self._to_read(id, [t.dispute_id for t in _found(moved) if t.dispute_id])
        rest = await _side_by_side(
            *(self._read_page(partial(gateway.tokens, card.id), at) for card in living),
            *(self._read_one(partial(gateway.dispute, dispute), at) for dispute in disputed),
        )
        for outcome in (holder, cards, paid, moved, *rest):
            if isinstance(outcome, UserFacing):
                raise outcome
        person = await self.person(id)
        assert person is not None  # it was just put there
        return person

    async def _to_read(self, id: str, disputed: Sequence[str]) -> list[str]:
        """Return ids of disputes to be read: decided ones not again, open ones of old purchases.

        A decided dispute stays as it is; its later entries come as events.
        """
        known = {seen.record.id: seen.record for seen in await self._mirror.disputes_of(id)}
        over = {d.id for d in known.values() if d.status in ENDED and d.balance is not None}
        open_ = [d.id for d in known.values() if d.status not in ENDED]
        return [one for one in dict.fromkeys((*disputed, *open_)) if one not in over]

    async def _read_one(self, ask: Ask[Record], at: float) -> Sequence[Record]:
        record = await ask()
        await self._keep([record], at)
        return [record]

    async def _read_page(self, ask: Ask[Page[Any]], at: float) -> Sequence[Any]:
        page = await ask()
        await self._keep(page.records, at)
        return page.records

    async def _read_newest(
        self, id: str, kind: coverage.Kind, read: Callable[..., Awaitable[Page[Any]]], at: float
    ) -> Sequence[Any]:
        """Read a person's newest activity and note how far back it reaches."""
        page = await read(cardholder=id, limit=RECENT)
        await self._keep(page.records, at)
        await coverage.renew(self._mirror, id, kind, page, at)
        return page.records

    async def _keep(self, records: Sequence[Record], at: float) -> None:
        await keep(self._mirror, self._changes, records, at)

    async def _matches(self, whys: Mapping[str, str]) -> list[Match]:
        """Return a match for each cardholder id; one the mirror lacks is known by its id only."""
        seen = {s.record.id: s.record for s in await self._mirror.cardholders(list(whys))}
        cards = await self._mirror.cards_of_all(list(whys))
        return [
            Match(
                seen.get(id, Cardholder(id=id)), _last4s([seen.record for seen in cards[id]]), why
            )
            for id, why in whys.items()
        ]

    async def _holders(self, at: float, questions: Sequence[Ask[Page[Cardholder]]]) -> list[str]:
        pages = await asyncio.gather(*(ask() for ask in questions))
        found = [holder for page in pages for holder in page.records]
        await self._keep(found, at)
        return list(dict.fromkeys(holder.id for holder in found))

    async def _owners(self, cards: Sequence[Card], at: float) -> list[str]:
        """Keep cards; return their cardholders, asked for where the mirror lacks them."""
        await self._keep(cards, at)
        ids = list(dict.fromkeys(card.cardholder_id for card in cards if card.cardholder_id))
        known = {s.record.id for s in await self._mirror.cardholders(ids)}
        lacking = [id for id in ids if id not in known][:MOST_ASKED]
        found = await asyncio.gather(*(self._gateway.cardholder(id) for id in lacking))
        await self._keep(found, at)
        return ids

    async def _owner(self, id: str, at: float) -> list[str]:
        """Return the cardholder that an object belongs to."""
        try:
            if id.startswith("ich_"):
                await self._keep([await self._gateway.cardholder(id)], at)
                return [id]
            if id.startswith("ic_"):
                return await self._owners([await self._gateway.card(id)], at)
            if id.startswith("intok_"):
                token = await self._gateway.token(id)
                await self._keep([token], at)
                return await self._owners([await self._gateway.card(token.card_id)], at)
            if id.startswith("idp_"):
                dispute = await self._gateway.dispute(id)
                await self._keep([dispute], at)
                id = dispute.transaction_id
            if id.startswith("iauth_"):
                moved: Authorization | Transaction = await self._gateway.authorization(id)
            else:
                moved = await self._gateway.transaction(id)
            await self._keep([moved], at)
            return await self._owners([await self._gateway.card(moved.card_id)], at)
        except UserFacing as problem:
            if problem.code == _GONE:
                return []
            raise


def _found(outcome: Sequence[Any] | UserFacing) -> Sequence[Any]:
    return () if isinstance(outcome, UserFacing) else outcome


async def _side_by_side(
    *questions: Coroutine[Any, Any, Sequence[Any]],
) -> list[Sequence[Any] | UserFacing]:
    """Wait for all; what failed does not keep the others from being read."""
    outcomes: list[Sequence[Any] | UserFacing] = []
    for outcome in await asyncio.gather(*questions, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, UserFacing):
            raise outcome
        outcomes.append(outcome)
    return outcomes


def _forms(*forms: str) -> list[str]:
    return list(dict.fromkeys(form for form in forms if form))


def _dialled(number: str) -> str:
    """Return a telephone number as Stripe keeps it: digits with a plus for the country."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if number.startswith("00"):
        return f"+{digits[2:]}"
    return f"+{digits}" if number.startswith("+") else digits


def _last4s(cards: Sequence[Card]) -> tuple[str, ...]:
    """Living cards first, each number once: a replacement may share it with the old card."""
    ordered = sorted(cards, key=lambda card: card.status == "canceled")
    return tuple(dict.fromkeys(card.last4 for card in ordered if card.last4))
