"""Before the caller proved who they are, no widget holds what is on file, seen or not."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from sqlalchemy import text
from sqlmodel import Session

from supportdesk.domain import phones
from supportdesk.store.database import Database
from tests.ui.calls.conftest import CallStage, Play
from tests.ui.conftest import TABS, until

_TOLD = (
    "text title currentText toPlainText placeholderText windowTitle "
    "toolTip statusTip whatsThis accessibleName accessibleDescription"
).split()
_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.UserRole,
)
# Hashes, uuids and instants: four digits stand in one of them by chance now and then.
RANDOM = re.compile(
    r"\b[0-9a-f]{16,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{10}\.\d+"
)
TYPED = {"dob": "1901-02-03", "postal_code": "ZZ9 9ZZ"}


def held(window: QWidget, *, seen: bool = False) -> Iterator[str]:
    """Everything that any widget, list or menu of a window holds as text, and the clipboard.

    Of what is hidden nothing with `seen`.
    """
    for widget in (window, *window.findChildren(QWidget)):
        if seen and not widget.isVisible():
            continue
        for name in _TOLD:
            told = getattr(widget, name, None)
            if callable(told):
                yield f"{widget.objectName()}.{name}: {told()}"
        model = widget.model() if isinstance(widget, QAbstractItemView) else None
        if model is not None:
            places = (model.index(row, 0) for row in range(model.rowCount()))
            yield from (f"row: {place.data(role)}" for place in places for role in _ROLES)
    yield from (f"menu: {a.text()} {a.toolTip()}" for a in window.findChildren(QAction))
    yield f"clipboard: {QApplication.clipboard().text()}"


def _seen(window: QWidget, secrets: Iterable[str]) -> list[str]:
    everything = list(held(window, seen=True))
    return [words for words in everything if any(secret in words for secret in secrets)]


async def rows_of(database: Database) -> str:
    """Every row of every table."""

    def work(session: Session) -> str:
        tables = session.connection().execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table'")
        )
        names = [name for (name,) in tables]
        return "\n".join(
            str(tuple(row))
            for name in names
            for row in session.connection().execute(text(f'SELECT * FROM "{name}"'))
        )

    return await database.read(work)


async def on_file(stage: CallStage) -> Mapping[str, str]:
    """What Stripe has of the caller, as it could be shown."""
    person = await stage.desk.lookup.refresh(stage.lena.id)
    holder = person.cardholder.record
    assert holder.dob is not None
    shops = {line.merchant for line in person.lines if line.merchant}
    assert shops
    return {
        "e-mail": holder.email,
        "phone": holder.phone_number,
        "phone in groups": phones.written(holder.phone_number),
        "end of the phone": holder.phone_number[-4:],
        "birthday": holder.dob.isoformat(),
        "birthday as written": holder.dob.strftime("%d/%m/%Y"),
        "street": holder.billing.line1,
        "postal code": holder.billing.postal_code,
        **{f"shop {shop}": shop for shop in shops},
    }


async def through_the_window(stage: CallStage) -> AsyncIterator[str]:
    """Go where a person is shown, without being verified; yields where one is."""
    window, focus = stage.window, stage.window.focus
    window.focus_search()
    QTest.keyClicks(window.top.search, stage.lena.name)
    await until(lambda: stage.lena.name in "".join(held(window.tabs["lookup"])))
    yield "search"
    await stage.open(stage.lena)
    await until(lambda: focus.card != "")
    await stage.ask()
    stage.say(**TYPED)
    stage.click("verify_check")
    await until(lambda: "No match." in stage.labels())
    yield "questions"
    stage.click("verify_close")
    window.show_tab("cards")
    await until(lambda: stage.sees("closed_verify"))
    yield "cards"
    focus.replace_requested.emit(focus.card, "damaged")
    await until(lambda: stage.sees("replace_confirm"))
    yield "replace"
    stage.click("replace_back")
    focus.lost_requested.emit()
    await until(lambda: "Lost or stolen" in stage.labels())
    yield "lost"
    focus.complaint_requested.emit({"cardholder_id": stage.lena.id})
    await until(lambda: window.bar.current() == "complaints")
    yield "complaint"
    window.show_tab("disputes")
    stage.click("dispute_new")
    await until(lambda: stage.sees("closed_verify"))
    yield "which purchase"
    window.show_tab("lookup")
    await stage.press("Ctrl+Shift+Return")
    await until(lambda: stage.dialog("wrap_up"))
    stage.click("wrap_up_copy")
    yield "clipboard"
    dialog = stage.dialog("wrap_up")
    assert dialog is not None
    dialog.reject()


def test_nothing_on_file_is_anywhere_before_the_caller_is_verified(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def scene(stage: CallStage) -> None:
        secrets = await on_file(stage)
        async for place in through_the_window(stage):
            everything = list(held(stage.window))
            found = {n: w for n, s in secrets.items() for w in everything if s in w}
            assert found == {}, place
        kept = await rows_of(stage.opened.house.casebook.database)
        words = RANDOM.sub("", kept)
        for secret in (*secrets.values(), *TYPED.values()):
            assert secret not in words
            assert secret not in caplog.text
        assert '"kinds": ["dob", "postal_code"], "match": false' in kept
        await stage.verify(stage.lena)
        # And once they are verified it is there, so it would have been found.
        await until(lambda: any(secrets["e-mail"] in told for told in held(stage.window)))
        stage.window.show_tab("disputes")
        await until(lambda: stage.sees("dispute_purchases"))
        stage.window.focus.set_person(stage.other.id)
        await until(lambda: stage.sees("closed_verify"))
        stage.desk.save_settings(replace(stage.desk.settings, verification="off"))
        await until(lambda: not stage.sees("closed_verify"))

    play(scene, tabs=TABS)


def test_nothing_of_the_caller_is_left_once_the_call_has_ended(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        secrets = await on_file(stage)
        window = stage.window
        window.focus_search()
        QTest.keyClicks(window.top.search, stage.lena.name)
        await until(lambda: stage.lena.name in "".join(held(window.tabs["lookup"])))
        await stage.open(stage.lena)
        await stage.verify(stage.lena)
        await until(lambda: any(secrets["e-mail"] in told for told in held(window)))
        window.show_tab("cards")
        await until(lambda: stage.lists() > 0)
        window.focus.replace_requested.emit(window.focus.card, "damaged")
        await until(lambda: stage.sees("replace_confirm"))
        stage.click("replace_back")
        window.show_tab("disputes")
        stage.click("dispute_new")
        await until(lambda: stage.sees("dispute_purchases"))
        window.show_tab("lookup")
        await until(lambda: _seen(window, [secrets["e-mail"]]))
        await stage.press("Ctrl+Shift+Return")
        await until(lambda: stage.dialog("wrap_up"))
        stage.click("wrap_up_end")
        await until(lambda: stage.desk.calls.current is None)

        await until(lambda: window.focus.person == "")
        for tab in window.tabs:
            window.show_tab(tab)
            await until(lambda tab=tab: window.bar.current() == tab)  # type: ignore[misc]
            await until(lambda: not _seen(window, (*secrets.values(), stage.lena.name)))

    play(scene, tabs=TABS)
