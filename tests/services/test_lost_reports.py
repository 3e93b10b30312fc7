"""A lost card: off at once, each card ordered once, everything kept, over real HTTP."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from supportdesk.config import Settings
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.lost import Kind, Outcome, Report, claim
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.paths import resources
from supportdesk.services.disputes import Disputes
from supportdesk.services.lost_reports import LostReports
from supportdesk.services.lost_texts import read_texts
from supportdesk.services.settle import Settle
from supportdesk.services.wallets import Target, Wallets
from tests.services.bench import Bench, bench
from tests.support.guards import AllowAll
from tests.support.lossy import Fate, lossy
from tests.support.practice_api import ADDRESS, Api, Json

YEAR = 366 * 86_400.0  # seconds
SHIPPING = {"address": ADDRESS, "name": "Jenny Rosen"}


@pytest.fixture(scope="module")
def api(api: Api) -> Api:
    """With money on the programme's balance."""
    api.post("/_practice/balance", currency="eur", amount=10_000_000)
    return api


@dataclass
class Place:
    """A desk with its reports."""

    desk: Bench
    lost: LostReports
    disputes: Disputes
    wallets: Wallets
    now: Callable[[], float] = time.time

    async def read(self, card: str) -> None:
        """Bring the card's owner into the mirror."""
        owner = (await self.desk.gateway.card(card)).cardholder_id
        await self.desk.lookup.refresh(owner)


@asynccontextmanager
async def place(folder: Path, api: Api, url: str = "") -> AsyncIterator[Place]:
    async with bench(folder, url or api.ready.url, api.ready.key, deadline=2.0) as desk:
        common: dict[str, Any] = {"account": "acct_1", "locale": lambda: "en_GB"}
        common |= {"guard": AllowAll()}
        book = desk.casebook
        disputes = Disputes(
            desk.gateway,
            desk.mirror,
            book,
            desk.actions,
            desk.changes,
            rules=load(resources() / "disputes"),
            account="acct_1",
            settings=lambda: Settings(agent="M. Keller"),
            locale=lambda: "en_GB",
            guard=AllowAll(),
        )
        lost = LostReports(
            book.lost,
            book.journal,
            desk.gateway,
            desk.mirror,
            desk.actions,
            desk.changes,
            desk.cards,
            disputes,
            texts=read_texts(resources() / "lost")[0],
            programme=lambda: "Acme Spend",
            agent=lambda: "M. Keller",
            clock=lambda: made.now(),
            **common,
        )
        wallets = Wallets(desk.gateway, desk.mirror, desk.actions, desk.changes, guard=AllowAll())
        made = Place(desk, lost, disputes, wallets)
        yield made


def at_stripe(api: Api, card: str) -> Json:
    return api.get(f"/v1/issuing/cards/{card}")


def others(api: Api, card: str) -> list[Json]:
    """The other cards of a card's owner, oldest first."""
    owner = at_stripe(api, card)["cardholder"]["id"]
    found = api.get("/v1/issuing/cards", cardholder=owner, limit=100)["data"]
    return [one for one in reversed(found) if one["id"] != card]


def physical(api: Api) -> str:
    made: str = api.physical(status="active")["id"]
    return made


def wants(report: Report, kind: Kind, outcome: Outcome = "stolen", line: str = "") -> Report:
    return replace(report, outcome=outcome, replacement=kind, second_line=line)


def test_freezing_asks_nothing_and_its_time_is_kept(tmp_path: Path, api: Api) -> None:
    card = physical(api)

    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            at, report = await asyncio.gather(here.lost.freeze(card), here.lost.begin(card))
            assert at_stripe(api, card)["status"] == "inactive"
            assert report.number.startswith("LS-") and report.number.endswith("-0001")  # noqa: PT018
            assert (await here.lost.begin(card)).id == report.id
            standing = await here.lost.standing(report)
            assert standing.off_at is not None and standing.off_at <= at  # noqa: PT018
            # Off already: it is read again, and not changed.
            before = len(api.events(card))
            assert await here.lost.freeze(card) >= at
            assert len(api.events(card)) == before
            # Another desk switched it on; the mirror does not know.
            api.post(f"/v1/issuing/cards/{card}", status="active")
            await here.lost.freeze(card)
            assert at_stripe(api, card)["status"] == "inactive"

    asyncio.run(scenario())


def test_without_an_answer_no_card_is_called_frozen(tmp_path: Path, api: Api) -> None:
    card = physical(api)

    async def scenario() -> None:
        async with (
            lossy(
                api.ready.url, lambda line: "lose request" if line.startswith("POST") else "pass"
            ) as url,
            place(tmp_path, api, url) as here,
        ):
            await here.read(card)
            with pytest.raises(OutcomeUnknown):
                await here.lost.freeze(card)
            report = await here.lost.begin(card)
            standing = await here.lost.standing(report)
            assert (standing.off_at, standing.unsure) == (None, True)

    asyncio.run(scenario())


