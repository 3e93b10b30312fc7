"""Take in, keep, save and submit disputes."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from supportdesk.domain.disputes import (
    Draft,
    Reading,
    adopt,
    create_params,
    new_draft,
    read,
    update_params,
)
from supportdesk.domain.disputes_checks import Case, Check, ceiling, checks
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.evidence_files import Evidence
from supportdesk.domain.evidence_files import read as read_file
from supportdesk.domain.privacy import mask
from supportdesk.domain.records import Answer, Dispute, Record, Transaction
from supportdesk.errors import UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.services.dispute_intake import Intake as Intake
from supportdesk.services.once import AlreadyThere, Once
from supportdesk.services.verification import Guard, Unattended
from supportdesk.store.dispute_drafts import DisputeDrafts, Kept
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Span

_Send = Callable[..., Awaitable[Answer[Dispute]]]
RELATED = 200  # newest transactions of a person looked at for refunds

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


class Disputes:
    """Disputes of the open account.

    Args:
        drafts: the casebook's intakes.
        rules: reasons, windows and words.
        account: ref of the open account.
        agent: name of the agent now.
        locale: how amounts and dates are typed now, such as "de_DE".
        guard: knows who is on the line.
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        drafts: DisputeDrafts,
        actions: Actions,
        changes: Changes,
        *,
        rules: Rules,
        account: str,
        agent: Callable[[], str],
        locale: Callable[[], str],
        guard: Guard | None = None,
        once: Once | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = rules
        self._guard = guard or Unattended()
        self._once = once or Once(actions, clock=clock)
        self._gateway = gateway
        self._mirror = mirror
        self._drafts = drafts
        self._actions = actions
        self._changes = changes
        self._account = account
        self._agent = agent
        self._locale = locale
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def today(self) -> date:
        """Return the day at the desk."""
        return datetime.fromtimestamp(self._clock()).astimezone().date()

    async def refresh_list(self) -> None:
        """Ask Stripe for the newest disputes and those still open, and keep them in the mirror.

        Raises:
            UserFacing: Stripe could not be reached or refused.
        """
        at = self._clock()
        pages = await asyncio.gather(
            self._gateway.disputes(limit=100),
            self._gateway.disputes(status="unsubmitted"),
            self._gateway.disputes(status="submitted"),
        )
        await self._keep([d for page in pages for d in page.records], at)

    async def captures(self, cardholder_id: str) -> list[Transaction]:
        """Return a person's captured purchases the mirror knows, newest first."""
        seen = await self._mirror.transactions_of(cardholder_id, limit=RELATED)
        return [s.record for s in seen if s.record.type == "capture"]

    async def purchases(self, cardholder_id: str) -> list[Transaction]:
        """As `captures`, for a caller; raises `level_too_low`."""
        await self._guard.allow("read", cardholder_id)
        return await self.captures(cardholder_id)

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
        since = self._clock() - self.rules.windows.fraud_days * 86400
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
            draft = adopt(case.dispute, draft, self.rules, self._locale())
        person = await self._mirror.cardholder(transaction.cardholder_id)
        return Intake(
            case=case,
            ceiling=top,
            cardholder=person.record if person else None,
            draft=draft or new_draft(transaction, top.left, self._locale()),
            files=tuple(await self._drafts.files(self._account, transaction.id)),
            kept_at=kept.updated_at if kept else None,
            read_at=read_at,
        )

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

    def read(self, intake: Intake, draft: Draft) -> Reading:
        """Understand what was typed."""
        return read(
            draft,
            intake.case.transaction,
            intake.ceiling.left,
            self.rules,
            today=self.today(),
            locale=self._locale(),
        )

    def checks(self, intake: Intake, draft: Draft) -> tuple[Check, ...]:
        """Return what to know before filing."""
        return checks(
            intake.case,
            draft.reason,
            self.read(intake, draft).days,
            self.rules,
            today=self.today(),
            locale=self._locale(),
        )

    async def keep(self, draft: Draft) -> None:
        """Keep what was typed in the casebook; a card number only by its last four digits."""
        safe = {name: mask(text) for name, text in draft.evidence.items()}
        await self._drafts.save(
            self._account, replace(draft, evidence=safe), agent=self._agent(), at=self._clock()
        )

    async def discard(self, draft: Draft) -> None:
        """Forget an intake that was never saved at Stripe."""
        if not draft.dispute_id:
            await self._drafts.discard(self._account, draft.transaction_id)
            self._changes.disputes.emit(frozenset())

    async def add_file(self, transaction_id: str, path: Path) -> Kept:
        """Check a file by its content and keep it in the casebook.

        Raises:
            UserFacing: `evidence_*`, each with its own sentence.
        """
        evidence = await asyncio.get_running_loop().run_in_executor(None, read_file, path)
        return await self.add_evidence(transaction_id, evidence)

    async def add_evidence(self, transaction_id: str, evidence: Evidence) -> Kept:
        """Keep a checked file in the casebook."""
        return await self._drafts.add_file(
            self._account, transaction_id, evidence, agent=self._agent(), at=self._clock()
        )

    async def save(self, draft: Draft) -> Dispute:
        """Create the dispute at Stripe or make it equal to the draft.

        Raises:
            UserFacing: `dispute_not_ready` with the first wrong field, `level_too_low` in a call,
                `dispute_already_submitted`, `dispute_exists` when another was found for the
                purchase, or Stripe's refusal.
            OutcomeUnknown: it may or may not have been saved.
        """
        async with self._locks[draft.transaction_id]:
            return await self._save(draft, await self._allowed(draft), final=False)

    async def submit(self, draft: Draft) -> Dispute:
        """Save and submit, once and finally. Raises as `save`."""
        async with self._locks[draft.transaction_id]:
            dispute = await self._save(draft, call_id := await self._allowed(draft), final=True)
            return await self._submit(replace(draft, dispute_id=dispute.id), call_id)

    async def _allowed(self, draft: Draft) -> str:
        await self.keep(draft)  # even if it is refused
        seen = await self._mirror.transaction(draft.transaction_id)
        return await self._guard.allow("dispute", seen.record.cardholder_id if seen else "")

    async def _save(self, draft: Draft, call_id: str, *, final: bool) -> Dispute:
        intake = await self.refresh(draft.transaction_id)
        if intake is None:
            raise UserFacing("Stripe does not know this purchase.", code="resource_missing")
        reading = self.read(intake, draft)
        problems = reading.problems if final else reading.wrong
        if problems:
            raise UserFacing(problems[0].text, field=problems[0].field, code="dispute_not_ready")
        if not intake.editable:
            raise _SUBMITTED
        existing = intake.dispute
        if existing is not None and existing.id != draft.dispute_id:
            raise _EXISTS
        uploaded = await self._with_uploads(intake, draft, reading, call_id)
        reading = replace(reading, evidence=uploaded)
        dispute = await self._send(draft, reading, existing, call_id)
        await self.keep(replace(draft, dispute_id=dispute.id))
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
            await self._keep([there.record], self._clock())
            raise _EXISTS from None

    async def _with_uploads(
        self, intake: Intake, draft: Draft, reading: Reading, call_id: str
    ) -> dict[str, str | int | bool | None]:
        """Return the evidence with each kept file replaced by Stripe's id of it."""
        evidence = dict(reading.evidence)
        kept = {file.id: file for file in intake.files}
        for name, value in reading.evidence.items():
            file = kept.get(value) if isinstance(value, str) else None
            if self.rules.field(name).kind == "file" and file is not None:
                evidence[name] = await self._upload(draft, name, file, call_id)
        return evidence

    async def _upload(self, draft: Draft, name: str, file: Kept, call_id: str) -> str:
        if file.stripe_file_id and (file.expires_at or self._clock() + 1) > self._clock():
            return file.stripe_file_id
        content = await self._drafts.content(self._account, file.id)
        stored = await self._actions.perform(
            "dispute.evidence",
            draft.dispute_id or draft.transaction_id,
            {"field": name, "type": file.content_type, "size": file.size, "sha256": file.sha256},
            lambda key: self._gateway.upload_evidence(content, file.content_type, key=key),
            call_id=call_id,
        )
        await self._drafts.uploaded(self._account, file.id, stored.id, stored.expires_at)
        return stored.id

    async def _submit(self, draft: Draft, call_id: str) -> Dispute:
        submit = partial(self._gateway.submit_dispute, draft.dispute_id)
        dispute = await self._perform("dispute.submit", draft.dispute_id, {}, submit, call_id)
        await self.keep(replace(draft, submitted_at=self._clock()))
        await self._reread(dispute)
        return dispute

    async def _reread(self, dispute: Dispute) -> None:
        """Keep Stripe's answer, then read the dispute and its purchase again."""
        await self._keep([dispute], self._clock())
        at = self._clock()
        try:
            again = await self._gateway.dispute(dispute.id)
            transaction = await self._gateway.transaction(dispute.transaction_id)
        except UserFacing:
            return  # the answer itself is known; the next look reads it again
        await self._keep([again, transaction], at)
        self._changes.activity.emit(frozenset({transaction.cardholder_id}))

    async def _keep(self, records: Sequence[Dispute | Transaction], at: float) -> None:
        await self._mirror.put(records, at)
        ids = frozenset(r.id for r in records if isinstance(r, Dispute))
        self._changes.disputes.emit(ids)

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
