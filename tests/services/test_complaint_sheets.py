"""Lists from anywhere: what is read, what is refused and how that is said, what is stopped."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from supportdesk.domain.complaint_import import FIELDS, NUMBER
from supportdesk.errors import UserFacing
from supportdesk.services import complaint_import
from supportdesk.services.sheets import MOST_COLUMNS, read_sheet
from supportdesk.services.workbook import Workbook
from tests.services.test_complaint_lists import reporting
from tests.services.test_complaints import Desk, at_desk, refused

PAN = "4242 4242 4242 4242"
HEAD = (
    *("number", "date_received", "complaint_category", "complaint_sub_category"),
    *("complaint_channel", "complaint_description", "alleges_UDAP_or_discrimination"),
    *("systemic_issue_identified",),
)
GOOD = ("2026-10-05", "Product or Service", "Servicing", "Phone", "Zu spät – größer", "no", "no")
ROWS = [list(HEAD), ["A1", *GOOD], [], ["A2", "soon", *GOOD[1:]]]
TEXT = "\n".join(",".join(row) for row in ROWS)


def typed(mark: str) -> str:
    return TEXT.replace(",", mark)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        typed(";").encode(),
        typed("\t").encode("utf-16"),
        typed("|").encode(),
        b"sep=;\r\n" + typed(";").encode(),
        TEXT.replace("\n", "\r\n").encode(),
    ],
)
def test_the_ways_programs_write_tables_are_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(content)
    assert read_sheet(path) == ROWS


def packed(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def wide() -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active.cell(1, MOST_COLUMNS + 1, "x")
    book.save(made)
    return made.getvalue()


def damaged() -> bytes:
    made = io.BytesIO()
    book = Workbook(made, "Complaints", HEAD)
    book.close()
    with zipfile.ZipFile(made) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return packed(**{name: content[:-9] for name, content in parts.items()})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older kind"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "page or document"),
        ("paper.csv", b"%PDF-1.7 ...", "page or document"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0", ""),
        ("letters.docx", packed(**{"word/document.xml": b"<x/>"}), "no Excel workbook"),
        ("text.xlsx", b"a,b\n1,2\n", "no Excel workbook"),
        ("wide.xlsx", wide(), f"more than {MOST_COLUMNS} columns"),
        ("wide.csv", b"," * MOST_COLUMNS + b"x", f"more than {MOST_COLUMNS} columns"),
        ("broken.xlsx", damaged(), ""),
        ("bomb.xlsx", packed(**{"xl/workbook.xml": b" " * (513 * 2**20)}), "unfolds"),
        ("quote.csv", b'a,b\n"' + b"x" * 5 * 2**20, ""),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserFacing) as caught:
        read_sheet(path)
    assert caught.value.code == "sheet_unreadable"
    assert said in caught.value.detail
    assert "Save it as CSV" in caught.value.remedy


def listed(tmp_path: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Path:
    path = tmp_path / "old.csv"
    lines = [",".join(row) for row in (head, *rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["date_input", "date_received", "reopened_at", "decided_at", "regulator_sent_at"]
)
def test_nothing_is_brought_in_from_the_future(tmp_path: Path, name: str) -> None:
    row = dict(zip(HEAD, ("A1", *GOOD), strict=True)) | {name: "2029-12-31"}
    if name == "date_received":
        row["date_input"] = "2030-01-01"
    path = listed(tmp_path, tuple(row.values()), head=tuple(row))

    async def work(desk: Desk) -> None:
        imports = reporting(desk).imports
        trial = await imports.try_it(await imports.read(path), "de_DE")
        assert trial.new == ()
        told = {problem.field: problem.text for problem in trial.wrong[0].problems}
        assert told[name] == "This lies in the future."

    at_desk(tmp_path, work)


@pytest.mark.parametrize("name", sorted(set(FIELDS) - set(HEAD[1:5])))
def test_a_card_number_is_stopped_in_every_field(tmp_path: Path, name: str) -> None:
    head = (*HEAD, name) if name not in HEAD else HEAD
    row = dict(zip(HEAD, ("A1", *GOOD), strict=True)) | {name: PAN}
    path = listed(tmp_path, tuple(row[title] for title in head), head=head)

    async def work(desk: Desk) -> None:
        imports = reporting(desk).imports
        trial = await imports.try_it(await imports.read(path), "de_DE")
        ((_, problems),) = [(line.at, line.problems) for line in trial.wrong]
        assert name in {problem.field for problem in problems}
        assert not any("4242" in problem.text for problem in problems)

    at_desk(tmp_path, work)


def test_problems_name_the_rows_of_the_file_and_columns_stand_for_one_field(
    tmp_path: Path,
) -> None:
    path = tmp_path / f"{PAN}.csv"
    path.write_text(TEXT + f"\nA3,{','.join(GOOD)}", encoding="utf-8")

    async def work(desk: Desk) -> None:
        imports = reporting(desk).imports
        sheet = await imports.read(path)
        trial = await imports.try_it(sheet, "de_DE")
        assert [(line.at, line.number) for line in trial.wrong] == [(4, "A2")]
        assert [line.at for line in trial.new] == [2, 5]
        sheet.mapping[4] = sheet.mapping[5]
        error = await refused(imports.try_it(sheet, "de_DE"), "mapping_twice")
        assert error.field == "complaint_description"
        await imports.run(await imports.read(path), trial)
        made = (await desk.complaints.page("open"))[0]
        assert (await desk.complaints.history(made.id))[0].why == "•••• 4242.csv"

    at_desk(tmp_path, work)


def test_the_number_of_another_complaint_is_no_double(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        path = listed(tmp_path, (made.number, *GOOD), (made.number, "2026-11-05", *GOOD[1:]))
        imports = reporting(desk).imports
        trial = await imports.try_it(await imports.read(path), "de_DE")
        assert [(line.at, line.problems[0].field) for line in trial.wrong] == [(2, NUMBER)]
        assert [line.at for line in trial.known] == [3]

    at_desk(tmp_path, work)


def test_a_cancelled_import_keeps_what_is_in_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_import, "AT_ONCE", 2)
    monkeypatch.setattr(complaint_import, "TRIED_AT_ONCE", 2)
    path = listed(tmp_path, *((f"A{n}", *GOOD) for n in range(7)))

    async def stop(start: Callable[[Callable[[int], None]], asyncio.Task[object]]) -> None:
        begun = asyncio.Event()
        task = start(lambda _count: begun.set())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def work(desk: Desk) -> None:
        made = reporting(desk)
        sheet = await made.imports.read(path)
        await stop(lambda told: asyncio.ensure_future(made.imports.try_it(sheet, "de_DE", told)))
        trial = await made.imports.try_it(sheet, "de_DE")
        await stop(lambda told: asyncio.ensure_future(made.imports.run(sheet, trial, told)))
        brought = len(await desk.complaints.page("open"))
        assert 2 <= brought < 7
        (entry,) = await made.log._journal.recent(account="practice")
        assert (entry.state, entry.outcome) == ("confirmed", {"rows": brought})
        trial = await made.imports.try_it(await made.imports.read(path), "de_DE")
        assert (len(trial.known), len(trial.new)) == (brought, 7 - brought)
        assert await made.imports.run(sheet, trial) == 7 - brought
        assert len(await desk.complaints.page("open")) == 7

    at_desk(tmp_path, work)
