"""Texts of any kind in every field of a complaint: out as CSV or workbook and in again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.cells import CELL_LIMIT, fits, guarded, parts, plain, runs
from supportdesk.domain.complaint_check import LISTED, LONG, LONG_FIELDS, SHORT
from supportdesk.domain.complaint_import import FIELDS
from supportdesk.domain.complaint_log import FLAGS, INSTANTS, LISTS, TEXTS, columns
from supportdesk.domain.complaints import Complaint, Wanted
from supportdesk.services.sheets import read_sheet
from supportdesk.services.tables import workbook
from tests.services.test_complaint_lists import reporting
from tests.services.test_complaints import DAY, Desk, at_desk

# What spreadsheets run, cut, escape or lose; and characters of every plane.
HOSTILE = (
    *("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "＝1", "'=x", "''-x", "'", "a;=1+1"),
    *("a\t+1", "a\n-1", "x;'=1", '=HYPERLINK("https://x.example","y")', "|cmd", "%0A=1"),
    *('a "quoted; text", here', "two\nlines", "_x000D_", "_x005F_", "_x005F_x0041_", "ax005F_"),
    *("<r>x</r>", "<r><t>x</t></r>", "]]>", "&amp;<b>", "a… [whole text: Long texts 1]"),
    *("true", "0123", "1e9", "12:30", "#REF!", "NULL", "sep=;", "\ufeffbom", "\ufffe\uffff"),
    *("\u200e\u0645\u0631\u062d\u0628\u0627", "👩‍🚀", "e\u0301", "x\u00a0"),
    "".join(chr(plane * 0x10000 + 0x1234) for plane in range(17)),
    "".join(chr(plane * 0x10000 + 0xFFFD) for plane in range(17)),
)
# Chosen from lists, given by Stripe, or the desk's own: these take no text of any kind.
CHOSEN = {*LISTED, "complaint_classification", "account_ID", "jurisdiction", "redress_currency"}
OWN = {"id", "number", "account", "zone", "call_id", "status", "lists_version"}
FREE = tuple(name for name in TEXTS if name not in CHOSEN | OWN)
_ANY = st.text(
    st.characters(codec="utf-8") | st.sampled_from("'=+-@;\t\r\n_x05F<r>/]"), max_size=60
)


def filled(desk: Desk, text: str) -> Complaint:
    """A complaint with the text wherever it can stand; one of a megabyte in two fields only."""
    made = desk.say(user_stage="Active", complainant_role="Cardholder")
    short = text[:SHORT]
    whole = LONG_FIELDS if len(text) <= SHORT else {"verbatim", "internal_links"}
    texts = {name: text if name in whole else short for name in FREE}
    lists = {"watchers": (short.replace("\n", " "), "S. Iyer")}
    resolved = desk.resolved(made, redress_reqd=True, redress_amount=123_456_789_01)
    return replace(
        resolved,
        redress_currency="EUR",
        acknowledged_at=desk.now,
        acknowledged_medium="E-mail",
        legal_hold=True,
        **texts,  # type: ignore[arg-type]
        **lists,  # type: ignore[arg-type]
    )


def told(one: Complaint) -> dict[str, object]:
    """All that a list tells of a complaint."""
    names = (*TEXTS, *FLAGS, *LISTS, "redress_amount", "state")
    said = {name: getattr(one, name) for name in names if name not in OWN}
    days = {name: getattr(one, name) for name in INSTANTS}
    return said | {name: at and one.day(at) for name, at in days.items()}


async def all_of(desk: Desk) -> list[Complaint]:
    return [*await desk.complaints.page("open"), *await desk.complaints.page("closed")]


def through(tmp_path: Path, form: str, texts: Sequence[str]) -> tuple[Path, list[Complaint]]:
    """Complaints of such texts, exported by one desk and brought into another."""
    path = tmp_path / f"log.{form}"

    async def out(desk: Desk) -> list[Complaint]:
        for text in texts:
            await desk.complaints.log(filled(desk, text))
        await desk.complaints.log(desk.say(is_complaint=False, decision_reason="Only asked."))
        one = await desk.complaints.log(desk.say())
        await desk.complaints.steps.withdraw(one, desk.now, "A misunderstanding.")
        one = await desk.complaints.log(desk.say())
        await desk.complaints.steps.investigate(one)
        await reporting(desk).log.export(path, Wanted(), reason="asked by Stripe")
        return await all_of(desk)

    async def back(desk: Desk) -> list[Complaint]:
        desk.now += DAY
        imports = reporting(desk).imports
        sheet = await imports.read(path)
        assert {"next_clock", "due", "lists_version", "reported_in", "erased_at"} == {
            title for at, title in enumerate(sheet.head) if at not in sheet.mapping
        }
        trial = await imports.try_it(sheet, "de_DE")
        assert [(line.at, line.problems) for line in trial.wrong] == []
        await imports.run(sheet, trial)
        again = await imports.try_it(await imports.read(path), "de_DE")
        assert (len(again.new), len(again.known)) == (0, len(trial.new))
        return await all_of(desk)

    for name in ("out", "back"):
        (tmp_path / name).mkdir()
    before = at_desk(tmp_path / "out", out)
    after = at_desk(tmp_path / "back", back)
    assert sorted(map(repr, map(told, after))) == sorted(map(repr, map(told, before)))
    return path, before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_field_comes_back_as_it_went_out(tmp_path: Path, form: str) -> None:
    path, before = through(tmp_path, form, HOSTILE)
    if form == "csv":
        assert not spreadsheet_runs(path.read_text("utf-8-sig"))
    else:
        assert cell_kinds(path) <= {"s", "n"}
    assert len(before) == len(HOSTILE) + 3


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_megabyte_comes_back_whole(tmp_path: Path, form: str) -> None:
    path, before = through(tmp_path, form, ["\U0001f600 ä=\n" * (LONG // 5) + "."])
    assert max(len(one.verbatim) for one in before) == LONG
    if form == "xlsx":
        for row in read_cells(path):
            assert all(len(cell.encode("utf-16-le")) // 2 <= CELL_LIMIT for cell in row)


def spreadsheet_runs(text: str) -> list[str]:
    """Cells that a spreadsheet would run, with any list separator a country has."""
    found = []
    for mark in ",;\t":
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        found += [cell for row in rows for cell in row if re.match(r"[\s\ufeff]*[=+\-@＝]", cell)]
    return found


def cell_kinds(path: Path) -> set[str]:
    book = openpyxl.load_workbook(path, read_only=True)
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row if c.value}
    book.close()
    return kinds


def read_cells(path: Path) -> list[list[str]]:
    book = openpyxl.load_workbook(path, read_only=True)
    rows = [
        [str(cell or "") for cell in row]
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    ]
    book.close()
    return rows


def test_the_full_log_leaves_no_field_out() -> None:
    told_otherwise = {"id", "account", "version", "zone", "call_id", "status", "clocks", "terms"}
    told_otherwise |= {"replies", "files", "private"}  # these are in the case file
    assert {field.name for field in fields(Complaint)} - told_otherwise <= set(columns(full=True))
    assert set(FREE) <= set(FIELDS)
    private = set(columns(full=True)) - set(columns(full=False))
    assert {"verbatim", "cardholder_name", "cardholder_id", "card_last4", "support_need"} <= private


@given(_ANY)
def test_what_guards_a_text_can_be_taken_off_and_holds_wherever_it_is_cut(text: str) -> None:
    made = guarded(text)
    assert plain(made) == text
    assert all(piece.startswith("'") or not runs(piece) for piece in re.split("[;\t\r\n]", made))


@given(_ANY | st.from_regex(r"(_x00[45][1F])+_?") | st.from_regex(r"\A<r>.*</r>\Z"))
def test_pieces_fit_and_make_the_whole(text: str) -> None:
    assert "".join(parts(text)) == text
    assert all(fits(piece) for piece in parts(text))


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(_ANY | st.from_regex(r"(_x00[45][1F])+_?"), min_size=1, max_size=20))
def test_a_workbook_with_shared_texts_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "shared.xlsx"
    path.write_bytes(workbook("Complaints", ["n", "text"], [["1", text] for text in texts]))
    rows = read_sheet(path)[1:]
    assert [row[1] if len(row) > 1 else "" for row in rows] == texts


def test_a_workbook_tells_of_no_maker_and_no_time() -> None:
    made = [workbook("Complaints", ["n"], [["a"], ["=1"], ["x" * 99_999]]) for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as book:
        said = book.read("docProps/core.xml").decode()
        assert re.findall(r">([^<\s]+)<", said) == ["2000-01-01T00:00:00Z"] * 2
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
