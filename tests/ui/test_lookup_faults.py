"""The Lookup tab while Stripe answers strangely, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from supportdesk.practice.process import Ready
from supportdesk.ui.widgets.row_list import RowList
from tests.support.detour import Ask, Detour
from tests.support.faulty import HANG_UP, answer, half
from tests.support.practice_api import Api, Json
from tests.ui.conftest import Loop, until
from tests.ui.on_the_phone import at_work, person

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
                await until(lambda name=name: agent.name() == name)  # type: ignore[misc]
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


def test_no_reason_is_asked_over_the_questions_to_the_caller(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Spaet Antwort")
    card = api.card(who)["id"]

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            desk = agent.lookup.desk
            desk.save_settings(replace(desk.settings, verification="on"))
            await agent.open("Spaet Antwort")
            asked: list[bool] = []

            def late(method: str, path: str, ask: Ask) -> bytes | None:
                if method == "POST":
                    detour.wait(lambda: bool(asked))
                return None

            detour.twist = late
            await agent.click("card_freeze")
            await agent.click("caller_verify")
            await agent.usable("verify_form")
            asked.append(True)
            await until(lambda: "frozen, confirmed by Stripe" in agent.words())
            assert agent.card(card)["status"] == "inactive"
            assert agent.see("verify_form", QWidget) is not None
            assert agent.see("why_bar", QWidget) is None

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)
