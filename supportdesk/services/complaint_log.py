"""The log of complaints as a file, and the trail of what left the desk with personal data."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from supportdesk.domain.complaint_log import Cell, columns, log_row
from supportdesk.domain.complaint_text import clean
from supportdesk.domain.complaints import Change, Complaint, Wanted
from supportdesk.domain.privacy import mask
from supportdesk.errors import UserFacing
from supportdesk.services.case_papers import PDF
from supportdesk.services.complaints import Complaints
from supportdesk.services.evidence_child import ChildFailed, Part, aside
from supportdesk.services.tables import write
from supportdesk.store.complaints import Complaints as Store
from supportdesk.store.journal import Entry, Journal

AT_ONCE = 500  # complaints read and written at a time
_LEAST = 5  # letters of a reason


class ComplaintLog:
    """What a team lead takes out: all complaints of a filter, or one with everything."""

    def __init__(
        self, store: Store, journal: Journal, complaints: Complaints, *, account: str
    ) -> None:
        self._store = store
        self._journal = journal
        self._complaints = complaints
        self._account = account

    async def size(self, wanted: Wanted) -> int:
        """How many complaints, open and closed, `wanted` leaves."""
        return await self._store.size(self._account, wanted)

    async def export(
        self,
        path: Path,
        wanted: Wanted,
        *,
        reason: str | None = None,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Write the log, whole or not at all; returns how many complaints it holds.

        Args:
            path: ends with .xlsx for a workbook, else CSV.
            reason: why the people in it shall be named; None leaves them out. It is noted in
                the journal before anything is written.
            told: gets the number of rows written so far.

        Raises:
            UserFacing: `reason_missing`, or `file_unwritable`.
        """
        full = reason is not None
        head, pages = columns(full=full), self._pages(replace(wanted, sort="number"), full)
        if reason is None:
            return await write(path, "Complaints", head, pages, told=told)
        narrowed = {name: str(value) for name, value in _set(wanted).items()}
        entry = await self.note("complaint.exported", "", reason, {"filter": narrowed})
        try:
            count = await write(path, "Complaints", head, pages, told=told)
        except (UserFacing, asyncio.CancelledError):
            await self._journal.answered(entry.id, "refused", at=self._complaints.now())
            raise
        await self.done(entry, count)
        return count

    async def _pages(self, wanted: Wanted, full: bool) -> AsyncIterator[list[list[Cell]]]:
        names: dict[str, str] = {}

        def named(who: str) -> str:
            return names.setdefault(who, self._store.pseudonym(who))

        ids = await self._store.ids(self._account, wanted)
        for at in range(0, len(ids), AT_ONCE):
            page = await self._store.these(ids[at : at + AT_ONCE])
            yield await asyncio.to_thread(
                lambda rows: [log_row(one, full=full, pseudonym=named) for one in rows], page
            )

    async def case_file(self, complaint: Complaint, front: bytes) -> tuple[bytes, list[str]]:
        """Return one PDF: `front`, then the attached files; and names of those left out.

        Only pictures and PDFs can be put behind, and none if one of them ends the process that
        reads them. That it was made is noted in the journal.
        """
        behind = []
        for file in complaint.files:
            content = await self._complaints.file(complaint, file.id)
            behind.append((content, file.content_type))
        whole, missing = await _together(front, behind)
        entry = await self.note("complaint.case_file", complaint.id, "case file", {})
        await self.done(entry, 1)
        return whole, [complaint.files[at].name for at in missing]

    async def history(self, complaint: Complaint) -> list[Change]:
        """Every change of a complaint, oldest first."""
        return await self._complaints.history(complaint.id)

    async def done(self, entry: Entry, count: int) -> None:
        """Note that it was done, for how many complaints."""
        now = self._complaints.now()
        await self._journal.answered(entry.id, "confirmed", at=now, outcome={"rows": count})

    async def note(self, action: str, about: str, reason: str, more: Mapping[str, Any]) -> Entry:
        """Note in the journal, before it is done, what leaves or enters the desk, and why.

        Raises:
            UserFacing: `reason_missing`.
        """
        why = mask(clean(reason))
        if sum(sign.isalnum() for sign in why) < _LEAST:
            raise UserFacing("Say why.", field="reason", code="reason_missing")
        entry = Entry(
            account=self._account,
            agent=self._complaints.agent(),
            action=action,
            object_id=about,
            params={"reason": why[:500], **more},
            at=self._complaints.now(),
        )
        await self._journal.intend(entry)
        await self._journal.sent(entry.id)
        return entry


async def _together(front: bytes, behind: list[Part]) -> tuple[bytes, list[int]]:
    """Put files behind a PDF in a process of its own: they come from anywhere."""
    if not behind:
        return front, []
    try:
        told, (whole,) = await aside("behind", [(front, PDF), *behind])
    except ChildFailed:
        return front, list(range(len(behind)))
    return whole, told["left_out"]


def _set(wanted: Wanted) -> dict[str, object]:
    names = (
        *("owner", "state", "channel", "category", "cause", "executive"),
        *("received_from", "received_to"),
    )
    found = {name: getattr(wanted, name) for name in names}
    return {name: value for name, value in found.items() if value not in (None, "")}
