"""The practice page at a real practice Stripe: what is pressed here happens there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from supportdesk.practice.process import Ready
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.practice.page import PracticePage
from supportdesk.ui.widgets.read_back import ReadBack
from tests.support.practice_api import Api, Json
from tests.ui.conftest import Loop, Opened, opened_window, until
from tests.ui.test_accessible import check
from tests.ui.test_main_window import least

Scenario = Callable[[Opened, PracticePage], Coroutine[Any, Any, None]]
Play = Callable[[Scenario], None]


@pytest.fixture(autouse=True)
def _calm(api: Api) -> Iterator[None]:
    yield
    api.post("/_practice/drills/end")


@pytest.fixture
def play(loop: Loop, tmp_path: Path, empty: Ready) -> Play:
    """Run a scenario with the practice page in front."""

    def run(scenario: Scenario) -> None:
        async def whole() -> None:
            async with opened_window(tmp_path, empty, trainer=True, tabs=[LookupTab]) as opened:
                await opened.read()
                action = opened.window.findChild(QAction, "menu_practice")
                assert isinstance(action, QAction)
                action.trigger()
                page = opened.window.pages.currentWidget()
                assert isinstance(page, PracticePage)
                await scenario(opened, page)

        loop.run(whole(), 60)

    return run


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def running(api: Api) -> list[Json]:
    found: list[Json] = api.get("/_practice/drills")["data"]
    return found


def _runs(page: PracticePage, count: int) -> bool:
    return len(page.running.said()) == count


async def open_card(opened: Opened, card: Json) -> None:
    """Put a card and its person in focus."""
    holder = card["cardholder"]["id"]
    await opened.desk.lookup.refresh(holder)
    opened.window.focus.set_person(holder)
    opened.window.focus.set_card(card["id"])
    page = opened.window.practice
    assert page is not None
    await until(lambda: page.scenes.buttons["online"].isEnabled())


def test_a_drill_is_chosen_started_seen_and_ended(play: Play, api: Api) -> None:
    async def scenario(opened: Opened, page: PracticePage) -> None:
        foot = opened.window.foot
        assert "Drill" not in foot.words()
        page.lessons.list.set_current("locked")
        assert "waits and tries again" in page.lessons.about.text()
        page.lessons.often.set_value("thrice")
        page.lessons.where.set_value("cards")
        QTest.keyClick(opened.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        said = "Somebody else holds the card · Cards only"
        await until(lambda: f"Drill: {said}, 3 left" in foot.words())
        assert page.running.said() == [f"{said}: 3 left"]
        [drill] = await asyncio.to_thread(running, api)
        assert (drill["kind"], drill["left"], drill["method"]) == ("lock_timeout", 3, "POST")
        click(page.running.end_all)
        await until(lambda: "Drill" not in foot.words())
        assert page.running.said() == []
        assert await asyncio.to_thread(running, api) == []

    play(scenario)


def test_every_choice_starts_a_drill_that_is_named_by_its_own_words(play: Play, api: Api) -> None:
    async def scenario(opened: Opened, page: PracticePage) -> None:
        titles = {row.key: row.title for row in page.lessons.list.rows()}
        assert len(set(titles.values())) == len(titles)
        page.lessons.often.set_value("always")
        for at, (name, title) in enumerate(titles.items(), start=1):
            page.lessons.list.set_current(name)
            click(page.lessons.start)
            await until(partial(_runs, page, at))
            assert page.running.said()[-1].startswith(f"{title}: ends in ")
        assert f"(+{len(titles) - 1})" in opened.window.foot.words()
        kinds = {drill["kind"] for drill in await asyncio.to_thread(running, api)}
        assert len(kinds) == 9
        first = await asyncio.to_thread(running, api)
        page.running.ended.emit(first[0]["id"])
        await until(lambda: len(page.running.said()) == len(titles) - 1)

    play(scenario)


def test_drills_of_another_hand_are_seen_and_leave_by_themselves(play: Play, api: Api) -> None:
    async def scenario(opened: Opened, page: PracticePage) -> None:
        foot, path = opened.window.foot, "/v1/issuing/cards/ic_nobody"
        own = {"done": False}
        await asyncio.to_thread(
            api.send, "POST", "/_practice/drills", {"kind": "error", "path": path, "count": 1} | own
        )
        await until(lambda: "Drill: Stripe has trouble (error), 1 left" in foot.words())
        assert (await asyncio.to_thread(api.send, "GET", path)).status_code == 500
        await until(lambda: "Drill" not in foot.words())

    play(scenario)


def test_the_desk_tells_the_truth_under_a_drill(play: Play, api: Api) -> None:
    card = api.card()

    async def scenario(opened: Opened, page: PracticePage) -> None:
        await open_card(opened, card)
        page.lessons.list.set_current("dropped")
        click(page.lessons.start)
        await until(lambda: "line breaks" in opened.window.foot.words())
        frozen = await opened.desk.cards.freeze(card["id"])
        assert frozen.status == "inactive"
        assert (await asyncio.to_thread(api.get, f"/v1/issuing/cards/{card['id']}"))["status"] == (
            "inactive"
        )
        await until(lambda: "Drill" not in opened.window.foot.words())

    play(scenario)


def test_scenes_need_a_card_and_happen_at_stripe(play: Play, api: Api) -> None:
    limit = {"spending_limits": [{"amount": 20_000, "interval": "daily"}]}
    card = api.physical(spending_controls=limit)
    api.post(f"/v1/issuing/cards/{card['id']}", status="active")
    path = f"/v1/issuing/cards/{card['id']}"

    async def scenario(opened: Opened, page: PracticePage) -> None:
        assert not any(button.isEnabled() for button in page.scenes.buttons.values())
        await open_card(opened, card)
        assert "Jenny Rosen" in page.scenes.whom.text()

        async def played(name: str) -> None:
            page.said.setVisible(False)
            click(page.scenes.buttons[name])
            await until(page.said.isVisible)
            await until(lambda: not [t for t in page.tasks._running if t is not page._looking])

        for name in ("contactless", "online", "over_limit", "refund", "deliver", "warn", "papers"):
            await played(name)
            expected = "declined" if name == "over_limit" else "Done at the practice"
            assert expected in page.said.text(), (name, page.said.text())
        await played("refund")
        assert "no settled purchase" in page.said.text()
        await played("deliver")
        assert "not on its way" in page.said.text()
        person = await opened.desk.lookup.person(card["cardholder"]["id"])
        assert person is not None
        assert person.cardholder.record.past_due
        assert {s.record.shipping.status for s in person.cards if s.record.shipping} == {
            "delivered"
        }

    play(scenario)
    asked = api.get("/v1/issuing/authorizations", card=card["id"])["data"]
    assert {(a["authorization_method"], a["status"], a["approved"]) for a in asked} == {
        ("contactless", "closed", True),
        ("online", "pending", True),
        ("chip", "closed", False),
    }
    declined = next(a for a in asked if not a["approved"])
    assert declined["request_history"][0]["reason"] == "spending_controls"
    moved = api.get("/v1/issuing/transactions", card=card["id"])["data"]
    assert sorted(t["type"] for t in moved) == ["capture", "refund"]
    assert api.get(path)["latest_fraud_warning"]["type"] == "third_party_reported"


def test_a_card_without_limit_says_why_it_cannot_be_over_it(play: Play, api: Api) -> None:
    card = api.card()

    async def scenario(opened: Opened, page: PracticePage) -> None:
        await open_card(opened, card)
        click(page.scenes.buttons["over_limit"])
        await until(page.said.isVisible)
        assert "has a spending limit" in page.said.text()

    play(scenario)


def test_the_clock_is_set_forward(play: Play, api: Api) -> None:
    async def scenario(opened: Opened, page: PracticePage) -> None:
        before = (await asyncio.to_thread(api.get, "/_practice/info"))["now"]
        click(page.clock.leaps[7])
        await until(page.said.isVisible)
        after = (await asyncio.to_thread(api.get, "/_practice/info"))["now"]
        assert 7 * 86_400 <= after - before < 8 * 86_400
        assert "At the practice Stripe it is" in page.clock.day.text()

    play(scenario)


@pytest.mark.parametrize("sure", [True, False])
def test_starting_afresh_asks_first(play: Play, sure: bool) -> None:
    async def scenario(opened: Opened, page: PracticePage) -> None:
        asked: list[bool] = []
        opened.window.practice_afresh.connect(lambda: asked.append(True))

        def dialogs() -> list[ReadBack]:
            return [w for w in QApplication.topLevelWidgets() if isinstance(w, ReadBack)]

        click(page.clock.start_afresh)
        await until(dialogs)
        assert asked == []
        [dialog] = dialogs()
        click(dialog.confirm if sure else dialog.cancel)
        await until(lambda: not dialogs())
        assert asked == ([True] if sure else [])

    play(scenario)


def test_the_page_has_names_and_room(play: Play, api: Api) -> None:
    for kind in ("error", "slow"):
        nowhere = {"kind": kind, "path": "/v1/issuing/cards/ic_nobody"}
        assert api.send("POST", "/_practice/drills", nowhere).status_code == 200

    async def scenario(opened: Opened, page: PracticePage) -> None:
        await until(lambda: len(page.running.said()) == 2)
        check(opened.window)
        opened.window.resize(1024, 640)
        await asyncio.sleep(0.05)
        assert least(opened.window).width() <= 1024
        assert least(opened.window).height() <= 640
        opened.window.back()
        assert opened.window.current_tab() is not None

    play(scenario)


def test_another_account_has_no_practice_page(loop: Loop, tmp_path: Path, empty: Ready) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, empty, tabs=[LookupTab]) as opened:
            window = opened.window
            asked: list[bool] = []
            window.practice_chosen.connect(lambda: asked.append(True))
            action = window.findChild(QAction, "menu_practice")
            assert isinstance(action, QAction)
            action.trigger()
            assert asked == [True]
            assert window.practice is None
            assert window.current_tab() is not None

    loop.run(scenario(), 60)
