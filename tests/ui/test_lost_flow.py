"""The flow for a lost or stolen card, worked by keyboard on a real practice Stripe."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)

from supportdesk.practice.process import Ready
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.row_list import RowList
from tests.support.detour import Ask, Detour
from tests.support.faulty import HANG_UP
from tests.support.practice_api import Api
from tests.ui.conftest import TABS, Loop, until
from tests.ui.on_the_phone import Agent, at_work, person


def frozen(agent: Agent) -> bool:
    return agent.words_of("lost_state").startswith("Frozen at")


async def tab_to(agent: Agent, name: str) -> None:
    """Move the keyboard to a widget with the Tab key."""
    box = await agent.usable(name)
    for _ in range(40):
        at = QApplication.focusWidget()
        if at is not None and (at is box or box.isAncestorOf(at)):
            return
        agent.press("Tab")
    raise AssertionError(f"{name} cannot be reached")


async def choose(agent: Agent, name: str, value: str) -> None:
    """Choose one of a row of choices with Tab, Space and the arrows."""
    await tab_to(agent, name)
    row = agent.see(name, Segmented)
    assert row is not None
    agent.press("Space")
    for _ in row.findChildren(QPushButton):
        if row.value() == value:
            return
        agent.press("Right")
    assert row.value() == value


async def write(agent: Agent, name: str, text: str) -> None:
    """Tab to a field and type."""
    await tab_to(agent, name)
    into = QApplication.focusWidget()
    assert into is not None
    QTest.keyClicks(into, text)


async def retype(agent: Agent, name: str, text: str) -> None:
    """Type in place of what a field holds."""
    await tab_to(agent, name)
    agent.press("Ctrl+A")
    await write(agent, name, text)


def errors(agent: Agent) -> set[str]:
    """What is said beside the fields."""
    return {field.error() for field in agent.cards.lost.flow.findChildren(Field) if field.error()}


async def main(agent: Agent, says: str) -> None:
    """Press the main button once it says something."""

    def ready() -> bool:
        button = agent.see("lost_main", QPushButton)
        return button is not None and button.isEnabled() and says in button.text()

    await until(ready)
    agent.press("Ctrl+Return")


async def at_person(agent: Agent, name: str) -> None:
    await agent.open(name)
    await until(lambda: agent.window.focus.card != "")
    agent.lookup.page.start_focus()


@contextmanager
def saving_to(folder: Path) -> Iterator[None]:
    """Whoever asks where to save a file is told this folder."""
    answered: list[QFileDialog] = []

    def answer() -> None:
        for top in QApplication.topLevelWidgets():
            if isinstance(top, QFileDialog) and top.isVisible() and top not in answered:
                answered.append(top)
                top.setDirectory(str(folder))
                top.accept()

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(20)
    yield
    timer.stop()


async def offered_again(agent: Agent, who: str, drafted: str) -> None:
    """A pending purchase has settled: it is seen with the person and in Disputes."""
    agent.press("F1")
    await agent.window.desk.lookup.refresh(who)
    matters = await agent.usable("person_matters")
    assert isinstance(matters, RowList)
    await until(lambda: "settled now" in [row.chip for row in matters.rows()])
    agent.press("F3")
    await until(lambda: "QuickTaxi, €38.20 was reported" in agent.words())
    intake = await agent.window.desk.disputes.open(drafted)
    assert intake is not None
    assert intake.draft.reason == "fraudulent"


def test_one_key_freezes_and_the_whole_flow_needs_no_mouse(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Lo Stolen", preferred_locales=["fr"])
    card = api.physical(cardholder=who, status="active")["id"]
    settled = api.purchase(card, 24_900, merchant_data={"name": "Gamer's Hub"})
    pending = api.buy(card, 3_820, merchant_data={"name": "QuickTaxi"})

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            await at_person(agent, "Lo Stolen")
            agent.press("L")  # one living card: nothing is asked
            await until(lambda: frozen(agent))
            assert agent.card(card)["status"] == "inactive"
            rows = agent.cards.lost.flow.purchases.list
            await until(lambda: len(rows.rows()) == 2 and rows.hasFocus())
            for key in ("Home", "Space", "Down", "Space"):
                agent.press(key)
            assert [row.chip for row in rows.rows()] == ["not theirs", "not theirs"]
            await write(agent, "lost_noticed_at", "25:61")
            await write(agent, "lost_where", "In the tram")
            await choose(agent, "lost_phone", "no")
            await main(agent, "Next")
            await until(lambda: errors(agent) == {"Write the time of day like 08:40."})
            await retype(agent, "lost_noticed_at", "08:40")
            await main(agent, "Next")
            await choose(agent, "lost_outcome", "stolen")
            await choose(agent, "lost_replacement", "virtual")
            await main(agent, "and order replacement")
            await main(agent, "Prepare 1 fraud draft")
            claims = agent.cards.lost.flow.claims.list
            chips = {"draft kept", "pending, offered again"}
            await until(lambda: {row.chip for row in claims.rows()} == chips)
            await main(agent, "Next")  # no wallet: that step has nothing to do
            said = agent.cards.lost.flow.read_back.text
            await until(lambda: "Votre carte" in said.toPlainText() and said.isVisible())
            await main(agent, "End the report")
            new = [one for one in agent.cards_of(who) if one["id"] != card]
            made = [(n["type"], n["status"], n["replacement_for"]) for n in new]
            assert made == [("virtual", "active", card)]
            assert agent.card(card)["cancellation_reason"] == "stolen"
            await until(lambda: agent.window.focus.card == new[0]["id"])
            await until(lambda: "Reported stolen" in agent.words())
            api.capture(pending["id"])
            await offered_again(agent, who, settled["id"])

    loop.run(scenario(), 90)


def test_with_several_cards_the_second_key_says_which(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Zwei Karten")
    cards = [api.card(who)["id"], api.physical(cardholder=who, status="active")["id"]]
    dead = api.card(who)["id"]
    api.post(f"/v1/issuing/cards/{dead}", status="canceled", cancellation_reason="lost")

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            await at_person(agent, "Zwei Karten")
            agent.press("L")
            choice = agent.cards.lost.choice.list
            await until(lambda: choice.isVisible() and choice.hasFocus())
            assert {row.key for row in choice.rows()} == set(cards)
            assert {agent.card(card)["status"] for card in cards} == {"active"}
            second = choice.rows()[1].key
            agent.press("2")
            await until(lambda: frozen(agent))
            assert agent.card(second)["status"] == "inactive"
            assert agent.window.focus.card == second
            # It was found again: it is switched on, and nothing else happens.
            agent.cards.lost.flow.start_focus()
            await main(agent, "Next")
            await choose(agent, "lost_outcome", "found")
            await main(agent, "Switch on and end")
            await until(lambda: "is switched on, confirmed by Stripe" in agent.words())
            assert {agent.card(card)["status"] for card in cards} == {"active"}
            # On a card's own page its key means that card.
            agent.press("F2")
            await agent.usable("detail_lost")
            agent.press("L")
            await until(lambda: frozen(agent))
            assert agent.card(second)["status"] == "inactive"

    loop.run(scenario(), 60)


async def away_and_back(agent: Agent, who: str, other: str) -> None:
    """Another caller comes in the middle; then the report is gone on with."""
    agent.window.focus.set_person(other)
    await until(lambda: not agent.cards.lost.flow.isVisible())
    agent.press("F1")
    agent.window.focus.set_person(who)
    matters = await agent.usable("person_matters")
    assert isinstance(matters, RowList)
    await until(matters.rows)
    matters.setFocus()
    agent.press("Home")
    agent.press("Return")


def test_what_was_typed_survives_leaving_and_a_refusal(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who, other = person(api, "Neu Heim"), person(api, "An Dere")
    card = api.physical(cardholder=who, status="active")["id"]
    api.card(other)

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            await at_person(agent, "Neu Heim")
            agent.press("L")
            await until(lambda: frozen(agent))
            await write(agent, "lost_where", "At the market")
            await main(agent, "Next")
            await choose(agent, "lost_outcome", "lost")
            await choose(agent, "lost_replacement", "physical")
            await choose(agent, "lost_where_to", "other")
            await write(agent, "address_line1", "Neue Gasse 7")
            await write(agent, "lost_second_line", "Desk #1")
            await main(agent, "and order replacement")
            await until(lambda: any("without accents" in words for words in errors(agent)))
            await away_and_back(agent, who, other)
            street = await agent.usable("address_line1")
            line = await agent.usable("lost_second_line")
            assert isinstance(street, QLineEdit)
            assert isinstance(line, QLineEdit)
            assert (street.text(), line.text()) == ("Neue Gasse 7", "Desk #1")
            await retype(agent, "lost_second_line", "Buero")
            await write(agent, "address_postal_code", "89073")
            await write(agent, "address_city", "Ulm")
            # Another desk cancels it as stolen: refused, said, and everything typed stays.
            api.post(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason="stolen")
            await main(agent, "and order replacement")
            await until(agent.cards.problem.isVisible)
            assert "not cancelled as lost" in agent.cards.problem.text()
            assert street.text() == "Neue Gasse 7"
            await choose(agent, "lost_outcome", "stolen")
            await main(agent, "Order replacement")
            await until(lambda: len(agent.cards_of(who)) == 2)
            new = next(one for one in agent.cards_of(who) if one["id"] != card)
            assert new["shipping"]["address"]["city"] == "Ulm"
            assert new["second_line"] == "Buero"

    loop.run(scenario(), 90)


def test_without_an_answer_it_is_not_called_frozen(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Un Sure")
    card = api.card(who)["id"]

    def swallow(method: str, path: str, ask: Ask) -> bytes | None:
        lost = (method == "POST" and path.endswith(card)) or "/tokens" in path
        return HANG_UP if lost else None

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready, TABS) as agent:
            await at_person(agent, "Un Sure")
            wallets = agent.cards.lost.flow.wallets
            detour.twist = swallow
            agent.press("L")
            await until(agent.cards.problem.isVisible, 40)
            assert not frozen(agent)
            assert agent.card(card)["status"] == "active"
            assert not wallets.nothing  # nor is it in no wallet before Stripe said so
            detour.twist = lambda _method, _path, _ask: None
            agent.press("F")
            await until(lambda: frozen(agent), 40)
            wallets.again.emit()
            await until(lambda: wallets.nothing)
            assert agent.card(card)["status"] == "inactive"

    with Detour(empty) as detour:
        loop.run(scenario(detour), 90)


def test_an_unverified_caller_is_frozen_but_told_nothing(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Nicht Gefragt")
    card = api.physical(cardholder=who, status="active")["id"]
    api.purchase(card, 24_900, merchant_data={"name": "Geheimer Laden"})

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            desk = agent.window.desk
            desk.save_settings(replace(desk.settings, verification="on"))
            await at_person(agent, "Nicht Gefragt")
            agent.press("L")
            await until(lambda: frozen(agent))
            assert agent.card(card)["status"] == "inactive"
            await until(lambda: "Hidden until the caller is verified" in agent.words())
            assert agent.cards.lost.flow.purchases.list.rows() == ()
            await main(agent, "Next")
            await choose(agent, "lost_outcome", "lost")
            await choose(agent, "lost_replacement", "physical")
            assert "Ackerstr" not in agent.words()
            await main(agent, "and order replacement")
            await until(agent.cards.problem.isVisible)
            assert "this needs level 3" in agent.cards.problem.text()
            assert agent.card(card)["status"] == "inactive"

    loop.run(scenario(), 60)


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_proof_can_be_made_again_from_the_cards_page(
    loop: Loop, tmp_path: Path, api: Api, language: str
) -> None:
    name = f"Be Weis {language}"
    who = person(api, name, preferred_locales=[language])
    card = api.card(who)["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            desk = agent.window.desk
            await desk.lookup.refresh(who)
            report = await desk.lost.begin(card)
            await desk.lost.freeze(card)
            report = replace(report, outcome="lost", replacement="none", step="readback")
            await desk.lost.carry_out(report)
            await desk.lost.close(report)
            agent.window.focus.set_person(who)
            agent.press("F2")
            banner = agent.cards.lost.reported
            await until(banner.isVisible)
            show = next(b for b in banner.findChildren(QPushButton) if b.isVisible())
            show.setFocus()
            agent.press("Space")
            text = await agent.usable("lost_text")
            assert isinstance(text, QPlainTextEdit)
            await until(lambda: report.number in text.toPlainText())
            agent.press("Ctrl+Shift+C")
            assert report.number in QApplication.clipboard().text()
            file = tmp_path / f"{report.number}.pdf"
            with saving_to(tmp_path):
                agent.press("Ctrl+E")
                await until(lambda: agent.words_of("lost_copied").startswith("Saved as"))
            pages = PdfReader(io.BytesIO(file.read_bytes())).pages
            printed = "".join(page.extract_text() for page in pages).replace("\t", " ")
            title = {"en": "Proof of notification", "it": "Prova della comunicazione"}[language]
            for part in (title, report.number, name, "UTC"):
                assert part in printed
            agent.window.activateWindow()  # what a desktop does when a dialog has closed
            await until(agent.window.isActiveWindow)
            agent.press("Ctrl+Return")
            await until(lambda: not agent.cards.lost.flow.isVisible())

    loop.run(scenario(), 60)
