"""Files of a complaint: kept as they are, unless a card number can be read in them."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from supportdesk.services.complaint_files import UNSEARCHED
from supportdesk.services.tables import workbook
from tests.services.test_complaints import Desk, at_desk, refused
from tests.support.evidence import locked_pdf, picture, text_pdf

PAN = "4242 4242 4242 4242"


def rich() -> bytes:
    """A workbook in which the number is cut by formats."""
    book = openpyxl.Workbook()
    book.active.append(["note", f"paid with {PAN}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(inside: str) -> bytes:
    """A document whose text is cut into runs, as word processors do."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        runs = "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in inside.split("~"))
        body = f'<?xml version="1.0"?><w:document><w:p>{runs}</w:p></w:document>'
        archive.writestr("word/document.xml", body)
    return out.getvalue()


def mail(body: str, *, coded: bool) -> bytes:
    said = base64.encodebytes(body.encode()).decode() if coded else body
    how = "base64" if coded else "7bit"
    return (
        "From: Lena <lena@mail.example>\nSubject: my card\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {how}\n\n{said}"
    ).encode()


def fax() -> bytes:
    return picture() + PAN.encode()  # behind a picture's end: nothing a person reads


REFUSED: dict[str, Callable[[], bytes]] = {
    "a.pdf": lambda: text_pdf(3, f"Card {PAN} paid"),
    "b.pdf": lambda: text_pdf(1, "my CVC is 123"),
    "a.txt": lambda: f"Ich zahlte mit {PAN}.".encode(),
    "b.txt": lambda: f"Ich zahlte mit {PAN}. Größe".encode("utf-16"),
    "c.txt": lambda: "Gr\xf6\xdfe, Karte 4242-4242-4242-4242".encode("latin-1"),
    "d.txt": lambda: b"Pr\xc3\xbcfziffer steht nicht da, aber CVV: 123",
    "a.csv": lambda: f"name;card\nLena;{PAN}\n".encode(),
    "a.xlsx": rich,
    "b.xlsx": lambda: workbook("Cards", ["card"], [[PAN]]),
    "a.docx": lambda: word("paid with 4242 42~42 4242~ 4242"),
    "a.html": lambda: b"<html><td>4242&nbsp;4242&nbsp;<b>4242</b>&nbsp;4242</td>",
    "a.eml": lambda: mail(f"my card is {PAN}", coded=True),
    "b.eml": lambda: mail(f"my card is {PAN}", coded=False),
    "a.doc": lambda: b"\xd0\xcf\x11\xe0" + f"Karte {PAN}".encode("utf-16-le"),
    "noname": lambda: f"{PAN}".encode(),
}
KEPT: dict[str, Callable[[], bytes]] = {
    "a.pdf": lambda: text_pdf(60, "Order 4711, total EUR 249.00, card ending 4242", lines=2),
    "b.pdf": lambda: text_pdf(1, "Booking 4242.424.242, PIN code: 1234"),
    "a.txt": lambda: b"The parcel's security code is 4711.",
    "a.csv": lambda: b"4242,4242,4242,4242\n4242;4242;4242;4242\n",
    "a.xlsx": lambda: workbook("T", ["a", "b", "c", "d"], [["4242"] * 4]),
    "a.docx": lambda: word("Sehr geehrte Frau Hoffmann"),
    "a.png": fax,
    "empty": lambda: b"",
}
UNREAD: dict[str, Callable[[], bytes]] = {
    "locked.pdf": locked_pdf,
    "damaged.pdf": lambda: b"%PDF-1.7\nxx\n%%EOF",
    "damaged.xlsx": lambda: b"PK\x03\x04" + bytes(90),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_with_a_card_number_is_not_kept(tmp_path: Path, name: str) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        attaching = desk.complaints.steps.attach(made, name, "", REFUSED[name]())
        error = await refused(attaching, "complaint_invalid")
        assert (error.field, PAN in repr(error)) == ("files", False)
        assert await desk.complaints.get(made.id) == made

    at_desk(tmp_path, work)


@pytest.mark.parametrize("name", [*KEPT, *UNREAD])
def test_other_files_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    async def work(desk: Desk) -> None:
        content = {**KEPT, **UNREAD}[name]()
        made = await desk.complaints.log(desk.say())
        one = await desk.complaints.steps.attach(made, name, "", content)
        assert await desk.complaints.file(one, one.files[0].id) == content
        last = (await desk.complaints.history(one.id))[-1]
        assert (last.action, last.why) == ("attached a file", UNSEARCHED if name in UNREAD else "")

    at_desk(tmp_path, work)
