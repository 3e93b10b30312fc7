"""Documents become PDF files that other programs can read."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from PySide6.QtWidgets import QApplication

from supportdesk.domain.document import Document, Facts, Heading, Paragraph, Table
from supportdesk.ui.pdf import render

A4 = (595, 842)  # points


@pytest.fixture(autouse=True)
def _app(qapp: QApplication) -> None:
    """Fonts need an application."""


def pages_of(pdf: bytes) -> list[str]:
    """What each page says; Qt may name the glyph between two words a tab."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [page.extract_text().replace("\t", " ") for page in pages]


def test_everything_is_said_in_its_order_on_a4() -> None:
    pdf = render(
        Document(
            "Receipt",
            [
                Heading("Who"),
                Facts([("Name", "Łukasz Žák & <b>Söhne</b>"), ("Card", "•••• 4242")]),
                Paragraph("First line of notification\nsecond line"),
                Table(["Shop", "Amount"], [["Café", "€1.00"], ["Only one"]], frozenset({1})),
            ],
            footer="Kept for 18 months",
        )
    )
    reader = PdfReader(io.BytesIO(pdf))
    (text,) = pages_of(pdf)
    said = [
        "Receipt",
        "Who",
        "Name",
        "<b>Söhne</b>",
        "4242",
        "First line of notification",
        "second line",
    ]
    said += ["Shop", "Amount", "Café", "€1.00", "Only one", "Kept for 18 months", "1 / 1"]
    places = [text.index(word) for word in said]
    assert places == sorted(places)
    assert reader.metadata is not None
    assert reader.metadata.title == "Receipt"
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4


def test_a_long_table_goes_on_with_its_head_and_every_page_has_its_number() -> None:
    rows = [[f"Shop {at:03}", "word " * 8] for at in range(120)]
    pages = pages_of(render(Document("Long", [Table(["The shop", "Said"], rows)], "Foot")))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "The shop" in page
        assert f"{number} / {len(pages)}" in page
        assert "Foot" in page
    whole = "\n".join(pages)
    assert [at for at in range(120) if f"Shop {at:03}" not in whole] == []


def test_ink_stays_on_the_page_when_a_word_has_no_end() -> None:
    pdf = render(
        Document("T" * 300, [Facts([("L" * 200, "v" * 900)]), Paragraph("p" * 2000)], "f" * 500)
    )
    for page in pypdfium2.PdfDocument(pdf):
        grey = page.render(scale=1).to_pil().convert("L")
        edge = grey.crop((grey.width - 40, 0, grey.width, grey.height))
        assert edge.getextrema() == (255, 255)
    assert "v" * 20 in "".join(pages_of(pdf))


def test_drawn_beside_the_windows_thread() -> None:
    document = Document("Beside", [Paragraph("said elsewhere")])
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(render, [document] * 4))
    assert all("said elsewhere" in pages_of(pdf)[0] for pdf in made)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_spoils_the_file(anything: str, other: str) -> None:
    document = Document(
        anything,
        [
            Heading(other),
            Facts([(other, anything)]),
            Table([other], [[anything]]),
            Facts([]),
            Table([], []),
        ],
        other,
    )
    assert len(pypdfium2.PdfDocument(render(document))) >= 1


def test_half_a_character_and_controls_are_marked() -> None:
    (text,) = pages_of(render(Document("T", [Paragraph("a\ud800b\x00c")])))
    assert [letter for letter in "abc" if letter not in text] == []
