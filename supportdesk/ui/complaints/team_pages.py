"""What team leads open from the list: figures, the log, an import; and one as a case file."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from supportdesk import aio
from supportdesk.domain.complaints import Complaint
from supportdesk.errors import UserFacing
from supportdesk.ui import pdf
from supportdesk.ui.complaints import case_file
from supportdesk.ui.complaints.exits import Exits
from supportdesk.ui.complaints.figures_page import FiguresPage
from supportdesk.ui.complaints.import_page import ImportPage
from supportdesk.ui.complaints.keeping_page import KeepingPage
from supportdesk.ui.complaints.list_panel import ComplaintList
from supportdesk.ui.complaints.log_page import LogPage
from supportdesk.ui.complaints.more_steps import MenuButton
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.save_file import ask_path, write_file

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk
    from supportdesk.ui.focus import Focus

P = TypeVar("P", FiguresPage, LogPage, ImportPage, KeepingPage)


class TeamPages(QObject):
    """Puts the pages beside the list and leads to them.

    Args:
        listed: what stands in the tab while none of these pages does.

    Attributes:
        pages: all of them that were wanted so far, `listed` first.
    """

    def __init__(
        self,
        desk: Desk,
        focus: Focus,
        tasks: aio.Tasks,
        listing: ComplaintList,
        listed: QWidget,
        exits: Exits,
    ) -> None:
        super().__init__(listed)
        self._desk = desk
        self._focus = focus
        self._exits = exits
        self._listing = listing
        self._tasks = tasks
        self.pages = QStackedWidget()
        self._listed = listed
        self.pages.addWidget(listed)
        listing.add_action(self._menu())

    @cached_property
    def figures(self) -> FiguresPage:
        """The figures, made when they are wanted first."""
        page = FiguresPage(self._desk.reporting.figures, self._desk.complaints, self._tasks)
        page.opened.connect(self._open)
        return self._added(page)

    @cached_property
    def log(self) -> LogPage:
        """The export of the log, made when it is wanted first."""
        return self._added(LogPage(self._desk.reporting.log, self._desk.complaints, self._tasks))

    @cached_property
    def imports(self) -> ImportPage:
        """The import, made when it is wanted first."""
        return self._added(ImportPage(self._desk.reporting.imports, self._tasks))

    @cached_property
    def keeping(self) -> KeepingPage:
        """The end of retention, made when it is wanted first."""
        return self._added(KeepingPage(self._desk, self._focus, self._tasks, self._exits))

    def _added(self, page: P) -> P:
        page.left.connect(self.back)
        self.pages.addWidget(page)
        return page

    def _menu(self) -> MenuButton:
        pages = (
            ("figures", tr("Figures")),
            ("log", tr("Export the log…")),
            ("imports", tr("Import a list…")),
            ("keeping", tr("End of retention…")),
        )
        what = tr("Figures, log, import, retention")
        # Words would not fit beside the others in the smallest window.
        button = MenuButton("⋯", what, "complaints", pages)
        button.setObjectName("complaints_more")
        button.setToolTip(what)
        button.step.connect(self.show_page)
        return button

    def show_page(self, name: str) -> None:
        """Show figures, log, imports or keeping; Esc leads back."""
        if name == "figures":
            self.pages.setCurrentWidget(self.figures)
            self.figures.load()
            self.figures.period.setFocus()
        elif name == "log":
            self.pages.setCurrentWidget(self.log)
            self.log.load()
            self.log.people.setFocus()
        elif name == "keeping":
            self.pages.setCurrentWidget(self.keeping)
            self.keeping.load()
            self.keeping.rows.setFocus()
        else:
            self.pages.setCurrentWidget(self.imports)
            self.imports.choose.setFocus()

    def back(self) -> bool:
        """Leave such a page; return whether there was one."""
        if self.pages.currentWidget() is self._listed:
            return False
        self.pages.setCurrentWidget(self._listed)
        self._listing.table.setFocus()
        return True

    def _open(self, title: str, ids: tuple[str, ...]) -> None:
        self.back()
        self._listing.show_only(title, ids)

    async def case_file(self, complaint: Complaint, parent: QWidget) -> None:
        """Write one complaint with history and files as a PDF, where the person says.

        Raises:
            UserFacing: it cannot be written.
        """
        name = f"{complaint.number}.pdf"
        path = await ask_path(parent, tr("Save the case file"), name, tr("PDF file (*.pdf)"))
        if path is None:
            return
        log = self._desk.reporting.log
        history = await log.history(complaint)
        made = case_file.document(complaint, history, self._desk.complaints.agent())
        try:
            front = await aio.in_thread(partial(pdf.render, made))
        except OSError as error:
            raise UserFacing(tr("The PDF could not be drawn."), code="pdf_failed") from error
        whole, missing = await log.case_file(complaint, front)
        await write_file(path, whole)
        if missing:
            text = tr("Not in the case file: {files}", files=", ".join(missing))
            detail = tr("Only pictures and PDFs can be put behind it; save a copy of the others.")
            self._listing.part.say(text, "warn", detail=detail, closable=True)
