"""The Cards tab, worked like an agent works it, on a real practice Stripe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from supportdesk.practice.process import Ready
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.field import Field
from tests.support.detour import Ask, Detour
from tests.support.faulty import HANG_UP
from tests.support.practice_api import ADDRESS, HELPERS, Api
from tests.ui.conftest import Loop, until
from tests.ui.on_the_phone import Agent, at_work, person


async def at_card(agent: Agent, person: str, card: str) -> None:
    """Show a card in the Cards tab, as Stripe has it now."""
    agent.window.focus.set_person(person)
    agent.press("F2")
    await until(lambda: card in [row.key for row in agent.cards.list.rows()])
    agent.window.focus.set_card(card)
    last4 = agent.card(card)["last4"]
    await until(lambda: agent.cards.detail.isVisible() and agent.cards.detail.isEnabled())
    await until(lambda: f"•••• {last4}" in agent.words())
    await until(lambda: steps(agent))


def steps(agent: Agent) -> set[str]:
    """Names of the steps that can be taken with the card shown."""
    names = ("freeze", "unfreeze", "lost", "replace")
    found = {name: agent.see(f"detail_{name}", QPushButton) for name in names}
    return {name for name, button in found.items() if button is not None and button.isEnabled()}


def choose(agent: Agent, name: str, value: str) -> None:
    row = agent.see(name, Segmented)
    assert row is not None
    button = next(b for b in row.findChildren(QPushButton) if b.property("value") == value)
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def open_to(agent: Agent, name: str) -> list[str]:
    """Values of a row of choices that can be chosen."""
    row = agent.see(name, Segmented)
    assert row is not None
    return [str(b.property("value")) for b in row.findChildren(QPushButton) if b.isEnabled()]


def test_steps_are_offered_only_where_the_rules_allow_them(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Rule Book")
    late = person(api, "Past Due")
    active = api.card(who)["id"]
    off = api.card(who, status="inactive")["id"]
    lost = api.card(who)["id"]
    api.post(f"/v1/issuing/cards/{lost}", status="canceled", cancellation_reason="lost")
    replaced = api.physical(cardholder=who, status="active")["id"]
    params = {"replacement_for": replaced, "replacement_reason": "damaged"}
    api.physical(cardholder=who, **params)
    waits = api.card(late, status="inactive")["id"]
    api.post(f"/_practice/cardholders/{late}", past_due=["individual.dob.day"])
    wanted = {
        active: {"freeze", "lost", "replace"},
        off: {"unfreeze", "lost", "replace"},
        lost: {"lost"},
        replaced: {"freeze", "lost"},
    }

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            QAbstractItemModelTester(agent.cards.list.model(), agent.window)
            for card, allowed in wanted.items():
                await at_card(agent, who, card)
                await until(lambda allowed=allowed: steps(agent) == allowed)  # type: ignore[misc]
            await until(lambda: "has been replaced already" in agent.words())
            await at_card(agent, late, waits)
            await until(lambda: steps(agent) == {"lost", "replace"})
            await until(lambda: "Stripe first needs information" in agent.words())

    loop.run(scenario(), 60)


@pytest.mark.parametrize("reason", ["damaged", "expired"])
def test_one_card_is_ordered_however_often_it_is_clicked(
    loop: Loop, tmp_path: Path, api: Api, reason: str
) -> None:
    who = person(api, f"Twice {reason.title()}")
    card = api.physical(cardholder=who, status="active")["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await at_card(agent, who, card)
            agent.press("R")
            await agent.usable("replace_confirm")
            assert agent.card(card)["status"] == "active"
            choose(agent, "replace_reason", reason)
            confirm = await agent.usable("replace_confirm")
            for _ in range(2):
                QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
            agent.press("Ctrl+Return")
            await until(lambda: agent.window.focus.card not in ("", card))
            (new,) = [one for one in agent.cards_of(who) if one["id"] != card]
            assert (new["replacement_reason"], new["type"]) == (reason, "physical")
            assert agent.window.focus.card == new["id"]
            assert agent.card(card)["status"] == "active"
            await until(lambda: "is replaced: the new card" in agent.words())
            await until(lambda: f"Replaces •••• {agent.card(card)['last4']}" in agent.words())
            await until(lambda: "ordered a replacement · confirmed by Stripe" in agent.words())
            await until(lambda: "waiting for production" in agent.words())
            at = f"{HELPERS}/cards/{new['id']}/shipping"
            api.post(f"{at}/submit")
            for step, said in (("ship", "on its way"), ("deliver", "delivered")):
                api.post(f"{at}/{step}")
                agent.press("F5")
                await until(lambda said=said: said in agent.words())  # type: ignore[misc]

    loop.run(scenario(), 60)


def test_an_address_is_checked_beside_its_fields_and_stays(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who = person(api, "Neu Heim")
    card = api.physical(cardholder=who, status="active")["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await at_card(agent, who, card)
            agent.press("R")
            await agent.usable("replace_confirm")
            choose(agent, "replace_where", "other")
            street = agent.see("address_line1", QLineEdit)
            town = agent.see("address_city", QLineEdit)
            assert street is not None
            assert town is not None
            street.clear()
            QTest.keyClicks(street, "Neue Gasse 7")
            town.clear()
            await agent.click("replace_confirm")
            wrong = agent.cards.form.findChildren(Field)
            said = {f.editor.objectName(): f.error() for f in wrong if f.error()}
            assert said == {"address_city": "Needed to send a card."}
            assert street.text() == "Neue Gasse 7"
            assert len(agent.cards_of(who)) == 1
            QTest.keyClicks(town, "Ulm")
            # Another desk cancels the card meanwhile: what was typed stays with the refusal.
            api.post(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason="lost")
            await agent.click("replace_confirm")
            await until(agent.cards.problem.isVisible)
            assert "Only a card that still lives keeps its number." in agent.cards.problem.text()
            assert (street.text(), town.text()) == ("Neue Gasse 7", "Ulm")

    loop.run(scenario(), 60)


def test_a_refusal_is_said_in_stripes_words_and_the_truth_is_read(
    loop: Loop, tmp_path: Path, api: Api
) -> None:
    who, late = person(api, "Zu Spaet"), person(api, "Be Late")
    card = api.card(who)["id"]
    off = api.card(late, status="inactive")["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await at_card(agent, who, card)
            api.post(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason="lost")
            agent.press("F")
            await until(agent.cards.problem.isVisible)
            refusal = api.refused(f"/v1/issuing/cards/{card}", status="inactive")["message"]
            assert refusal in agent.cards.problem.text()
            assert "req_" in agent.cards.problem.text()
            await until(lambda: "cancelled, lost" in agent.words())
            await until(lambda: "freeze" not in steps(agent))
            await until(lambda: any("req_" in tip for tip in agent.history()))
            await until(lambda: "froze the card · refused by Stripe" in agent.words())
            await at_card(agent, late, off)
            api.post(f"/_practice/cardholders/{late}", past_due=["individual.dob.day"])
            agent.press("F")
            await agent.say_why()
            await until(agent.cards.problem.isVisible)
            refusal = api.refused(f"/v1/issuing/cards/{off}", status="active")["message"]
            assert refusal in agent.cards.problem.text()
            await until(lambda: "Stripe first needs information" in agent.words())
            assert agent.card(off)["status"] == "inactive"

    loop.run(scenario(), 60)


def test_without_an_answer_nothing_is_claimed(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Un Sure")
    card = api.card(who)["id"]

    def swallow(method: str, path: str, ask: Ask) -> bytes | None:
        if method != "POST":
            return None
        ask()  # Stripe does it; the answer is lost on the way
        return HANG_UP

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            await at_card(agent, who, card)
            detour.twist = swallow
            agent.press("F")
            await until(agent.cards.problem.isVisible, 40)
            assert agent.card(card)["status"] == "inactive"
            assert "confirmed by Stripe" not in agent.cards.problem.text()
            # Stripe answers again, so it is asked what became of it, and its event tells.
            await until(lambda: "froze the card · confirmed by Stripe" in agent.words())
            await until(lambda: "Frozen by" in agent.words())
            await until(lambda: "0 pending · 0 unknown" in agent.window.foot.words())

    with Detour(empty) as detour:
        loop.run(scenario(detour), 80)


def test_an_answer_about_the_person_before_says_so(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    before, now = person(api, "Ge Wesen"), person(api, "Ge Rade")
    card, other = api.physical(cardholder=before, status="active")["id"], api.card(now)["id"]

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            await at_card(agent, before, card)
            agent.press("R")
            await agent.usable("replace_confirm")
            posted: list[str] = []
            let_go = agent.window.focus

            def change_person(method: str, path: str, ask: Ask) -> bytes | None:
                if method == "POST":
                    posted.append(path)
                    detour.wait(lambda: let_go.person == now)
                return None

            detour.twist = change_person
            await agent.click("replace_confirm")
            await until(lambda: posted)
            assert not agent.cards.form._do.isEnabled()
            agent.window.focus.set_person(now)
            await until(lambda: "is replaced: the new card" in agent.words())
            await until(lambda: "of another person is replaced" in agent.words())
            await until(lambda: agent.window.focus.card == other)
            assert len(agent.cards_of(before)) == 2

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


def test_of_a_person_without_an_address_one_is_asked(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Ohne Strasse")
    card = api.physical(cardholder=who, status="active")["id"]

    def no_street(method: str, path: str, ask: Ask) -> bytes | None:
        if f"/cardholders/{who}" not in path:
            return None
        import json

        from tests.support.faulty import answer

        content = json.loads(ask()[1])
        content["billing"] = {"address": {**ADDRESS, "line1": ""}}
        return answer(200, content)

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            detour.twist = no_street
            await at_card(agent, who, card)
            agent.press("F5")
            await agent.window.desk.lookup.refresh(who)
            agent.press("R")
            await agent.usable("replace_confirm")
            assert open_to(agent, "replace_where") == ["other"]
            street = agent.see("address_line1", QLineEdit)
            assert street is not None
            assert street.text() == ""

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


def test_who_froze_a_card_is_said_where_stripe_cannot(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Wer Wars")
    card, never = api.card(who)["id"], api.card(who, status="inactive")["id"]

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            desk = agent.window.desk
            desk.save_settings(replace(desk.settings, agent="A. Probe"))
            await at_card(agent, who, card)
            agent.press("F")
            await agent.usable("detail_unfreeze")
            await until(lambda: "Frozen by A. Probe" in agent.words())
            await until(lambda: "no reason written" in agent.words())
            await agent.say_why("2")
            await until(lambda: ": suspicious login" in agent.words_of("detail_off"))
            agent.press("F")
            await agent.usable("why_confirm")
            agent.press("Ctrl+Return")  # without a reason nothing is sent
            await until(lambda: "Choose a reason or write a few words." in agent.words())
            agent.press("Esc")
            await until(lambda: agent.see("why_confirm", QPushButton) is None)
            assert agent.card(card)["status"] == "inactive"
            agent.press("F")
            await agent.say_why("3")
            await agent.usable("detail_freeze")
            assert agent.card(card)["status"] == "active"
            await until(lambda: "suspicion cleared" in agent.words())
            await at_card(agent, who, never)
            await until(lambda: "frozen or never activated" in agent.words())

    loop.run(scenario(), 60)
