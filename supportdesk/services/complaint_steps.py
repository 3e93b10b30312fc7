"""What is done with a complaint; each step is one entry of its history, with who, when and why."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from supportdesk.domain.complaint_check import NOT_CLEARED, Problem, check_resolution
from supportdesk.domain.complaint_states import after_acknowledgement, after_clearance, may_move
from supportdesk.domain.complaint_text import clean
from supportdesk.domain.complaints import EXECUTIVE, Attached, Complaint
from supportdesk.domain.privacy import refusal
from supportdesk.errors import UserFacing
from supportdesk.services.complaint_files import searched

if TYPE_CHECKING:
    from supportdesk.services.complaints import Complaints

LARGEST_FILE = 20_000_000  # bytes


class Steps:
    """The steps of complaints; all raise UserFacing as `Complaints.edit`, and what they name."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints

    async def acknowledge(self, complaint: Complaint, at: float, medium: str) -> Complaint:
        """Record that the caller was told that the complaint arrived.

        Raises:
            UserFacing: `complaint_on_hold` for an executive complaint Stripe has not cleared.
        """
        refuse_hold(complaint, "acknowledged_at")
        _refuse_ended(complaint, "acknowledged_at")
        if not medium:
            raise wrong("acknowledged_medium", "Choose how it was acknowledged.")
        done = replace(
            complaint,
            acknowledged_at=at,
            acknowledged_by=self._complaints.agent(),
            acknowledged_medium=medium,
            status=after_acknowledgement(complaint),
        )
        return await self._complaints.edit(done, action="acknowledged")

    async def tell_stripe(self, complaint: Complaint, at: float, reference: str = "") -> Complaint:
        """Record that Stripe was told of an executive complaint, with Stripe's reference."""
        _refuse_ended(complaint, "stripe_notified_at")
        if complaint.complaint_classification != EXECUTIVE:
            raise wrong("stripe_notified_at", "Only executive complaints need this.")
        if complaint.stripe_notified_at is not None:
            raise wrong("stripe_notified_at", "It is recorded already that Stripe was told.")
        done = replace(
            complaint,
            stripe_notified_at=at,
            stripe_notified_by=self._complaints.agent(),
            stripe_reference=clean(reference) or complaint.stripe_reference,
            status="waiting_stripe",
        )
        return await self._complaints.edit(done, action="told Stripe")

    async def clear_hold(self, complaint: Complaint, at: float, by: str) -> Complaint:
        """Record who at Stripe allowed contact with the caller again, and when."""
        if complaint.stripe_notified_at is None:
            raise wrong("stripe_cleared_at", "First record when Stripe was told.")
        if at < complaint.stripe_notified_at:
            raise wrong("stripe_cleared_at", "This is before Stripe was told.")
        if not by.strip():
            raise wrong("stripe_cleared_by", "Say who at Stripe cleared it.")
        done = replace(
            complaint,
            stripe_cleared_at=at,
            stripe_cleared_by=clean(by),
            status=after_clearance(complaint),
        )
        return await self._complaints.edit(done, action="cleared by Stripe")

    async def forward(self, complaint: Complaint, at: float) -> Complaint:
        """Record that the complaint was forwarded to Stripe or the platform."""
        _refuse_ended(complaint, "forwarded_at")
        agent = self._complaints.agent()
        done = replace(complaint, forwarded_at=at, forwarded_by=agent, status="waiting_stripe")
        return await self._complaints.edit(done, action="forwarded")

    async def investigate(self, complaint: Complaint, why: str = "") -> Complaint:
        """Record that somebody looks into it."""
        self._refuse_move(complaint, "investigating")
        done = replace(complaint, status="investigating")
        return await self._complaints.edit(done, why, action="began to investigate")

    async def hold(
        self, complaint: Complaint, at: float, reason: str, until: float | None
    ) -> Complaint:
        """Record a holding reply: why there is no answer yet, and the date of the final one.

        Raises:
            UserFacing: `complaint_on_hold`; or the date lies after a final reply is due.
        """
        refuse_hold(complaint, "holding_at")
        _refuse_ended(complaint, "holding_at")
        if not reason.strip():
            raise wrong("holding_reason", "Say why it takes longer.")
        if until is None:
            raise wrong("holding_until", "Promise a date.")
        finals = [c for c in complaint.clocks if c.only_after == "holding_reply"]
        last = min(finals, key=lambda clock: clock.last, default=None)
        if last is not None and complaint.day(until) > last.last:
            text = f"Not later than {last.last:%d %b %Y}: {last.basis} after receipt."
            raise wrong("holding_until", text)
        done = replace(
            complaint,
            holding_at=at,
            holding_by=self._complaints.agent(),
            holding_reason=clean(reason),
            holding_until=until,
            status="holding",
        )
        return await self._complaints.edit(done, action="sent a holding reply")

    async def credit(self, complaint: Complaint, at: float) -> Complaint:
        """Record that provisional credit was given (Regulation E)."""
        done = replace(complaint, provisional_credit_at=at)
        return await self._complaints.edit(done, action="gave provisional credit")

    async def tell_credit(self, complaint: Complaint, at: float) -> Complaint:
        """Record that the caller was told of the provisional credit."""
        refuse_hold(complaint, "credit_told_at")
        if complaint.provisional_credit_at is None:
            raise wrong("credit_told_at", "First record when the credit was given.")
        done = replace(complaint, credit_told_at=at)
        return await self._complaints.edit(done, action="told of the provisional credit")

    async def resolve(self, complaint: Complaint) -> Complaint:
        """Record that the caller was told and the remedy carried out.

        Raises:
            UserFacing: what Stripe asks for after resolution is missing, a late one lacks its
                reason, or an executive complaint is on hold.
        """
        refuse_hold(complaint, "told_at")
        for problem in check_resolution(complaint):
            raise wrong(problem.field, problem.text)
        return await self._complaints.edit(complaint, action="resolved")

    async def withdraw(self, complaint: Complaint, at: float, why: str) -> Complaint:
        """Record that the complainant took it back; for Stripe that ends it like a resolution.

        Raises:
            UserFacing: it has ended, no reason was given, or it comes late and
                `reason_exceeded_15_days` of the complaint does not say why.
        """
        _refuse_ended(complaint, "status")
        if not why.strip():
            raise wrong("description_of_corrective_action", "Say how and why it was withdrawn.")
        done = replace(
            complaint,
            withdrawn_at=at,
            withdrawn_by=self._complaints.agent(),
            told_at=at,
            executed_at=at,
            outcome="Withdrawn",
            redress_reqd=False,
            redress_amount=None,
            redress_paid_at=None,
            description_of_corrective_action=clean(why),
            root_cause=complaint.root_cause or "Unknown",
            systemic_issue_identified=bool(complaint.systemic_issue_identified),
        )
        for problem in check_resolution(done):
            raise wrong(problem.field, problem.text)
        return await self._complaints.edit(done, why, action="withdrawn")

    async def reopen(self, complaint: Complaint, why: str) -> Complaint:
        """Open a complaint again; its clocks go on as if it had never ended.

        How it had ended stays in the history.
        """
        if not why.strip():
            raise wrong("why", "Say why it is opened again.")
        self._refuse_move(complaint, "reopened")
        done = replace(
            complaint,
            status="reopened",
            reopened_at=self._complaints.now(),
            told_at=None,
            executed_at=None,
            withdrawn_at=None,
            withdrawn_by="",
            outcome="",
            redress_reqd=None,
            redress_amount=None,
            redress_paid_at=None,
            description_of_corrective_action="",
            reason_exceeded_15_days="",
        )
        return await self._complaints.edit(done, why, action="reopened")

    async def hand_over(self, complaint: Complaint, owner: str, why: str) -> Complaint:
        """Make somebody else responsible; a name known from the log is written as it is there.

        Raises:
            UserFacing: no name was given, or it is the owner's own.
        """
        name = clean(owner)
        if not name:
            raise wrong("owner", "Say who takes it over.")
        known = {one.casefold(): one for one in await self._complaints.agents()}
        name = known.get(name.casefold(), name)
        if name.casefold() == complaint.owner.casefold():
            own = name == self._complaints.agent()
            raise wrong("owner", "It is yours already." if own else f"{name} owns it already.")
        done = replace(complaint, owner=name)
        return await self._complaints.edit(done, why, action="handed over")

    async def take_over(self, complaint: Complaint) -> Complaint:
        """Make the agent responsible who works on it now."""
        return await self.hand_over(complaint, self._complaints.agent(), "")

    async def watch(self, complaint: Complaint, on: bool) -> Complaint:
        """Be reminded of a complaint of somebody else, or no longer."""
        agent = self._complaints.agent()
        others = tuple(name for name in complaint.watchers if name != agent)
        done = replace(complaint, watchers=(*others, agent) if on else others)
        return await self._complaints.edit(done, action="watches" if on else "watches no longer")

    async def attach(
        self, complaint: Complaint, name: str, content_type: str, content: bytes
    ) -> Complaint:
        """Attach a file; the same content is kept once.

        Raises:
            UserFacing: `file_too_large`; or its name, or the words in it, hold card data.
        """
        if len(content) > LARGEST_FILE:
            raise UserFacing(
                "The file is too large.",
                detail=f"At most {LARGEST_FILE // 1_000_000} MB can be attached.",
                field="files",
                code="file_too_large",
            )
        if refusal(name):
            raise wrong("files", "The file's name holds card data. Rename it first.")
        digest = hashlib.sha256(content).hexdigest()
        if any(file.sha256 == digest for file in complaint.files):
            return complaint
        said = await searched(name, content)
        file = Attached(
            id=str(uuid.uuid4()),
            name=clean(name)[:200],
            content_type=content_type,
            size=len(content),
            sha256=digest,
            at=self._complaints.now(),
            by=self._complaints.agent(),
        )
        done = replace(complaint, files=(*complaint.files, file))
        return await self._complaints.attach(done, file.id, content, said)

    def _refuse_move(self, complaint: Complaint, state: str) -> None:
        if not may_move(complaint.state, state):
            raise wrong("status", "This cannot be done as the complaint stands now.")


def wrong(field: str, text: str) -> UserFacing:
    """The refusal of one field."""
    problem = Problem(field, text)
    return UserFacing(problem.text, field=problem.field, code="complaint_invalid")


def _refuse_ended(complaint: Complaint, field: str) -> None:
    if not complaint.open:
        raise wrong(field, "It has ended: reopen it first.")


def refuse_hold(complaint: Complaint, field: str) -> None:
    """Raise UserFacing (`complaint_on_hold`) while Stripe has not cleared contact."""
    if complaint.on_hold:
        raise UserFacing(
            NOT_CLEARED,
            detail="An executive complaint is on hold until Stripe has reviewed it.",
            remedy="Tell Stripe, and record when Stripe cleared it.",
            field=field,
            code="complaint_on_hold",
        )
