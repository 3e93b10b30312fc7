"""The list of disputes: from the mirror and the casebook, without asking Stripe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from supportdesk.domain.disputes import Draft, Reading, adopt, read
from supportdesk.domain.disputes_checks import Case, ceiling
from supportdesk.domain.disputes_list import ENDED, LOCAL, Line, next_step
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Cardholder, Dispute, Transaction
from supportdesk.store.dispute_drafts import KeptDraft
from supportdesk.store.mirror import Mirror

Which = Literal["open", "all", "ended"]
LIST_LIMIT = 500  # lines shown at most; more is a matter for search
_STATUSES: dict[Which, tuple[str, ...]] = {
    "open": ("unsubmitted", "submitted"),
    "ended": ENDED,
    "all": (),
}


class Lister:
    """Makes lines of disputes and of intakes that are not at Stripe yet."""

    def __init__(self, mirror: Mirror, rules: Rules, *, today: date, locale: str) -> None:
        self._mirror = mirror
        self._rules = rules
        self._today = today
        self._locale = locale

    async def lines(self, which: Which, kept: Sequence[KeptDraft]) -> list[Line]:
        """Return what is due first on top, ended ones last with the newest first."""
        seen = await self._mirror.disputes(statuses=_STATUSES[which], limit=LIST_LIMIT)
        drafts = {k.draft.transaction_id: k for k in kept}
        disputes: dict[str, Dispute | None] = {s.record.transaction_id: s.record for s in seen}
        if which != "ended":
            local = [name for name, k in drafts.items() if not k.draft.dispute_id]
            at_stripe = await self._mirror.transactions(local)
            filed = {s.record.id for s in at_stripe if s.record.dispute_id}
            disputes = dict.fromkeys(n for n in local if n not in filed) | disputes
        transactions = {
            s.record.id: s.record for s in await self._mirror.transactions(list(disputes))
        }
        ids = {t.cardholder_id for t in transactions.values()}
        people = {s.record.id: s.record for s in await self._mirror.cardholders(list(ids))}
        found = []
        for name, dispute in disputes.items():
            transaction = transactions.get(name, Transaction(id=name))
            person = people.get(transaction.cardholder_id)
            found.append(await self._line(transaction, dispute, drafts.get(name), person))
        return sorted(found, key=_order)

    async def _line(
        self,
        transaction: Transaction,
        dispute: Dispute | None,
        kept: KeptDraft | None,
        person: Cardholder | None,
    ) -> Line:
        draft = kept.draft if kept else None
        case = reading = None
        if transaction.type and (dispute is None or dispute.status == "unsubmitted"):
            if dispute is not None:
                draft = adopt(dispute, draft, self._rules, self._locale)
            case, reading = await self._understood(transaction, draft)
        status = dispute.status if dispute else LOCAL
        created = dispute.created if dispute else kept.created_at if kept else None
        step, due, firm = next_step(
            status,
            case,
            draft,
            reading,
            self._rules,
            created=created,
            today=self._today,
            locale=self._locale,
        )
        amount = reading.amount if reading else None
        return Line(
            transaction_id=transaction.id,
            dispute_id=dispute.id if dispute else "",
            status=status,
            reason=dispute.reason if dispute else draft.reason if draft else "",
            amount=dispute.amount if dispute else amount,
            currency=(dispute.currency if dispute else "") or transaction.currency,
            merchant=transaction.merchant.name,
            cardholder_id=transaction.cardholder_id,
            cardholder=person.name if person else "",
            next=step,
            due=due,
            firm=firm,
            created=float(created or 0),
        )

    async def _understood(
        self, transaction: Transaction, draft: Draft | None
    ) -> tuple[Case, Reading | None]:
        card = await self._mirror.card(transaction.card_id)
        case = Case(transaction=transaction, card=card.record if card else None)
        if draft is None:
            return case, None
        related = []
        if transaction.authorization_id:
            related = await self._mirror.transactions_under(transaction.authorization_id)
        left = ceiling(transaction, [s.record for s in related]).left
        today, locale = self._today, self._locale
        return case, read(draft, transaction, left, self._rules, today=today, locale=locale)


def _order(line: Line) -> tuple[bool, bool, date, float]:
    """What waits for this desk first, by its day; then what waits for others; ended ones last."""
    ended = line.status in ENDED
    due = date.max if ended or line.due is None else line.due
    return ended, not line.firm, due, -line.created
