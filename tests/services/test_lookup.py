from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from supportdesk.domain.records import Cardholder
from supportdesk.domain.typed import exact
from supportdesk.errors import UserFacing
from supportdesk.practice.process import Ready
from tests.services.bench import Bench, Play, bench, player
from tests.support.practice_api import Api


@pytest.fixture(scope="module")
def api(api: Api) -> Api:
    """With money on the programme's balance."""
    api.post("/_practice/balance", currency="eur", amount=10_000_000)
    return api


@pytest.fixture(scope="module")
def lena(api: Api) -> dict[str, str]:
    """A cardholder with two cards, a wallet, a purchase, a decline and a dispute."""
    holder = api.cardholder(
        name="Lena Hoffmann",
        email="lena@hoffmann.example",
        phone_number="+49301234567",
        individual={"first_name": "Lena", "last_name": "Hoffmann"},
    )["id"]
    old = api.card(holder)
    api.post(f"/v1/issuing/cards/{old['id']}", status="canceled")
    card = api.card(holder)
    token = api.post("/_practice/tokens", card=card["id"])
    bought = api.purchase(card["id"], 2599)
    api.buy(card["id"], 99_000_000)
    disputed = api.purchase(card["id"], 5000)
    dispute = api.post("/v1/issuing/disputes", transaction=disputed["id"])
    return {
        "id": holder,
        "card": card["id"],
        "last4": card["last4"],
        "old": old["id"],
        "transaction": bought["id"],
        "authorization": bought["authorization"],
        "dispute": dispute["id"],
        "token": token["id"],
    }


@pytest.fixture
def play(tmp_path: Path, recorded: Ready) -> Play:
    return player(tmp_path, recorded)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" lena@hoffmann.example ", "email"),
        ("+49 30 1234567", "phone"),
        ("0049 (30) 12-34-567", "phone"),
        ("4242", "last4"),
        ("ich_1Pgag4B7WZ01zgkWdPVf", "id"),
        ("iauth_1Pgag4B7WZ01zgkW", "id"),
        ("", None),
        ("lena", None),
        ("lena@", None),
        ("12", None),
        ("cus_1Pgag4B7WZ01zgkW", None),
        ("x" * 1_000_000, None),
        ("( ) - . / ( )", None),
        ("4242 4242 4242 4242", None),  # a card number is never sent, not even as a phone number
        ("4242424242424242", None),
        ("00491511234560", "phone"),
        ("1234 5678 9012 3456", None),  # longer than any phone number
    ],
)
def test_what_stripe_can_find_exactly(text: str, kind: str | None) -> None:
    assert exact(text) == kind


def test_nothing_is_asked_for_what_stripe_cannot_search(play: Play) -> None:
    async def scenario(desk: Bench) -> None:
        assert await desk.lookup.ask_stripe("Lena Hoffmann") == []
        assert await desk.lookup.search("Lena Hoffmann") == []

    play(scenario)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lena@hoffmann.example", "email"),
        ("LENA@hoffmann.example", "email"),
        ("+49 30 123 45 67", "phone"),
        ("0049301234567", "phone"),
        ("030 123 45 67", "phone"),
        ("Lena Hoffmann <lena@hoffmann.example>", "email"),
        ("tel:+49-30-1234567;ext=12", "phone"),
        ("Visa ending in {last4}", "last4"),
        ("https://dashboard.stripe.com/test/issuing/cards/{card}", "id"),
        ("{token}", "id"),
        ("{last4}", "last4"),
        ("{id}", "id"),
        ("{card}", "id"),
        ("{old}", "id"),
        ("{transaction}", "id"),
        ("{authorization}", "id"),
        ("{dispute}", "id"),
    ],
)
def test_stripe_is_asked_for_what_the_mirror_lacks(
    play: Play, lena: dict[str, str], text: str, why: str
) -> None:
    async def scenario(desk: Bench) -> None:
        matches = await desk.lookup.ask_stripe(text.format(**lena))
        (match,) = [match for match in matches if match.cardholder.id == lena["id"]]
        assert (match.cardholder.name, match.why) == ("Lena Hoffmann", why)
        assert lena["id"] in desk.ids("cardholders")
        (found,) = await desk.lookup.search("hoffm")  # from now on the mirror knows
        assert (found.cardholder.id, found.why) == (lena["id"], "name")

    play(scenario)


