"""Take in, keep, save and submit disputes."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from supportdesk.config import Settings
from supportdesk.domain.clocks import Programme
from supportdesk.domain.dispute_answers import filled, shared
from supportdesk.domain.dispute_talk import Talk, talk
from supportdesk.domain.dispute_words import explanation
from supportdesk.domain.disputes import (
    Draft,
    Reading,
    read,
)
from supportdesk.domain.disputes_checks import processed_on
from supportdesk.domain.disputes_preflight import Check, Known, checks
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.privacy import mask
from supportdesk.domain.records import Dispute, Transaction
from supportdesk.domain.refund_clocks import Refunds, circumstances, refunds
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.services.dispute_approval import Approvals, Standing, fingerprint
from supportdesk.services.dispute_evidence import DisputeEvidence
from supportdesk.services.dispute_filing import Filing, ready
from supportdesk.services.dispute_intake import Intake as Intake
from supportdesk.services.dispute_intake import Intakes
from supportdesk.services.dispute_pending import Pending
from supportdesk.services.once import Once
from supportdesk.services.programme import programme
from supportdesk.services.verification import Guard, Unattended
from supportdesk.store.casebook import Casebook
from supportdesk.store.dispute_approvals import Asked
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway


class Disputes:
    """Disputes of the open account.

    Args:
        casebook: keeps intakes, evidence, approvals and reminders.
        rules: reasons, windows and words.
        account: ref of the open account.
        settings: the settings in force now: who is at the desk, what the programme wants.
        locale: how amounts and dates are typed now, such as "de_DE".
        guard: knows who is on the line.
        clock: Unix seconds.

    Attributes:
        evidence: the files.
        approvals: the second person.
        pending: purchases that have not settled.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        casebook: Casebook,
        actions: Actions,
        changes: Changes,
        *,
        rules: Rules,
        account: str,
        settings: Callable[[], Settings],
        locale: Callable[[], str],
        guard: Guard | None = None,
        once: Once | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = rules
        self._guard = guard or Unattended()
        self._gateway, self._mirror = gateway, mirror
        self._drafts = casebook.disputes
        self._changes = changes
        self._account = account
        self._settings, self._locale, self._clock = settings, locale, clock
        self._intakes = Intakes(
            gateway, mirror, self._drafts, rules, account=account, locale=locale, clock=clock
        )
        self.evidence = DisputeEvidence(
            gateway, self._drafts, actions, account=account, agent=self._agent, clock=clock
        )
        self._filing = Filing(
            gateway,
            mirror,
            actions,
            changes,
            self._intakes,
            self.evidence,
            rules=rules,
            read=self.read,
            keep=self.keep,
            guard=self._guard,
            once=once or Once(actions, clock=clock),
            clock=clock,
        )
        self.approvals = Approvals(
            casebook.approvals, actions, changes, settings=settings, account=account, clock=clock
        )
        self.pending = Pending(
            mirror, casebook.reminders, account=account, agent=self._agent, clock=clock
        )

    def _agent(self) -> str:
        return self._settings().agent

    def today(self) -> date:
        """Return the day at the desk."""
        return datetime.fromtimestamp(self._clock()).astimezone().date()

    def programme(self) -> Programme:
        """Return what of the settings decides the refund clocks."""
        return programme(self._settings())

    # --- the list

    async def begin_settled(self) -> None:
        """Begin an intake for each purchase someone waited for that has settled."""
        for settled in await self.pending.settled():
            await self.start(settled)

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
        await self._filing.put([d for page in pages for d in page.records], at)

    # --- an intake

    async def captures(self, cardholder_id: str) -> list[Transaction]:
        """Return a person's captured purchases the mirror knows, newest first."""
        return await self._intakes.captures(cardholder_id)

    async def purchases(self, cardholder_id: str) -> list[Transaction]:
        """As `captures`, for a caller; raises `level_too_low`."""
        await self._guard.allow("read", cardholder_id)
        return await self.captures(cardholder_id)

    async def open(self, transaction_id: str) -> Intake | None:
        """Return a purchase's intake from this desk alone; None if the mirror lacks it."""
        return await self._intakes.open(transaction_id)

    async def refresh(self, transaction_id: str) -> Intake | None:
        """Ask Stripe about a purchase, its card and its dispute, then return its intake.

        Raises:
            UserFacing: Stripe could not be reached or refused; `open` still works.
        """
        return await self._intakes.refresh(transaction_id)

    async def start(
        self,
        transaction_ids: Sequence[str],
        reason: str = "",
        answers: Mapping[str, str] | None = None,
        *,
        told_us_on: str = "",
        complaint_id: str = "",
    ) -> list[str]:
        """Begin intakes, several at once as one with shared answers; nothing goes to Stripe.

        What was typed before stays. Purchases that are submitted or not captured are left out.

        Args:
            reason: one of Stripe's reasons, "" to find it in the conversation.
            answers: what the caller said already, by question of the conversation.
            told_us_on: the day the cardholder told us, as typed.

        Returns:
            The ids of the drafts, which are those of their purchases.

        Raises:
            UserFacing: the mirror lacks a purchase and Stripe could not be asked.
        """
        found = []
        for transaction_id in dict.fromkeys(transaction_ids):
            intake = await self.open(transaction_id) or await self.refresh(transaction_id)
            if intake is not None and intake.editable and intake.ceiling.captured:
                found.append(intake)
        together = next((i.draft.intake for i in found if i.draft.intake), str(uuid.uuid4()))
        for intake in found:
            draft = filled(intake.draft, reason, answers or {}, self.rules.conversation)
            draft = replace(
                draft,
                intake=draft.intake or (together if len(found) > 1 else ""),
                told_us_on=draft.told_us_on or told_us_on,
                complaint_id=draft.complaint_id or complaint_id,
            )
            await self.keep(self.explained(intake, draft))
        if found:
            self._changes.disputes.emit(frozenset())
        return [intake.draft.transaction_id for intake in found]

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

    def talk(self, draft: Draft) -> Talk:
        """Return how far the conversation came."""
        return talk(self.rules.conversation, draft.answers, draft.reason)

    def checks(self, intake: Intake, draft: Draft) -> tuple[Check, ...]:
        """Return what to know before filing."""
        return checks(
            Known(
                case=intake.case,
                draft=draft,
                reading=self.read(intake, draft),
                talk=self.talk(draft),
                rules=self.rules,
                today=self.today(),
                locale=self._locale(),
            )
        )

    def refunds(self, intake: Intake, draft: Draft) -> Refunds:
        """Return what the law asks, from the day the cardholder told us; empty without one."""
        told = self.read(intake, draft).days.get("told_us_on")
        if told is None:
            return Refunds()
        case, place = intake.case, self.programme()
        around = circumstances(
            case.transaction,
            case.authorization,
            intake.cardholder,
            self.rules.refunds,
            place.country,
        )
        bought = processed_on(case.transaction)
        return refunds(self.rules.refunds, place, draft.reason, told, bought, around)

    def explained(self, intake: Intake, draft: Draft, *, anew: bool = False) -> Draft:
        """Return the draft with its explanation drafted from the answers.

        An explanation that was edited stays, unless it is asked for `anew`.
        """
        typed = draft.evidence.get("explanation", "")
        if not draft.reason or not draft.answers or (typed not in ("", draft.drafted) and not anew):
            return draft
        reading = self.read(intake, draft)
        told = reading.days.get("told_us_on")
        facts = (reading.amount, told, reading.evidence, self.rules)
        text = explanation(intake.case, self.talk(draft), draft.reason, *facts)
        return replace(draft.typed("explanation", text), drafted=text)

    async def keep(self, draft: Draft) -> None:
        """Keep what was typed in the casebook; a card number only by its last four digits.

        What purchases taken in together share is kept with each of them.
        """
        kept = await self._drafts.get(self._account, draft.transaction_id)
        draft = _masked(draft, self.rules)
        await self._store(draft)
        before = kept.draft if kept else Draft(transaction_id=draft.transaction_id)
        for other in await self._drafts.together(self._account, draft.intake):
            theirs = other.draft
            if theirs.transaction_id == draft.transaction_id or theirs.submitted_at is not None:
                continue
            same = shared(before, draft, theirs)
            intake = await self.open(theirs.transaction_id) if same != theirs else None
            if intake is not None:
                await self._store(self.explained(intake, same))

    async def _store(self, draft: Draft) -> None:
        await self._drafts.save(self._account, draft, agent=self._agent(), at=self._clock())

    async def discard(self, draft: Draft) -> None:
        """Forget an intake that was never saved at Stripe."""
        if not draft.dispute_id:
            await self._drafts.discard(self._account, draft.transaction_id)
            self._changes.disputes.emit(frozenset())

    # --- sending

    async def save(self, draft: Draft) -> Dispute:
        """Create the dispute at Stripe or make it equal to the draft.

        Raises:
            UserFacing: `dispute_not_ready` with the first wrong field, `level_too_low` in a call,
                `dispute_already_submitted`, `dispute_exists` when another was found for the
                purchase, or Stripe's refusal.
            OutcomeUnknown: it may or may not have been saved.
        """
        return await self._filing.save(draft)

    async def submit(self, draft: Draft) -> Dispute:
        """Save and submit, once and finally; raises as `save`.

        Where the programme wants a second person, the agent at this desk has to be one: else
        `approval_needed`, `approval_same_agent` or `approval_outdated` is raised.
        """
        done = await self._filing.submit(draft, lambda: self._approved(draft))
        await self.approvals.over(draft.transaction_id)
        return done

    async def ask_approval(self, draft: Draft) -> None:
        """Keep a dispute that is ready and show it to a second person.

        Raises:
            UserFacing: `dispute_not_ready` with the first field that is wrong or missing.
        """
        await self.keep(draft)
        intake = await self.open(draft.transaction_id)
        if intake is not None:
            reading = self.read(intake, draft)
            ready(reading, final=True)
            await self.approvals.ask(draft, reading)

    async def standing(self, intake: Intake) -> tuple[Standing, Asked | None]:
        """Return where the approval of an intake stands, for the agent at this desk."""
        if not self.approvals.wanted:
            return "free", None
        asked = await self.approvals.asked(intake.draft.transaction_id)
        reading = self.read(intake, intake.draft)
        if asked is not None and asked.note:
            return "sent_back", asked
        if asked is None or asked.asked_for != fingerprint(intake.draft, reading):
            return "ask", None
        return ("waiting" if self.approvals.is_mine(asked) else "approve"), asked

    async def _approved(self, draft: Draft) -> None:
        """Where a second person is wanted, be that person; else go on."""
        if not self.approvals.wanted:
            return
        intake = await self.open(draft.transaction_id)
        if intake is not None and intake.editable:
            await self.approvals.give(draft, self.read(intake, draft), intake.kept_by)


def _masked(draft: Draft, rules: Rules) -> Draft:
    """The draft with each card number only by its last four digits.

    Ids are left alone: their figures can look like one.
    """
    evidence = {
        name: text if rules.field(name).kind in ("file", "transaction") else mask(text)
        for name, text in draft.evidence.items()
    }
    return replace(
        draft, evidence=evidence, overruled=mask(draft.overruled), drafted=mask(draft.drafted)
    )
