"""What a search forgives, how it takes telephone numbers, and whom it puts first."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from supportdesk.domain import folding
from supportdesk.domain.records import Card, Cardholder
from supportdesk.store.mirror import Mirror
from supportdesk.store.search import Hit, find, search
from tests.support.store import rows, with_mirror

# A number of each country as Stripe keeps it, and the ways callers there say it.
SAID = {
    "DE": ("+4915123456789", ["0151 23456789", "+49 151 23456789", "0049 (0)151/2345-6789"]),
    "AT": ("+436641234567", ["0664 1234567", "+43 664 123 45 67", "0043 664 1234567"]),
    "FR": ("+33612345678", ["06 12 34 56 78", "+33 6 12 34 56 78", "0033 6.12.34.56.78"]),
    "ES": ("+34612345678", ["612 34 56 78", "+34 612 345 678", "0034612345678"]),
    "IT": ("+390669821234", ["06 6982 1234", "+39 06 6982 1234", "0039 06 69821234"]),
    "IE": ("+353871234567", ["087 123 4567", "+353 87 123 4567", "00353 (0)87 1234567"]),
    "GB": ("+442079460018", ["020 7946 0018", "+44 (0)20 7946 0018", "0044 20 79460018"]),
    "US": ("+14155550123", ["(415) 555-0123", "1-415-555-0123", "+1 415.555.0123"]),
}
ABROAD = [("US", "DE", "011 49 151 23456789"), ("DE", "US", "001 415 555 0123")]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "desk.db"
    people = [
        Cardholder(id=f"ich_{country}", name=f"Person {country}", phone_number=number)
        for country, (number, _) in SAID.items()
    ]
    with_mirror(path, lambda mirror: mirror.put(people, 1.0))
    return path


@pytest.mark.parametrize("country", SAID)
def test_a_number_is_found_however_it_is_said(world: Path, country: str) -> None:
    async def look(mirror: Mirror) -> list[list[Hit]]:
        return [await search(mirror, said, region=country) for said in SAID[country][1]]

    assert with_mirror(world, look) == [[Hit(f"ich_{country}", "phone")]] * 3


@pytest.mark.parametrize("country", SAID)
def test_a_number_is_found_while_it_is_typed(world: Path, country: str) -> None:
    async def look(mirror: Mirror) -> None:
        for said in SAID[country][1]:
            for end in range(8, len(said) + 1):
                hits = await search(mirror, said[:end], region=country)
                assert Hit(f"ich_{country}", "phone") in hits, said[:end]

    with_mirror(world, look)


@pytest.mark.parametrize(("region", "whose", "said"), ABROAD)
def test_a_number_abroad_is_dialled_as_from_here(
    world: Path, region: str, whose: str, said: str
) -> None:
    hits = with_mirror(world, lambda mirror: search(mirror, said, region=region))
    assert hits == [Hit(f"ich_{whose}", "phone")]


def test_the_programmes_own_country_comes_first(tmp_path: Path) -> None:
    people = [
        Cardholder(id="ich_a", name="Austrian", phone_number="+436641234567"),
        Cardholder(id="ich_z", name="Zealous German", phone_number="+496641234567"),
    ]

    async def look(mirror: Mirror) -> list[str]:
        await mirror.put(people, 1.0)
        found = [await search(mirror, "0664 1234567", region=region) for region in ("AT", "DE")]
        return [hits[0].cardholder_id for hits in found]

    assert with_mirror(tmp_path / "desk.db", look) == ["ich_a", "ich_z"]


NAMES = ("Katharina Schmidt", "Jürgen Groß-Müller", "Anna Li", "Ökobau Wiesner GmbH", "Ян Новак")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("named") / "desk.db"
    people = [Cardholder(id=f"ich_{n}", name=name) for n, name in enumerate(NAMES)]
    card = Card(id="ic_1", cardholder_id="ich_0", last4="4242")
    with_mirror(path, lambda mirror: mirror.put([*people, card], 1.0))
    return path


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        # one letter missing, too many, wrong, or two swapped
        ("schmit", "0"),
        ("schmiddt", "0"),
        ("schnidt", "0"),
        ("shcmidt", "0"),
        ("schimdt", "0"),
        ("cshmidt", "0"),
        ("chmidt", "0"),  # a part of the name, nothing to forgive
        ("xchmidt", "0"),
        ("schmitd", "0"),
        ("xschmidt", "0"),
        ("schmidtx", "0"),
        ("katarina", "0"),
        ("katarina schmidt", "0"),
        ("schmidt katarina", "0"),
        ("katharnia 4242", "0"),
        ("muelelr", "1"),
        ("mülller jürgen", "1"),
        ("gorss", "1"),
        ("jurgrn", "1"),
        ("oekobua", "3"),
        ("ökobao wies", "3"),
        ("новек", "4"),
        ("katharx", "0"),  # not yet typed to its end
        # two errors, or a word too short to tell
        ("schmxxt", ""),
        ("katarina schmit", ""),
        ("anna lo", ""),
        ("lii", ""),
        ("4243", ""),
    ],
)
def test_one_typing_error_is_forgiven(named: Path, typed: str, whom: str) -> None:
    hits = with_mirror(named, lambda mirror: search(mirror, typed))
    assert {hit.cardholder_id[4:] for hit in hits} == set(whom)


@pytest.mark.parametrize(
    ("typed", "whom"),
    [
        ("Mrs Katharina Schmidt", "0"),
        ("Frau Dr. Schmidt", "0"),
        ("Schmidt, Katharina", "0"),
        ("Katharina M. Schmidt", "0"),
        ("Mr Schmit", "0"),  # and a typing error
        ("Herr Müller", "1"),
        ("Ökobau und Wiesner Ltd", "3"),
        ("schmidt ending in 4242", "0"),
        ("Visa •••• 4242", "0"),
        ("x4242", "0"),
        ("Mr", ""),
        ("Mr Nobody", ""),
        ("Q. Schmidt", ""),  # an initial says something when there is only one name beside it
        ("Katharina Nobody Schmidt", ""),
    ],
)
def test_what_is_said_with_a_name_does_not_hide_it(named: Path, typed: str, whom: str) -> None:
    hits = with_mirror(named, lambda mirror: search(mirror, typed))
    assert {hit.cardholder_id[4:] for hit in hits} == set(whom)


def test_a_title_that_is_a_part_of_the_name_counts(tmp_path: Path) -> None:
    people = [Cardholder(id="ich_1", name="Dr. Oetker"), Cardholder(id="ich_2", name="Oetker")]

    async def look(mirror: Mirror) -> list[set[str]]:
        await mirror.put(people, 1.0)
        texts = ("dr oetker", "Mr. Oetker", "dr")
        return [{hit.cardholder_id for hit in await search(mirror, text)} for text in texts]

    found = with_mirror(tmp_path / "desk.db", look)
    assert found == [{"ich_1"}, {"ich_1", "ich_2"}, {"ich_1"}]


def test_nothing_is_forgiven_when_something_fits(tmp_path: Path) -> None:
    people = [Cardholder(id="ich_1", name="Schmitt"), Cardholder(id="ich_2", name="Schmidt")]

    async def look(mirror: Mirror) -> list[set[str]]:
        await mirror.put(people, 1.0)
        texts = ("schmitt", "schmidt", "schmixt", "ich_3", "schmitx@example.com")
        return [{hit.cardholder_id for hit in await search(mirror, text)} for text in texts]

    found = with_mirror(tmp_path / "desk.db", look)
    assert found == [{"ich_1"}, {"ich_2"}, {"ich_1", "ich_2"}, set(), set()]


def test_a_name_that_was_changed_is_not_meant_any_more(tmp_path: Path) -> None:
    holder = Cardholder(id="ich_1", name="Schmidt")

    async def look(mirror: Mirror) -> list[list[Hit]]:
        await mirror.put([holder], 1.0)
        await mirror.put([replace(holder, name="Baumgartner")], 2.0)
        return [await search(mirror, text) for text in ("schmidd", "baumgatner")]

    assert with_mirror(tmp_path / "desk.db", look) == [[], [Hit("ich_1", "name")]]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "desk.db"
    with_mirror(path, lambda mirror: mirror.put([], 1.0))
    return path


WORDS = st.text(st.sampled_from("abcdé東я"), min_size=3, max_size=8)


@settings(max_examples=40, deadline=None)
@given(names=st.lists(WORDS, min_size=1, max_size=8), typed=st.lists(WORDS, min_size=1, max_size=8))
def test_every_name_one_error_away_is_found(
    empty: Path, names: list[str], typed: list[str]
) -> None:
    path = empty.with_name("filled.db")
    path.write_bytes(empty.read_bytes())
    people = [Cardholder(id=f"ich_{n}", name=name) for n, name in enumerate(names)]

    async def look(mirror: Mirror) -> list[set[str]]:
        await mirror.put(people, 1.0)
        return [{hit.cardholder_id for hit in await search(mirror, text)} for text in typed]

    for text, hits in zip(typed, with_mirror(path, look), strict=True):
        words = folding.words(text)
        if len(words) != 1 or len(words[0][0]) < 4:
            continue
        expected = {
            f"ich_{n}"
            for n, name in enumerate(names)
            for word in folding.words(name)
            if OSA.distance(word[0], words[0][0]) <= 1
        }
        exact = {f"ich_{n}" for n, name in enumerate(names) if text_in(words[0][0], name)}
        assert (exact or expected) <= hits, text


def text_in(word: str, name: str) -> bool:
    return any(word in other[0] for other in folding.words(name))


def test_those_opened_lately_come_before_their_likes(tmp_path: Path) -> None:
    crowd = [Cardholder(id=f"ich_{n:03}", name=f"Anna Meier {n:03}") for n in range(300)]
    other = Cardholder(id="ich_begun", name="Annabel Meierling")

    async def look(mirror: Mirror) -> list[list[str]]:
        await mirror.put([*crowd, other], 1.0)
        for at, id in enumerate(("ich_280", "ich_270", "ich_begun")):
            await mirror.note_opened(id, float(at))
        await mirror.note_opened("ich_280", 9.0)
        await mirror.note_opened("ich_gone", 10.0)
        texts = ("anna meier", "meier", "ann mei", "nna eier")
        return [[hit.cardholder_id for hit in await search(mirror, t, 20)] for t in texts]

    exact, one, begun, inside = with_mirror(tmp_path / "desk.db", look)
    assert exact[:2] == one[:2] == ["ich_280", "ich_270"]
    assert "ich_begun" not in exact
    assert begun[:3] == inside[:3] == ["ich_280", "ich_begun", "ich_270"]
    assert len(exact) == len(begun) == len(inside) == 20


def test_only_the_latest_opened_are_remembered(tmp_path: Path) -> None:
    async def look(mirror: Mirror) -> None:
        for n in range(230):
            await mirror.note_opened(f"ich_{n}", float(n))

    with_mirror(tmp_path / "desk.db", look)
    kept = rows(tmp_path / "desk.db", "mirror", "SELECT count(*), min(at) FROM opened")
    assert kept == [(200, 30.0)]


def test_records_come_with_the_hits(named: Path) -> None:
    async def look(mirror: Mirror) -> None:
        (one,) = await find(mirror, "4242")
        assert one.hit == Hit("ich_0", "last4")
        assert one.cardholder == Cardholder(id="ich_0", name=NAMES[0])
        assert [card.id for card in one.cards] == ["ic_1"]
        assert [f.hit for f in await find(mirror, "schmit")] == await search(mirror, "schmit")
        assert await find(mirror, "") == []

    with_mirror(named, look)


def test_a_card_ending_shared_by_many(tmp_path: Path) -> None:
    people = [Cardholder(id=f"ich_{n:03}", name=f"Person {n:03}") for n in range(130)]
    cards = [Card(id=f"ic_{n}", cardholder_id=f"ich_{n:03}", last4="4242") for n in range(130)]

    async def look(mirror: Mirror) -> None:
        await mirror.put([*people, *cards], 1.0)
        first = [hit.cardholder_id for hit in await search(mirror, "4242")]
        assert first == [person.id for person in people[:50]]
        assert len(await search(mirror, "4242", 200)) == 130
        assert await search(mirror, "4242 129") == [Hit("ich_129", "last4")]
        assert await search(mirror, "erso 4242 117") == [Hit("ich_117", "last4")]

    with_mirror(tmp_path / "desk.db", look)


def test_a_superseded_search_does_not_hold_up_the_next(tmp_path: Path) -> None:
    crowd = [Cardholder(id=f"ich_{n}", name=f"Anna Crowd {n}") for n in range(2000)]

    async def look(mirror: Mirror) -> None:
        putting = asyncio.create_task(mirror.put(crowd, 1.0))
        typed = "anna crowd 1999"
        older = []
        for end in range(1, len(typed)):
            older.append(asyncio.create_task(search(mirror, typed[:end])))
            await asyncio.sleep(0)
            older[-1].cancel()
        await putting
        (hit,) = await search(mirror, typed)
        assert hit == Hit("ich_1999", "name")
        outcomes = await asyncio.gather(*older, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}

    with_mirror(tmp_path / "desk.db", look)
