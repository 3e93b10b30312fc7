from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.privacy import (
    clean,
    find_card_numbers,
    mask,
    mask_email,
    mask_phone,
)


def passes_luhn(digits: str) -> bool:
    """Luhn's formula as ISO/IEC 7812-1 has it, digit by digit."""
    total = 0
    for place, figure in enumerate(reversed(digits)):
        value = int(figure) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def with_check_digit(body: str) -> str:
    return next(body + figure for figure in "0123456789" if passes_luhn(body + figure))


card_numbers = st.text("0123456789", min_size=11, max_size=17).map(
    lambda body: with_check_digit("4" + body)
)
words = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=40)


def grouped(number: str, size: int, joint: str) -> str:
    return joint.join(number[at : at + size] for at in range(0, len(number), size))


@given(
    words,
    card_numbers,
    st.integers(1, 19),
    st.sampled_from([" ", "-", ".", "\u00a0", "\n", "*", ",", "\u200b"]),
)
def test_a_card_number_is_found_however_it_is_grouped(
    before: str, number: str, size: int, joint: str
) -> None:
    text = f"{before} x {grouped(number, size, joint)} x {before}"
    found = find_card_numbers(text)
    assert [card.last4 for card in found] == [number[-4:]]


@given(words, card_numbers)
def test_masking_leaves_no_number_and_only_the_last_four(before: str, number: str) -> None:
    masked = mask(f"{before} {number}, {number}")
    assert find_card_numbers(masked) == []
    assert number not in masked
    assert masked.count(f"•••• {number[-4:]}") == 2


@given(st.lists(st.text("0123456789", min_size=1, max_size=6), min_size=1, max_size=40))
def test_what_is_found_in_a_long_run_is_a_number_and_the_longest_at_its_place(
    groups: list[str],
) -> None:
    text = " ".join(groups)
    for card in find_card_numbers(text):
        digits = text[card.start : card.end].replace(" ", "")
        assert 13 <= len(digits) <= 19
        assert passes_luhn(digits)
        assert card.last4 == digits[-4:]
    assert not find_card_numbers(mask(text))


@given(card_numbers, st.integers(0, 9))
def test_a_wrong_check_digit_is_no_card(number: str, figure: int) -> None:
    changed = number[:-1] + str(figure)
    assert bool(find_card_numbers(changed)) == (changed == number)


@given(st.text())
def test_masking_ends_and_is_stable(text: str) -> None:
    once = mask(text)
    assert find_card_numbers(once) == []
    assert mask(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "4242 4242 4242 4242",
        "3782 822463 10005",
        "card ４２４２４２４２４２４２４２４２ (full width)",
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
        "4242424242424242, exp 12/28",
        "on 23.11.2026 she read 4242-4242-4242-4242 aloud",
        "4242 4242 4242 4242 12 28",
    ],
)
def test_real_notes_with_a_number(text: str) -> None:
    assert len(find_card_numbers(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "card ending 4242, 23.11.2026, EUR 249.00",
        "+4242 4242 4242424",
        "acquirer reference 74545425326000012345675",
        "ipi_1MzFN1K8F4fqH0lBmFq8CjbU",
        "0000 0000 0000 0000",
        "00491511234560",  # a phone number that happens to have a right check digit
        "called 02.11., 05.11. and 09.11.2026 about 12 items",
    ],
)
def test_real_notes_without_a_number(text: str) -> None:
    assert find_card_numbers(text) == []


def test_a_plus_does_not_hide_more_than_a_phone_number_has() -> None:
    assert find_card_numbers("424242424242424")
    assert find_card_numbers("+424242424242424") == []
    assert find_card_numbers("+4242424242424242")


def test_contact_data_is_masked() -> None:
    assert mask_email("lena@muster.example") == "l•••@muster.example"
    assert mask_email("") == ""
    assert mask_email("not an address") == "•••"
    assert mask_phone("+49 30 1234567") == "••• 67"
    assert mask_phone("") == ""
    assert mask_phone("12") == "•••"


@given(st.text(st.characters()))
def test_clean_text_can_be_written_and_read_back(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean(cleaned) == cleaned


def test_clean_keeps_what_people_write() -> None:
    assert clean("a\r\nb\rc\x00\x07\u202ed") == "a\nb\ncd"
    family = "👨\u200d👩\u200d👧 שלום\tok"
    assert clean(family) == family
