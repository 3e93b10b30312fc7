"""How names and numbers are made comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain import folding
from supportdesk.domain.records import Cardholder


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
    assert len(query.words) <= 8
    for word in query.words:
        assert word
        assert all(1 <= len(form) <= 200 for form in word)
    assert all(number.isascii() and number.isdecimal() for number in query.numbers)


@pytest.mark.parametrize(
    ("typed", "region", "numbers"),
    [
        ("0151 2345", "", ["1512345"]),
        ("0151 2345", "DE", ["491512345", "1512345"]),
        ("+49 (0)151 2345", "GB", ["491512345"]),
        ("0049 151 23456789", "FR", ["4915123456789"]),
        ("011 49 151 23456789", "US", ["4915123456789", "114915123456789"]),
        ("(415) 555-0123", "us", ["14155550123", "4155550123"]),
        ("020 7946 0018", "GB", ["442079460018", "2079460018"]),
        ("06 6982 1234", "IT", ["390669821234", "669821234"]),
        ("4242", "DE", ["4242"]),
        ("0", "DE", []),
        ("+", "DE", []),
        ("()", "DE", []),
        ("anna 0151", "DE", []),
        ("1" * 150, "DE", ["1" * 150]),
        ("0151 2345", "no country", ["1512345"]),
    ],
)
def test_a_number_is_understood_as_it_is_dialled(
    typed: str, region: str, numbers: list[str]
) -> None:
    assert folding.query(typed, region).numbers == numbers


def test_what_a_query_is_made_of() -> None:
    assert folding.query("0151 2345").words == [("0151", "151"), ("2345",)]
    assert folding.query("4242").words == [("4242",)]
    assert folding.query("anna@example.com").email == "anna@example.com"
    assert folding.query("anna @example.com").email == ""
