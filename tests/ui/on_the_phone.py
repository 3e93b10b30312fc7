"""What an agent does with hands and eyes while a caller is on the line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from supportdesk.practice.process import Ready
from supportdesk.ui.cards.summary import CardSummary
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.tab import Tab
from supportdesk.ui.widgets.row_list import RowList
from tests.support.practice_api import Api, Json
from tests.ui.conftest import opened_window, until

W = TypeVar("W", bound=QWidget)


class Agent:
    """Looks at a window and works it; only what is visible and enabled can be used."""

    def __init__(self, window: MainWindow, stripe: Api) -> None:
        self.window = window
        self.stripe = stripe

    @property
    def lookup(self) -> LookupTab:
        tab = self.window.tabs["lookup"]
        assert isinstance(tab, LookupTab)
        return tab

    @property
    def cards(self) -> CardsTab:
        tab = self.window.tabs["cards"]
        assert isinstance(tab, CardsTab)
        return tab

    def see(self, name: str, kind: type[W]) -> W | None:
        """The visible widget of that object name."""
        found = [w for w in self.window.findChildren(kind, name) if w.isVisible()]
        return found[0] if found else None

    async def usable(self, name: str) -> QWidget:
        """Wait until a widget can be used."""

        def there() -> bool:
            widget = self.see(name, QWidget)
            return widget is not None and widget.isEnabled()

        await until(there)
        found = self.see(name, QWidget)
        assert found is not None
        return found

    async def click(self, name: str) -> None:
        widget = await self.usable(name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())

    def press(self, keys: str) -> None:
        """Press keys where the keyboard is."""
        QTest.keySequence(QApplication.focusWidget() or self.window, QKeySequence(keys))

    async def say_why(self, pick: str = "5", asked: str = "Why") -> None:
        """Answer the question that begins like `asked` by the key of a pick."""
        await until(lambda: asked in self.words())
        await self.usable("why_confirm")
        self.press(pick)
        self.press("Ctrl+Return")

    def type(self, text: str) -> None:
        """Type into the search field in place of what it holds."""
        self.press("Ctrl+K")
        QTest.keyClicks(self.window.top.search, text)

    def paste(self, text: str) -> None:
        """Paste into the search field in place of what it holds."""
        self.press("Ctrl+K")
        QApplication.clipboard().setText(text)
        QTest.keySequence(self.window.top.search, QKeySequence(QKeySequence.StandardKey.Paste))

    def found(self) -> list[str]:
        """Names in the search results."""
        results = self.lookup.results
        return [row.title for row in results.rows()] if results.isVisible() else []

    async def open(self, name: str) -> None:
        """Search a person by the whole name, open them, wait for Stripe's answer."""
        self.type(name)
        await until(lambda: self.found() == [name])
        self.press("Return")
        await until(lambda: self.name() == name and "Stripe," in self.age())

    async def finds(self, name: str) -> None:
        """Wait until exactly this person is in the results."""
        await until(lambda: self.found() == [name])

    async def meets(self, name: str) -> None:
        """Wait until this person's page is shown."""
        await until(lambda: self.name() == name)

    def name(self) -> str:
        """Name on the person's page, "" if it cannot be seen."""
        return self.words_of("person_name")

    def age(self) -> str:
        return self.words_of("person_age")

    def words_of(self, name: str) -> str:
        found = self.see(name, QLabel)
        return found.text() if found is not None else ""

    def words(self) -> str:
        """Everything that labels of the tab in front say."""
        tab = self.window.current_tab()
        assert tab is not None
        return "\n".join(x.text() for x in tab.findChildren(QLabel) if x.isVisible())

    def summaries(self) -> list[str]:
        """Ids of the cards on the person's page, from top to bottom."""
        shown = [s for s in self.lookup.page.findChildren(CardSummary) if s.isVisible()]
        shown.sort(key=lambda s: s.mapTo(self.window, QPoint(0, 0)).y())
        return [summary.card.id for summary in shown]

    def marked(self) -> list[str]:
        """Ids of the cards drawn as the one in focus."""
        shown = self.lookup.page.findChildren(CardSummary)
        return [s.card.id for s in shown if s.isVisible() and s.property("on")]

    def card(self, card_id: str) -> Json:
        """A card as Stripe has it."""
        return self.stripe.get(f"/v1/issuing/cards/{card_id}")

    def cards_of(self, person: str) -> list[Json]:
        found: list[Json] = self.stripe.get("/v1/issuing/cards", cardholder=person)["data"]
        return found

    def history(self) -> list[str]:
        """Tooltips of what was done at this desk to the card shown."""
        labels = self.cards.detail.findChildren(QLabel)
        return [x.toolTip() for x in labels if "Stripe request" in x.toolTip()]


def person(api: Api, name: str, **params: Any) -> str:
    """Put a person on the practice Stripe; returns the cardholder's id."""
    first, _, last = name.partition(" ")
    who = {"first_name": first, "last_name": last}
    made: str = api.cardholder(name=name, individual=who, **params)["id"]
    return made


@asynccontextmanager
async def at_work(
    folder: Path,
    stripe: Api,
    way: Ready | None = None,
    tabs: Sequence[type[Tab]] = (LookupTab, CardsTab),
) -> AsyncIterator[Agent]:
    """An agent in front of a window whose mirror is filled; the desk reaches Stripe by `way`.

    The programme verifies its callers elsewhere; tests/ui/calls has those that do it here.
    """
    async with opened_window(folder, way or stripe.ready, tabs=tabs) as opened:
        desk = opened.desk
        desk.save_settings(replace(desk.settings, verification="off"))
        await opened.read()
        yield Agent(opened.window, stripe)


def click_row(rows: RowList, at: int) -> None:
    """Click a row of a list."""
    place = rows.visualRect(rows.model().index(at, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
