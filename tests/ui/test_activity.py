"""A person's purchases on the real page: answers with their buttons, filters, pages, marks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from supportdesk.services.lookup import SHOWN
from supportdesk.ui.activity import ActivityPanel
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.tab import Tab
from supportdesk.ui.widgets.row_list import Row
from tests.services.activity_bench import Caller
from tests.support.practice_api import HELPERS, Api
from tests.ui.conftest import Loop, Opened, opened_window, until
from tests.ui.on_the_phone import Agent


@pytest.fixture(scope="module")
def api(api: Api) -> Api:
    """With money on the programme's balance."""
    api.post("/_practice/balance", currency="eur", amount=100_000_000)
    return api


@dataclass
class Page:
    """The caller's page in the window."""

    opened: Opened
    tab: LookupTab
    caller: Caller

    @property
    def panel(self) -> ActivityPanel:
        """The activity panel."""
        return self.tab.page.activity

    def rows(self) -> tuple[Row, ...]:
        """What the list shows."""
        return self.panel.list.rows()

    def row(self, shop: str) -> Row:
        """The row of a shop."""
        return next(row for row in self.rows() if row.title == shop)

    def shops(self) -> list[str]:
        """The shops shown, in order."""
        return [row.title for row in self.rows()]

    async def choose(self, shop: str) -> None:
        """Make the purchase at a shop current."""
        await until(lambda: shop in self.shops())
        rows = self.panel.list
        index = rows.model().index(self.shops().index(shop), 0)
        rows.scrollTo(index)
        QTest.mouseClick(
            rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualRect(index).center()
        )
        assert self.panel.detail.isVisible()

    def words(self, name: str) -> str:
        """What a label of the open answer says."""
        found = self.panel.detail.findChildren(QLabel, name)
        return next(label.text() for label in found if label.isVisible())

    def seen(self, kind: type[QWidget], name: str) -> QWidget | None:
        """A visible widget of the panel."""
        found = self.panel.findChildren(kind, name)
        return next((w for w in found if w.isVisible()), None)

    def click(self, name: str) -> None:
        """Click a visible button of the panel."""
        button = self.seen(QPushButton, name)
        assert button is not None, name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def read_again(self) -> None:
        """Read the person from Stripe."""
        await self.opened.desk.lookup.refresh(self.caller.id)


@asynccontextmanager
async def page_of(folder: Path, api: Api, caller: Caller, *more: type[Tab]) -> AsyncIterator[Page]:
    async with opened_window(folder, api.ready, tabs=[LookupTab, *more]) as opened:
        desk = opened.desk
        desk.save_settings(replace(desk.settings, verification="off"))  # tested elsewhere
        await desk.lookup.refresh(caller.id)
        opened.window.show_tab("lookup")
        opened.window.focus.set_person(caller.id)
        tab = opened.window.current_tab()
        assert isinstance(tab, LookupTab)
        page = Page(opened, tab, caller)
        await until(lambda: page.rows())
        yield page


def at(shop: str, **more: object) -> dict[str, object]:
    return {"merchant_data": {"name": shop, **more}}


