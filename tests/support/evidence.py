"""Evidence files made here: good ones and bad ones."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

WORDS = "Receipt 12 June 2026, total EUR 249.00, thank you for your order"


@cache
def text_pdf(pages: int = 1, words: str = WORDS, lines: int = 20) -> bytes:
    """Return a PDF whose pages hold lines of text, with a right table of contents."""
    shown = words.replace("\\", "").replace("(", "").replace(")", "")
    rows = " ".join(f"1 0 0 1 50 {780 - 30 * n} Tm ({shown}) Tj" for n in range(lines))
    stream = f"BT /F1 14 Tf {rows} ET".encode("latin-1")
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for n in range(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    return _pdf(objects)


def _pdf(objects: Sequence[bytes]) -> bytes:
    made = io.BytesIO(b"%PDF-1.7\n")
    made.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(made.tell())
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    made.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    made.write(b"trailer\n<</Root 1 0 R/Size %d>>\n" % (len(objects) + 1))
    made.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return made.getvalue()


@cache
def locked_pdf() -> bytes:
    """Return a PDF that opens with a password only."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(text_pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@cache
def picture(
    kind: str = "PNG",
    *,
    size: tuple[int, int] = (900, 1200),
    paper: int = 255,
    ink: int | None = 0,
    blur: float = 0,
) -> bytes:
    """Return a picture of a page with text, `ink` and `paper` as levels of grey."""
    image = Image.new("L", size, paper)
    if ink is not None:
        draw = ImageDraw.Draw(image)
        for top in range(40, size[1] - 30, 40):
            draw.text((40, top), f"{WORDS} {WORDS}", fill=ink)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
