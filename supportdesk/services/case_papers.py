"""Papers of a case: evidence put behind a case file, and its small pictures.

Evidence comes from anywhere, so this too runs in a process of its own (`evidence_child`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

PDF = "application/pdf"
SMALL = 220  # pixels: the longer side of a small picture
MOST_PIXELS = 60_000_000  # a picture with more is not opened: it may be made to fill the memory


def together(front: bytes, behind: Sequence[tuple[bytes, str]]) -> tuple[bytes, list[int]]:
    """Return one PDF: `front`, then each file (content, content type) in order.

    Besides, the places of the files that cannot be read as their type says and are left out.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    writer = PdfWriter()
    writer.append(io.BytesIO(front), import_outline=False)
    left_out = []
    for at, (content, content_type) in enumerate(behind):
        pages = content if content_type == PDF else _as_pdf(content)
        try:
            reader = PdfReader(io.BytesIO(pages))
            read = list(reader.pages)
        except (PyPdfError, ValueError, KeyError, TypeError, RecursionError):
            left_out.append(at)
            continue
        for page in read:
            writer.add_page(page)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue(), left_out


def small(content: bytes, content_type: str) -> bytes:
    """Return a small PNG of a picture or of a PDF's first page, b"" if it cannot be made."""
    made = _page(content) if content_type == PDF else _picture(content)
    if made is None:
        return b""
    made.thumbnail((SMALL, SMALL))
    out = io.BytesIO()
    made.convert("RGB").save(out, "PNG")
    return out.getvalue()


def _page(content: bytes) -> Image | None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return None
    try:
        page = document[0]
        scale = min(1.0, SMALL * 2 / max(page.get_size()))
        drawn: Image = page.render(scale=scale).to_pil()
        return drawn
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        return None
    finally:
        document.close()


def _picture(content: bytes) -> Image | None:
    import PIL.Image

    try:
        picture = PIL.Image.open(io.BytesIO(content))
        if picture.width * picture.height > MOST_PIXELS:
            return None
        picture.load()
    except (PIL.UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    return picture


def _as_pdf(content: bytes) -> bytes:
    picture = _picture(content)
    if picture is None:
        return b""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PDF", resolution=150.0)
    return out.getvalue()
