"""What the Lookup tab shows is fresh: what changed is marked, what comes late is waited for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from supportdesk.practice.process import Ready
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.widgets.states import EmptyState
from tests.support.detour import Ask, Detour
from tests.support.practice_api import Api
from tests.ui.conftest import Loop, opened_window, until
from tests.ui.on_the_phone import Agent, at_work, person

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

    draft, filed = disputed(1_100, "not mine"), disputed(2_200, "winning_evidence")
    api.post(f"/v1/issuing/disputes/{filed}/submit")

    async def scenario() -> None:
        async with at_work(tmp_path, api) as agent:
            await agent.open("Dora Streit")
            await until(lambda: sorted(matters(agent)) == [
                ("draft", "fraudulent"), ("submitted", "fraudulent")
            ])  # fmt: skip
            api.post(f"/v1/issuing/disputes/{draft}/submit")
            api.advance(120)  # the other is decided
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
