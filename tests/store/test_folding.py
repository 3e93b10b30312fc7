"""How names and numbers are made comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.records import Cardholder
from supportdesk.store import folding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Ann", [("ann",)]),
        ("ANN-Marie O'Neil", [("ann",), ("marie",), ("o",), ("neil",)]),
        ("Müller", [("muller", "mueller")]),
        ("MÜLLER", [("muller", "mueller")]),
        ("Mu\u0308ller", [("muller", "mueller")]),
        ("Straße", [("strasse",)]),
        ("STRAẞE", [("strasse",)]),
        ("Renée Ångström", [("renee",), ("angstrom", "aangstroem")]),
        ("Bjørn Ærø", [("bjorn", "bjoern"), ("aero", "aeroe")]),
        ("Łukasz Đorđe", [("lukasz",), ("dorde",)]),
        ("İstanbul Diyarbakır", [("istanbul",), ("diyarbakir",)]),
        ("ﬁn Ｆｕｌｌ", [("fin",), ("full",)]),
        ("٣٤ ４２", [("34",), ("42",)]),
        ("a_b c\u200bd e\u00ad", [("a",), ("b",), ("cd",), ("e",)]),
        ("東京 tower", [("東",), ("京",), ("tower",)]),
        ("😀 👍🏽", []),
    ],
)
def test_words(text: str, expected: list[folding.Word]) -> None:
    assert folding.words(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = [word[0] for word in folding.words(text)]
    assert [word[0] for word in folding.words(" ".join(once))] == once


@given(st.text())
def test_how_accents_are_encoded_does_not_matter(text: str) -> None:
    composed = folding.words(unicodedata.normalize("NFC", text))
    assert folding.words(unicodedata.normalize("NFD", text)) == composed


@given(st.text())
def test_words_are_letters_and_digits_only(text: str) -> None:
    for word in folding.words(text):
        assert 1 <= len(word) <= 2
        for form in word:
            assert form
            assert form.replace("_", "!").isalnum()
            assert form.isascii() <= (form == form.lower())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("+49 151 234", "49151234"),
        ("0049 (0)151/234", "49151234"),
        ("0151-234", "151234"),
        ("٠١٥", "15"),
        ("000", ""),
        ("abc", ""),
    ],
)
def test_telephone_digits(typed: str, expected: str) -> None:
    assert folding.digits(typed) == expected


@given(st.text(), st.text(), st.text())
def test_an_entry_has_three_lines_of_words_behind_spaces(name: str, mail: str, phone: str) -> None:
    entry = folding.entry(Cardholder(id="ich_1", name=name, email=mail, phone_number=phone))
    lines = entry.split("\n")
    assert len(lines) == 3
    for line in lines:
        assert "".join(f" {word}" for word in line.split(" ")[1:]) == line
    assert entry.encode()


@given(st.text(), st.integers(0, 3))
def test_a_query_is_short_whatever_was_pasted(text: str, times: int) -> None:
    query = folding.query(text * 10**times)
    assert len(query.raw) <= 200
    for reading in query.readings:
        assert 1 <= len(reading) <= 8
        for word in reading:
            assert word
            assert all(1 <= len(form) <= 200 for form in word)


def test_readings_of_a_number() -> None:
    assert folding.query("0151 2345").readings == [
        [("1512345",)],
        [("0151", "151"), ("2345",)],
    ]
    assert folding.query("4242").readings == [[("4242",)]]
    assert folding.query("anna@example.com").email == "anna@example.com"
    assert folding.query("anna @example.com").email == ""
