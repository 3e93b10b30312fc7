"""Security codes and PINs in free text, and all the figures that are none."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.card_codes import find_codes
from supportdesk.domain.privacy import CARD, CODE, find_card_numbers, mask, refusal

LABELS = (
    *("CVC", "cvv", "CVV2", "security code", "Prüfziffer", "PRUEFZIFFER", "Sicherheitscode"),
    *("cryptogramme", "code de sécurité", "código de seguridad", "codice di sicurezza"),
)
PINS = (
    *("PIN", "pin number", "Geheimzahl", "PIN-Nummer", "code secret", "code confidentiel"),
    *("código secreto", "clave PIN", "codice segreto", "secret code"),
)
BETWEEN = (" ", ": ", " = ", " is ", " lautet ", " est ", " es ", " è ", "\n", " (", ', "')
words = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("CVC 123", "123"),
        ("CVV: 1234", "1234"),
        ("the security code is 123, she said", "123"),
        ("PIN 1234", "1234"),
        ("Her PIN was 123456.", "123456"),
        ("meine Geheimzahl ist 4711", "4711"),
        ("Prufziffer 123", "123"),
        ("CODE SECRET : 1234", "1234"),
        ("cryptogramme visuel : 123", "123"),
        ("codigo de seguridad 123", "123"),
        ("codice di sicurezza è 123", "123"),
        ("CVC of my card is 123", "123"),
        ("CVC (three digits on the back): 123", "123"),
        ("PIN no. 1234", "1234"),
        ("1234 is my PIN", "1234"),
        ("123 ist die Prüfziffer", "123"),
        ("changed the PIN to 1234", "1234"),
        ("PIN auf 1234 geändert", "1234"),
        ("PIN 1 2 3 4", "1 2 3 4"),
        ("PIN １２３４", "１２３４"),
        ("card 4242, CVC 123", "123"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_code_is_found_as_people_write_it(
    text: str, figures: str, form: Literal["NFC", "NFD"]
) -> None:
    written = unicodedata.normalize(form, text)
    (found,) = find_codes(written)
    assert written[found.start : found.end] == figures
    assert refusal(written) == CODE
    assert figures not in mask(written)


@pytest.mark.parametrize(
    "text",
    [
        *("PIN wrong since 2024", "he entered the PIN 3 times", "postcode 1234", "post code 123"),
        *("error code 123", "country code 049", "a pink 1234 card", "spin 1234", "code 1234"),
        *("PIN of my card 4242 is blocked", "Die PIN der Karte 4242 ist gesperrt"),
        *("without PIN 100 EUR", "ohne PIN 5000 Euro abgehoben", "sans code PIN 100 euros"),
        *("PIN at 14:30", "verified by PIN 14:30", "PIN 2024-11-05", "PIN 12.50", "PIN €1500"),
        *("new PIN sent in 2024", "blocked after 3 PINs", "the PIN was wrong 1234 times"),
        *("in 2024 the PIN was wrong", "PIN. 2024 was better", "PIN pad 4711", "CVC 12"),
        *("CVC check failed 3 times", "the security code was sent to her phone at 1430"),
        *("PIN 123456789012", "his PIN has 4 digits", "CVC missing for •••• 4242", "CVC •••"),
        *("Postleitzahl 10115", "código postal 28013", "code postal 75001", "codice postale 00184"),
        *("order number 1234", "Kundennummer 1234", "the number on the backpack 1234"),
    ],
)
def test_other_figures_are_left_alone(text: str) -> None:
    assert find_codes(text) == []
    assert refusal(text) == ""
    assert mask(text) == text


@given(words, st.sampled_from(LABELS), st.sampled_from(BETWEEN), st.integers(0, 999), st.booleans())
def test_three_figures_beside_any_label_are_found(
    before: str, label: str, between: str, figures: int, upper: bool
) -> None:
    shown = label.upper() if upper else label
    text = f"{before} x {shown}{between}{figures:03} x {before}"
    assert [(c.kind, text[c.start : c.end]) for c in find_codes(text)] == [("cvc", f"{figures:03}")]


@given(
    words,
    st.sampled_from(PINS),
    st.sampled_from(BETWEEN),
    st.text("0123456789", min_size=4, max_size=6),
)
def test_a_pin_of_four_to_six_figures_is_found(
    before: str, label: str, between: str, figures: str
) -> None:
    text = f"{before} x {label}{between}{figures} x {before}"
    assert [(c.kind, text[c.start : c.end]) for c in find_codes(text)] == [("pin", figures)]


@given(st.text("0123456789 -.,:/EURabc()", max_size=80))
def test_figures_without_a_word_for_them_are_no_code(text: str) -> None:
    assert find_codes(text) == []


@given(st.lists(st.sampled_from([*LABELS, *PINS, "is", "123", "1234", "4242424242424242", "x"])))
def test_masking_ends_and_leaves_nothing(parts: list[str]) -> None:
    once = mask(" ".join(parts))
    assert refusal(once) == ""
    assert mask(once) == once


def test_a_number_is_named_before_a_code() -> None:
    assert refusal("4242 4242 4242 4242, CVC 123") == CARD
    assert mask("4242 4242 4242 4242, CVC 123") == "•••• 4242, CVC •••"
    assert find_card_numbers("PIN 1234") == []
