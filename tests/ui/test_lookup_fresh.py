"""What the Lookup tab shows is fresh: what changed is marked, what comes late is waited for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QLabel

from supportdesk.practice.process import Ready
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.widgets.states import EmptyState
from tests.support.detour import Ask, Detour
from tests.support.practice_api import Api
from tests.ui.conftest import Loop, opened_window, until
from tests.ui.on_the_phone import Agent, at_work, person
from tests.ui.test_card_pages import typed
from tests.ui.test_cards_tab import choose

LISTS = "/v1/issuing/cardholders?"


def matters(agent: Agent) -> list[tuple[str, str]]:
    """Chip and second line of each open matter."""
    rows = agent.see("person_matters", RowList)
    return [(row.chip, row.subtitle) for row in rows.rows()] if rows is not None else []


def test_disputes_that_moved_on_are_marked(loop: Loop, tmp_path: Path, api: Api) -> None:
    who = person(api, "Dora Streit")
    card = api.card(who)["id"]

    def disputed(amount: int, words: str) -> str:
        bought = api.purchase(card, amount)["id"]
        evidence = {"reason": "fraudulent", "fraudulent": {"explanation": words}}
        made: str = api.post("/v1/issuing/disputes", transaction=bought, evidence=evidence)["id"]
        return made

    draft, good = disputed(1_100, "not mine"), disputed(2_200, "winning_evidence")

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await agent.open("Dora Streit")
            await until(lambda: matters(agent) == [("draft", "fraudulent")] * 2)
            for one in (draft, good):
                api.post(f"/v1/issuing/disputes/{one}/submit")
            api.advance(120)  # the good one is decided
            disputed(3_300, "nor this")
            agent.press("F5")
            await until(lambda: sorted(matters(agent)) == [
                ("draft", "new · fraudulent"),
                ("submitted", "now submitted · fraudulent"),
                ("won", "now won · fraudulent"),
            ])  # fmt: skip
            marks = agent.lookup.page._news.marks
            marks.clear()
            marks.over.emit()  # as when their time is over
            assert sorted(matters(agent)) == [("draft", "fraudulent"), ("submitted", "fraudulent")]

    loop.run(scenario(), 60)


def test_enter_waits_for_whom_the_mirror_has_not_read_yet(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    late = person(api, "Nele Spaeter")
    held = [True]

    async def scenario(detour: Detour) -> None:
        def hold(method: str, path: str, ask: Ask) -> bytes | None:
            if path.startswith(LISTS) and "limit=1&" not in path + "&":
                detour.wait(lambda: not held[0])
            return None

        detour.twist = hold
        async with opened_window(tmp_path, detour.ready) as opened:
            opened.desk.save_settings(replace(opened.desk.settings, verification="off"))
            agent = Agent(opened.window, api)

            def said() -> str:
                shown = agent.see("lookup_none", EmptyState)
                return shown.text() if shown is not None else ""

            agent.type("Nele Spaeter")
            await until(lambda: "still being filled" in said())
            agent.press("Return")
            await until(lambda: "They open as soon as" in said())
            held[0] = False
            await agent.meets("Nele Spaeter")
            assert agent.window.focus.person == late
            await opened.read()
            agent.type("Niemand Da")
            await until(lambda: "Nobody matches" in said())
            agent.press("Return")
            assert "still being filled" not in said()

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


async def refused(agent: Agent) -> None:
    """Wait until the tab in front says that nothing was sent, and put that away."""
    tab = agent.window.current_tab()
    assert tab is not None
    await until(tab.problem.isVisible)
    assert "Stripe cannot be reached." in tab.problem.text()
    assert "nothing was sent, and nothing waits to be sent" in tab.problem.text()
    tab.clear_problem()


async def try_everything(agent: Agent, frozen: str) -> None:
    """Try to change the card in focus, then the frozen one; each try is refused."""
    agent.press("F")
    await refused(agent)
    agent.press("R")
    await agent.usable("replace_confirm")
    agent.press("Ctrl+Return")
    await refused(agent)
    agent.press("Escape")
    await until(lambda: "froze the card · not sent, not done" in agent.words())
    await agent.click("detail_limits")
    await typed(agent, "limit_amount", "3500")
    choose(agent, "why_picks", "travel")
    await agent.click("limits_confirm")
    await refused(agent)
    agent.press("F1")
    agent.window.focus.set_card(frozen)
    await agent.usable("card_unfreeze")
    agent.press("F")
    await agent.say_why(asked="Why")
    await refused(agent)


def test_without_stripe_all_can_be_read_and_nothing_is_sent_or_queued(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who, other = person(api, "Anna Aus"), person(api, "Nie Geoeffnet")
    limit = {"amount": 200_000, "interval": "monthly"}
    card = api.card(who, spending_controls={"spending_limits": [limit]})["id"]
    frozen = api.card(who, status="inactive")["id"]
    api.purchase(card, 1_234)
    their_card = api.card(other)["id"]

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            await agent.open("Anna Aus")
            agent.window.focus.set_card(card)
            await agent.usable("card_freeze")
            at_stripe = api.get("/v1/issuing/cards", cardholder=who)["data"]
            detour.cut()
            await try_everything(agent, frozen)
            agent.type("Nie Geoeffnet")
            await agent.finds("Nie Geoeffnet")
            agent.press("Return")
            await agent.meets("Nie Geoeffnet")
            problem = agent.lookup.problem
            await until(problem.isVisible)
            assert agent.age().startswith("· mirror, from a list")
            assert agent.summaries() == [their_card]
            assert "None have been read from Stripe" in agent.words()
            await until(lambda: "Stripe not reachable" in agent.window.foot.words())
            assert await agent.window.desk.actions.open_count() == (0, 0, 0)
            detour.mend()
            await until(lambda: "Stripe can be reached again." in problem.text())
            await until(lambda: agent.age().startswith("· Stripe,"))
            assert "Stripe reachable" in agent.window.foot.words()
            assert api.get("/v1/issuing/cards", cardholder=who)["data"] == at_stripe
            assert not [path for method, path in detour.asked if method == "POST"]

    with Detour(empty) as detour:
        loop.run(scenario(detour), 100)


def test_the_figure_of_requests_is_what_stripe_was_asked(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Zara Zahl", email="zara@zahl.example")
    api.purchase(api.card(who)["id"], 700)

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            desk = agent.window.desk

            def asked() -> int:
                # Before the desk is open a key is tried out, by questions for one object.
                paths = (f"{path}&" for method, path in detour.asked if method == "GET")
                return sum("limit=1&" not in one and one != "/v1/account&" for one in paths)

            first = asked()
            await agent.open("Zara Zahl")
            opened = asked()
            agent.press("F5")
            await until(lambda: asked() >= opened + 5)
            agent.type("nobody@zahl.example")
            await until(lambda: "Stripe knows nobody like that" in agent.words())
            agent.window.focus.set_card(agent.cards_of(who)[0]["id"])
            await agent.click("card_freeze")  # sends one change and reads the card again
            await until(lambda: "confirmed by Stripe" in agent.words())
            await until(lambda: asked() == desk.sync.reads().today)
            assert asked() > first + 10
            shown = agent.see("status_stripe", QLabel)
            assert shown is not None

            def told() -> bool:  # more may be read meanwhile
                said = f"Read from Stripe today: {desk.sync.reads().today} requests."
                return shown.toolTip().startswith(said)

            await until(told)

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)
