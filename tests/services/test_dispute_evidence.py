"""Bad files: each with its own message, none kept, none uploaded, the good ones not lost."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from supportdesk.domain.evidence_files import MAX_BYTES
from supportdesk.errors import UserFacing
from supportdesk.services import evidence_child
from supportdesk.services.dispute_evidence import too_large
from supportdesk.services.evidence_child import ChildFailed
from tests.services.desk_at_practice import Place, Programme, place, programme
from tests.support.evidence import locked_pdf, picture, text_pdf


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    mark = b"\x89PNG\r\n\x1a\n"
    return mark + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def grain() -> bytes:
    """Return a picture that hardly gets smaller."""
    out = io.BytesIO()
    Image.effect_noise((2200, 2200), 60).save(out, "JPEG", quality=70)
    return out.getvalue()


def noise(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((900, 1200), 4).save(out, kind)
    return out.getvalue()


GOOD = text_pdf()
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty pdf": ("report.pdf", lambda: b"", "0 bytes"),
    "empty jpeg": ("photo.jpg", lambda: b"", "0 bytes"),
    "truncated pdf": ("report.pdf", lambda: text_pdf(3)[:900], "its end is missing"),
    "truncated jpeg": ("photo.jpg", lambda: picture("JPEG")[:3000], "its end is missing"),
    "truncated png": ("scan.png", lambda: picture()[:3000], "its end is missing"),
    "a hole in a png": ("scan.png", lambda: picture()[:2000] + picture()[-12:], "damaged"),
    "a pdf with its middle cut out": ("r.pdf", lambda: b"%PDF-1.7\nxx\n%%EOF", "damaged"),
    "password": ("locked.pdf", locked_pdf, "password"),
    "no pages": ("none.pdf", lambda: text_pdf(0), "damaged"),
    "300 pages": ("long.pdf", lambda: text_pdf(300, lines=2), "300 pages"),
    "51 pages": ("long.pdf", lambda: text_pdf(51, lines=2), "51 pages"),
    "40 MB pdf": ("big.pdf", lambda: GOOD + b"\0" * 40_000_000, "at most 5 MB"),
    "40 MB png": ("big.png", lambda: picture() + b"\0" * 40_000_000, "at most 25 MB"),
    "just over 5 MB": ("big.pdf", lambda: GOOD + b" " * 5_000_000, "at most 5 MB"),
    "a picture that unpacks to too much": ("b.png", lambda: bomb(60_000, 60_000), "million pixels"),
    "heic named jpg": ("IMG_1.jpg", lambda: HEIC, "HEIC"),
    "office named pdf": ("letter.pdf", lambda: b"PK\x03\x04" + b"\0" * 90, "Office document"),
    "web page named pdf": ("bill.pdf", lambda: b"<!doctype html><p>Bill", "web page"),
    "program named png": ("virus.png", lambda: b"MZ" + b"\0" * 90, "a program"),
    "text named png": ("notes.png", lambda: b"just words", "plain text"),
    "tiff": ("scan.tiff", lambda: b"II*\x00" + b"\0" * 90, "TIFF"),
    "gif": ("scan.gif", lambda: b"GIF89a" + b"\0" * 90, "GIF"),
    "webp": ("scan.webp", lambda: b"RIFF\0\0\0\0WEBP" + b"\0" * 90, "WebP"),
    "blank scan": ("blank.png", lambda: picture(ink=None), "arrive blank"),
    "black scan": ("black.png", lambda: picture(paper=0, ink=None), "arrive blank"),
    "faint scan": ("faint.jpg", lambda: picture("JPEG", ink=232), "too pale"),
    "noise": ("noise.png", lambda: noise("PNG"), "too pale"),
    "blurred photo": ("blur.png", lambda: picture(blur=2), "blurred"),
    "stamp of a picture": ("small.png", lambda: picture(size=(60, 80)), "60 pixels"),
    "card number in the text": (
        "statement.pdf",
        lambda: text_pdf(2, "Card 4242 4242 4242 4242 paid"),
        "card number or a CVC can be read on page 1",
    ),
    "security code in the text": (
        "mail.pdf",
        lambda: text_pdf(2, "my CVC is 123"),
        "a CVC can be read on page 1",
    ),
    "exotic name, bad inside": ("Ünïçødé 收据 \u202egpj.pdf", lambda: b"nothing", "plain text"),
}


def test_there_are_thirty_bad_files_and_more() -> None:
    assert len(BAD) + len(GONE) >= 30


def gone(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def unreadable(path: Path) -> None:
    path.chmod(0)


GONE: dict[str, tuple[Callable[[Path], None], str]] = {
    "vanished": (gone, "no longer there"),
    "a folder": (folder, "This is a folder"),
    "not allowed": (unreadable, "cannot be read"),
}


def test_bad_files_each_say_why_and_nothing_is_kept_or_sent(tmp_path: Path) -> None:
    said: dict[str, str] = {}

    async def add(desk: Place, bought: str, name: str, path: Path) -> None:
        with pytest.raises(UserFacing) as caught:
            await desk.disputes.evidence.add(bought, path)
        said[name] = f"{caught.value.title} {caught.value.remedy}"
        assert str(path.name) not in said[name]  # a name may tell of a person

    async def whole(stripe: Programme) -> None:
        bought = stripe.capture()
        async with place(tmp_path, stripe) as desk:
            good = tmp_path / "good.pdf"
            good.write_bytes(GOOD)
            first = await desk.disputes.evidence.add(bought, good)
            for name, (called, make, _) in BAD.items():
                path = tmp_path / called
                path.write_bytes(make())
                await add(desk, bought, name, path)
                path.unlink()
            for name, (spoil, _) in GONE.items():
                if name == "not allowed" and (sys.platform == "win32" or os.geteuid() == 0):
                    continue  # who may read everything cannot be refused
                path = tmp_path / f"{name}.pdf"
                path.write_bytes(GOOD)
                spoil(path)
                await add(desk, bought, name, path)
            assert [f.id for f in await desk.casebook.disputes.files("practice", bought)] == [
                first.id
            ]
            assert await desk.casebook.journal.recent() == []
        assert stripe.get("/v1/files", limit="100")["data"] == []

    with programme() as stripe:
        asyncio.run(whole(stripe))
    for name, words in said.items():
        expected = BAD[name][2] if name in BAD else GONE[name][1]
        assert expected in words, name


def test_what_good_files_show_and_how_they_go_together(tmp_path: Path) -> None:
    async def whole(stripe: Programme) -> None:
        bought = stripe.capture()
        names = {
            "ein Beleg mit sehr langem Namen 收据.png": picture(),
            "photo.jpg": picture("JPEG", size=(1200, 900)),
            "letter.pdf": text_pdf(2),
            "small.png": picture(size=(500, 640)),
            "a phone's photo.jpg": picture("JPEG", size=(4000, 3000)),
        }
        async with place(tmp_path, stripe) as desk:
            evidence, kept = desk.disputes.evidence, []
            for name, content in names.items():
                (tmp_path / name).write_bytes(content)
                kept.append(await evidence.add(bought, tmp_path / name))
            assert [file.name for file in kept] == list(names)
            assert [(file.pages, file.notes) for file in kept][1:4] == [
                (1, ()),
                (2, ()),
                (1, ("small 1",)),
            ]
            ids = [file.id for file in kept]
            foreseen = await evidence.size(bought, ids)
            assert len(await desk.casebook.disputes.files("practice", bought)) == len(ids)
            whole = await evidence.whole(bought, ids)
            assert foreseen == whole.size
            assert (whole.pages, whole.parts) == (6, tuple(ids))
            assert whole.size < MAX_BYTES
            assert (await evidence.whole(bought, ids)).id == whole.id  # made once
            turned = await evidence.whole(bought, ids[::-1])
            assert turned.id != whole.id
            assert (await evidence.whole(bought, [ids[2]])).id == ids[2]  # a PDF goes as it is
            pages = await evidence.preview(ids)
            assert len(pages) == 6
            first = Image.open(io.BytesIO(pages[0]))
            assert first.mode == "1"  # nothing but black and white
            assert len(await evidence.preview([whole.id])) == 6
            photos = [
                (await evidence.add_picture(bought, f"{n}.jpg", grain())).id for n in range(3)
            ]
            too_much = too_large(await evidence.size(bought, photos))
            assert too_much is not None
            with pytest.raises(UserFacing) as caught:
                await evidence.whole(bought, photos)
            assert caught.value.code == too_much.code == "evidence_too_large_together"
            assert caught.value.title == too_much.title

    with programme() as stripe:
        asyncio.run(whole(stripe))


def test_a_child_that_ends_or_hangs_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def of(code: str) -> Callable[[], list[str]]:
        return lambda: [sys.executable, "-c", code]

    for code in ("import os; os.abort()", "print('no json')", "", "while True: pass"):
        monkeypatch.setattr(evidence_child, "command", of(code))
        monkeypatch.setattr(evidence_child, "SECONDS", 2.0)
        with pytest.raises(ChildFailed):
            evidence_child.ask("inspect", [(GOOD, "application/pdf")])
    monkeypatch.setattr(evidence_child, "command", lambda: ["/no/such/program"])
    with pytest.raises(ChildFailed):
        evidence_child.ask("inspect", [(GOOD, "application/pdf")])
