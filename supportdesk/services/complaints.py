"""Complaints as an agent handles them: find, log, correct; steps and replies are beside it."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from datetime import time as datetime_time
from typing import Any
from zoneinfo import ZoneInfo

from supportdesk.config import Settings
from supportdesk.domain.calendars import ONE_DAY
from supportdesk.domain.clocks import Clock, Programme, compute
from supportdesk.domain.complaint_check import Problem, check, check_new, cleaned
from supportdesk.domain.complaint_text import clean, neutral
from supportdesk.domain.complaints import (
    ALL,
    Change,
    Complaint,
    Counts,
    Wanted,
    Which,
    case_of,
    leading_clock,
    local_day,
)
from supportdesk.domain.privacy import mask, refusal
from supportdesk.domain.reminders import Reminder
from supportdesk.errors import UserFacing
from supportdesk.services.calls import Calls
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import Basis
from supportdesk.services.complaint_changes import changed_fields
from supportdesk.services.complaint_intake import Intake
from supportdesk.services.complaint_privacy import with_private
from supportdesk.services.complaint_replies import Replies
from supportdesk.services.complaint_steps import Steps
from supportdesk.services.programme import programme
from supportdesk.store.complaints import Complaints as Store
from supportdesk.store.mirror import Mirror

DUE_SOON = 2  # business days: what the badge counts and the list marks
#: Age bands in business days since receipt: the last day of each, None for no end.
AGE_BANDS: dict[str, tuple[int, int | None]] = {
    "0-5": (0, 5),
    "6-10": (6, 10),
    "11-15": (11, 15),
    "16+": (16, None),
}


class Complaints:
    """The complaints of the open account.

    Args:
        store: the casebook's complaints.
        mirror: where names of people and cards are read.
        basis: pick-lists, clock rules, signals and reply templates.
        settings: the settings in force now.
        account: ref of the open account; `account_id` is Stripe's acct_ id when known.
        calls: the call a new complaint is made in; None where there are no calls.
        clock: Unix seconds.

    Attributes:
        intake: what a new complaint starts with, and what its text hints at.
        steps: what is done with a complaint: acknowledge, hold, resolve and the like.
        replies: letters to the complainant and notices to Stripe.
        known_agents: names in the log, as they were last read.
    """

    def __init__(
        self,
        store: Store,
        mirror: Mirror,
        changes: Changes,
        basis: Basis,
        *,
        settings: Callable[[], Settings],
        account: str,
        account_id: str = "",
        calls: Calls | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._changes = changes
        self.basis = basis
        self._settings = settings
        self._account = account
        self._calls = calls
        self._clock = clock
        self.known_agents: tuple[str, ...] = ()
        self._owners: list[str] = []
        self.intake = Intake(self, store, mirror, calls, account=account, account_id=account_id)
        self.steps = Steps(self)
        self.replies = Replies(self)

    # --- reading

    def now(self) -> float:
        """The instant the desk goes by (Unix seconds)."""
        return self._clock()

    def settings(self) -> Settings:
        """The settings in force now."""
        return self._settings()

    def agent(self) -> str:
        """The name beside what is done now."""
        return self._settings().agent

    def today(self) -> date:
        """The day at the programme's place."""
        return local_day(self._clock(), self._settings().timezone)

    def programme(self) -> Programme:
        """What of the settings decides clocks."""
        return programme(self._settings())

    async def page(
        self, which: Which, after: Complaint | None = None, wanted: Wanted = ALL
    ) -> list[Complaint]:
        """The page after `after`, earliest clock first; closed ones newest first."""
        return await self._store.page(self._account, which, wanted=wanted, after=after)

    async def owners(self) -> list[str]:
        """Everyone who owns an open complaint."""
        self._owners = await self._store.owners(self._account)
        return self._owners

    async def agents(self) -> list[str]:
        """Names known from the log: who owns or lately changed a complaint, and the agent's own."""
        found = {*await self._store.agents(), *self._owners, self.agent()} - {""}
        self.known_agents = tuple(sorted(found, key=str.casefold))
        return list(self.known_agents)

    async def counts(self) -> Counts:
        """Numbers for the filters and the badge."""
        return await self._store.counts(self._account, self.due_by("soon"))

    async def get(self, complaint_id: str) -> Complaint:
        """One complaint.

        Raises:
            UserFacing: `complaint_missing`.
        """
        found = await self._store.get(self._account, complaint_id)
        if found is None:
            raise UserFacing("This complaint is not in the casebook.", code="complaint_missing")
        return found

    async def history(self, complaint_id: str) -> list[Change]:
        """Every change of a complaint, oldest first."""
        return await self._store.history(complaint_id)

    async def of_cardholder(self, cardholder_id: str) -> list[Complaint]:
        """A cardholder's complaints, newest first."""
        return await self._store.of_cardholder(self._account, cardholder_id)

    async def due(self) -> list[Reminder]:
        """What is due today or over; of those only watched the watcher's own."""
        agent = self.agent()
        return [
            Reminder(
                key=f"{one.id} {clock.rule}",
                due=clock.due,
                owner=agent if agent in one.watchers else one.owner,
            )
            for one in await self._store.due(self._account, self.today())
            if (clock := leading_clock(one)) is not None
        ]

    def left(self, clock: Clock) -> int:
        """Business days left of a clock, 0 today, negative when it is over."""
        return self.programme().calendar().between(self.today(), clock.due)

    def age(self, complaint: Complaint) -> int:
        """Business days since a complaint was received."""
        received = complaint.day(complaint.date_received)
        return max(0, self.programme().calendar().between(received, self.today()))

    def received_within(self, band: str) -> tuple[date | None, date | None]:
        """The first and last day of receipt of the complaints in an age band."""
        calendar, today = self.programme().calendar(), self.today()
        low, high = AGE_BANDS[band]
        first = calendar.back(today, high) if high is not None else None
        last = calendar.back(today, low - 1) - ONE_DAY if low else None
        return first, last

    def due_by(self, which: str) -> date:
        """The last day a clock ends on to be counted as over, today or soon."""
        calendar, today = self.programme().calendar(), self.today()
        days = {"over": today - ONE_DAY, "today": today}
        return days.get(which) or calendar.add(today, DUE_SOON)

    # --- writing

    def instant(self, day: date, old: float | None = None) -> float:
        """The instant kept for a day that was typed: `old` if it is on it, now if today."""
        zone = self._settings().timezone
        if old is not None and local_day(old, zone) == day:
            return old
        if day == self.today():
            return self._clock()
        return datetime.combine(day, datetime_time(12), ZoneInfo(zone)).timestamp()

    async def start(self, known: Mapping[str, object]) -> Complaint:
        """A new complaint about what is known; see `Intake.start`."""
        return await self.intake.start(known)

    def blank(self, known: Mapping[str, str] | None = None) -> Complaint:
        """A new complaint with what the desk knows already; `known` holds fields by name."""
        return self.intake.blank(known)

    def problems(self, complaint: Complaint, before: Complaint | None = None) -> list[Problem]:
        """What keeps `complaint` from being saved, to be shown beside its fields."""
        return check(complaint, self.basis.lists, self._clock(), before)

    async def log(self, complaint: Complaint) -> Complaint:
        """Log a new complaint: it gets its number and its clocks.

        Without a neutral description one is made from what the caller said, with names,
        contact data and card numbers taken out.

        Raises:
            UserFacing: a field is wrong (`field` names it), or the casebook cannot be written.
        """
        (complaint,) = await self.with_private([complaint])
        ready = self._decided(self._ready(complaint), None)
        ready = replace(ready, id=str(uuid.uuid4()), date_input=self._clock())
        refuse(check_new(ready, self.basis.lists, self._clock()))
        ready = self._with_clocks(ready)
        made = await self._store.create(ready, self._change("logged", "", Complaint(), ready))
        self._changes.complaints.emit(frozenset({made.id}))
        if self._calls is not None:
            await self._calls.complaint_logged(made)
        return made

    async def bring(self, complaint: Complaint, source: str) -> Complaint:
        """Keep one complaint of another list; see `bring_all`."""
        return (await self.bring_all([complaint], source))[0]

    async def bring_all(self, complaints: Sequence[Complaint], source: str) -> list[Complaint]:
        """Keep complaints of another list under the ids and the dates they have, all or none.

        Args:
            source: where they come from, for their history.

        Raises:
            UserFacing: the casebook cannot be written.
        """

        def ready(one: Complaint) -> tuple[Complaint, Change]:
            one = replace(one, lists_version=self.basis.lists.version)
            one = self._with_clocks(one if one.decided_at is not None else self._decided(one, None))
            return one, self._change("imported", mask(source), Complaint(), one)

        complaints = await self.with_private(complaints)
        made = await asyncio.to_thread(lambda: [ready(one) for one in complaints])
        return await self._store.create_all(made)

    async def edit(self, complaint: Complaint, why: str = "", action: str = "edited") -> Complaint:
        """Save changed fields with an entry in the history; nothing changed, nothing saved.

        Clocks are computed again only when what decides them changed; never by a status.

        Raises:
            UserFacing: as `log`, or another window saved it meanwhile.
        """
        before, ready, change = await self._prepared(complaint, why, action)
        if said := refusal(why):
            refuse([Problem("why", said)])
        if ready == before:
            return before
        saved = await self._store.save(ready, change)
        self._changes.complaints.emit(frozenset({saved.id}))
        return saved

    async def attach(
        self, complaint: Complaint, file_id: str, content: bytes, why: str = ""
    ) -> Complaint:
        """Save a complaint that names a new file, with the file's bytes; raises as `edit`."""
        _, ready, change = await self._prepared(complaint, why, "attached a file")
        saved = await self._store.attach(ready, file_id, content, change)
        self._changes.complaints.emit(frozenset({saved.id}))
        return saved

    async def file(self, complaint: Complaint, file_id: str) -> bytes:
        """The bytes of an attached file."""
        return await self._store.content(complaint.id, file_id)

    async def _prepared(
        self, complaint: Complaint, why: str, action: str
    ) -> tuple[Complaint, Complaint, Change]:
        before = await self.get(complaint.id)
        ready = self._ready(complaint)
        if ready != before:
            (complaint,) = await self.with_private([complaint])
            ready = self._decided(self._ready(complaint), before)
            refuse(self.problems(ready, before))
            if case_of(ready) != case_of(before) or ready.zone != before.zone:
                ready = self._with_clocks(ready, before)
        return before, ready, self._change(action, why, before, ready)

    async def with_private(self, complaints: Sequence[Complaint]) -> list[Complaint]:
        """Complaints with what of their cardholders must be taken out of the month's file."""
        return await with_private(self._mirror, complaints)

    # --- the unfinished form

    async def keep_draft(self, name: str, values: Mapping[str, str]) -> None:
        """Keep an unfinished form, card numbers masked; empty `values` forget it."""
        safe = {mask(clean(key)): mask(clean(value)) for key, value in values.items()}
        text = json.dumps(safe, ensure_ascii=False) if safe else ""
        await self._store.keep_draft(self._account, name, text, self._clock())

    async def begun(self) -> list[tuple[str, float]]:
        """Cardholders ("" for nobody) of complaints begun and not logged, newest first.

        Beside each stands the instant it was typed at last, in Unix seconds.
        """
        return await self._store.begun(self._account)

    async def draft(self, name: str) -> dict[str, str]:
        """The unfinished form kept under `name`, empty when there is none."""
        text = await self._store.draft(self._account, name)
        return {str(k): str(v) for k, v in json.loads(text).items()} if text else {}

    # --- inside

    def _ready(self, complaint: Complaint) -> Complaint:
        """What is stored: clean texts, and a neutral description when there is none."""
        texts: dict[str, Any] = cleaned(complaint)
        now, agent = self._clock(), self.agent()
        terms = tuple(t if t.at else replace(t, at=now, by=agent) for t in complaint.terms)
        ready = replace(complaint, terms=terms, **texts)
        if not ready.complaint_description:
            ready = replace(ready, complaint_description=neutral(ready.verbatim, ready))
        return replace(ready, lists_version=self.basis.lists.version)

    def _decided(self, complaint: Complaint, before: Complaint | None) -> Complaint:
        """With who decided whether it is a complaint, when that is new."""
        if before is not None and before.is_complaint == complaint.is_complaint:
            return complaint
        return replace(complaint, decided_at=self._clock(), decided_by=self.agent())

    def _with_clocks(self, complaint: Complaint, before: Complaint | None = None) -> Complaint:
        """With its clocks; those whose rule, start and case stayed keep the date they had."""
        case = case_of(complaint)
        clocks = compute(self.basis.rules, case, self.programme())
        if before is not None and replace(case, started=case_of(before).started) == case_of(before):
            old = {(clock.rule, clock.start): clock for clock in before.clocks}
            kept = [old.get((clock.rule, clock.start), clock) for clock in clocks]
            clocks = tuple(sorted(kept, key=lambda clock: (clock.due, clock.rule)))
        return replace(complaint, clocks=clocks)

    def _change(self, action: str, why: str, before: Complaint, after: Complaint) -> Change:
        fields = changed_fields(before, after)
        return Change(self._clock(), self.agent(), action, clean(why), fields)


def refuse(problems: Sequence[Problem]) -> None:
    """Raise UserFacing (`complaint_invalid`, `field`) for the first of some problems."""
    if problems:
        first = problems[0]
        raise UserFacing(first.text, field=first.field, code="complaint_invalid")
