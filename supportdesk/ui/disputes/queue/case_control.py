"""Brings the whole case to the page of a dispute, and does what is asked there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from supportdesk import aio
from supportdesk.domain.dispute_case import Note
from supportdesk.errors import UserFacing
from supportdesk.services.dispute_case import DisputeCases
from supportdesk.services.disputes import Intake
from supportdesk.ui import pdf
from supportdesk.ui.disputes.detail import DisputeDetail
from supportdesk.ui.disputes.queue import case_file
from supportdesk.ui.focus import Focus
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.save_file import ask_path, write_file


class CaseControl(QObject):
    """Works the page of a dispute.

    Args:
        notice: where it is said what came of something.
        opened: opens another purchase.
    """

    def __init__(
        self,
        cases: DisputeCases,
        detail: DisputeDetail,
        notice: Banner,
        tasks: aio.Tasks,
        focus: Focus,
        opened: Callable[[str], object],
    ) -> None:
        super().__init__(detail)
        self._cases = cases
        self._detail = detail
        self._notice = notice
        self._tasks = tasks
        self._focus = focus
        self._intake: Intake | None = None
        detail.wanted.connect(lambda intake: tasks.start(self.bring(intake), only="case"))
        detail.assign.connect(lambda owner: tasks.start(self._assign(owner)))
        detail.form.written.connect(lambda note: tasks.start(self._write(note)))
        detail.export.connect(lambda: tasks.start(self.export(), only="case-file"))
        detail.other.connect(opened)
        detail.complaint.connect(self._complain)

    async def bring(self, intake: Intake) -> None:
        """Gather the case of an intake and show it, its small pictures last."""
        self._intake = intake
        case = await self._cases.case(intake)
        if self._intake is not intake:
            return
        self._detail.show_case(case, self._cases.queue)
        pictures, files = dict(self._detail.pictures), intake.originals
        for file, made in zip(files, await self._cases.small_pictures(files), strict=True):
            if self._detail.pictures.get(file.id) is not pictures[file.id]:
                return  # another case is shown by now
            pictures[file.id].set_picture(made)

    async def again(self) -> None:
        """Bring the case in hand once more: its line or notes changed."""
        if self._intake is not None and self._detail.isVisible():
            await self.bring(self._intake)

    async def _assign(self, owner: str) -> None:
        if (intake := self._intake) is not None:
            await self._cases.queue.assign(intake.case.transaction.id, owner)

    async def _write(self, note: Note) -> None:
        if (intake := self._intake) is not None:
            await self._cases.queue.write(intake.case.transaction.id, note)
            self._detail.form.clear()

    def _complain(self, complaint_id: str) -> None:
        if complaint_id:
            self._focus.complaint_requested.emit({"complaint_id": complaint_id})
        elif (intake := self._intake) is not None:
            transaction = intake.case.transaction
            known = {
                "cardholder_id": transaction.cardholder_id,
                "card_id": transaction.card_id,
                "transaction_id": transaction.id,
                "dispute_id": intake.dispute.id if intake.dispute else "",
            }
            self._focus.complaint_requested.emit({n: v for n, v in known.items() if v})

    async def export(self) -> None:
        """Write everything as one PDF, where the person says."""
        case, queue = self._detail.case, self._cases.queue
        if case is None:
            return
        dispute = case.intake.dispute
        name = dispute.id if dispute else case.intake.case.transaction.id
        path = await ask_path(
            self._detail, tr("Save the case file"), f"{name}.pdf", tr("PDF file (*.pdf)")
        )
        if path is None:
            return
        made = case_file.document(case, queue.rules, queue.steps, queue.today(), queue.agent())
        front = await aio.in_thread(partial(pdf.render, made))
        whole, left_out = await self._cases.with_evidence(front, case.intake.originals)
        try:
            await write_file(path, whole)
        except UserFacing as problem:
            self._notice.show_problem(problem)
            return
        said = tr("Written: {name}", name=path.name)
        held = case_file.summary(case, left_out)
        self._notice.say(said, "warn" if left_out else "good", detail=held, closable=True)
