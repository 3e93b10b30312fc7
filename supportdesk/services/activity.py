"""A person's purchases: page by page from the mirror, older ones from Stripe, each explained."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from supportdesk.domain.activity import Line
from supportdesk.domain.decline_texts import Texts
from supportdesk.domain.declines import (
    Answer,
    Circumstances,
    asked,
    declined_by,
    explain,
)
from supportdesk.domain.limits import Spending, Use, barriers, interval_start, uses
from supportdesk.domain.records import Authorization, Decision, Page, Transaction
from supportdesk.services import coverage
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.services.circumstances import failed_3ds, last_switch, successor, used_before
from supportdesk.services.coverage import KINDS, Coverage, Kind
from supportdesk.services.keeping import keep
from supportdesk.services.lookup import Person
from supportdesk.services.stretch import Stretch, stretch
from supportdesk.store.journal import Entry
from supportdesk.store.mirror import Cursor, Mirror
from supportdesk.stripe_gateway.client import Gateway

OLDER = 100  # purchases of each kind that one step further back reads from Stripe


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the desk can say about a person's purchases beyond what Stripe tells.

    Attributes:
        answers: why a purchase was declined, by its authorisation's id.
        uses: how much of each limit is used now, by card id, the card's own limits first.
        complete_since: Unix seconds from which on all purchases are known, 0 for all of them,
            None when that is not known.
        stripe_has_older: whether Stripe has purchases older than those known here.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)
    complete_since: int | None = None
    stripe_has_older: bool = False


class Activity:
    """Purchases of the open account's cardholders.

    Args:
        locale: how amounts and dates in answers are written.
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        actions: Actions,
        changes: Changes,
        *,
        texts: Texts,
        locale: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.texts = texts
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._locale = locale
        self._clock = clock

    async def older(self, cardholder_id: str, before: Cursor, limit: int = OLDER) -> Stretch:
        """Return the purchases before a place in the list, from the mirror.

        Raises:
            UserFacing: the mirror cannot be read.
        """
        return await stretch(self._mirror, cardholder_id, limit, before)

    async def read_older(self, cardholder_id: str) -> bool:
        """Read what Stripe has before the purchases known here; return whether there is more.

        Raises:
            UserFacing: Stripe cannot be reached, or refuses.
        """
        at = self._clock()
        known = await coverage.held(self._mirror, cardholder_id)
        pages = await asyncio.gather(
            *(self._page_after(cardholder_id, kind, known) for kind in KINDS)
        )
        more = False
        for kind, page in zip(KINDS, pages, strict=True):
            if page is not None:
                await keep(self._mirror, self._changes, page.records, at)
                note = await coverage.extend(self._mirror, cardholder_id, kind, page)
                more = more or not note.whole
        return more

    async def _page_after(
        self, cardholder_id: str, kind: Kind, known: Mapping[Kind, Coverage]
    ) -> Page[Authorization] | Page[Transaction] | None:
        note = known.get(kind)
        if note is not None and note.whole:
            return None
        after = note.after if note is not None else ""
        if kind == "authorizations":
            return await self._gateway.authorizations(
                cardholder=cardholder_id, limit=OLDER, starting_after=after
            )
        return await self._gateway.transactions(
            cardholder=cardholder_id, limit=OLDER, starting_after=after
        )

    async def story(self, person: Person, shown: Sequence[Line] = ()) -> Story:
        """Explain a person's declined purchases and say how much of their limits is used.

        Args:
            shown: further lines to explain, such as older ones.

        Raises:
            UserFacing: the mirror or the journal cannot be read.
        """
        now = self._clock()
        notes = await coverage.held(self._mirror, person.cardholder.record.id)
        since = coverage.complete_since(notes)
        every = (*person.lines, *shown)
        declined = _declined(every)
        history = await self._histories(declined)
        spending = await self._spending(person, declined, since, now)
        return Story(
            answers={
                a.id: answer
                for a, decision in declined
                if (answer := self._answer(a, decision, person, every, spending, history, now))
            },
            uses={
                seen.record.id: uses(seen.record, person.cardholder.record, spending, now)
                for seen in person.cards
                if seen.record.status != "canceled"
            },
            complete_since=since,
            stripe_has_older=any(not note.whole for note in notes.values()),
        )

    async def _histories(
        self, declined: Sequence[tuple[Authorization, Decision]]
    ) -> dict[str, list[Entry]]:
        """Read the journal of the cards that were off when something was declined."""
        ids = {a.card_id for a, d in declined if d.reason == "card_inactive" and a.card_id}
        found = await asyncio.gather(*(self._actions.history(id, 100) for id in ids))
        return dict(zip(ids, found, strict=True))

    async def _spending(
        self,
        person: Person,
        declined: Sequence[tuple[Authorization, Decision]],
        since: int | None,
        now: float,
    ) -> Spending:
        """Read as far back as the longest interval of a limit reaches."""
        cards = tuple(seen.record for seen in person.cards)
        moments = [now, *(_at(a, d) for a, d in declined if d.reason == "spending_controls")]
        controls = [card.spending_controls for card in cards]
        controls.append(person.cardholder.record.spending_controls)
        starts = [
            interval_start(limit.interval, min(moments))
            for one in controls
            for limit in one.limits
            if limit.interval != "per_authorization"
        ]
        if not starts:
            return Spending(cards=cards, complete_since=since)
        asked_for, moved = await self._mirror.spent_since(person.cardholder.record.id, min(starts))
        return Spending(
            cards=cards,
            authorizations=tuple(asked_for),
            transactions=tuple(moved),
            complete_since=since,
        )

    def _answer(
        self,
        authorization: Authorization,
        decision: Decision,
        person: Person,
        every: Sequence[Line],
        spending: Spending,
        history: Mapping[str, Sequence[Entry]],
        now: float,
    ) -> Answer | None:
        cards = {seen.record.id: seen.record for seen in person.cards}
        card, holder = cards.get(authorization.card_id), person.cardholder.record
        at = _at(authorization, decision)
        known = Circumstances(
            now=now,
            card=card,
            successor=successor(card, cards),
            cardholder=holder,
            switch=last_switch(history.get(authorization.card_id, ()), at),
            failed_3ds=failed_3ds(authorization, every, at),
            used_before=used_before(authorization, every, at),
        )
        if decision.reason == "spending_controls" and card is not None:
            purchase = asked(authorization, decision)
            known = replace(
                known,
                rules=barriers(purchase, card, holder, spending, now, at),
                measured=uses(card, holder, spending, now, at),
            )
        return explain(authorization, known, self.texts, locale=self._locale())


def _at(authorization: Authorization, decision: Decision) -> int:
    return decision.created or authorization.created or 0


def _declined(shown: Sequence[Line]) -> list[tuple[Authorization, Decision]]:
    return [
        (line.authorization, decision)
        for line in shown
        if line.authorization is not None
        and (decision := declined_by(line.authorization)) is not None
    ]
