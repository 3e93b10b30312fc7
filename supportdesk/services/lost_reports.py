"""A card reported lost or stolen: freeze at once, keep what is said, carry out what follows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from supportdesk.domain import lost
from supportdesk.domain.activity import Line
from supportdesk.domain.cards import CANCEL_REASONS, may_cancel, may_freeze
from supportdesk.domain.document import Document
from supportdesk.domain.lost import Claimed, Report, Standing
from supportdesk.domain.lost_said import Told, proof, read_back
from supportdesk.domain.lost_texts import Texts, Words
from supportdesk.domain.privacy import clean, mask
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card, Design
from supportdesk.errors import UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.cards import Cards
from supportdesk.services.changes import Changes
from supportdesk.services.disputes import Disputes
from supportdesk.services.lost_drafts import LostDrafts, Settled
from supportdesk.services.lost_standing import standing_of
from supportdesk.services.replacement import Replaced, Unfinished
from supportdesk.services.retention import erasure_unfinished, report_kept
from supportdesk.services.stretch import stretch
from supportdesk.services.verification import Guard, Unattended
from supportdesk.store import lost_reports as store
from supportdesk.store.body import dump
from supportdesk.store.journal import Entry, Journal
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

_REPORTED, _FOUND = Why("reported lost or stolen"), Why("card found again")
_LOOKED_AT = 200  # newest purchases of a person among which the card's are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came of a report's third step.

    Attributes:
        new: the replacement, None when none was wanted.
        problem: what was not done of it, although the rest was: switching the virtual card on.
    """

    report: Report
    new: Card | None = None
    problem: UserFacing | None = None


