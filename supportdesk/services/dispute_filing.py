"""Sends disputes: created and submitted once, whichever desk asks and whatever breaks off."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from supportdesk.domain.disputes import Draft, Reading, create_params, update_params
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Answer, Dispute, Transaction
from supportdesk.errors import UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.services.dispute_evidence import DisputeEvidence
from supportdesk.services.dispute_intake import Intake, Intakes
from supportdesk.services.once import AlreadyThere, Once
from supportdesk.services.verification import Guard
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

_Send = Callable[..., Awaitable[Answer[Dispute]]]

_SUBMITTED = UserFacing(
    "This dispute was submitted before: nothing can be changed or added.",
    remedy="Its state is shown here as Stripe tells it.",
    code="dispute_already_submitted",
)

_EXISTS = UserFacing(
    "There is already a dispute for this purchase at Stripe.",
    detail="Another desk or an earlier try made it. Stripe takes only one; nothing was changed.",
    remedy="Look at what it holds, then save again.",
    code="dispute_exists",
)


class Filing:
    """Saves and submits at Stripe.

    Args:
        read: how a draft is understood.
        keep: keeps a draft in the casebook.
        guard: knows who is on the line.
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        actions: Actions,
        changes: Changes,
        intakes: Intakes,
        evidence: DisputeEvidence,
        *,
        rules: Rules,
        read: Callable[[Intake, Draft], Reading],
        keep: Callable[[Draft], Awaitable[None]],
        guard: Guard,
        once: Once,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._intakes = intakes
        self._evidence = evidence
        self._rules = rules
        self._read = read
        self._keep_draft = keep
        self._guard = guard
        self._once = once
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def save(self, draft: Draft) -> Dispute:
        """Create the dispute at Stripe or make it equal to the draft; raises as `Disputes.save`."""
        async with self._locks[draft.transaction_id]:
            return await self._save(draft, await self._allowed(draft), final=False)

    async def submit(self, draft: Draft, approved: Callable[[], Awaitable[None]]) -> Dispute:
        """Save and submit, once and finally; `approved` raises what stands against it."""
        async with self._locks[draft.transaction_id]:
            await approved()
            dispute = await self._save(draft, call_id := await self._allowed(draft), final=True)
            return await self._submit(replace(draft, dispute_id=dispute.id), call_id)

    async def _allowed(self, draft: Draft) -> str:
        await self._keep_draft(draft)  # even if it is refused
        seen = await self._mirror.transaction(draft.transaction_id)
        return await self._guard.allow("dispute", seen.record.cardholder_id if seen else "")

    async def _save(self, draft: Draft, call_id: str, *, final: bool) -> Dispute:
        intake = await self._intakes.refresh(draft.transaction_id)
        if intake is None:
            raise UserFacing("Stripe does not know this purchase.", code="resource_missing")
        reading = self._read(intake, draft)
        ready(reading, final=final)
        if not intake.editable:
            raise _SUBMITTED
        existing = intake.dispute
        if existing is not None and existing.id != draft.dispute_id:
            raise _EXISTS
        uploaded = await self._with_uploads(intake, draft, reading, call_id)
        reading = replace(reading, evidence=uploaded)
        dispute = await self._send(draft, reading, existing, call_id)
        await self._keep_draft(replace(draft, dispute_id=dispute.id))
        await self._reread(dispute)
        return dispute

    async def _send(
        self, draft: Draft, reading: Reading, existing: Dispute | None, call_id: str
    ) -> Dispute:
        if existing is None:
            return await self._create(draft.transaction_id, create_params(draft, reading), call_id)
        changed = update_params(draft, reading, existing)
        update = partial(self._gateway.update_dispute, existing.id, changed)
        return await self._perform("dispute.update", existing.id, changed, update, call_id)

    async def _perform(
        self, action: str, object_id: str, params: Mapping[str, Any], send: _Send, call_id: str
    ) -> Dispute:
        return await self._actions.perform(
            action, object_id, params, lambda key: send(key=key), call_id=call_id
        )

    async def _create(
        self, transaction_id: str, params: Mapping[str, Any], call_id: str
    ) -> Dispute:
        """Create a purchase's dispute; whichever desk asks, Stripe makes one."""

        async def send(key: str, params: Mapping[str, Any]) -> Answer[Dispute]:
            return await self._gateway.create_dispute(params, key=key)

        async def find() -> Dispute | None:
            found = await self._gateway.disputes(transaction=transaction_id, limit=10)
            return next(iter(found.records), None)

        try:
            return await self._once.perform(
                "dispute.create", transaction_id, params, send, find, call_id=call_id
            )
        except AlreadyThere as there:
            await self.put([there.record], self._clock())
            raise _EXISTS from None

    async def _with_uploads(
        self, intake: Intake, draft: Draft, reading: Reading, call_id: str
    ) -> dict[str, str | int | bool | None]:
        """Return the evidence with kept files replaced by Stripe's id of the one they make."""
        evidence = dict(reading.evidence)
        kept = {file.id for file in intake.files}
        for name, value in reading.evidence.items():
            ids = value.split() if isinstance(value, str) else []
            if self._rules.field(name).kind == "file" and ids and kept.issuperset(ids):
                whole = await self._evidence.whole(draft.transaction_id, ids)
                evidence[name] = await self._evidence.uploaded(draft, name, whole, call_id)
        return evidence

    async def _submit(self, draft: Draft, call_id: str) -> Dispute:
        submit = partial(self._gateway.submit_dispute, draft.dispute_id)
        dispute = await self._perform("dispute.submit", draft.dispute_id, {}, submit, call_id)
        await self._keep_draft(replace(draft, submitted_at=self._clock()))
        await self._reread(dispute)
        return dispute

    async def _reread(self, dispute: Dispute) -> None:
        """Keep Stripe's answer, then read the dispute and its purchase again."""
        await self.put([dispute], self._clock())
        at = self._clock()
        try:
            again = await self._gateway.dispute(dispute.id)
            transaction = await self._gateway.transaction(dispute.transaction_id)
        except UserFacing:
            return  # the answer itself is known; the next look reads it again
        await self.put([again, transaction], at)
        self._changes.activity.emit(frozenset({transaction.cardholder_id}))

    async def put(self, records: Sequence[Dispute | Transaction], at: float) -> None:
        """Keep what Stripe told at `at` (Unix seconds) in the mirror and tell the views."""
        await self._mirror.put(records, at)
        ids = frozenset(r.id for r in records if isinstance(r, Dispute))
        self._changes.disputes.emit(ids)


def ready(reading: Reading, *, final: bool) -> None:
    """Raise `dispute_not_ready` with the first field that is not."""
    problems = reading.problems if final else reading.wrong
    if problems:
        raise UserFacing(problems[0].text, field=problems[0].field, code="dispute_not_ready")
