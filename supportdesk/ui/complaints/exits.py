"""What comes into a complaint and leaves it as files and letters, and its end."""

from __future__ import annotations

import mimetypes
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from supportdesk import aio
from supportdesk.domain.complaints import Complaint
from supportdesk.errors import UserFacing
from supportdesk.services.complaint_replies import Medium
from supportdesk.services.complaint_steps import LARGEST_FILE
from supportdesk.ui.complaints.keeping_words import (
    erased,
    kept_because,
    lines_of,
    with_chosen,
)
from supportdesk.ui.complaints.reply_box import ReplyBox
from supportdesk.ui.text import day, tr
from supportdesk.ui.widgets.read_back import ReadBack
from supportdesk.ui.widgets.save_file import ask_path, write_file

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk
    from supportdesk.ui.focus import Focus


class Exits:
    """Letters, files and erasure of complaints, with the dialogs they need."""

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget) -> None:
        self._desk = desk
        self._focus = focus
        self._complaints = desk.complaints
        self._parent = parent

    async def letter(self, box: ReplyBox, complaint: Complaint, medium: Medium) -> Complaint | None:
        """Note a letter and let it leave; None when the person left the dialog.

        Raises:
            UserFacing: it may not leave as it stands, or cannot be written.
        """
        letter, text = box.letter, box.text()
        if letter is None:
            return None
        replies = self._complaints.replies
        if medium == "copied":
            saved = await replies.left(complaint, letter, text, medium)
            QGuiApplication.clipboard().setText(text)
            return saved
        replies.check(complaint, letter, text)
        name = f"{complaint.number}-{letter.purpose}.pdf"
        kind = tr("PDF file (*.pdf)")
        path = await ask_path(self._parent, tr("Save the letter"), name, kind)
        if path is None:
            return None
        from supportdesk.ui import pdf

        document = replies.document(complaint, letter.subject, text)
        content = await aio.in_thread(pdf.render, document)
        # Another desk may have made it executive while the folder was chosen.
        replies.check(await self._complaints.get(complaint.id), letter, text)
        await write_file(path, content)
        return await replies.left(complaint, letter, text, medium)

    async def attach(self, complaint: Complaint, paths: Sequence[Path]) -> Complaint:
        """Attach files; raises UserFacing for the first that cannot be."""
        for path in paths:
            content = await aio.in_thread(_read, path)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            complaint = await self._complaints.steps.attach(complaint, path.name, kind, content)
        return complaint

    async def copy_out(self, complaint: Complaint, file_id: str) -> None:
        """Write a copy of an attached file where the person wants it."""
        (file,) = (one for one in complaint.files if one.id == file_id)
        name = Path(file.name).name
        path = await ask_path(self._parent, tr("Save a copy"), name, tr("All files (*)"))
        if path is not None:
            await write_file(path, await self._complaints.file(complaint, file_id))

    async def erase(self, complaint: Complaint) -> Complaint | None:
        """Erase what tells of a person, after a last look; None when it was left.

        Raises:
            UserFacing: it must be kept.
        """
        retention = self._desk.retention
        if (refusal := retention.refusal(complaint)) is not None:
            raise refusal
        until = retention.kept_until(complaint)
        lines = [
            (tr("Complaint"), complaint.number),
            (tr("Kept until"), day(until) if until is not None else ""),
            (tr("Stays"), tr("number, dates, class, category, outcome")),
        ]
        warning = tr("What was said, letters, files and history texts are gone for good.")
        sure = ReadBack(
            tr("Erase this complaint?"), lines, tr("Erase"), warning=warning, parent=self._parent
        )
        sure.setObjectName("complaint_erase_confirm")
        if not await aio.ask(sure):
            return None
        return await retention.erase(complaint)

    async def erase_person(self, cardholder_id: str, also: Collection[str] = ()) -> str:
        """Erase all the desk holds of a person, after a last look.

        Args:
            also: complaints without a person that were chosen as theirs.

        Returns:
            What was done in words, "" when the person left the dialog.

        Raises:
            UserFacing: `person_kept` with every reason; `erasure_unfinished`.
        """
        retention = self._desk.retention
        person = with_chosen(await retention.person(cardholder_id), also)
        if person.kept:
            raise UserFacing(
                tr("{name} cannot be erased yet.", name=person.name or person.id),
                detail="\n".join(kept_because(person)),
                code="person_kept",
            )
        warning = tr(
            "This is final: what was said, letters, files and notes are gone for good. Stripe "
            "keeps its own data; unless it is deleted there too, it comes back here when it is "
            "read again."
        )
        sure = ReadBack(
            tr("Erase this person?"),
            lines_of(person),
            tr("Erase for good"),
            warning=warning,
            parent=self._parent,
        )
        sure.setObjectName("person_erase_confirm")
        if not await aio.ask(sure):
            return ""
        try:
            await retention.erase_person(cardholder_id, also)
        except UserFacing as problem:
            if problem.code == "erasure_unfinished":
                self._out_of_view(cardholder_id)
            raise
        self._out_of_view(cardholder_id)
        return erased(person)

    def _out_of_view(self, cardholder_id: str) -> None:
        if self._focus.person == cardholder_id:
            self._focus.set_person("")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UserFacing(
            tr("The file cannot be read."),
            detail=error.strerror or "",
            field="files",
            code="file_unreadable",
        ) from error
