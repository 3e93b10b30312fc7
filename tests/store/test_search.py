"""Search as you type over a real mirror."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain import folding
from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Record,
    Token,
    Transaction,
)
from supportdesk.store.mirror import Mirror
from supportdesk.store.search import Hit, search
from tests.support.store import with_mirror

PEOPLE: tuple[Record, ...] = (
    Cardholder(
        id="ich_1Jürgen",
        name="Jürgen Groß-Müller",
        email="J.Mueller@Example.DE",
        phone_number="+4915123456789",
    ),
    Cardholder(
        id="ich_2Anna", name="Anna O’Brien", email="anna@brien.ie", phone_number="+353871234567"
    ),
    Cardholder(id="ich_3Zoe", name="Zoé Søndergård", email="zoe@fjord.dk"),
    Cardholder(id="ich_4Ann", name="Ann", email="ann@example.com"),
    Cardholder(id="ich_5Annabel", name="Annabel Hanna", email="bell@example.com"),
    Cardholder(id="ich_6Yamada", name="山田太郎", email="yamada@example.jp"),
    Cardholder(id="ich_7Shalom", name="שלום כהן", email="cohen@example.il"),
    Cardholder(
        id="ich_8Shop", name="Łódź Bäcker & Söhne 24 GmbH 😀", email="office@shop24.example"
    ),
    Cardholder(id="ich_9Müll", name="Mueller", first_name="Renée", last_name="Müller"),
    Card(id="ic_1", cardholder_id="ich_1Jürgen", last4="4242"),
    Card(id="ic_1b", cardholder_id="ich_1Jürgen", last4="0019"),
    Card(id="ic_2", cardholder_id="ich_2Anna", last4="4242"),
    Card(id="ic_4", cardholder_id="ich_4Ann", last4="8712"),
    Card(id="ic_unseen", cardholder_id="ich_unseen", last4="5555"),
    Authorization(id="iauth_1", cardholder_id="ich_1Jürgen"),
    Transaction(id="ipi_1", cardholder_id="ich_2Anna"),
    Dispute(id="idp_1", transaction_id="ipi_1"),
    Token(id="intok_1", card_id="ic_4"),
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("people") / "desk.db"
    with_mirror(path, lambda mirror: mirror.put(PEOPLE, 1.0))
    return path


def found(path: Path, *texts: str, limit: int = 50) -> list[list[Hit]]:
    async def look(mirror: Mirror) -> list[list[Hit]]:
        return [await search(mirror, text, limit) for text in texts]

    return with_mirror(path, look)


@pytest.mark.parametrize(
    ("text", "numbers", "why"),
    [
        # names: any part, any order, any spelling
        ("Jürgen", "1", "name"),
        ("jurgen", "1", "name"),
        ("JUERGEN", "1", "name"),
        ("ju\u0308rgen", "1", "name"),
        ("groß", "1", "name"),
        ("GROSS", "1", "name"),
        ("müller", "19", "name"),
        ("mueller", "19", "name"),
        ("Muller", "19", "name"),
        ("mue", "19", "name"),
        ("muller jürg", "1", "name"),
        ("müller groß jürgen", "1", "name"),
        ("gross-müller", "1", "name"),
        ("rgen", "1", "name"),
        ("ürg ull", "1", "name"),
        ("j ull", "1", "email"),  # j is a whole word there
        ("O'Brien", "2", "name"),
        ("obrien", "2", "name"),
        ("o brien", "2", "name"),
        ("rien", "2", "name"),
        ("zoe", "3", "name"),
        ("ZOÉ SONDERGARD", "3", "name"),
        ("soendergaard", "3", "name"),
        ("renee", "9", "name"),
        ("山田", "6", "name"),
        ("太郎", "6", "name"),
        ("שלום", "7", "name"),
        ("כהן של", "7", "name"),
        ("\u202eשלום\u202c", "7", "name"),
        ("lodz baecker", "8", "name"),
        ("backer 😀 söhne", "8", "name"),
        # e-mail
        ("j.mueller@example.de", "1", "email"),
        ("J.MUELLER@EXAMPLE.DE", "1", "email"),
        ("j.mueller@", "1", "email"),
        ("example.il", "7", "email"),
        ("fjord", "3", "email"),
        ("jord", "3", "email"),
        ("anna fjord", "", "email"),
        # telephone
        ("+49 151 23456789", "1", "phone"),
        ("0151 2345 6789", "1", "phone"),
        ("0049 151 23456789", "1", "phone"),
        ("+49 (0)151/23456789", "1", "phone"),
        ("23456789", "1", "phone"),
        ("345", "12", "phone"),
        ("jürgen 0151", "1", "phone"),
        # last four digits
        ("4242", "12", "last4"),
        ("4242 jürgen", "1", "last4"),
        ("rien 4242", "2", "last4"),
        ("0019", "1", "last4"),
        ("9999", "", "last4"),
        # ids
        ("ich_2Anna", "2", "id"),
        ("ich_2", "2", "id"),
        ("  ich_2Anna\n", "2", "id"),
        ("ICH_2ANNA", "2", "id"),  # as a ticket system writes it
        ("Ich_2aNNa", "2", "id"),
        ("ICH_2AN", "2", "id"),
        ("ICH_2ANB", "", "id"),
        ("ic_4", "4", "id"),
        ("iauth_1", "1", "id"),
        ("ipi_1", "2", "id"),
        ("idp_1", "2", "id"),
        ("intok_1", "4", "id"),
    ],
)
def test_what_is_typed_finds_whom_it_should(
    people: Path, text: str, numbers: str, why: str
) -> None:
    (hits,) = found(people, text)
    assert {hit.cardholder_id[4] for hit in hits} == set(numbers)
    assert {hit.why for hit in hits} <= {why}


def test_the_closest_come_first(people: Path) -> None:
    ann, digits, mue = found(people, "ann", "8712", "müller")
    assert [hit.cardholder_id[4] for hit in ann] == ["4", "2", "5"]
    assert [(hit.cardholder_id[4], hit.why) for hit in digits] == [("4", "last4"), ("2", "phone")]
    assert {hit.cardholder_id[4] for hit in mue} == {"1", "9"}


def test_whole_words_come_before_many_beginnings(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    crowd = [Cardholder(id=f"ich_{n}", name=f"Annabel Meierling {n}") for n in range(300)]
    inside = [Cardholder(id=f"ich_in{n}", name=f"Hanna Obermeier {n}") for n in range(300)]
    exact = Cardholder(id="ich_exact", name="Meier Anna")
    with_mirror(path, lambda mirror: mirror.put([*crowd, *inside, exact], 1.0))
    for text in ("anna meier", "anna mei", "meier anna"):
        (hits,) = found(path, text, limit=20)
        assert hits[0].cardholder_id == "ich_exact"
        assert len(hits) == 20
        assert not [hit for hit in hits if hit.cardholder_id.startswith("ich_in")]
    (everyone,) = found(path, "nna eier", limit=1000)
    assert len(everyone) == 601


def test_an_owner_the_mirror_has_not_seen_is_named_by_id(people: Path) -> None:
    assert found(people, "ic_unseen") == [[Hit("ich_unseen", "id")]]


ODD = [
    *("", " ", "\n\t", '"', "'", "''", '""', "*", '"ann" OR "anna"', "ann*", "NEAR(ann anna)"),
    *("-ann", "ann AND", "OR", "NOT ann", "entry: ann", "{entry}: ann", "^ann", "ann + anna"),
    *("(", ")", "%", "_", "' OR 1=1 --", "ann; DROP TABLE cardholders", "\0", "ann\0"),
    *("\x01\x1b[31m", "\ud800", "ich_\ud800", "😀", "👩\u200d👩\u200d👧", "🇩🇪", "\u202e", "\ufeff"),
    *("\u0301", "a\u0301" * 200, "ﷺ", "ß" * 300, "½", "①②③④", "٤٢٤٢", "0a1", "00ü", "0001 x"),
    *("a" * 10**6, "ann " * 250_000, "@" * 10**6, "1" * 10**6, " " * 10**6, "\U0010ffff" * 10**5),
    *(
        "@",
        "a@",
        "@a",
        "ich_",
        "ic_",
        "_",
        "+",
        "+49",
        "()",
        "(0)",
        "00",
        "0",
        "-",
        "..",
        "0012 1 34",
    ),
]


def test_anything_may_be_typed_or_pasted(people: Path) -> None:
    for text, hits in zip(ODD, found(people, *ODD), strict=True):
        assert {hit.cardholder_id for hit in hits} <= {
            record.id for record in PEOPLE if isinstance(record, Cardholder)
        } | {"ich_unseen"}, text[:40]
    assert {hit.cardholder_id for hit in found(people, "٤٢٤٢")[0]} == {"ich_1Jürgen", "ich_2Anna"}
    for nothing in ("", '"', "😀", "\0", "'", "%", "\u202e", " " * 10**6):
        assert found(people, nothing) == [[]]
    assert [hit.cardholder_id for hit in found(people, 'zoé" OR "anna')[0]] == []


def test_the_index_follows_every_change(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    holder = Cardholder(id="ich_1", name="Before Change", email="old@example.com")
    card = Card(id="ic_1", cardholder_id="ich_1", last4="1111")

    async def look(mirror: Mirror) -> list[tuple[bool, ...]]:
        async def seen() -> tuple[bool, ...]:
            texts = (
                "before",
                "efor",
                "after",
                "fter",
                "1111",
                "2222",
                "change 2222",
                "old@example.com",
            )
            return tuple([bool(await search(mirror, text)) for text in texts])

        steps = []
        for record, read_at in (
            (card, 1.0),  # a card may be seen before its cardholder
            (holder, 1.0),
            (replace(holder, name="After Change", email=""), 3.0),
            (holder, 2.0),  # read earlier, arrives later
            (replace(card, last4="2222"), 3.0),
            (replace(holder, name="After Change", status="blocked"), 4.0),
        ):
            await mirror.put([record], read_at)
            steps.append(await seen())
        return steps

    n, y = False, True
    assert with_mirror(path, look) == [
        (n, n, n, n, n, n, n, n),
        (y, y, n, n, y, n, n, y),
        (n, n, y, y, y, n, n, n),
        (n, n, y, y, y, n, n, n),
        (n, n, y, y, n, y, y, n),
        (n, n, y, y, n, y, y, y),
    ]


LETTERS = st.sampled_from("aabbnnoöüßéøłñğİıΣςάЖй山א٤7'- .")
NAMES = st.text(LETTERS, max_size=14)


def readings(text: str) -> list[list[folding.Word]]:
    """The ways to understand what was typed."""
    query = folding.query(text)
    numbers: list[list[folding.Word]] = [[(number,)] for number in query.numbers]
    return numbers + ([query.words] if query.words else [])


def wanted(words: list[folding.Word], entry: str, last4: str) -> bool:
    """Whether a person looking through the entry would take it for what was typed."""
    return all(
        any(
            form == last4
            or any(word.startswith(form) for word in entry.split())
            or (len(min(forms, key=len)) > 2 and any(form in word for word in entry.split()))
            for form in forms
        )
        for forms in words
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "desk.db"
    with_mirror(path, lambda mirror: mirror.put([], 1.0))
    return path


@settings(max_examples=40, deadline=None)
@given(
    names=st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6),
    texts=st.lists(st.text(LETTERS, max_size=9), min_size=1, max_size=6),
    data=st.data(),
)
def test_the_index_finds_what_reading_every_entry_would(
    empty: Path, names: list[tuple[str, str]], texts: list[str], data: st.DataObject
) -> None:
    path = empty.with_name("filled.db")
    path.write_bytes(empty.read_bytes())
    holders = [
        Cardholder(id=f"ich_{n}", name=name, first_name=first, phone_number=f"+4930{n}0815{n}77")
        for n, (name, first) in enumerate(names)
    ]
    cards = [
        Card(id=f"ic_{n}", cardholder_id=f"ich_{n}", last4=f"08{n}5") for n in range(len(names))
    ]
    for name, _ in names:
        start = data.draw(st.integers(0, len(name)))
        texts.append(name[start : data.draw(st.integers(start, len(name)))])
        more = [name.upper(), name.lower(), f"{name} 0805", "0815"]
        texts.append(data.draw(st.sampled_from(more)))

    async def look(mirror: Mirror) -> list[list[Hit]]:
        await mirror.put([*holders, *cards], 1.0)
        return [await search(mirror, text) for text in texts]

    for text, hits in zip(texts, with_mirror(path, look), strict=True):
        expected = {
            holder.id
            for holder, card in zip(holders, cards, strict=True)
            for words in readings(text)
            if wanted(words, folding.entry(holder), card.last4)
        }
        assert expected <= {hit.cardholder_id for hit in hits}, text


def test_searches_answer_while_a_long_list_is_stored(people: Path) -> None:
    crowd = [Cardholder(id=f"ich_c{n}", name=f"Crowd {n}") for n in range(5000)]

    async def look(mirror: Mirror) -> list[int]:
        putting = asyncio.create_task(mirror.put(crowd, 1.0))
        counts = []
        while not putting.done():
            counts.append(len(await search(mirror, "crowd", 5000)))
        await putting
        return counts

    counts = with_mirror(people.with_name("crowd.db"), look)
    assert len(set(counts)) > 2
    assert counts == sorted(counts)
