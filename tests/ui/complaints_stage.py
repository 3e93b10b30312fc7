"""An open Complaints tab over real files, worked by its widgets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QPlainTextEdit,
    QWidget,
)

from supportdesk.config import Settings
from supportdesk.domain.complaints import Complaint
from supportdesk.domain.records import Card, Cardholder, Record
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import read_basis
from supportdesk.services.complaints import Complaints
from supportdesk.services.month_pack import MonthPack
from supportdesk.services.reporting import Reporting
from supportdesk.services.retention import Retention
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.ui.complaints.record_page import RecordPage
from supportdesk.ui.complaints.step_page import StepPage
from supportdesk.ui.complaints.tab import ComplaintsTab
from supportdesk.ui.focus import Focus
from tests.ui.conftest import Loop, until

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk

W = TypeVar("W", bound=QWidget)
FOLDER = Path(__file__).parents[2] / "resources/complaints"
KEY = "7a" * 32
DAY = 86_400.0
NOV_5 = 1_793_872_800.0  # Thursday 2026-11-05, 11:00 in Berlin
SETTINGS = Settings(agent="M. Keller", business_name="Acme Spend", account_id="acct_1")
PAN = "4242 4242 4242 4242"


@dataclass
class Stage:
    """An open tab with the services behind it and a clock that the test moves."""

    service: Complaints
    months: MonthPack
    now: float = NOV_5
    badges: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    focus: Focus = field(default_factory=Focus)
    tab: ComplaintsTab = field(init=False)

    def widget(self, kind: type[W], name: str) -> W:
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    def type(self, name: str, text: str) -> None:
        self.widget(QPlainTextEdit, name).setFocus()
        QTest.keyClicks(self.widget(QPlainTextEdit, name), text)

    def choose(self, name: str, text: str) -> None:
        box = self.widget(QComboBox, name)
        at = box.findText(text)
        assert at >= 0, f"{name} does not offer {text}"
        box.setCurrentIndex(at)

    def choose_month(self, text: str) -> None:
        self.choose("month_choice", text)
        box = self.widget(QComboBox, "month_choice")
        box.activated.emit(box.currentIndex())  # as a person's choice does

    def click(self, name: str) -> None:
        button = self.widget(QAbstractButton, name)
        assert button.isVisible(), name
        assert button.isEnabled(), name
        button.click()

    def error(self, name: str) -> str:
        page = self.page
        return page.form.fields[name].error() if isinstance(page, RecordPage | StepPage) else ""

    @property
    def page(self) -> QWidget | None:
        return self.tab.right.currentWidget()

    async def open(self, complaint: Complaint) -> None:
        """Open a complaint from another tab."""
        self.focus.complaint_requested.emit({"complaint_id": complaint.id})
        await until(lambda: self.page is self.tab.record)
        await until(lambda: self.tab.record.complaint.id == complaint.id)

    async def begin(self) -> None:
        """Begin a new complaint."""
        self.click("complaint_new")
        await until(lambda: self.page is self.tab.record)

    async def begin_step(self, name: str) -> None:
        """Open a step of the complaint in view."""
        self.click(f"complaint_{name}")
        await until(lambda: self.page is self.tab.step)

    def quick(self, **values: object) -> Complaint:
        made = replace(
            self.service.blank(),
            verbatim="I still have no money back.",
            complaint_channel="Phone",
            complaint_category="Product or Service",
            complaint_sub_category="Servicing",
            alleges_UDAP_or_discrimination=False,
            systemic_issue_identified=False,
        )
        return replace(made, **values)  # type: ignore[arg-type]

    def fill(self) -> None:
        self.type("complaint_verbatim", "Refund took three weeks.")
        self.choose("complaint_complaint_channel", "Phone")
        self.choose("complaint_complaint_category", "Product or Service")
        self.choose("complaint_complaint_sub_category", "Servicing")


def _retention(book: Casebook, copy: Database, service: Complaints, changes: Changes) -> Retention:
    return Retention(book, copy, service, changes, settings=lambda: SETTINGS, account="practice")


@asynccontextmanager
async def staged(folder: Path, *, size: tuple[int, int] = (1360, 760)) -> AsyncIterator[Stage]:
    casebook = await Database.open(folder / "casebook.db", KEY, "casebook")
    copy = await Database.open(folder / "mirror.db", KEY, "mirror")
    book, mirror, changes = Casebook(casebook), Mirror(copy), Changes()
    records: list[Record] = [
        Cardholder(id="ich_1", name="Lena Hoffmann"),
        Card(id="ic_1", cardholder_id="ich_1", last4="4242", currency="eur"),
    ]
    await mirror.put(records, NOV_5)
    basis, _ = read_basis(FOLDER)
    stage: Stage
    service = Complaints(
        book.complaints,
        mirror,
        changes,
        basis,
        settings=lambda: SETTINGS,
        account="practice",
        clock=lambda: stage.now,
    )
    reporting = Reporting.of(
        book, mirror, service, changes, settings=lambda: SETTINGS, account="practice"
    )
    stage = Stage(service, reporting.months)
    desk = SimpleNamespace(complaints=service, month_pack=reporting.months, changes=changes)
    desk.reporting = reporting
    desk.retention = _retention(book, copy, service, changes)
    stage.tab = ComplaintsTab(cast("Desk", desk), stage.focus)
    stage.focus.setParent(stage.tab)  # otherwise its signals keep what the tab was
    stage.tab.badge.connect(lambda text, tone: stage.badges.append((text, tone)))
    stage.focus.go.connect(stage.gone.append)
    stage.tab.resize(*size)
    stage.tab.show()
    stage.tab.activateWindow()
    try:
        await stage.tab.opened()
        await until(lambda: stage.tab.month.month and stage.badges)
        yield stage
    finally:
        await stage.tab.aclose()
        stage.tab.close()
        stage.tab.deleteLater()
        await casebook.close()
        await copy.close()


Scene = Callable[[Callable[[Stage], Awaitable[None]]], None]


def play_on(loop: Loop, folder: Path) -> Scene:
    """Play scenes on a tab over the files of `folder`, one after another."""

    def played(scene: Callable[[Stage], Awaitable[None]]) -> None:
        async def whole() -> None:
            async with staged(folder) as stage:
                await scene(stage)

        loop.run(whole(), 40)

    return played
