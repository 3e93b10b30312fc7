"""Complaints as an agent handles them: log, correct, acknowledge, tell Stripe, resolve."""

from __future__ import annotations

import dataclasses
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from datetime import time as datetime_time
from typing import Any
from zoneinfo import ZoneInfo

from supportdesk.config import Settings
from supportdesk.domain.clocks import Clock, Programme, compute
from supportdesk.domain.complaint_check import Problem, check, check_resolution, cleaned
from supportdesk.domain.complaint_text import clean, scrub
from supportdesk.domain.complaints import (
    EXECUTIVE,
    Change,
    Complaint,
    Counts,
    Which,
    case_of,
    local_day,
)
from supportdesk.domain.privacy import mask
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import Basis
from supportdesk.services.programme import programme
from supportdesk.store.complaints import Complaints as Store
from supportdesk.store.mirror import Mirror

DUE_SOON = 2  # business days: what the badge counts and the list marks
# Fields that a history must not repeat: they follow from others or belong to the record itself.
_UNTOLD = frozenset({"id", "number", "account", "version", "clocks", "reported_in"})


class Complaints:
    """The complaints of the open account.

    Args:
        store: the casebook's complaints.
        mirror: where names of people and cards are read.
        basis: pick-lists and clock rules.
        settings: the settings in force now.
        account: ref of the open account; `account_id` is Stripe's acct_ id when known.
        logged: told of each new complaint, such as the call it was made in.
        clock: Unix seconds.
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
        logged: Callable[[Complaint], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._changes = changes
        self.basis = basis
        self._settings = settings
        self._account = account
        self._account_id = account_id
        self._logged = logged
        self._clock = clock

    # --- reading

    def now(self) -> float:
        """The instant the desk goes by (Unix seconds)."""
        return self._clock()

    def agent(self) -> str:
        """The name beside what is done now."""
        return self._settings().agent

    def today(self) -> date:
        """The day at the programme's place."""
        return local_day(self._clock(), self._settings().timezone)

    def programme(self) -> Programme:
        """What of the settings decides clocks."""
        return programme(self._settings())

    async def page(self, which: Which, after: Complaint | None = None) -> list[Complaint]:
        """The page after `after`, earliest clock first; closed ones newest first."""
        return await self._store.page(self._account, which, after=after)

    async def counts(self) -> Counts:
        """Numbers for the filters and the badge."""
        due_by = self.programme().calendar().add(self.today(), DUE_SOON)
        return await self._store.counts(self._account, due_by)

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

    def left(self, clock: Clock) -> int:
        """Business days left of a clock, 0 today, negative when it is over."""
        return self.programme().calendar().between(self.today(), clock.due)

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
        """A new complaint about a person, card, transaction or dispute, by their ids.

        Names and last4 are read from the mirror; ids it does not know are kept as they are.
        """
        given = {key: value for key, value in known.items() if isinstance(value, str)}
        dispute = await self._mirror.dispute(given.get("dispute_id", ""))
        if dispute is not None:
            given.setdefault("transaction_id", dispute.record.transaction_id)
        transaction = await self._mirror.transaction(given.get("transaction_id", ""))
        if transaction is not None:
            given.setdefault("card_id", transaction.record.card_id)
            given.setdefault("redress_currency", transaction.record.currency)
        card = await self._mirror.card(given.get("card_id", ""))
        if card is not None:
            given["card_last4"] = card.record.last4
            given.setdefault("cardholder_id", card.record.cardholder_id)
            given.setdefault("redress_currency", card.record.currency)
        person = await self._mirror.cardholder(given.get("cardholder_id", ""))
        if person is not None:
            given["cardholder_name"] = person.record.name
        return self.blank(given)

    def blank(self, known: Mapping[str, str] | None = None) -> Complaint:
        """A new complaint with what the desk knows already; `known` holds fields by name."""
        settings = self._settings()
        now = self._clock()
        names = {field.name for field in dataclasses.fields(Complaint)}
        lists = self.basis.lists
        given: dict[str, Any] = {k: v for k, v in (known or {}).items() if k in names}
        return replace(
            Complaint(
                account=self._account,
                zone=settings.timezone,
                date_input=now,
                date_received=now,
                user_name=settings.business_name,
                received_by=settings.agent,
                owner=settings.agent,
                account_ID=settings.account_id or self._account_id,
                stripe_product=lists.stripe_product[0],
                user_stage="Active" if "Active" in lists.user_stage else "",
            ),
            **given,
        )

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
        ready = self._ready(complaint)
        ready = replace(ready, id=str(uuid.uuid4()), date_input=self._clock())
        self._refuse(self.problems(ready))
        ready = self._with_clocks(ready)
        made = await self._store.create(ready, self._change("logged", "", Complaint(), ready))
        self._changes.complaints.emit(frozenset({made.id}))
        if self._logged is not None:
            await self._logged(made)
        return made

    async def edit(self, complaint: Complaint, why: str = "", action: str = "edited") -> Complaint:
        """Save changed fields with an entry in the history; nothing changed, nothing saved.

        Clocks are computed again only when what decides them changed; never by a status.

        Raises:
            UserFacing: as `log`, or another window saved it meanwhile.
        """
        before = await self.get(complaint.id)
        ready = self._ready(complaint)
        if ready == before:
            return before
        self._refuse(self.problems(ready, before))
        if case_of(ready) != case_of(before) or ready.zone != before.zone:
            ready = self._with_clocks(ready)
        saved = await self._store.save(ready, self._change(action, why, before, ready))
        self._changes.complaints.emit(frozenset({saved.id}))
        return saved

    async def acknowledge(self, complaint: Complaint, at: float, medium: str) -> Complaint:
        """Record that the caller was told that the complaint arrived.

        Raises:
            UserFacing: `complaint_on_hold` for an executive complaint Stripe has not cleared.
        """
        self._refuse_hold(complaint, "acknowledged_at")
        if not medium:
            raise _wrong(Problem("acknowledged_medium", "Choose how it was acknowledged."))
        done = replace(
            complaint,
            acknowledged_at=at,
            acknowledged_by=self._settings().agent,
            acknowledged_medium=medium,
        )
        return await self.edit(done, action="acknowledged")

    async def tell_stripe(self, complaint: Complaint, at: float) -> Complaint:
        """Record that Stripe was told of an executive complaint."""
        if complaint.complaint_classification != EXECUTIVE:
            raise _wrong(Problem("stripe_notified_at", "Only executive complaints need this."))
        agent = self._settings().agent
        done = replace(complaint, stripe_notified_at=at, stripe_notified_by=agent)
        return await self.edit(done, action="told Stripe")

    async def clear_hold(self, complaint: Complaint, at: float, by: str) -> Complaint:
        """Record who at Stripe allowed contact with the caller again, and when."""
        if complaint.stripe_notified_at is None:
            raise _wrong(Problem("stripe_cleared_at", "First record when Stripe was told."))
        if at < complaint.stripe_notified_at:
            raise _wrong(Problem("stripe_cleared_at", "This is before Stripe was told."))
        if not by.strip():
            raise _wrong(Problem("stripe_cleared_by", "Say who at Stripe cleared it."))
        done = replace(complaint, stripe_cleared_at=at, stripe_cleared_by=clean(by))
        return await self.edit(done, action="cleared by Stripe")

    async def forward(self, complaint: Complaint, at: float) -> Complaint:
        """Record that the complaint was forwarded to Stripe or the platform."""
        done = replace(complaint, forwarded_at=at, forwarded_by=self._settings().agent)
        return await self.edit(done, action="forwarded")

    async def resolve(self, complaint: Complaint) -> Complaint:
        """Record that the caller was told and the remedy carried out.

        Raises:
            UserFacing: what Stripe asks for after resolution is missing, a late one lacks its
                reason, or an executive complaint is on hold.
        """
        self._refuse_hold(complaint, "told_at")
        self._refuse(check_resolution(complaint))
        return await self.edit(complaint, action="resolved")

    # --- the unfinished form

    async def keep_draft(self, name: str, values: Mapping[str, str]) -> None:
        """Keep an unfinished form, card numbers masked; empty `values` forget it."""
        safe = {key: mask(clean(value)) for key, value in values.items()}
        text = json.dumps(safe, ensure_ascii=False) if safe else ""
        await self._store.keep_draft(self._account, name, text, self._clock())

    async def draft(self, name: str) -> dict[str, str]:
        """The unfinished form kept under `name`, empty when there is none."""
        text = await self._store.draft(self._account, name)
        return {str(k): str(v) for k, v in json.loads(text).items()} if text else {}

    # --- inside

    def _ready(self, complaint: Complaint) -> Complaint:
        """What is stored: clean texts, and a neutral description when there is none."""
        texts: dict[str, Any] = cleaned(complaint)
        ready = replace(complaint, **texts)
        if not ready.complaint_description:
            neutral = scrub(ready.verbatim, [ready.cardholder_name])
            ready = replace(ready, complaint_description=neutral)
        return replace(ready, lists_version=self.basis.lists.version)

    def _with_clocks(self, complaint: Complaint) -> Complaint:
        clocks = compute(self.basis.rules, case_of(complaint), self.programme())
        return replace(complaint, clocks=clocks)

    def _change(self, action: str, why: str, before: Complaint, after: Complaint) -> Change:
        texts = {}
        for field in dataclasses.fields(Complaint):
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new and field.name not in _UNTOLD:
                texts[field.name] = (_told(old), _told(new))
        return Change(self._clock(), self._settings().agent, action, clean(why), texts)

    def _refuse(self, problems: list[Problem]) -> None:
        if problems:
            raise _wrong(problems[0])

    def _refuse_hold(self, complaint: Complaint, field: str) -> None:
        if complaint.on_hold:
            raise UserFacing(
                "Stripe has not cleared contact with the caller yet.",
                detail="An executive complaint is on hold until Stripe has reviewed it.",
                remedy="Tell Stripe, and record when Stripe cleared it.",
                field=field,
                code="complaint_on_hold",
            )


def _told(value: object) -> str:
    """A field's value in a history: instants in Unix seconds, lists joined."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return str(value)


def _wrong(problem: Problem) -> UserFacing:
    return UserFacing(problem.text, field=problem.field, code="complaint_invalid")
