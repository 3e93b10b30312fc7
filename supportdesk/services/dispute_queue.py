"""The queue of disputes: keeps its lines up to date and pages through them."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from supportdesk.config import Settings
from supportdesk.domain import clocks
from supportdesk.domain.dispute_case import Keeping, Note
from supportdesk.domain.dispute_queue import Asked, Counts, Line
from supportdesk.domain.dispute_steps import StepRules
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Record, Transaction
from supportdesk.domain.reminders import Reminder
from supportdesk.errors import UserFacing
from supportdesk.services import backfill
from supportdesk.services.changes import Changes
from supportdesk.services.dispute_lines import Basis, Material, lacking, lines
from supportdesk.services.keeping import keep
from supportdesk.store.dispute_cases import DisputeCases
from supportdesk.store.dispute_steps import DisputeSteps
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

PAGE = 60  # lines
AT_ONCE = 60  # lines worked out before a page is shown
BATCH = 200  # lines worked out at a time beside the window
LOOK_SECONDS = 60.0  # between two looks whether the day has turned
FETCHED = 20  # purchases asked of Stripe at a time
NOTE = "dispute_steps"


class DisputeQueue:
    """All disputes of the account and all intakes, each with its next step.

    Args:
        rules, steps: what a dispute needs, and what comes next with it.
        settings: the programme's country and closing days decide notices and business days.
        account: ref of the open account.
        locale: how amounts and dates are typed now, such as "de_DE".
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        cases: DisputeCases,
        changes: Changes,
        *,
        rules: Rules,
        steps: StepRules,
        settings: Callable[[], Settings],
        account: str,
        locale: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.rules = rules
        self.steps = steps
        self._gateway = gateway
        self._mirror = mirror
        self._cases = cases
        self._changes = changes
        self._settings = settings
        self._account = account
        self._locale = locale
        self._clock = clock
        self._table = DisputeSteps(mirror.database)
        self._lock = asyncio.Lock()
        self._poke = asyncio.Event()
        self._typed: float | None = None
        self._not_there: set[str] = set()

    def agent(self) -> str:
        """Return the name of the agent now."""
        return self._settings().agent

    def today(self) -> date:
        """Return the day at the desk."""
        return datetime.fromtimestamp(self._clock()).astimezone().date()

    # --- asking ------------------------------------------------------------------------------

    async def page(
        self, asked: Asked, after: Line | None = None, *, limit: int = PAGE
    ) -> list[Line]:
        """Return the lines after one; before the first page what changed just now is worked out.

        Raises:
            UserFacing: the mirror or the casebook cannot be read.
        """
        if after is None:
            await self.settle(AT_ONCE)
        return await self._table.page(asked, after, limit)

    async def counts(self, asked: Asked) -> Counts:
        """Return how many lines each filter shows."""
        return await self._table.counts(asked)

    async def reasons(self) -> list[str]:
        """Return the reasons that occur in the queue."""
        return await self._table.reasons()

    async def line(self, transaction_id: str) -> Line | None:
        """Return the line of one purchase, None if there is none."""
        await self.settle(AT_ONCE)
        return await self._table.line(transaction_id)

    async def reminders(self) -> list[Reminder]:
        """Return the steps that are due today or overdue, of all owners."""
        return await self._table.reminders(self.today())

    async def kept(self, transaction_id: str) -> Keeping:
        """Return owner and notes of a dispute."""
        return (await self._cases.of(self._account, [transaction_id]))[transaction_id]

    # --- doing -------------------------------------------------------------------------------

    async def assign(self, transaction_id: str, owner: str) -> None:
        """Give a dispute to an agent, or with "" to nobody."""
        await self._cases.assign(
            self._account, transaction_id, owner, by=self.agent(), at=self._clock()
        )
        await self._changed(transaction_id)

    async def write(self, transaction_id: str, note: Note) -> None:
        """Write down what was said or done; who and when is added here."""
        note = replace(note, agent=self.agent(), at=self._clock())
        await self._cases.add(self._account, transaction_id, note)
        await self._changed(transaction_id)

    async def _changed(self, transaction_id: str) -> None:
        await self._table.mark([transaction_id])
        await self.settle(AT_ONCE)
        self._changes.queue.emit()

    # --- keeping up --------------------------------------------------------------------------

    async def keep(self) -> None:
        """Work out what changed, as it changes; run it as a task, cancel it to stop.

        Raises:
            UserFacing: the mirror or the casebook cannot be read or written.
        """
        changes = self._changes
        told = (changes.disputes, changes.activity, changes.cards, changes.cardholders)

        def wake(_ids: object = None) -> None:
            self._poke.set()

        for signal in told:
            signal.connect(wake)
        changes.settings.connect(wake)
        try:
            while True:
                await self._catch_up()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._poke.wait()
        finally:
            for signal in told:
                signal.disconnect(wake)
            changes.settings.disconnect(wake)

    async def _catch_up(self) -> None:
        self._poke.clear()
        await self._compare_basis()
        any_new = False
        while await self.settle(BATCH):
            any_new = True
        if any_new:
            self._changes.queue.emit()
        await self._fetch_purchases()

    async def settle(self, limit: int) -> bool:
        """Work out at most `limit` lines; returns whether there were any.

        Raises:
            UserFacing: the mirror or the casebook cannot be read or written.
        """
        async with self._lock:
            today = self.today()
            marks, typed = await self._stale(today, limit)
            if not marks:
                self._typed = typed
                return False
            ids = list(marks)
            material, basis = await self._gather(ids), await self._basis(today)
            loop = asyncio.get_running_loop()
            made = await loop.run_in_executor(None, lines, ids, material, basis)
            await self._table.put(made, marks, lacking(made, material))
            self._typed = typed  # only now: whoever waits for this may be broken off before
            return True

    async def _stale(self, today: date, limit: int) -> tuple[dict[str, int], float]:
        """Return marked lines, and those whose intake was typed in or discarded meanwhile.

        Besides, up to which instant (Unix seconds) what was typed in is among them.
        """
        newest, local = await self._cases.intakes(self._account, self._typed or 0.0)
        marks, shown = await self._table.stale(today, limit)
        if self._typed is None:
            known = await self._table.typed()
            changed = {id for id, at in newest.items() if known.get(id) != at}
        else:
            changed = {id for id, at in newest.items() if at > self._typed}
        changed |= shown - local
        if len(changed) > limit:  # some now, the others by their marks
            await self._table.mark(changed)
            changed = set()
        upto = max(newest.values(), default=self._typed or 0.0)
        return {**dict.fromkeys(changed, 0), **marks}, upto

    async def _basis(self, today: date) -> Basis:
        settings = self._settings()
        closed = frozenset(date.fromisoformat(day) for day in settings.closing_days)
        programme = clocks.Programme(
            regimes=settings.regimes,
            country=settings.programme_country,
            subdivision=settings.programme_subdivision,
            closed=closed,
        )
        since = await self._cases.since(self._account, self._clock())
        return Basis(
            rules=self.rules,
            steps=self.steps,
            notices=self.steps.owed(settings.programme_country),
            programme=programme,
            calendar=programme.calendar(),
            since=datetime.fromtimestamp(since).astimezone().date(),
            today=today,
            locale=self._locale(),
        )

    async def _compare_basis(self) -> None:
        """Have every line worked out anew when what all of them rest on has changed."""
        basis = await self._basis(self.today())
        told = [
            *(basis.steps.version, basis.rules.refunds.version, *basis.programme.regimes),
            *basis.calendar.identity,
            *(basis.since.isoformat(), basis.locale, *(notice.id for notice in basis.notices)),
        ]
        if told != await self._mirror.get_state(NOTE):
            await self._table.mark_all()
            await self._mirror.set_state(NOTE, told)

    async def _gather(self, ids: Sequence[str]) -> Material:
        disputes = {
            seen.record.transaction_id: seen.record
            for seen in await self._mirror.disputes_over(ids)
        }
        found = [seen.record for seen in await self._mirror.transactions(ids)]
        asked = [t.authorization_id for t in found if t.authorization_id]
        under: defaultdict[str, list[Transaction]] = defaultdict(list)
        for seen in await self._mirror.transactions_under_all(asked):
            under[seen.record.authorization_id].append(seen.record)
        cards = await self._mirror.cards(list({t.card_id for t in found}))
        paid = await self._mirror.authorizations(asked)
        people = await self._mirror.cardholders(list({t.cardholder_id for t in found}))
        return Material(
            disputes=disputes,
            transactions={t.id: t for t in found},
            cards={seen.record.id: seen.record for seen in cards},
            authorizations={seen.record.id: seen.record for seen in paid},
            cardholders={seen.record.id: seen.record for seen in people},
            under=under,
            drafts=await self._cases.drafts(self._account, ids),
            kept=await self._cases.of(self._account, ids),
            ends=await self._table.ends([dispute.id for dispute in disputes.values()]),
        )

    async def _fetch_purchases(self) -> None:
        """Ask Stripe for purchases of open disputes that are older than what the mirror read."""
        filled = await self._mirror.get_state(backfill.NOTE)
        if not (isinstance(filled, dict) and "ended" in filled):
            return  # most of them come with the lists
        wanted = await self._table.without_purchase(FETCHED + len(self._not_there))
        for id in [id for id in wanted if id not in self._not_there][:FETCHED]:
            self._not_there.add(id)
            at = self._clock()
            try:
                transaction = await self._gateway.transaction(id)
                found: list[Record] = [transaction]
                if transaction.card_id:
                    found.append(await self._gateway.card(transaction.card_id))
            except UserFacing:
                continue  # asked for again when it is opened, or at the next start
            await keep(self._mirror, self._changes, found, at)