@pytest.mark.parametrize(("kind", "types"), [
    ("physical", ["physical"]), ("virtual", ["virtual"]), ("both", ["physical", "virtual"]),
    ("none", []),
])  # fmt: skip
def test_the_cards_that_are_wanted_are_ordered_once(
    tmp_path: Path, api: Api, kind: Kind, types: list[str]
) -> None:
    card = physical(api)

    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            report = wants(await here.lost.begin(card), kind, line="Field team")
            await here.lost.freeze(card)
            done = await here.lost.carry_out(report)
            assert done.problem is None
            old, made = at_stripe(api, card), others(api, card)
            assert (old["status"], old["cancellation_reason"]) == ("canceled", "stolen")
            assert [one["type"] for one in made] == types
            assert [one["replacement_for"] for one in made] == [card, None][: len(types)]
            for one in made:
                # What is virtual can be used now; what is posted is activated when it arrives.
                wanted = "active" if one["type"] == "virtual" else "inactive"
                assert one["status"] == wanted
                line = "Field team" if one["type"] == "physical" else None
                assert one["second_line"] == line
            standing = await here.lost.standing(report)
            assert standing.cancelled
            assert standing.replacement == (made[0]["id"] if made else "")
            assert standing.beside == (made[1]["id"] if kind == "both" else "")
            if made:
                with pytest.raises(UserFacing, match="replaced already"):
                    await here.lost.carry_out(replace(report, replacement="physical"))
                assert len(others(api, card)) == len(types)

    asyncio.run(scenario())


def test_found_again_is_switched_on_and_ends_the_report(tmp_path: Path, api: Api) -> None:
    card = physical(api)

    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            report = await here.lost.begin(card)
            await here.lost.freeze(card)
            done = await here.lost.carry_out(wants(report, "", outcome="found"))
            assert at_stripe(api, card)["status"] == "active"
            assert not done.report.open
            assert others(api, card) == []
            told = await here.lost.told(done.report)
            said = here.lost.read_back(told, here.lost.words(report, "de"))
            assert "wiedergefunden" in said
            # The next report of the same card is a new one.
            again = await here.lost.begin(card)
            assert again.id != report.id

    asyncio.run(scenario())


async def finish_all(here: Place) -> None:
    """What the next start does: settle, finish what was left in its own call, settle."""
    desk = here.desk
    settle = Settle(
        desk.gateway, desk.mirror, desk.casebook.journal, desk.actions, desk.changes, patience=0.0
    )
    await settle.all()
    for left in await desk.cards.unfinished():
        assert left.entry.call_id == "the call"
        await here.lost.finish(left)
    assert await desk.cards.unfinished() == []
    await settle.all()


