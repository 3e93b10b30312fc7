"""The pages of the Cards tab: limits, where a card is sent, the expiring ones; and its drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card
from supportdesk.services.switched import Off
from supportdesk.ui.cards.face import RATIO, CardFace, draw
from supportdesk.ui.widgets.paged_table import _View
from supportdesk.ui.widgets.read_back import ReadBack
from tests.support.practice_api import HELPERS, Api
from tests.ui.conftest import Loop, until
from tests.ui.on_the_phone import Agent, at_work, person
from tests.ui.test_cards_tab import at_card, choose


async def typed(agent: Agent, name: str, text: str) -> QLineEdit:
    """Type into a field in place of what it holds."""
    field = await agent.usable(name)
    assert isinstance(field, QLineEdit)
    field.setText(text)
    return field


def test_limits_show_what_changes_and_ask_why(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Li Mit")
    limit = {"amount": 200_000, "interval": "monthly"}
    card = api.card(who, spending_controls={"spending_limits": [limit]})["id"]

    def at_stripe() -> list[Any]:
        found = api.get(f"/v1/issuing/cards/{card}")["spending_controls"]["spending_limits"]
        return [(one["amount"], one["interval"]) for one in found]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await at_card(agent, who, card)
            await until(lambda: "€2,000.00 a month" in agent.words())
            await agent.click("detail_limits")
            await until(lambda: "Nothing is changed yet." in agent.words())
            amount = await typed(agent, "limit_amount", "12.345.6")
            agent.press("Ctrl+Return")
            await until(lambda: "This is not" in agent.words())
            assert amount.text() == "12.345.6"  # what was typed stays
            await typed(agent, "limit_amount", "3500")
            await until(lambda: "more can be spent afterwards" in agent.words())
            assert "€2,000.00 a month becomes €3,500.00 a month" in agent.words()
            await agent.click("limits_confirm")
            await until(lambda: "Choose a reason or write a few words." in agent.words())
            assert at_stripe() == [(200_000, "monthly")]
            choose(agent, "why_picks", "travel")
            await agent.click("limits_confirm")
            await until(lambda: "confirmed by Stripe at" in agent.words())
            assert at_stripe() == [(350_000, "monthly")]
            becomes = "changed the card's limits · €2,000.00 a month becomes €3,500.00 a month"
            await until(lambda: f"{becomes} · travel" in agent.words())

    loop.run(scenario(), 60)


def test_a_card_goes_elsewhere_while_it_waits_and_is_sent_again_when_it_came_back(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Um Weg")
    waits = api.physical(cardholder=who)["id"]
    back = api.physical(cardholder=who)["id"]
    for step in ("submit", "ship", "return"):
        api.post(f"{HELPERS}/cards/{back}/shipping/{step}")

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await at_card(agent, who, waits)
            await until(lambda: "Ordered" in agent.words())
            await agent.click("shipment_redirect")
            await agent.usable("send_confirm")
            await agent.click("send_confirm")
            await until(lambda: "Needed to send a card." in agent.words())
            for name, said in (
                ("address_line1", "Neue Gasse"),
                ("address_postal_code", "89073"),
                ("address_city", "Ulm"),
            ):
                await typed(agent, name, said)
            await agent.click("send_confirm")
            await until(lambda: "goes to the new address" in agent.words())
            assert agent.card(waits)["shipping"]["address"]["city"] == "Ulm"
            await until(lambda: "probably not deliverable" in agent.words())  # no house number
            await at_card(agent, who, back)
            await until(lambda: "Returned to sender" in agent.words())
            await agent.click("shipment_resend")
            await until(lambda: "is cancelled as lost at once" in agent.words())
            await agent.click("send_confirm")
            await until(lambda: "is replaced: the new card" in agent.words())
            old = agent.card(back)
            assert (old["status"], old["cancellation_reason"]) == ("canceled", "lost")
            new = agent.card(old["replaced_by"])
            assert new["shipping"]["address"]["line1"] == old["shipping"]["address"]["line1"]
            await until(lambda: "Not activated yet; ordered by" in agent.words())
            assert len(agent.cards_of(who)) == 3

    loop.run(scenario(), 60)


def test_an_expiring_card_is_found_without_a_caller(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Ex Pirie")
    now = datetime.now().astimezone()
    year, month = divmod(now.year * 12 + now.month, 12)  # next month, the soonest Stripe takes
    card = api.card(who, exp_month=month + 1, exp_year=year)["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            agent.cards.pages.expiring.today = lambda: date(year, month + 1, 1)
            agent.press("F2")
            table = agent.see("expiring_list", _View)
            await until(lambda: table is not None and table.model().rowCount() == 1)
            assert table is not None
            table.setCurrentIndex(table.model().index(0, 0))
            table.setFocus()
            agent.press("Return")
            await until(lambda: agent.window.focus.card == card)
            assert agent.window.focus.person == who
            await until(lambda: agent.cards.detail.isVisible())
            agent.press("X")
            await until(lambda: agent.see("expiring_list", _View) is not None)
            agent.press("Esc")
            await until(lambda: agent.cards.detail.isVisible())

    loop.run(scenario(), 60)


def test_a_card_is_drawn_at_any_size_and_says_all(qapp: QApplication) -> None:
    frozen = Off(kind="frozen_here", agent="M. Keller", at=1.0, why=Why("suspicious login"))
    for card, off in (
        (Card(id="ic_1", status="active", type="physical", brand="Visa", last4="4821"), None),
        (Card(id="ic_1", status="inactive", type="virtual", brand="Visa", last4="4821"), frozen),
        (Card(id="ic_1", status="canceled"), None),
    ):
        for width in (1, 20, 90, 300, 2000):
            image = QImage(width, max(1, round(width / RATIO)), QImage.Format.Format_ARGB32)
            image.fill(0)
            painter = QPainter(image)
            draw(painter, QRectF(image.rect()), card, "Acme", off)
            painter.end()
            assert width < 20 or image.pixel(image.rect().center()) != 0
    face = CardFace(
        Card(
            id="ic_1",
            status="inactive",
            type="virtual",
            brand="MasterCard",  # as Stripe writes it, not the brand itself
            last4="4821",
            exp_month=5,
            exp_year=2027,
        ),
        "Acme",
        off=frozen,
    )
    for part in (
        "Mastercard",
        "virtual",
        "4821",
        "05/27",
        "Frozen by M. Keller",
        "suspicious login",
    ):
        assert part in face.accessibleName()
    face.deleteLater()


def test_a_fraud_warning_and_open_questions_are_large(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "War Nung")
    card = api.card(who)["id"]
    api.post(f"/_practice/cardholders/{who}", past_due=["individual.verification.document"])

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await at_card(agent, who, card)
            await until(lambda: "Information that Stripe needs is past due." in agent.words())
            assert "an identity document, front and back" in agent.words()
            assert agent.see("notice_cancel", QPushButton) is None
            api.post(f"/_practice/cards/{card}", latest_fraud_warning="card_testing_exposure")
            agent.press("F5")
            await agent.usable("notice_cancel")
            assert "Stripe advises: cancel this card and issue a new one." in agent.words()

    loop.run(scenario(), 60)


def test_what_nobody_can_ask_for_any_more_is_offered_to_be_erased(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Lang Her")
    card = api.card(who)["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            desk = agent.window.desk
            await desk.lookup.refresh(who)
            report = await desk.lost.begin(card)
            long_ago = replace(report, reported_at=report.reported_at - 600 * 86_400.0)
            await desk.lost.close(replace(long_ago, outcome="lost"))
            agent.window.focus.set_person(who)
            agent.press("F2")
            banner = agent.cards.lost.reported
            await until(banner.isVisible)
            assert "could be asked for until" in banner.text()
            _show, erase = (b for b in banner.findChildren(QPushButton) if b.isVisible())
            erase.setFocus()
            agent.press("Space")
            await until(lambda: agent.see("lost_erase_confirm", ReadBack) is not None)
            sure = agent.see("lost_erase_confirm", ReadBack)
            assert sure is not None
            sure.confirm.click()
            await until(lambda: not banner.isVisible())
            assert await desk.lost.of_cardholder(who) == []

    loop.run(scenario(), 60)
