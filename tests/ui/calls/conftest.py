"""A window on the practice Stripe, with what its cardholders would say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget

from supportdesk.practice.process import Ready
from supportdesk.services.desk import Desk
from supportdesk.store.calls import Call
from supportdesk.ui.activity import ActivityPanel
from supportdesk.ui.calls.form import VerifyForm
from supportdesk.ui.calls.strip import VerifiedStrip
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.tab import Tab
from supportdesk.ui.widgets.button import Segmented
from tests.ui.conftest import Loop, Opened, opened_window, until

W = TypeVar("W", bound=QWidget)


@dataclass
class Caller:
    """A cardholder as Stripe knows them."""

    id: str
    name: str
    dob: str
    postal_code: str
    email: str
    phone: str


class CallStage:
    """Hands and eyes for the call in a window."""

    def __init__(self, opened: Opened, callers: list[Caller]) -> None:
        self.opened = opened
        self.window: MainWindow = opened.window
        self.desk: Desk = opened.desk
        self.lena, self.other = callers[0], callers[1]

    def find(self, kind: type[W], name: str) -> W:
        """Return the visible widget of that name; fails when there is none."""
        found = [w for w in self.window.findChildren(kind, name) if w.isVisible()]
        assert found, name
        return found[0]

    def sees(self, name: str) -> bool:
        """Whether a widget of that name can be seen."""
        return any(w.isVisible() for w in self.window.findChildren(QWidget, name))

    def call(self) -> Call:
        """Return the call going on."""
        current = self.desk.calls.current
        assert current is not None
        return current

    def strip(self) -> str:
        """Return what the strip of the person's page says."""
        strip = self.window.findChild(VerifiedStrip, "verified_strip")
        assert strip is not None
        return strip.text()

    def form(self) -> VerifyForm:
        """Return the form with the questions."""
        return self.find(VerifyForm, "verify_form")

    def labels(self) -> str:
        """Return every word that can be seen in the window."""
        shown = [w for w in self.window.findChildren(QLabel) if w.isVisible()]
        return "\n".join(w.text() for w in shown)

    def lists(self) -> int:
        """Count the purchases the window holds, seen or not."""
        panels = self.window.findChildren(ActivityPanel)
        return sum(len(panel.list.rows()) for panel in panels)

    def click(self, name: str) -> None:
        """Click a button that can be seen and used."""
        button = self.find(QPushButton, name)
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def press(self, keys: str) -> None:
        """Press a key where the keyboard is."""
        self.window.activateWindow()
        await until(self.window.isActiveWindow)
        QTest.keySequence(self.window.focusWidget() or self.window, keys)

    async def say_why(self, pick: str) -> None:
        """Give the reason for which a card is switched on, by its key."""
        await until(lambda: "Why switch" in self.labels())
        await self.press(pick)
        await self.press("Ctrl+Return")

    def say(self, **said: str) -> None:
        """Type what the caller says; of a code, whether it was right."""
        for name, value in said.items():
            editor = self.form().fields[name].editor
            if isinstance(editor, Segmented):
                wanted = (b for b in editor.findChildren(QPushButton) if b.property("value"))
                button = next(b for b in wanted if b.property("value") == value)
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            else:
                assert isinstance(editor, QLineEdit)
                editor.clear()
                QTest.keyClicks(editor, value)

    def dialog(self, name: str) -> QDialog | None:
        """Return a dialog that is open."""
        found = [d for d in self.window.findChildren(QDialog, name) if d.isVisible()]
        return found[0] if found else None

    async def open(self, caller: Caller) -> None:
        """Open a person as from the results, and wait until they are shown."""
        self.window.show_tab("lookup")
        self.window.focus.set_person(caller.id)
        await until(lambda: caller.name in self.labels() and self.desk.calls.current is not None)
        await until(lambda: self.sees("verified_strip"))

    async def ask(self) -> None:
        """Open the questions."""
        await until(lambda: self.sees("caller_verify"))
        self.click("caller_verify")
        await until(lambda: self.sees("verify_form"))

    async def verify(self, caller: Caller) -> None:
        """Let a person prove who they are, up to level 3."""
        await self.ask()
        self.say(dob=caller.dob, postal_code=caller.postal_code, code="yes")
        self.click("verify_check")
        await until(lambda: "Caller verified (level 3)" in self.strip())
        await until(lambda: not self.sees("verify_form"))  # it still has the keyboard till then


def individuals(ready: Ready) -> list[Caller]:
    """Return cardholders with everything on file and a card that works."""
    with httpx.Client(base_url=ready.url, auth=(ready.key, ""), trust_env=False) as http:

        def listed(kind: str) -> list[dict[str, Any]]:
            page = http.get(f"/v1/issuing/{kind}", params={"limit": 100}).json()
            found: list[dict[str, Any]] = page["data"]
            return found

        active = {c["cardholder"]["id"] for c in listed("cards") if c["status"] == "active"}
        spent = {a["cardholder"] for a in listed("authorizations") if a["approved"]}
        return [
            Caller(
                h["id"],
                h["name"],
                "{year:04d}-{month:02d}-{day:02d}".format(**h["individual"]["dob"]),
                h["billing"]["address"]["postal_code"],
                h["email"],
                h["phone_number"],
            )
            for h in listed("cardholders")
            if h["status"] == "active"
            and h["id"] in active & spent
            and h["email"]
            and h["phone_number"]
            and (h["individual"] or {}).get("dob")
        ]


@asynccontextmanager
async def stage(
    folder: Path, practice: Ready, tabs: Sequence[type[Tab]]
) -> AsyncIterator[CallStage]:
    callers = individuals(practice)
    async with opened_window(folder, practice, tabs=tabs) as opened:
        await opened.read()
        yield CallStage(opened, callers)


Scene = Callable[[CallStage], Coroutine[Any, Any, None]]
Play = Callable[..., None]


@pytest.fixture
def play(loop: Loop, tmp_path: Path, practice: Ready) -> Play:
    """Run a scene in a fresh window: `play(scene, tabs=...)`."""

    def run(scene: Scene, tabs: Sequence[type[Tab]] = (LookupTab, CardsTab)) -> None:
        async def whole() -> None:
            async with stage(tmp_path, practice, tabs) as made:
                await scene(made)

        loop.run(whole(), 60)

    return run
