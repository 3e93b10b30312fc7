"""The Lookup tab, worked like an agent works it, on a real practice Stripe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QWidget

from supportdesk.practice.process import Ready
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.widgets.states import EmptyState
from tests.conftest import StartPractice
from tests.support.detour import Ask, Detour
from tests.support.faulty import HANG_UP, answer, half, listing
from tests.support.practice_api import Api, Json
from tests.ui.conftest import Loop, until
from tests.ui.on_the_phone import Agent, at_work, click_row

LIST = "/v1/issuing/cardholders"


@pytest.fixture(scope="module")
def empty(start_practice: StartPractice) -> Ready:
    """A practice Stripe on which each test puts its own people."""
    return start_practice("--cardholders", "0")


@pytest.fixture(scope="module")
def api(empty: Ready) -> Iterator[Api]:
    """That Stripe, asked beside the desk."""
    made = Api(empty)
    yield made
    made.http.close()


def person(api: Api, name: str, **params: Any) -> str:
    first, _, last = name.partition(" ")
    who = {"first_name": first, "last_name": last}
    made: str = api.cardholder(name=name, individual=who, **params)["id"]
    return made


def nothing_new(method: str, path: str, ask: Ask) -> bytes | None:
    """Lists of everything are empty; what is asked for by a property is answered."""
    everything = path.startswith(LIST + "?") and "email" not in path and "phone" not in path
    return listing() if everything else None


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
            agent.press("Return")
            await until(lambda: agent.name() == "Odo Brandt")

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
                agent.type(typed)
                await until(lambda: "Nobody matches" in nobody(agent))
                await agent.click("lookup_ask_stripe")
                await agent.finds(wanted)
                agent.press("Return")
                await agent.meets(wanted)
            assert {mail, phone, last4, by_id} <= {
                row["id"] for row in api.get(LIST, limit=100)["data"]
            }
            agent.type("nobody@mailbox.example")
            await until(lambda: "Nobody matches" in nobody(agent))
            await agent.click("lookup_ask_stripe")
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
            await until(lambda: "Nobody matches" in nobody(agent))
            await agent.click("lookup_ask_stripe")
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
            agent.type("soren ozt")
            await until(lambda: agent.found() == ["Sören Öztürk"])

    loop.run(scenario(), 60)


def test_one_key_each_on_the_card_in_focus(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Kaja Tast")
    older, newer = api.card(who)["id"], api.card(who)["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await agent.open("Kaja Tast")
            order = agent.summaries()
            assert sorted(order) == sorted((older, newer))
            assert agent.marked() == order[:1]
            other, chosen = order
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
            assert "Frozen today" in agent.words()
            agent.press("F")
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
            agent.press("L")
            await until(lambda: agent.words_of("replace_state").startswith("Frozen at"))
            assert agent.card(chosen)["status"] == "inactive"
            for key, tab in (("C", "complaints"), ("D", "disputes")):
                agent.press("F1")
                agent.press(key)
                front = agent.window.current_tab()
                assert front is not None
                assert front.name == tab

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
            await agent.usable("detail_freeze")
            agent.press("F5")
            await agent.usable("detail_unfreeze")
            assert agent.window.focus.card == shown
            agent.press("F")
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
        async with at_work(tmp_path, api) as agent:
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
            assert "frozen or had never been activated" in rows.rows()[0].note
            assert "Say:" in rows.rows()[0].note
            chooser.setCurrentIndex(chooser.findData("pending"))
            assert rows.rows() == ()
            assert "Choose All to see everything." in agent.words()
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


KEPT = {
    "issuing.cardholder": ("name",),
    "issuing.card": ("cardholder", "last4"),
    "issuing.authorization": ("card", "cardholder", "amount", "currency", "created"),
}
ADDED = {
    "issuing.cardholder": {"status": "asleep"},
    "issuing.card": {"status": "paused", "type": "ring"},
    "issuing.authorization": {"status": "floating"},
}


def strange(content: Json) -> Json:
    """An object as a newer Stripe might tell it: unknown words, missing parts."""
    kind = str(content.get("object"))
    if kind == "list":
        return {**content, "data": [strange(item) for item in content["data"]]}
    if kind not in KEPT:
        return content
    return {name: content[name] for name in ("id", "object", *KEPT[kind])} | ADDED[kind]


def _strange(method: str, path: str, ask: Ask) -> bytes | None:
    status, body = ask()
    return answer(status, strange(json.loads(body)))


def test_words_stripe_added_since_are_shown_as_they_are(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Neo Wort")
    card = api.card(who)["id"]
    api.buy(card, 900)

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            detour.twist = _strange
            await agent.open("Neo Wort")
            await until(lambda: "paused" in agent.words())
            assert "asleep" in agent.words()
            rows = agent.see("activity_list", RowList)
            assert rows is not None
            await until(lambda: [r.title for r in rows.rows()] == ["Shop without a name"])
            agent.press("F2")
            await until(lambda: "ring" in agent.words())
            detour.twist = lambda *_: None
            agent.press("F")  # what it is called does not matter: off is off
            await agent.usable("detail_unfreeze")
            assert agent.card(card)["status"] == "inactive"

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


BAD_DAYS = {
    "html": lambda *_: answer(200, b"<html><b>Gateway</b></html>"),
    "half": lambda _method, _path, ask: half(answer(*_json(ask))),
    "nothing": lambda *_: HANG_UP,
    "not Stripe's": lambda *_: answer(200, {"hello": ["world"]}),
}


def _json(ask: Ask) -> tuple[int, Any]:
    status, body = ask()
    return status, json.loads(body)


def test_on_a_bad_day_the_mirror_stays_readable(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    names = {f"Bad Day {kind.title()}".replace("'", ""): kind for kind in BAD_DAYS}
    for name in names:
        api.card(person(api, name))

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            for name, kind in names.items():
                detour.twist = BAD_DAYS[kind]
                agent.type(name)
                await agent.finds(name)
                agent.press("Return")
                await until(agent.lookup.problem.isVisible, 30)
                assert agent.name() == name
                assert len(agent.marked()) == 1
                assert "asking Stripe" not in agent.age()
                detour.twist = lambda *_: None
                agent.press("F5")
                await until(lambda: "asking Stripe" in agent.age())
                await until(lambda: "Stripe, " in agent.age())

    with Detour(empty) as detour:
        loop.run(scenario(detour), 100)


def test_of_someone_nobody_knows_nothing_of_the_person_before_is_shown(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    card = api.card(person(api, "Vera Vor"))["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await agent.open("Vera Vor")
            agent.window.focus.set_person("ich_1GoneGoneGoneGone")
            agent.press("F")  # at once: the page still shows the person before
            await until(lambda: "Nothing is known of this person yet" in agent.words())
            assert agent.lookup.problem.isVisible()
            assert agent.name() == ""
            agent.press("F2")
            await until(lambda: "The mirror does not know" in agent.words())
            agent.press("F")
            assert agent.card(card)["status"] == "active"

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