class LostReports:
    """Reports of the open account.

    Args:
        kept: the casebook's reports.
        programme: name of the programme now, for the proof.
        account: ref of the open account.
        agent: name of the agent now.
        locale: how dates are typed now.
        guard: knows who is on the line.
        clock: Unix seconds.

    Attributes:
        drafts: dispute drafts for what the cardholder did not buy.
    """

    def __init__(
        self,
        kept: store.LostReports,
        journal: Journal,
        gateway: Gateway,
        mirror: Mirror,
        actions: Actions,
        changes: Changes,
        cards: Cards,
        disputes: Disputes,
        *,
        texts: Texts,
        programme: Callable[[], str],
        account: str,
        agent: Callable[[], str],
        locale: Callable[[], str],
        guard: Guard | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.texts = texts
        self.drafts = LostDrafts(kept, mirror, disputes, changes, account, locale, clock)
        self._kept = kept
        self._journal = journal
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._cards = cards
        self._programme = programme
        self._account = account
        self._agent = agent
        self._locale = locale
        self._guard = guard or Unattended()
        self._clock = clock

    def now(self) -> float:
        """Return the time in Unix seconds."""
        return self._clock()

    async def freeze(self, card_id: str) -> float:
        """Switch a card off, whatever the mirror says of it; returns when Stripe said it is off.

        Nothing is asked and no level is needed. A card that is off already is read again.

        Raises:
            UserFacing: Stripe refused or could not be reached; OutcomeUnknown: it may be off.
        """
        seen = await self._mirror.card(card_id)
        if seen is None or may_freeze(seen.record).allowed:
            card = await self._cards.freeze(card_id, _REPORTED)
        else:
            card = await self._cards.reread(card_id)
            if card.status == "active":  # another desk switched it on meanwhile
                card = await self._cards.freeze(card_id, _REPORTED)
        if card.status == "active":
            raise UserFacing(
                "The card is active again: somebody switched it on.",
                "It was switched off a moment ago.",
                "Freeze it again.",
                code="card_changed",
            )
        return self._clock()

    async def begin(self, card_id: str) -> Report:
        """Return the open report of a card, or write a new one; its time is the notification's.

        Raises:
            UserFacing: the casebook cannot be written, or the card is not known.
        """
        at = self._clock()
        seen = await self._mirror.card(card_id)
        card = seen.record if seen is not None else await self._cards.reread(card_id)
        holder = await self._mirror.cardholder(card.cardholder_id)
        asked = Report(
            id=str(uuid4()),
            account=self._account,
            card_id=card_id,
            cardholder_id=card.cardholder_id,
            reported_at=at,
            agent=self._agent(),
            call_id=await self._guard.allow("freeze", card.cardholder_id),
            last4=card.last4,
            brand=card.brand_name,
            name=holder.record.name if holder else "",
            languages=holder.record.preferred_locales if holder else (),
        )
        report = await self._kept.begin(asked, datetime.fromtimestamp(at).astimezone().year)
        if report.id == asked.id:
            await self._seal("report.lost", report, {"number": report.number})
            self._changed(report)
        return report

    async def keep(self, report: Report) -> Report:
        """Keep what was typed; a card number only by its last four digits."""
        kept = replace(
            report,
            noticed_on=mask(clean(report.noticed_on)),
            noticed_at=mask(clean(report.noticed_at)),
            where=mask(clean(report.where)),
            second_line=mask(clean(report.second_line)),
        )
        await self._kept.save(kept)
        return kept

    async def get(self, report_id: str) -> Report | None:
        """Return a report as it was kept."""
        return await self._kept.get(self._account, report_id)

    async def of_cardholder(self, cardholder_id: str) -> list[Report]:
        """Return a person's reports, newest first."""
        return await self._kept.of_cardholder(self._account, cardholder_id)

    async def purchases(self, report: Report) -> list[Line]:
        """Return the card's newest purchases, pending ones too; raises `level_too_low`."""
        await self._guard.allow("read", report.cardholder_id)
        found = await stretch(self._mirror, report.cardholder_id, _LOOKED_AT)
        return lost.recent(found.lines, report.card_id)

    async def standing(self, report: Report) -> Standing:
        """Return what Stripe has confirmed for a report so far."""
        return await standing_of(report, self._actions, self._mirror)

    def problems(self, report: Report) -> Mapping[str, str]:
        """Return what is wrong with what was typed, by field."""
        return lost.problems(report, now=self._clock(), locale=self._locale())

    async def designs(self) -> list[Design]:
        """Return the designs a physical card can have; none when Stripe does not say."""
        try:
            return list((await self._gateway.designs()).records)
        except UserFacing:
            return []  # the old card's design is taken, as without this list

    async def carry_out(self, report: Report) -> Carried:
        """Cancel and replace, only cancel, or switch on again, as the report says.

        What Stripe did of it already is not done again. The report is kept first.

        Raises:
            UserFacing: also `level_too_low`; what was done before stays done.
            OutcomeUnknown: it may or may not have been done; the next start settles it.
        """
        report = await self.keep(report)
        card = await self._cards.reread(report.card_id)
        if report.outcome == "found":
            if card.status != "active":
                await self._cards.unfreeze(card.id, _FOUND)
            return Carried(report=await self.close(report))
        holder = await self._mirror.cardholder(card.cardholder_id)
        order = lost.order(report, card, holder.record) if holder is not None else None
        if order is None:
            if may_cancel(card).allowed and report.outcome in ("lost", "stolen"):
                await self._cards.cancel(card.id, "lost" if report.outcome == "lost" else "stolen")
            return Carried(report=report)
        done = await self._cards.replace(order)
        return Carried(report=report, new=done.new, problem=await self._switch_on(done))

    async def finish(self, left: Unfinished) -> tuple[Replaced, UserFacing | None]:
        """Finish an order that was left, as `Cards.finish_order`; a virtual card is switched on.

        Returns also why that could not be done.
        """
        done = await self._cards.finish_order(left)
        lost_card = left.order.reason in CANCEL_REASONS
        return done, await self._switch_on(done) if lost_card else None

    async def _switch_on(self, done: Replaced) -> UserFacing | None:
        """Make a virtual card usable now; it was ordered, whatever comes of this."""
        card = done.beside or done.new
        if card.type != "virtual" or card.status != "inactive":
            return None
        try:
            await self._cards.activate(card.id)
        except UserFacing as problem:
            return problem
        return None

    async def close(self, report: Report) -> Report:
        """End the work on a report; it stays to be read, and its proof to be made again."""
        closed = replace(report, closed_at=self._clock())
        closed = await self.keep(closed)
        digest = hashlib.sha256(dump(closed).encode()).hexdigest()
        await self._seal("report.closed", closed, {"number": closed.number, "sha256": digest})
        self._changed(closed)
        return closed

    async def erase(self, report: Report) -> None:
        """Erase a report whose proof nobody can ask for any more; the journal says that it was.

        Raises:
            UserFacing: `report_kept`; `erasure_unfinished`: it is erased, but another desk holds
                the file open and its log must still be emptied.
        """
        today = datetime.fromtimestamp(self._clock()).astimezone().date()
        if why := lost.keep_because(
            report.number, report.reported_at, open_=report.open, today=today
        ):
            raise report_kept(why)
        await self._actions.note("report.erased", report.card_id, {"number": report.number})
        emptied = await self._kept.erase(self._account, report.id)
        self._changed(report)
        if not emptied:
            raise erasure_unfinished()

    async def settled(self, cardholder_id: str = "") -> list[Settled]:
        """Return claimed purchases that settled after their report and wait to be disputed."""
        return await self.drafts.settled(cardholder_id)

    async def told(self, report: Report) -> Told:
        """Return what there is to tell about a report."""
        standing = await self.standing(report)
        ready = standing.beside or standing.replacement
        new = await self._mirror.card(ready) if ready else None
        entries = await self._actions.history(report.card_id, 200)
        ours = (e for e in entries if e.action == "report.lost")
        sealed = next((e.id for e in ours if e.params.get("number") == report.number), "")
        return Told(
            report=report,
            standing=standing,
            pending=frozenset(await self.drafts.pending(report)),
            new4=new.record.last4 if new is not None else "",
            entry=sealed,
        )

    def words(self, report: Report, language: str = "") -> Words:
        """Return the words in a language, by default the cardholder's."""
        return self.texts.words([language, *report.languages] if language else report.languages)

    def read_back(self, told: Told, words: Words) -> str:
        """Return the text that is read to the caller."""
        return read_back(told, words, self.texts.delivery)

    def proof(self, told: Told, words: Words) -> Document:
        """Return the proof of notification."""
        return proof(told, words, programme=self._programme(), now=self._clock())

    async def take_up(self, settled: Settled) -> tuple[str, ...]:
        """Keep a fraud draft for a claim that settled after its report; returns its purchases."""
        return await self.drafts.take_up(settled, await self.standing(settled.report))

    async def _seal(self, action: str, report: Report, params: Mapping[str, str]) -> None:
        """Write into the journal, whose chain shows any later change of it."""
        entry = Entry(
            account=self._account,
            agent=self._agent(),
            action=action,
            object_id=report.card_id,
            params=params,
            at=self._clock(),
            call_id=report.call_id,
        )
        await self._journal.intend(entry)
        await self._journal.sent(entry.id)
        await self._journal.answered(entry.id, "confirmed", at=self._clock())
        self._changes.journal.emit()

    def _changed(self, report: Report) -> None:
        self._changes.reports.emit(frozenset({report.cardholder_id}))


def claimed_now(report: Report, lines: list[Line], keys: set[str]) -> tuple[Claimed, ...]:
    """Return the claims of a report after some of the lines shown were ticked.

    Claims of purchases that are not shown any more stay.
    """
    shown = {line.key for line in lines}
    kept = [claim for claim in report.claimed if claim.key not in shown]
    return (*(lost.claim(line) for line in lines if line.key in keys), *kept)
