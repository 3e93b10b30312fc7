"""What agents paste into the search field, and what is meant by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.typed import exact, plain

ID = "ich_1Pgag4B7WZ01zgkWdPVf"


@pytest.mark.parametrize(
    "text",
    [
        f"  {ID}\n",
        f'"{ID}",',
        f"'{ID}'",
        f"`{ID}`",
        f"<{ID}>.",
        f"cardholder: {ID}",
        f"https://dashboard.stripe.com/issuing/cardholders/{ID}",
        f"https://dashboard.stripe.com/test/issuing/cardholders/{ID}",
        f"https://dashboard.stripe.com/acct_1AbcDefGhi/test/issuing/cardholders/{ID}?tab=a#b",
        f"Ich_{ID[4:]}",  # a program that begins sentences with a capital
    ],
)
def test_an_id_is_taken_out_of_what_it_was_pasted_with(text: str) -> None:
    assert plain(text) == ID
    assert exact(text) == "id"


@pytest.mark.parametrize("kind", ["ich", "ic", "iauth", "ipi", "idp", "intok"])
def test_every_kind_that_leads_to_a_person(kind: str) -> None:
    id = f"{kind}_1Pgag4B7WZ01zgkW"
    assert plain(f"see {id}, please") == id
    assert exact(f"see {id}, please") == "id"
    assert plain(id.upper()) == f"{kind}_1PGAG4B7WZ01ZGKW"
    assert exact(id.upper()) is None  # Stripe tells capital from small letters


@pytest.mark.parametrize("text", ["cus_1Pgag4B7WZ01zgkW", "graphic_1234567890", "ich_123", "ich_"])
def test_what_is_no_whole_id_of_ours(text: str) -> None:
    assert plain(text) == text
    assert exact(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Lena Hoffmann <lena.h+x@hoffmann.example>",
        '"Hoffmann, Lena" <lena.h+x@hoffmann.example>',
        "mailto:lena.h+x@hoffmann.example?subject=Card%20declined",
        "e-mail: lena.h+x@hoffmann.example.",
        "(lena.h+x@hoffmann.example);",
        "“lena.h+x@hoffmann.example”",
        "'lena.h+x@hoffmann.example'",
        "lena.h+x(at)hoffmann.example",
        "lena.h+x [at] hoffmann.example",
    ],
)
def test_an_address_is_taken_out_of_what_it_was_pasted_with(text: str) -> None:
    assert plain(text) == "lena.h+x@hoffmann.example"
    assert exact(text) == "email"


@pytest.mark.parametrize("text", ["lena@", "lena@hoff", "@hoffmann.example", "a @ b.example", "@@"])
def test_an_address_not_yet_typed_to_its_end(text: str) -> None:
    assert plain(text) == text
    assert exact(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:+49-151-23456789", "+49-151-23456789"),
        ("Tel.: 0151 23456789", "0151 23456789"),
        ("phone 0151.234.567.89", "0151.234.567.89"),
        ("+49 (0) 151 23456789", "+49 (0) 151 23456789"),
        ("+49 151 2345 6789 ext. 12", "+49 151 2345 6789"),
        ("+49 151 2345 6789 x12", "+49 151 2345 6789"),
        ("+49 151 2345 6789;ext=12", "+49 151 2345 6789"),
        ("030 1234567 Durchwahl 12", "030 1234567"),
        ("+49\u00a0151\u202f23456789", "+49 151 23456789"),
        ("+49\u2011151\u221223456789", "+49-151-23456789"),
        ("\u202a+49 151 23456789\u202c", "+49 151 23456789"),
        ("\uff0b\uff14\uff19 151 23456789", "+49 151 23456789"),
        ("0151_23456789", "0151 23456789"),
    ],
)
def test_a_number_is_taken_out_of_what_it_was_pasted_with(text: str, number: str) -> None:
    assert plain(text) == number
    assert exact(text) == "phone"


@pytest.mark.parametrize(
    "text",
    [
        *("1007", "*1007", "**** 1007", "x1007", "xxxx1007", "xxxx-xxxx-xxxx-1007", "#1007"),
        *("•••• 1007", "••••1007", "…1007", "...1007", "Visa •••• 1007", "1 0 0 7", "1-0-0-7"),
        *("ending 1007", "ends in 1007", "Ending in: 1007", "card ending with 1007", "last4 1007"),
        *("last 4 1007", "last four digits 1007", "the last four: 1007.", "Mastercard 1007"),
        *("endet auf 1007", "Karte endend auf 1007", "Endziffern 1007", "letzte 4 Ziffern 1007"),
        *("carte termine par 1007", "terminada en 1007", "finisce con 1007"),
        *("١٠٠٧", "１００７"),
    ],
)
def test_the_last_four_digits_however_they_are_said(text: str) -> None:
    assert plain(text) == "1007"
    assert exact(text) == "last4"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("lena ending 1007", "lena 1007"),
        ("Lena Hoffmann, Visa x1007", "Lena Hoffmann 1007"),
        ("Alex 1007", "Alex 1007"),
        ("Max 1007", "Max 1007"),
        ("Martin 1007", "Martin 1007"),
        ("Postcard 1007", "Postcard 1007"),
        ("0151 2345", "0151 2345"),
        ("0151 2345 6789", "0151 2345 6789"),
        ("ending 10071", "ending 10071"),
        ("ending 100", "ending 100"),
        ("tel. 0151", "tel. 0151"),
        ("Smith, John", "Smith, John"),
        ("", ""),
    ],
)
def test_a_name_is_left_as_it_is(text: str, meant: str) -> None:
    assert plain(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "4242 4242 4242 4242",
        "card 4242424242424242",
        "ending 4242424242424242",
        "tel:4242424242424242",
        f"{ID} 4242-4242-4242-4242",
        "lena@hoffmann.example 4242424242424242",
    ],
)
def test_beside_a_full_card_number_nothing_may_be_sent(text: str) -> None:
    assert exact(text) is None


@given(st.text(), st.integers(0, 4))
def test_whatever_is_pasted_is_understood_quickly_and_once(text: str, times: int) -> None:
    once = plain(text * 10**times)
    assert len(once) <= 4000
    assert plain(once) == once
