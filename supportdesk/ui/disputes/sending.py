"""From the form to Stripe: files, saving, the read-back, a second person, submitting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from supportdesk.aio import ask
from supportdesk.domain.disputes import Draft
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.dispute_approval import Standing
from supportdesk.services.dispute_evidence import too_large
from supportdesk.services.disputes import Disputes
from supportdesk.ui.disputes.matter import Matter
from supportdesk.ui.disputes.preview import Preview
from supportdesk.ui.disputes.said import read_back
from supportdesk.ui.disputes.send_back import SendBack
from supportdesk.ui.text import tr
from supportdesk.ui.theme import current
from supportdesk.ui.widgets.banner import Action
from supportdesk.ui.widgets.read_back import ReadBack


class Sending:
    """What the buttons of an intake do.

    Args:
        window: parent of the dialogs.
        shown: called when what is shown has to be read again.
        failed: called with a problem that belongs to a matter no longer in hand.
        ways_on: what can be done about a problem besides asking Stripe again.
    """

    def __init__(
        self,
        disputes: Disputes,
        matter: Matter,
        window: QWidget,
        *,
        shown: Callable[[], None],
        failed: Callable[[UserFacing], object],
        ways_on: Callable[[UserFacing], Sequence[Action]],
    ) -> None:
        self._disputes = disputes
        self._matter = matter
        self._window = window
        self._shown = shown
        self._failed_elsewhere = failed
        self._ways_on = ways_on
        self._asking = False
        self._weighing = False

    async def take_files(self, name: str, offered: Sequence[Path | bytes]) -> None:
        """Check files one after the other and keep those that pass; the others say why not."""
        form, transaction_id = self._matter.form, self._matter.transaction_id
        evidence, refused = self._disputes.evidence, []
        form.files_checking(name, offered)
        for file in offered:
            try:
                if isinstance(file, bytes):
                    pasted = tr("Pasted picture.png")
                    kept = await evidence.add_picture(transaction_id, pasted, file)
                else:
                    kept = await evidence.add(transaction_id, file)
            except UserFacing as problem:
                what = f"{file.name}: " if isinstance(file, Path) and len(offered) > 1 else ""
                refused.append(f"{what}{problem.title} {problem.remedy}".strip())
                continue
            if transaction_id == self._matter.transaction_id:
                self._matter.add_file(name, kept)
        if transaction_id == self._matter.transaction_id:
            form.files_checked(name, refused)

    async def weigh(self) -> None:
        """Say beside files, before they are sent, whether they can go together."""
        if self._weighing:
            return  # what is running goes on until all are weighed
        self._weighing = True
        try:
            while waiting := self._unweighed():
                await self._weigh(*waiting[0])
        finally:
            self._weighing = False

    def _unweighed(self) -> list[tuple[str, str, str]]:
        """Return purchase, field and files; what is at Stripe alone was weighed there."""
        intake = self._matter.intake
        if intake is None:
            return []
        kept = {file.id for file in intake.files}
        found = self._matter.form.evidence.unweighed().items()
        purchase = intake.case.transaction.id
        return [(purchase, name, text) for name, text in found if kept.issuperset(text.split())]

    async def _weigh(self, transaction_id: str, name: str, text: str) -> None:
        try:
            size = await self._disputes.evidence.size(transaction_id, text.split())
            problem = too_large(size)
        except UserFacing as found:
            size, problem = 0, found
        misfit = f"{problem.title} {problem.remedy}".strip() if problem else ""
        self._matter.form.files_weighed(name, text, size, misfit)

    async def look(self, name: str) -> None:
        """Show the files of a field as the bank will see them."""
        form = self._matter.form
        ids = form.draft().evidence.get(name, "").split()
        try:
            pages = await self._disputes.evidence.preview(ids)
        except UserFacing as problem:
            form.files_checked(name, [f"{problem.title} {problem.remedy}".strip()])
            return
        await ask(Preview(pages, self._window))

    async def save(self) -> None:
        """Make the dispute at Stripe as it is typed."""
        form = self._matter.form
        if self._matter.busy or form.show_all_problems(final=False):
            return
        draft = form.draft()
        if await self._send(draft, tr("Saving at Stripe…"), lambda: self._disputes.save(draft)):
            self._matter.say_saved()

    async def submit(self) -> None:
        """Read it back, then submit it, or show it to a second person first."""
        form = self._matter.form
        if self._matter.busy or self._asking or self._matter.intake is None:
            return
        standing = form.foot.standing
        if form.show_all_problems(final=True) or not await self._read_back(standing):
            return
        draft = form.draft()
        if standing in ("ask", "sent_back"):
            words = tr("Asking for approval…")
            await self._send(draft, words, lambda: self._disputes.ask_approval(draft))
        else:
            await self._send(draft, tr("Submitting…"), lambda: self._disputes.submit(draft))

    async def send_back(self) -> None:
        """Give it back to who asked for approval, with what has to be changed."""
        dialog = SendBack(self._window)
        said: list[str] = []
        dialog.given.connect(said.append)
        if await ask(dialog) == QDialog.DialogCode.Accepted and said:
            transaction_id = self._matter.transaction_id
            await self._disputes.approvals.send_back(transaction_id, said[0])
            await self._after(transaction_id)

    async def _send(self, draft: Draft, words: str, send: Callable[[], Awaitable[object]]) -> bool:
        """Send and show what came of it; return whether it was done."""
        with self._matter.working(words):
            try:
                await send()
            except UserFacing as problem:
                await self._failed(draft.transaction_id, problem)
                return False
            await self._after(draft.transaction_id)
        return True

    async def _read_back(self, standing: Standing) -> bool:
        intake, form, rules = self._matter.intake, self._matter.form, self._disputes.rules
        assert intake is not None
        asking = standing in ("ask", "sent_back")
        draft = form.draft()
        dialog = ReadBack(
            tr("Ask a second person to submit this?")
            if asking
            else tr("Submit this dispute to the network?"),
            read_back(intake, form.reading(), draft, rules),
            tr("Ask for approval") if asking else tr("Submit, final"),
            warning=tr("Stripe takes one submission: no edits, no more files afterwards."),
            kind="primary" if asking else "danger",
            parent=self._window,
        )
        dialog.setObjectName("readback")
        dialog.resize(current.measures.px(34), current.measures.px(30))
        dialog.confirm.setObjectName("readback_confirm")
        dialog.cancel.setObjectName("readback_cancel")
        self._asking = True
        try:
            return await ask(dialog) == QDialog.DialogCode.Accepted
        finally:
            self._asking = False

    async def _after(self, transaction_id: str) -> None:
        intake = await self._disputes.open(transaction_id)
        if intake is None or transaction_id != self._matter.transaction_id:
            return
        self._matter.form.settled()
        others = await self._disputes.captures(intake.case.transaction.cardholder_id)
        self._matter.notice.dismiss()
        self._matter.show_intake(intake, others)
        self._matter.form.foot.show_standing(*await self._disputes.standing(intake))
        self._shown()

    async def _failed(self, transaction_id: str, problem: UserFacing) -> None:
        """Show what came back beside its field, or in place; read again what is at Stripe."""
        intake = await self._disputes.open(transaction_id)
        if transaction_id != self._matter.transaction_id:
            self._failed_elsewhere(problem)
            return
        if intake is not None:
            others = await self._disputes.captures(intake.case.transaction.cardholder_id)
            self._matter.show_intake(intake, others)
        beside = not isinstance(problem, OutcomeUnknown)
        if not (beside and self._matter.form.show_refusal(problem)):
            check = (tr("Ask Stripe now"), self._matter.again.emit)
            self._matter.notice.show_problem(problem, self._ways_on(problem) or [check])