def test_a_limit_is_answered_with_figures_and_drawn(loop: Loop, tmp_path: Path, api: Api) -> None:
    lena = Caller(api)
    lena.limit(200_000, "monthly")
    api.purchase(lena.card, 191_240, **at("Hotel Astoria"))
    api.buy(lena.card, 34_900, **at("Elektro Nord"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena, CardsTab) as page:
            await until(lambda: "€1,912.40 used" in page.row("Elektro Nord").note)
            await page.choose("Elektro Nord")
            assert page.words("decline_what").startswith(
                "Monthly limit of €2,000.00 would be exceeded: €1,912.40 used, €349.00 asked,"
                " €87.60 left; resets on 1 "
            )
            assert "administrator" in page.words("decline_say")
            (bar,) = page.tab.page.findChildren(QLabel, "limit_words")
            assert bar.text() == "€2,000.00 a month · about €1,912.40 used"
            QTest.keyClick(page.panel.list, Qt.Key.Key_Escape)
            await until(lambda: page.panel.detail.isHidden())
            await page.choose("Elektro Nord")
            assert "€87.60 at most would have fitted" in page.words("decline_do")
            page.click("decline_limits")
            window = page.opened.window
            await until(lambda: window.findChildren(QWidget, "limits_whose"))
            (whose,) = window.findChildren(QWidget, "limits_whose")
            await until(whose.isVisible)

    loop.run(scenario(), 40)


def test_a_frozen_card_is_switched_on_from_the_answer(loop: Loop, tmp_path: Path, api: Api) -> None:
    lena = Caller(api)
    api.purchase(lena.card, 100, **at("Kiosk"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await page.opened.desk.cards.freeze(lena.card)
            api.advance(2)
            api.buy(lena.card, 900, **at("Baker"))
            await page.read_again()
            await page.choose("Baker")
            agent = page.opened.desk.settings.agent
            await until(lambda: f"was frozen by {agent}" in page.words("decline_what"))
            page.click("decline_switch_on")
            await Agent(page.opened.window, api).say_why(asked="Why switch")
            card = f"/v1/issuing/cards/{lena.card}"
            await until(lambda: page.seen(QPushButton, "decline_switch_on") is None)
            assert api.get(card)["status"] == "active"

    loop.run(scenario(), 40)


def test_a_suspicion_warns_the_agent_and_the_card_is_frozen(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    lena = Caller(api)
    risk = {"fraud_risk": {"level": "highest", "score": 98}}
    api.buy(lena.card, 900, risk_assessment=risk, **at("Odd Shop"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await page.choose("Odd Shop")
            assert "Do not tell" in page.words("decline_never")
            assert "fraud" not in page.words("decline_say")
            page.click("decline_freeze")
            await until(lambda: page.seen(QPushButton, "decline_freeze") is None)
            assert api.get(f"/v1/issuing/cards/{lena.card}")["status"] == "inactive"

    loop.run(scenario(), 40)


def test_what_is_due_and_a_replacement_are_one_click_away(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    lena = Caller(api)
    due = ["individual.verification.document"]
    path = f"/_practice/cardholders/{lena.id}"
    api.post(path, past_due=due, disabled_reason="requirements.past_due")
    api.buy(lena.card, 900, **at("First"))
    api.advance(2)
    api.post(f"/v1/issuing/cards/{lena.card}", status="canceled", cancellation_reason="stolen")
    api.buy(lena.card, 900, **at("Second"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await page.choose("First")
            await until(lambda: "identity document" in page.words("decline_what"))
            page.click("decline_requirements")
            await page.choose("Second")
            assert "reported stolen" in page.words("decline_what")
            asked: list[tuple[str, str]] = []
            page.tab.focus.replace_requested.connect(lambda *what: asked.append(what))
            page.click("decline_replace")
            assert asked == [(lena.card, "stolen")]

    loop.run(scenario(), 40)


def test_a_purchase_is_one_line_with_its_history(loop: Loop, tmp_path: Path, api: Api) -> None:
    lena = Caller(api)
    abroad = {"merchant_amount": 21_000, "merchant_currency": "jpy"}
    shop = at("Hikari Camera", country="JP", city="Osaka", category="digital_goods_games")
    asked = api.post(f"{HELPERS}/authorizations", card=lena.card, **abroad, **shop)
    checks = {"cvc_check": "match", "three_d_secure": {"result": "authenticated"}}
    paid = api.capture(asked["id"])
    api.post(f"{HELPERS}/transactions/{paid['id']}/refund", refund_amount=1_000)
    api.buy(lena.card, 480, verification_data=checks, wallet="apple_pay", **at("Linde"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await page.choose("Hikari Camera")
            assert len(page.rows()) == 2
            labels = page.panel.detail.findChildren(QLabel)
            said = "\n".join(label.text() for label in labels if label.isVisible())
            assert "¥21,000" in said
            assert "charged €" in said
            assert "€10.00 (JP¥1,613) came back" in said
            assert "Osaka, Japan" in said
            assert "an estimate: 110 days from the transaction" in page.words("line_disputable")
            assert "disputable until" in page.row("Hikari Camera").subtitle
            disputed: list[tuple[str, ...]] = []
            page.tab.focus.dispute_requested.connect(disputed.append)
            page.click("line_dispute")
            assert disputed == [(paid["id"],)]
            page.opened.window.show_tab("lookup")
            await page.choose("Linde")
            labels = page.panel.detail.findChildren(QLabel)
            said = "\n".join(label.text() for label in labels if label.isVisible())
            assert "security code matched" in said
            assert "confirmed by the cardholder" in said
            assert "Apple Pay" in said
            assert "Network's risk" not in said
            assert "Not before the shop has charged it." in said
            page.click("line_close")
            assert page.panel.detail.isHidden()

    loop.run(scenario(), 40)


def test_filters_by_kind_period_and_shop(loop: Loop, tmp_path: Path, api: Api) -> None:
    lena = Caller(api)
    api.purchase(lena.card, 500, **at("Bakery Linde"))
    api.buy(lena.card, 500, **at("Café Nord"))
    lena.limit(1_000, "per_authorization")
    api.buy(lena.card, 5_000, **at("Jeweller"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await until(lambda: len(page.rows()) == 3)
            page.panel.list.setFocus()
            assert page.panel.detail.isHidden()  # nobody chose a row yet
            QTest.keyClick(page.panel.list, Qt.Key.Key_Down)
            assert page.panel.detail.isVisible()
            QTest.keyClick(page.panel.list, Qt.Key.Key_Escape)
            await until(lambda: page.panel.detail.isHidden())
            kind = page.panel.findChild(QComboBox, "activity_filter")
            shop = page.panel.findChild(QLineEdit, "activity_search")
            period = page.panel.findChild(QComboBox, "activity_period")
            assert kind is not None
            assert shop is not None
            assert period is not None
            for value, shops in (
                ("declined", ["Jeweller"]),
                ("pending", ["Café Nord"]),
                ("settled", ["Bakery Linde"]),
                ("disputed", []),
            ):
                kind.setCurrentIndex(kind.findData(value))
                assert page.shops() == shops
            await until(lambda: page.panel._empty.isVisible())
            page.panel._empty.acted.emit()  # its button: show everything
            assert len(page.rows()) == 3
            QTest.keyClicks(shop, "linde bak")
            assert page.shops() == ["Bakery Linde"]
            shop.clear()
            period.setCurrentIndex(period.findData(30))
            assert len(page.rows()) == 3

    loop.run(scenario(), 40)


def test_what_changed_since_the_last_look_is_marked_with_a_word(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    lena = Caller(api)
    held = api.buy(lena.card, 500, **at("Café Nord"))
    api.purchase(lena.card, 700, **at("Old Shop"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await until(lambda: len(page.rows()) == 2)
            assert not any("new" in row.trailing_note for row in page.rows())
            api.capture(held["id"])
            api.purchase(lena.card, 900, **at("New Shop"))
            await page.read_again()
            await until(lambda: "New Shop" in page.shops())
            await until(lambda: page.row("Café Nord").trailing_note.startswith("now settled"))
            assert page.row("New Shop").trailing_note.startswith("new ·")
            assert page.row("Old Shop").tint == ""
            page.panel._marks.clear()
            page.panel._marks.over.emit()  # as when their time is over
            assert not any(row.tint == "info_soft" for row in page.rows())

    loop.run(scenario(), 40)


def test_older_ones_come_from_the_mirror_then_from_stripe(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    lena = Caller(api)
    for n in range(SHOWN + 5):
        api.buy(lena.card, 100 + n, **at("Kiosk"))

    async def scenario() -> None:
        async with page_of(tmp_path, api, lena) as page:
            await page.opened.read()
            await until(lambda: page.seen(QPushButton, "activity_older"))
            assert len(page.rows()) == SHOWN
            assert page.seen(QPushButton, "activity_ask_stripe") is None
            page.click("activity_older")
            await until(lambda: len(page.rows()) == SHOWN + 5)
            assert page.seen(QPushButton, "activity_older") is None
            reach = page.seen(QLabel, "activity_reach")
            assert isinstance(reach, QLabel)
            ended: list[str] = []
            page.tab._feed.busy.connect(ended.append)
            for step in (1, 2):  # the first hundred was read when the page was opened
                page.click("activity_ask_stripe")
                await until(lambda step=step: ended.count("") == step)  # type: ignore[misc]
            await until(lambda: reach.text() == "nothing older")
            assert page.seen(QPushButton, "activity_ask_stripe") is None
            assert len(page.rows()) == SHOWN + 5

    loop.run(scenario(), 60)
