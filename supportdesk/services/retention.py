"""What must be kept and for how long, and the erasure of what need not be kept any more.

Stripe asks for five years from closure; the programme sets its own years. A legal hold outlasts
them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from supportdesk.config import Settings
from supportdesk.domain import known_person
from supportdesk.domain.complaints import Change, Complaint, local_day
from supportdesk.domain.lost import keep_because
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.services.complaints import Complaints
from supportdesk.services.nameless import Perhaps, perhaps_theirs
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.erasure import forget_in_casebook, forget_in_mirror
from supportdesk.store.mirror import Mirror
from supportdesk.store.person import SHORTEST, Known, Traces, known_of, traces_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the desk holds of a person, and what keeps it from being erased.

    Attributes:
        name: "" when the desk does not know it.
        complaints: those that were not erased yet.
        kept: why it must be kept; empty when it need not.
        perhaps: complaints without a person that name this one; erased only when chosen.
    """

    id: str
    name: str
    complaints: tuple[Complaint, ...]
    traces: Traces
    kept: tuple[UserFacing, ...]
    perhaps: tuple[Perhaps, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the casebook holds nothing of them."""
        there = self.traces
        return not (self.complaints or there.calls or there.intakes or there.reports)


class Retention:
    """The end of complaints, and of a person, in this desk's files.

    Args:
        mirror: the copy of what Stripe said.
        account: ref of the open account.
    """

    def __init__(
        self,
        book: Casebook,
        mirror: Database,
        complaints: Complaints,
        changes: Changes,
        *,
        settings: Callable[[], Settings],
        account: str,
    ) -> None:
        self._book = book
        self._mirror = mirror
        self._complaints = complaints
        self._changes = changes
        self._settings = settings
        self._account = account

    def kept_until(self, complaint: Complaint) -> date | None:
        """The last day a closed complaint must be kept; None while it is open."""
        if complaint.closed_at is None or complaint.open:
            return None
        return _years_after(complaint.day(complaint.closed_at), self._settings().retention_years)

    async def expired(self) -> list[Complaint]:
        """Complaints that need not be kept any more."""
        before = _years_after(self._complaints.today(), -self._settings().retention_years)
        return await self._book.complaints.expired(self._account, before)

    def refusal(self, complaint: Complaint) -> UserFacing | None:
        """Why a complaint must be kept, None when it need not."""
        until = self.kept_until(complaint)
        why = ""
        if until is None:
            why = "It is still open."
        elif complaint.legal_hold:
            why = "It is under a legal hold."
        elif self._complaints.today() <= until:
            why = f"It must be kept until {until:%d %b %Y}."
        elif complaint.erased_at is not None:
            why = "It was erased before."
        if not why:
            return None
        return UserFacing(
            f"{complaint.number} cannot be erased.", detail=why, code="complaint_kept"
        )

    async def erase(self, complaint: Complaint) -> Complaint:
        """Erase what tells of a person; number, dates, class and outcome stay for the figures.

        Raises:
            UserFacing: `complaint_kept`; `erasure_unfinished` when another desk holds the file
                open: it is erased, but the file's log must still be emptied; as `Complaints.edit`.
        """
        kept = await self._complaints.get(complaint.id)
        left = await self._erase(kept)
        await self.scour()
        return left

    async def person(self, cardholder_id: str) -> Person:
        """What the desk holds of a person, and why it must still be kept."""
        known, complaints = await self._known(cardholder_id)
        there = await traces_of(self._book, self._account, cardholder_id, known.objects, known.name)
        problems = (self.refusal(one) for one in complaints)
        kept = [problem for problem in problems if problem is not None]
        for number, at, open_ in await self._book.lost.times(self._account, cardholder_id):
            if why := keep_because(number, at, open_=open_, today=self._complaints.today()):
                kept.append(report_kept(why))
        theirs = {cardholder_id, *known.objects}
        unsure = await self._book.journal.open_entries(self._account)
        if any(entry.object_id in theirs for entry in unsure):
            kept.append(person_kept("An action on a card of theirs has no sure answer yet."))
        kept += [person_kept(why) for why in self._needed(known, there)]
        name = known.name or next((one.cardholder_name for one in complaints), "")
        perhaps = await self._perhaps(cardholder_id, complaints)
        listed = {one.complaint.number for one in perhaps}
        others = tuple(where for where in there.named_in if where not in listed)
        return Person(
            id=cardholder_id,
            name=name,
            complaints=tuple(complaints),
            traces=replace(there, named_in=others),
            kept=tuple(kept),
            perhaps=tuple(perhaps),
        )

    async def _perhaps(self, cardholder_id: str, complaints: list[Complaint]) -> list[Perhaps]:
        """Complaints without a person that name this one, and why each must be kept."""
        seen = await Mirror(self._mirror).cardholder(cardholder_id)
        known = known_person.Person() if seen is None else known_person.person_of(seen.record)
        names = {*known.names, *(one.cardholder_name for one in complaints)} - {""}
        known = replace(known, names=tuple(sorted(names)))
        found = await perhaps_theirs(self._book.database, self._account, known)
        refusals = [self.refusal(one.complaint) for one in found]
        return [
            replace(one, kept=problem.detail) if problem is not None else one
            for one, problem in zip(found, refusals, strict=True)
        ]

    async def erase_person(self, cardholder_id: str, also: Collection[str] = ()) -> int:
        """Erase a person: complaints, calls, dispute intakes, what the journal sent, the copy.

        Args:
            also: ids of those of `Person.perhaps` that somebody decided are theirs.

        Returns:
            How many complaints were erased.

        Raises:
            UserFacing: as `erase`; `report_kept`; `person_kept`: a call goes on, a dispute has
                not ended, the last of either must still be kept, or what came of an action is not
                certain; `complaint_not_listed`: one of `also` was not offered. Nothing is erased
                then.
        """
        found = await self.person(cardholder_id)
        if found.kept:
            raise found.kept[0]
        chosen = self._chosen(found, {*also})
        known, complaints = await self._known(cardholder_id)
        complaints += chosen
        for one in complaints:
            await self._erase(one)
        at = self._complaints.now()
        shown = {one.cardholder_name for one in complaints}
        names = {*known.names, *(name for name in shown if len(name) >= SHORTEST)}
        await forget_in_casebook(
            self._book,
            self._account,
            cardholder_id,
            known.objects,
            sorted(names),
            at,
            {one.call_id for one in chosen} - {""},
        )
        await forget_in_mirror(self._mirror, cardholder_id, known.objects)
        self._changes.cardholders.emit(frozenset({cardholder_id}))
        await self.scour()
        return len(complaints)

    def _chosen(self, person: Person, also: set[str]) -> list[Complaint]:
        chosen = [one.complaint for one in person.perhaps if one.complaint.id in also]
        if len(chosen) != len(also):
            raise UserFacing(
                "A complaint that was chosen does not name this person any more.",
                remedy="Look at the list again.",
                code="complaint_not_listed",
            )
        for one in chosen:
            if (problem := self.refusal(one)) is not None:
                raise problem
        return chosen

    async def scour(self) -> None:
        """Empty both files of what was erased, also their logs.

        Raises:
            UserFacing: `erasure_unfinished` when another desk holds a file open.
        """
        done = [await self._book.database.scour(), await self._mirror.scour()]
        if not all(done):
            raise erasure_unfinished()

    async def _known(self, cardholder_id: str) -> tuple[Known, list[Complaint]]:
        """A person in the mirror, with the objects that only their complaints name."""
        known = await known_of(self._mirror, cardholder_id)
        complaints = await self._complaints.of_cardholder(cardholder_id)
        named = {id_ for one in complaints for id_ in (one.card_id, one.transaction_id)}
        named |= {one.dispute_id for one in complaints}
        return replace(known, objects=known.objects | (named - {""})), complaints

    def _needed(self, known: Known, there: Traces) -> list[str]:
        """Why calls and disputes must be kept; what tells of them is kept as long as complaints."""
        why = []
        if there.calling:
            why.append("A call with them has not ended.")
        if known.disputed:
            why.append("A dispute of theirs has not ended.")
        zone, years = self._settings().timezone, self._settings().retention_years
        for what, at in (("call", there.last_call), ("dispute", there.last_dispute)):
            if at is None:
                continue
            until = _years_after(local_day(at, zone), years)
            if self._complaints.today() <= until:
                why.append(f"Their last {what} must be kept until {until:%d %b %Y}.")
        return why

    async def _erase(self, complaint: Complaint) -> Complaint:
        if (problem := self.refusal(complaint)) is not None:
            raise problem
        at, agent = self._complaints.now(), self._complaints.agent()
        drafts = [f"{step}:{complaint.id}" for step in _DRAFTS]
        change = Change(at, agent, "erased", "", {})
        left = await self._book.complaints.erase(
            complaint, without_person(complaint, at), drafts, change
        )
        self._changes.complaints.emit(frozenset({left.id}))
        return left


def person_kept(why: str) -> UserFacing:
    """A person who must be kept, and why."""
    return UserFacing("This person cannot be erased yet.", detail=why, code="person_kept")


def report_kept(why: str) -> UserFacing:
    """A report of a lost card that must be kept, and why."""
    return UserFacing("This cannot be erased yet.", detail=why, code="report_kept")


def erasure_unfinished() -> UserFacing:
    """What was erased is gone, but not from the log of a file that is in use."""
    return UserFacing(
        "It was erased, but another desk holds the file open.",
        remedy="Close the other desk, then empty the file's log here.",
        code="erasure_unfinished",
    )


_DRAFTS = (
    *("edit", "acknowledge", "tell_stripe", "clear_hold", "forward", "resolve", "hold"),
    *("withdraw", "reopen", "hand_over", "credit", "tell_credit"),
)


def without_person(complaint: Complaint, at: float) -> Complaint:
    """What may stay: nothing that was said, nothing that leads to a person."""
    return replace(
        complaint,
        erased_at=at,
        cardholder_id="",
        cardholder_name="",
        card_id="",
        card_last4="",
        transaction_id="",
        dispute_id="",
        call_id="",
        user_name="",
        complaint_description="",
        description_of_corrective_action="",
        internal_links="",
        user_correspondence_links="",
        reason_exceeded_15_days="",
        verbatim="",
        remedy_sought="",
        decision_reason="",
        support_need="",
        regulator_case="",
        terms=(),
        private=(),
        stripe_reference="",
        stripe_cleared_by="",
        holding_reason="",
        fix_proof="",
        legal_hold_reason="",
        files=(),
    )


def _years_after(day: date, years: int) -> date:
    """The same day years later or earlier; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
