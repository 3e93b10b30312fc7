"""What an intake of a dispute knows of its purchase, from this desk and from Stripe."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.domain.disputes import Draft, adopt, new_draft
from supportdesk.domain.disputes_checks import Case, Ceiling, ceiling
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Cardholder, Dispute, Record, Transaction
from supportdesk.store.dispute_drafts import DisputeDrafts, Kept
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Span

RELATED = 200  # newest transactions of a person looked at for refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One purchase with everything that intake needs to know about it.

    Attributes:
        draft: what was typed, or a new one.
        together: all drafts of the same intake in the order they were begun; empty for one alone.
        kept_at, kept_by: when and by whom it was last typed in (Unix seconds), None for a new one.
        read_at: when Stripe last told us about the dispute or else the purchase.
    """

    case: Case
    ceiling: Ceiling
    cardholder: Cardholder | None
    draft: Draft
    files: tuple[Kept, ...]
    kept_at: float | None
    read_at: float
    kept_by: str = ""
    together: tuple[Transaction, ...] = ()

    @property
    def dispute(self) -> Dispute | None:
        """The dispute at Stripe, if there is one."""
        return self.case.dispute

    @property
    def originals(self) -> tuple[Kept, ...]:
        """The files as they were added, without what the desk put together from them."""
        return tuple(file for file in self.files if not file.parts)

    @property
    def place(self) -> tuple[int, int]:
        """Which one of how many purchases of the intake this is, counted from 1."""
        ids = [purchase.id for purchase in self.together]
        mine = self.case.transaction.id
        return (ids.index(mine) + 1, len(ids)) if mine in ids else (1, 1)

    @property
    def editable(self) -> bool:
        """Whether something can still be changed."""
        return self.dispute is None or self.dispute.status == "unsubmitted"


class Intakes:
    """Reads intakes of the open account.

    Args:
        drafts: the casebook's intakes.
        account: ref of the open account.
        locale: how amounts and dates are typed now, such as "de_DE".
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        drafts: DisputeDrafts,
        rules: Rules,
        *,
        account: str,
        locale: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._drafts = drafts
        self._rules = rules
        self._account = account
        self._locale = locale
        self._clock = clock

    async def captures(self, cardholder_id: str) -> list[Transaction]:
        """Return a person's captured purchases the mirror knows, newest first."""
        seen = await self._mirror.transactions_of(cardholder_id, limit=RELATED)
        return [s.record for s in seen if s.record.type == "capture"]

    async def open(self, transaction_id: str) -> Intake | None:
        """Return a purchase's intake from this desk alone; None if the mirror lacks it."""
        seen = await self._mirror.transaction(transaction_id)
        if seen is None:
            return None
        transaction, read_at = seen.record, seen.read_at
        dispute = None
        for known in await self._mirror.disputes_of(transaction.cardholder_id):
            if known.record.transaction_id == transaction_id:
                dispute, read_at = known.record, known.read_at
        card = await self._mirror.card(transaction.card_id)
        paid = await self._mirror.authorization(transaction.authorization_id)
        related = await self._mirror.transactions_of(transaction.cardholder_id, limit=RELATED)
        under = []
        if transaction.authorization_id:
            under = await self._mirror.transactions_under(transaction.authorization_id)
        fraud = await self._other_fraud(transaction)
        since = self._clock() - self._rules.windows.fraud_days * 86400
        case = Case(
            transaction=transaction,
            card=card.record if card else None,
            authorization=paid.record if paid else None,
            related=tuple({s.record.id: s.record for s in (*related, *under)}.values()),
            dispute=dispute,
            fraud_disputes=sum((d.created or 0) >= since for d in fraud),
            reported_before=any((d.created or 0) < (transaction.created or 0) for d in fraud),
        )
        return await self._intake(case, read_at)

    async def _intake(self, case: Case, read_at: float) -> Intake:
        transaction = case.transaction
        top = ceiling(transaction, case.related)
        kept = await self._drafts.get(self._account, transaction.id)
        draft = kept.draft if kept else None
        if case.dispute is not None:
            draft = adopt(case.dispute, draft, self._rules, self._locale())
        person = await self._mirror.cardholder(transaction.cardholder_id)
        draft = draft or new_draft(transaction, top.left, self._locale())
        return Intake(
            case=case,
            ceiling=top,
            cardholder=person.record if person else None,
            draft=draft,
            files=tuple(await self._drafts.files(self._account, transaction.id)),
            kept_at=kept.updated_at if kept else None,
            kept_by=kept.agent if kept else "",
            read_at=read_at,
            together=await self._together(draft.intake),
        )

    async def _together(self, intake: str) -> tuple[Transaction, ...]:
        ids = [k.draft.transaction_id for k in await self._drafts.together(self._account, intake)]
        if len(ids) < 2:
            return ()
        known = {s.record.id: s.record for s in await self._mirror.transactions(ids)}
        return tuple(known[name] for name in ids if name in known)

    async def refresh(self, transaction_id: str) -> Intake | None:
        """Ask Stripe about a purchase, its card and its dispute, then return its intake.

        Raises:
            UserFacing: Stripe could not be reached or refused; `open` still works.
        """
        at = self._clock()
        transaction, existing = await asyncio.gather(
            self._gateway.transaction(transaction_id),
            self._gateway.disputes(transaction=transaction_id, limit=10),
        )
        found: list[Record] = [transaction, *existing.records]
        if transaction.card_id:
            since = Span(since=transaction.created)
            card, related = await asyncio.gather(
                self._gateway.card(transaction.card_id),
                self._gateway.transactions(card=transaction.card_id, created=since),
            )
            found += [card, *(t for t in related.records if t.id != transaction.id)]
        if transaction.authorization_id:
            found.append(await self._gateway.authorization(transaction.authorization_id))
        await self._mirror.put(found, at)
        return await self.open(transaction_id)

    async def _other_fraud(self, transaction: Transaction) -> list[Dispute]:
        """Return the other fraud disputes that were submitted for the same card."""
        theirs = {
            seen.record.transaction_id: seen.record
            for seen in await self._mirror.disputes_of(transaction.cardholder_id)
            if seen.record.reason == "fraudulent" and seen.record.status != "unsubmitted"
        }
        theirs.pop(transaction.id, None)
        others = await self._mirror.transactions(list(theirs))
        return [theirs[s.record.id] for s in others if s.record.card_id == transaction.card_id]
