"""The journal's page and what the desk offers to finish, on a real desk."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from supportdesk.domain.cards import ReplacementOrder
from supportdesk.practice.process import Ready
from supportdesk.services.actions import FLOW
from supportdesk.store.body import dump
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.row_list import RowList
from tests.support.store import sql
from tests.ui.conftest import Loop, Opened, opened_window, until


async def an_active_card(opened: Opened) -> tuple[str, str]:
    """Return a card that can be replaced, and its holder."""
    page = await opened.desk.settle._gateway.cards(status="active")
    card = next(card for card in page.records if not card.replaced_by)
    return card.id, card.cardholder_id


def button(parent: QWidget, words: str) -> QPushButton:
    found: list[QPushButton] = parent.findChildren(QPushButton)
    return next(b for b in found if b.text() == words and not b.isHidden())


def test_the_foot_opens_the_journal_and_it_can_be_verified(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice, tabs=[LookupTab, CardsTab]) as opened:
            window, desk = opened.window, opened.desk
            await opened.read()
            card, _ = await an_active_card(opened)
            await desk.cards.freeze(card)
            foot = window.findChild(QPushButton, "status_actions")
            assert isinstance(foot, QPushButton)
            foot.click()
            assert window.pages.currentWidget() is window.journal
            rows = window.findChild(RowList, "journal_list")
            assert isinstance(rows, RowList)
            await until(lambda: rows.rows())
            assert card in rows.rows()[0].title
            detail = window.findChild(QLabel, "journal_detail")
            assert isinstance(detail, QLabel)
            await until(lambda: "Stripe request req_" in detail.text())
            window.journal.verify.click()
            await until(lambda: "Whole: " in window.journal.checked.text())
            window.journal.ask_all.click()
            await until(lambda: "Settled: 0" in window.journal.said.text())
            window.back()
            assert window.current_tab() is not None

            def spoil(session: object) -> None:
                sql("DROP TRIGGER journal_no_update")(session)  # type: ignore[arg-type]
                sql("UPDATE journal SET agent = 'Someone else'")(session)  # type: ignore[arg-type]

            await opened.house.casebook.database.run(spoil)
            await desk.audit.verify()
            assert "not what this desk wrote" in window.notice.text()
            assert "Link 1: its content was changed." in window.notice.text()

    loop.run(scenario(), 60)


def test_an_order_left_half_done_is_offered_in_the_cards_tab(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice, tabs=[LookupTab, CardsTab]) as opened:
            window, desk = opened.window, opened.desk
            await opened.read()
            card, person = await an_active_card(opened)
            order = ReplacementOrder(card_id=card, reason="stolen", type="virtual")
            flow = await desk.actions.begin_flow(FLOW, card, json.loads(dump(order)), "call-1")
            desk.actions.put_down(flow)
            window.focus.set_person(person)
            window.show_tab("cards")
            banner = window.findChild(Banner, "cards_unfinished")
            assert isinstance(banner, Banner)
            await until(lambda: not banner.isHidden())
            assert "neither cancelled nor replaced yet" in banner.text()
            desk.changes.journal.emit()
            await until(lambda: "1 to finish" in window.foot.words())
            button(banner, "Finish it").click()
            await until(lambda: "to finish" not in window.foot.words(), seconds=20)
            await desk.cards.finish()  # it is under way
            entries = {e.action: e for e in await desk.actions.history(card)}
            assert {e.call_id for e in entries.values()} == {"call-1"}
            assert entries[FLOW].state == "confirmed"
            old = await desk.cards.reread(card)
            assert (old.status, old.replaced_by) == ("canceled", entries[FLOW].outcome["id"])
            await until(banner.isHidden)

    loop.run(scenario(), 60)
