"""Everything about one dispute, for its page and its case file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from supportdesk.domain.complaints import Complaint
from supportdesk.domain.dispute_case import Keeping
from supportdesk.domain.dispute_queue import Line
from supportdesk.domain.dispute_timeline import Done, Moment, timeline
from supportdesk.domain.records import Transaction
from supportdesk.services.case_papers import PDF
from supportdesk.services.dispute_intake import Intake
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.evidence_child import ChildFailed, aside
from supportdesk.store.casebook import Casebook
from supportdesk.store.dispute_drafts import Kept
from supportdesk.store.mirror import Mirror

RELATED = 200  # newest transactions of the cardholder looked through
SHOWN = 12  # related purchases on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One dispute whole.

    Attributes:
        line: its line of the queue, with the next step; None for an intake never typed in.
        refunds: what came back from the shop.
        related: other purchases of the cardholder at the same shop, newest first.
        complaints: what the cardholder complained of in this matter.
        moments: what happened, the oldest first.
    """

    intake: Intake
    line: Line | None
    keeping: Keeping
    refunds: tuple[Transaction, ...]
    related: tuple[Transaction, ...]
    complaints: tuple[Complaint, ...]
    moments: tuple[Moment, ...]


class DisputeCases:
    """Gathers cases; reading never touches the network.

    Args:
        account: ref of the open account.
    """

    def __init__(
        self, mirror: Mirror, casebook: Casebook, queue: DisputeQueue, *, account: str
    ) -> None:
        self.queue = queue
        self._mirror = mirror
        self._casebook = casebook
        self._account = account

    async def case(self, intake: Intake) -> Case:
        """Return everything about the dispute of an intake."""
        transaction = intake.case.transaction
        line = await self.queue.line(transaction.id)
        keeping = await self.queue.kept(transaction.id)
        seen = await self._mirror.transactions_of(transaction.cardholder_id, limit=RELATED)
        theirs = [s.record for s in seen if s.record.id != transaction.id]
        refunds = [t for t in theirs if t.type == "refund" and _same_purchase(t, transaction)]
        related = [t for t in theirs if t.type == "capture" and _same_shop(t, transaction)]
        complaints = [
            one
            for one in await self._casebook.complaints.of_cardholder(
                self._account, transaction.cardholder_id
            )
            if transaction.id == one.transaction_id
            or (intake.dispute is not None and intake.dispute.id == one.dispute_id)
        ]
        return Case(
            intake=intake,
            line=line,
            keeping=keeping,
            refunds=tuple(refunds),
            related=tuple(related[:SHOWN]),
            complaints=tuple(complaints),
            moments=tuple(await self._moments(intake, line, keeping, refunds)),
        )

    async def _moments(
        self, intake: Intake, line: Line | None, keeping: Keeping, refunds: Sequence[Transaction]
    ) -> list[Moment]:
        transaction, dispute = intake.case.transaction, intake.dispute
        kept = await self._casebook.disputes.get(self._account, transaction.id)
        done = []
        for object_id in (transaction.id, dispute.id if dispute else ""):
            if object_id:
                entries = await self._casebook.journal.recent(object_id, account=self._account)
                done += [
                    Done(at=e.at, action=e.action, agent=e.agent, state=e.state) for e in entries
                ]
        return timeline(
            transaction=transaction,
            authorization=intake.case.authorization,
            refunds=refunds,
            dispute=dispute,
            keeping=keeping,
            done=done,
            begun=kept.created_at if kept else None,
            filed=line.filed if line else None,
            ended=line.ended if line else None,
        )

    async def small_pictures(self, files: Sequence[Kept]) -> list[bytes]:
        """Return a small PNG of each file in order, b"" where none can be made."""
        parts = [(await self._content(file), file.content_type) for file in files]
        if not parts:
            return []
        try:
            _, made = await aside("small", parts)
        except ChildFailed:
            return [b""] * len(parts)
        return made

    async def with_evidence(
        self, front: bytes, files: Sequence[Kept]
    ) -> tuple[bytes, tuple[Kept, ...]]:
        """Return a PDF with the evidence behind it in order, and the files that are not in it.

        Left out is what was erased or cannot be read.
        """
        contents = [(await self._content(file), file.content_type) for file in files]
        if not contents:
            return front, ()
        try:
            told, (whole,) = await aside("behind", [(front, PDF), *contents])
        except ChildFailed:
            return front, tuple(files)
        return whole, tuple(files[at] for at in told["left_out"])

    async def _content(self, file: Kept) -> bytes:
        """Return the bytes of a kept file, b"" when it is gone."""
        try:
            return await self._casebook.disputes.content(self._account, file.id)
        except KeyError:
            return b""


def _same_shop(other: Transaction, purchase: Transaction) -> bool:
    if purchase.merchant.network_id:
        return other.merchant.network_id == purchase.merchant.network_id
    return bool(purchase.merchant.name) and other.merchant.name == purchase.merchant.name


def _same_purchase(refund: Transaction, purchase: Transaction) -> bool:
    return bool(purchase.authorization_id) and refund.authorization_id == purchase.authorization_id
