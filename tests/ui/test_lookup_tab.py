"""The Lookup tab, worked like an agent works it, on a real practice Stripe."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QWidget

from supportdesk.practice.process import Ready
from supportdesk.ui.cards.summary import CardSummary
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.widgets.states import EmptyState
from tests.support.detour import Ask, Detour
from tests.support.faulty import listing
from tests.support.practice_api import Api
from tests.ui.conftest import TABS, Loop, until
from tests.ui.on_the_phone import Agent, at_work, click_row, person

LIST = "/v1/issuing/cardholders"


def nothing_new(method: str, path: str, ask: Ask) -> bytes | None:
    """Lists of everything are empty; what is asked for by a property is answered."""
    everything = path.startswith(LIST + "?") and "email" not in path and "phone" not in path
    return listing() if everything or path.startswith("/v1/events") else None


def nobody(agent: Agent) -> str:
    """What stands where the results would be."""
    said = agent.see("lookup_none", EmptyState)
    return said.text() if said is not None else ""


def told(agent: Agent, words: str) -> bool:
    return words in nobody(agent)


def test_the_latest_text_wins_and_the_keyboard_chooses(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    ids = {name: person(api, name) for name in ("Nora Quell", "Nils Quell", "Odo Brandt")}

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            QAbstractItemModelTester(agent.lookup.results.model(), agent.window)
            agent.type("odo")
            agent.type("quell")  # before the first is answered
            await until(lambda: sorted(agent.found()) == ["Nils Quell", "Nora Quell"])
            first, second = agent.found()
            agent.press("Down")
            await until(lambda: agent.name() == first)
            agent.press("Down")
            await until(lambda: agent.name() == second)
            agent.press("Up")
            await until(lambda: agent.name() == first)
            assert agent.window.top.search.hasFocus()
            agent.press("Return")
            await until(lambda: not agent.window.top.search.hasFocus())
            await until(lambda: "Stripe," in agent.age())
            assert agent.window.focus.person == ids[first]
            agent.type("brandt")
            await until(lambda: agent.found() == ["Odo Brandt"])
            assert agent.name() == first  # the caller is still on the line
            assert agent.window.top.person() == first
            agent.paste(second)
            agent.press("Return")  # the results on the screen are still those of "brandt"
            await until(lambda: agent.name() == second)

    loop.run(scenario(), 60)


def test_stripe_is_asked_for_what_it_can_find(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            detour.twist = nothing_new
            mail = person(api, "Mail Later", email="mail.later@mailbox.example")
            phone = person(api, "Phone Later", phone_number="+49301234999")
            last4 = person(api, "Last Later")
            four = api.card(last4)["last4"]
            by_id = person(api, "Id Later")
            for typed, wanted in (
                ("mail.later@mailbox.example", "Mail Later"),
                ("+49 30 1234-999", "Phone Later"),
                (four, "Last Later"),
                (by_id, "Id Later"),
            ):
                agent.type(typed)  # nothing but that: Stripe is asked by itself
                await agent.finds(wanted)
                agent.press("Return")
                await agent.meets(wanted)
            five = person(api, "Enter Later", email="enter@mailbox.example")
            agent.paste("enter@mailbox.example")
            agent.press("Return")  # before anything is found
            await agent.meets("Enter Later")
            assert agent.window.focus.person == five
            assert {mail, phone, last4, by_id} <= {
                row["id"] for row in api.get(LIST, limit=100)["data"]
            }
            agent.type("nobody@mailbox.example")
            await until(lambda: "Stripe knows nobody like that" in nobody(agent))
            for typed in ("Zacharias", ""):
                agent.type("x")
                agent.type(typed) if typed else agent.press("Backspace")
                wanted = "Nobody matches" if typed else "Who is calling?"
                await until(partial(told, agent, wanted))
                await agent.click("lookup_ask_stripe")
                assert "Stripe was not asked" in nobody(agent)

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


def test_what_was_asked_of_stripe_outlives_the_filling_of_the_mirror(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    late = person(api, "Paula Late", email="paula@late.example")

    async def scenario(detour: Detour) -> None:
        detour.twist = nothing_new
        async with at_work(tmp_path, api, detour.ready) as agent:
            agent.type("paula@late.example")
            changes = agent.window.desk.changes
            for _ in range(5):  # what comes in while the mirror is filled
                changes.mirror.emit(agent.window.desk.sync.progress)
            await until(lambda: agent.found() == ["Paula Late"])
            changes.mirror.emit(agent.window.desk.sync.progress)
            agent.press("Return")
            await until(lambda: agent.window.focus.person == late)

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


HOSTILE = (
    "x" * 1_000_000,
    "😀👩‍👩‍👧‍👦",
    "‮שלום עולם‬ مرحبا",
    "\x00\x07\x1b[31m\u2028\x7f",
    "' OR 1=1; DROP TABLE cardholders; --",
    '"*" NEAR(a b) AND OR NOT ^ ( ) { } : - + %_\\',
    "{programme} %s %(x)s <b>bold</b>",
)


def test_whatever_is_pasted_is_only_text(loop: Loop, tmp_path: Path, api: Api) -> None:
    person(api, "Sören Öztürk")

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            for text in HOSTILE:
                agent.paste(text)
                assert len(agent.window.top.search.text()) <= 200
                await until(lambda: "Nobody matches" in nobody(agent))
                await agent.click("lookup_ask_stripe")
                await until(lambda: "Stripe was not asked" in nobody(agent))
                assert agent.lookup.problem.isHidden()
            agent.paste("4242 4242 4242 4242")
            await until(lambda: "full card number" in nobody(agent))
            await agent.click("lookup_ask_stripe")
            assert "last four digits, 4242" in nobody(agent)
            agent.type("soren ozt")
            await until(lambda: agent.found() == ["Sören Öztürk"])

    loop.run(scenario(), 60)


async def lost(agent: Agent) -> None:
    """Of several cards the one in focus is two keys from frozen."""
    agent.press("L")
    await until(lambda: agent.cards.lost.choice.list.hasFocus())
    agent.press("Return")
    await until(lambda: agent.words_of("lost_state").startswith("Frozen at"))


def test_one_key_each_on_the_card_in_focus(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Kaja Tast")
    older, newer = api.card(who)["id"], api.card(who)["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            await agent.open("Kaja Tast")
            order = agent.summaries()
            other, chosen = order
            assert sorted(order) == sorted((older, newer))
            assert agent.marked() == [other]
            summary = agent.see(f"card_{chosen}", QWidget)
            assert summary is not None
            QTest.mouseClick(summary, Qt.MouseButton.LeftButton)
            await until(lambda: agent.marked() == [chosen])
            agent.press("F")
            await agent.usable("card_unfreeze")
            assert agent.card(chosen)["status"] == "inactive"
            assert agent.card(other)["status"] == "active"
            assert agent.summaries() == order  # no card moves under the mouse
            assert agent.marked() == [chosen]
            await until(lambda: "Frozen by" in agent.words())
            agent.press("F")
            await agent.say_why(asked="Why switch")
            await agent.usable("card_freeze")
            assert agent.card(chosen)["status"] == "active"
            api.post(f"/v1/issuing/cards/{other}", status="inactive")
            agent.press("F5")
            await until(lambda: "switched off" in agent.words())
            assert agent.marked() == [chosen]
            agent.press("Ctrl+K")
            QTest.keyClicks(agent.window.top.search, "flrcd")
            assert agent.window.top.search.text() == "flrcd"
            agent.press("Escape")
            agent.press("Escape")
            agent.press("R")
            await agent.usable("replace_confirm")
            assert agent.card(chosen)["status"] == "active"
            agent.press("F1")
            await lost(agent)
            assert agent.card(chosen)["status"] == "inactive"
            for key, tab in (("C", "complaints"), ("D", "disputes")):
                agent.press("F1")
                agent.press(key)
                assert agent.window.bar.current() == tab

    loop.run(scenario(), 60)


def test_an_answer_of_stripe_moves_no_card_that_was_chosen(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Ines Warte")
    first, second = api.card(who)["id"], api.card(who)["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            agent.type("Ines Warte")
            await until(lambda: agent.found() == ["Ines Warte"])
            agent.press("Down")  # from the mirror; Stripe is asked a moment later
            await until(lambda: len(agent.marked()) == 1)
            shown = agent.marked()[0]
            other = second if shown == first else first
            # Another desk makes that card the second best meanwhile.
            api.post(f"/v1/issuing/cards/{shown}", status="inactive")
            agent.press("F2")
            names = ("detail_freeze", "detail_unfreeze")  # Stripe may have answered already
            await until(lambda: any(agent.see(name, QWidget) for name in names))
            agent.press("F5")
            await agent.usable("detail_unfreeze")
            assert agent.window.focus.card == shown
            agent.press("F")
            await agent.say_why()
            await agent.usable("detail_freeze")
            assert agent.card(shown)["status"] == "active"
            assert agent.card(other)["status"] == "active"

    loop.run(scenario(), 60)


def test_purchases_are_filtered_explained_and_handed_on(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Emil Kauf")
    card = api.card(who)["id"]
    bought = api.purchase(card, 1_234, merchant_data={"name": "Blumen Ost"})["id"]
    disputed = api.purchase(card, 2_345, merchant_data={"name": "Kino West"})["id"]
    api.post("/v1/issuing/disputes", transaction=disputed, evidence={"reason": "other"})
    api.post(f"/v1/issuing/cards/{card}", status="inactive")
    api.buy(card, 500, merchant_data={"name": "Kiosk Nord"})

    async def scenario() -> None:
        async with at_work(tmp_path, api, tabs=TABS) as agent:
            handed: list[object] = []
            agent.window.focus.dispute_requested.connect(handed.append)
            await agent.open("Emil Kauf")
            rows = agent.see("activity_list", RowList)
            assert rows is not None
            QAbstractItemModelTester(rows.model(), agent.window)
            await until(lambda: len(rows.rows()) == 3)
            chooser = agent.see("activity_filter", QComboBox)
            assert chooser is not None
            chooser.setCurrentIndex(chooser.findData("declined"))
            assert [row.title for row in rows.rows()] == ["Kiosk Nord"]
            assert "was switched off" in rows.rows()[0].note
            assert "Say:" in rows.rows()[0].note
            chooser.setCurrentIndex(chooser.findData("pending"))
            assert rows.rows() == ()
            await until(lambda: "Nothing of this kind" in agent.words())
            chooser.setCurrentIndex(chooser.findData("all"))
            titles = [row.title for row in rows.rows()]
            click_row(rows, titles.index("Blumen Ost"))
            QTest.keyClick(rows, Qt.Key.Key_Return)
            assert handed.pop() == (bought,)
            agent.press("F1")
            matters = agent.see("person_matters", RowList)
            assert matters is not None
            assert [row.chip for row in matters.rows()] == ["draft"]
            click_row(matters, 0)
            QTest.keyClick(matters, Qt.Key.Key_Return)
            assert handed.pop() == (disputed,)
            front = agent.window.current_tab()
            assert front is not None
            assert front.name == "disputes"

    loop.run(scenario(), 60)


def test_the_programme_on_the_cards_follows_the_settings(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    api.card(person(api, "Petra Prog"))

    async def scenario() -> None:
        from dataclasses import replace

        async with at_work(tmp_path, api) as agent:
            await agent.open("Petra Prog")
            page = agent.lookup.page
            before = page.grab().toImage()
            assert page.grab().toImage() == before
            desk = agent.window.desk
            desk.save_settings(replace(desk.settings, programme_name="Zweitkarte"))
            assert "Zweitkarte" in agent.window.top._programme.text()
            assert page.grab().toImage() != before

    loop.run(scenario(), 60)


def test_what_stripe_answers_otherwise_than_the_mirror_is_marked(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    nora = person(api, "Nora Novum", phone_number="+4930111222")
    card, other = (api.card(nora)["id"] for _ in range(2))

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:

            def news() -> dict[str, str]:
                shown = agent.lookup.page.findChildren(CardSummary)
                chips = {s.card.id: s.findChild(Chip, "card_news") for s in shown if s.isVisible()}
                chips["person"] = agent.lookup.page.header.findChild(Chip, "person_news")
                return {of: chip.text() for of, chip in chips.items() if chip and chip.isVisible()}

            await agent.open("Nora Novum")
            assert news() == {}
            api.post(f"/v1/issuing/cards/{other}", status="inactive")
            api.post(f"/v1/issuing/cardholders/{nora}", phone_number="+4930111333")
            third = api.card(nora)["id"]
            agent.press("F5")
            await until(
                lambda: (
                    news() == {"person": "changed: phone", other: "changed: state", third: "new"}
                )
            )
            marks = agent.lookup.page._news.marks
            marks.clear()
            marks.over.emit()  # as when their time is over
            assert news() == {}
            agent.lookup.focus.set_card(card)
            await agent.click("card_freeze")
            await until(lambda: "confirmed by Stripe" in agent.words())
            assert agent.card(card)["status"] == "inactive"
            assert news() == {}  # what was done here is no news

    loop.run(scenario(), 60)