@pytest.mark.parametrize("text", ["ich_doesnotexist", "ipi_doesnotexist", "no@one.example", "0000"])
def test_what_stripe_does_not_know_finds_nothing(play: Play, text: str) -> None:
    async def scenario(desk: Bench) -> None:
        assert await desk.lookup.ask_stripe(text) == []

    play(scenario)


def test_a_person_is_read_whole(play: Play, lena: dict[str, str]) -> None:
    async def scenario(desk: Bench) -> None:
        assert await desk.lookup.person(lena["id"]) is None
        person = await desk.lookup.refresh(lena["id"])
        assert person.cardholder.record.name == "Lena Hoffmann"
        assert [card.record.id for card in person.cards] == [lena["card"], lena["old"]]
        assert sorted(line.state for line in person.lines) == ["declined", "disputed", "settled"]
        assert [dispute.record.id for dispute in person.disputes] == [lena["dispute"]]
        assert person.disputes[0].record.balance is not None
        assert list(person.tokens) == [lena["card"]]
        assert await desk.lookup.person(lena["id"]) == person
        assert desk.ids("activity") == {lena["id"]}
        (match,) = await desk.lookup.search(lena["last4"])
        assert match.last4s[0] == lena["last4"]

    play(scenario)


def test_open_disputes_of_old_purchases_are_read_and_decided_ones_not_again(
    play: Play, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = api.cardholder()["id"]
    card = api.card(holder)["id"]
    evidence = {"reason": "fraudulent", "fraudulent": {"explanation": "losing_evidence"}}

    def disputed() -> str:
        bought = api.purchase(card)["id"]
        made: str = api.post("/v1/issuing/disputes", transaction=bought, evidence=evidence)["id"]
        return made

    old, decided = disputed(), disputed()
    api.post(f"/v1/issuing/disputes/{decided}/submit")
    api.advance(120)

    async def scenario(desk: Bench) -> None:
        await desk.lookup.refresh(holder)
        monkeypatch.setattr("supportdesk.services.lookup.RECENT", 1)
        api.purchase(card)  # the newest: the disputed ones are on no page any more
        api.post(f"/v1/issuing/disputes/{old}/submit")
        person = await desk.lookup.refresh(holder)
        states = {seen.record.id: seen.record.status for seen in person.disputes}
        assert states == {old: "submitted", decided: "lost"}
        before = desk.gateway.reads[False]
        monkeypatch.undo()
        await desk.lookup.refresh(holder)
        # the person, cards, authorisations, transactions, the card's wallets, the open dispute
        assert desk.gateway.reads[False] - before == 6

    play(scenario)


def test_what_may_not_be_read_does_not_keep_the_rest_away(
    tmp_path: Path, api: Api, recorded: Ready, lena: dict[str, str]
) -> None:
    allowed = ["issuing_cardholder_read", "issuing_card_read", "issuing_transaction_read"]
    key = api.post("/_practice/keys", permissions=allowed)["key"]

    async def whole() -> None:
        async with bench(tmp_path, recorded.url, key) as desk:
            with pytest.raises(UserFacing) as caught:
                await desk.lookup.refresh(lena["id"])
            assert caught.value.code == "permission_missing"
            person = await desk.lookup.person(lena["id"])
            assert person is not None
            assert len(person.cards) == 2
            assert len(person.lines) == 2  # captures are known, authorisations are not

    asyncio.run(whole())


def test_a_person_stripe_does_not_know(play: Play) -> None:
    async def scenario(desk: Bench) -> None:
        with pytest.raises(UserFacing) as caught:
            await desk.lookup.refresh("ich_doesnotexist")
        assert caught.value.code == "resource_missing"

    play(scenario)


def test_whoever_was_opened_comes_before_their_likes(play: Play) -> None:
    async def scenario(desk: Bench) -> None:
        likes = [Cardholder(id=f"ich_like{n}", name="Same Name") for n in range(60)]
        await desk.mirror.put(likes, 1.0)
        await desk.lookup.opened("ich_like55")
        found = await desk.lookup.search("same name")
        assert found[0].cardholder == likes[55]
        assert len(found) == 50

    play(scenario)