@pytest.mark.parametrize("fate", ["lose answer", "lose request"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_left_in_the_middle_it_is_finished_in_the_same_call(
    tmp_path: Path, api: Api, fate: Fate, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is gone from the n-th request on: cancel, create, besides, switch on."""
    card = physical(api)
    requests = itertools.count(1)
    monkeypatch.setattr(AllowAll, "allow", _in_the_call)

    def what(line: str) -> Fate:
        return fate if line.startswith("POST") and next(requests) >= nth else "pass"

    async def first() -> Report:
        async with lossy(api.ready.url, what) as url, place(tmp_path, api, url) as here:
            await here.read(card)
            report = replace(await here.lost.begin(card), where="In the tram")
            if nth == 4:  # everything is ordered then
                done = await here.lost.carry_out(wants(report, "both"))
                assert done.problem is not None
            else:
                with pytest.raises(UserFacing):
                    await here.lost.carry_out(wants(report, "both"))
            return report

    async def second(report: Report) -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            # Everything typed is there.
            kept = await here.lost.begin(card)
            assert (kept.id, kept.where, kept.replacement) == (report.id, "In the tram", "both")
            await finish_all(here)
            made = others(api, card)
            assert [one["type"] for one in made] == ["physical", "virtual"]
            assert made[0]["replacement_for"] == card
            standing = await here.lost.standing(kept)
            found = (standing.replacement, standing.beside, standing.unsure)
            assert found == (made[0]["id"], made[1]["id"], False)
            entries = await here.desk.actions.history(card, 200)
            assert {e.call_id for e in entries} == {"the call"}

    asyncio.run(second(asyncio.run(first())))


async def _in_the_call(_self: object, _action: str, _cardholder: str) -> str:
    return "the call"


def test_settled_claims_become_fraud_drafts_and_pending_ones_are_offered_later(
    tmp_path: Path, api: Api
) -> None:
    card = physical(api)
    settled = api.purchase(card, 24_900, merchant_data={"name": "Gamer's Hub"})
    second = api.purchase(card, 1_900, merchant_data={"name": "Gamer's Hub"})
    waiting = api.buy(card, 3_820, merchant_data={"name": "QuickTaxi"})
    api.buy(card, 480, merchant_data={"name": "Café Linde"})

    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            report = await here.lost.begin(card)
            lines = await here.lost.purchases(report)
            assert {line.state for line in lines} == {"settled", "pending"}
            ticked = [line for line in lines if line.merchant in ("Gamer's Hub", "QuickTaxi")]
            report = replace(report, claimed=tuple(claim(line) for line in ticked))
            await here.lost.carry_out(wants(report, "none"))
            standing = await here.lost.standing(report)
            prepared = await here.lost.drafts.prepare(report, standing)
            assert set(prepared) == {settled["id"], second["id"]}
            intake = await here.disputes.open(settled["id"])
            assert intake is not None
            assert intake.draft.reason == "fraudulent"
            assert report.number in intake.draft.evidence["explanation"]
            assert here.disputes.read(intake, intake.draft).problems == ()
            assert {purchase.id for purchase in intake.together} == set(prepared)
            await here.disputes.keep(intake.draft.typed("explanation", "My own words."))
            await here.lost.drafts.prepare(report, standing)
            again = await here.disputes.open(settled["id"])
            assert again is not None
            assert again.draft.evidence["explanation"] == "My own words."
            assert await here.lost.drafts.pending(report) == [waiting["id"]]
            await here.lost.close(report)
            assert await here.lost.settled() == []
            late = api.capture(waiting["id"])
            await here.read(card)
            (offered,) = await here.lost.settled(report.cardholder_id)
            assert offered.captures == (late["id"],)
            assert await here.lost.settled("ich_other") == []
            await here.lost.drafts.pass_over(offered)
            assert await here.lost.settled() == []

    asyncio.run(scenario())


def test_card_numbers_are_masked_and_a_closed_report_stays(tmp_path: Path, api: Api) -> None:
    card = physical(api)

    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            report = await here.lost.begin(card)
            await here.lost.keep(replace(report, where="card 4242 4242 4242 4242 in Ulm"))
            kept = await here.lost.get(report.id)
            assert kept is not None
            assert "4242 4242 4242 4242" not in kept.where
            assert kept.where.endswith("in Ulm")
            closed = await here.lost.close(kept)
            await here.lost.keep(replace(kept, where="later"))
            assert await here.lost.get(report.id) == closed
            sealed = await here.desk.actions.history(card, 10)
            assert [e.action for e in sealed] == ["report.closed", "report.lost"]
            assert len(str(sealed[0].params["sha256"])) == 64

    asyncio.run(scenario())


def test_wallets_are_read_suspended_and_deleted(tmp_path: Path, api: Api) -> None:
    card = physical(api)
    token = api.post("/_practice/tokens", card=card)["id"]

    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            await here.read(card)
            report = await here.lost.begin(card)
            (known,) = await here.wallets.read(card)
            targets: tuple[Target, ...] = ("suspended", "active", "deleted")
            for to in targets:
                known = await here.wallets.change(known, to)
                assert known.status == to
                assert api.get(f"/v1/issuing/tokens/{token}")["status"] == to
            with pytest.raises(UserFacing):
                await here.wallets.change(known, "active")
            done = [e.action for e in await here.desk.actions.history(token)][::-1]
            assert done == ["token.suspend", "token.resume", "token.delete", "token.resume"]
            assert (await here.lost.standing(report)).wallets == 1

    asyncio.run(scenario())


def test_a_report_is_kept_while_its_proof_can_be_asked_for_and_then_erased(
    tmp_path: Path, api: Api
) -> None:
    async def scenario() -> None:
        async with place(tmp_path, api) as here:
            card = physical(api)
            await here.read(card)
            report = await here.lost.begin(card)
            here.now = lambda: time.time() + 2 * YEAR
            with pytest.raises(UserFacing) as caught:
                await here.lost.erase(report)
            assert "is not finished" in caught.value.detail
            here.now = time.time
            report = await here.lost.close(replace(report, where="at the Zoo"))
            with pytest.raises(UserFacing) as caught:
                await here.lost.erase(report)
            assert caught.value.code == "report_kept"
            assert "can be asked for until" in caught.value.detail
            here.now = lambda: time.time() + 2 * YEAR
            await here.lost.erase(report)
            assert await here.lost.get(report.id) is None
            last = (await here.desk.actions.history(card, 1))[0]
            assert (last.action, last.state) == ("report.erased", "confirmed")
            assert (await here.desk.casebook.chain.verify()).breaks == ()

    asyncio.run(scenario())
