"""What is on the pages of evidence: read, judged, put together, shown as the bank will see it.

Files come from anywhere, so all of this runs in a process of its own (`evidence_child`), under
limits. Nothing here knows a file's name. Networks pass evidence on as a black and white fax
(docs.stripe.com/issuing/purchases/disputes), so that is what is judged.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from supportdesk.domain.privacy import in_file

if TYPE_CHECKING:
    import pypdfium2
    from PIL import Image

MAX_PAGES = 50  # our own line: more is not read by anyone
MAX_PIXELS = 50_000_000  # of one picture; a photo of a phone has up to 50 million
LONG_SIDE = 1_400  # pixels of a page looked at, about 120 dots per inch of A4
MERGED_SIDE = 2_200  # pixels of a picture put into a PDF, about 190 dots per inch of A4
LEAST_SIDE = 200  # pixels of a picture's shorter side below which nothing can be read
SMALL_SIDE = 700
MAX_TEXT = 400_000  # characters of a text layer that are searched for card numbers
_CONTRAST = 45  # grey levels between ink and paper
_EDGE = 24  # strength of the sharpest hundredth of a page
_POINTS = 842.0  # length of A4, for pages without a sensible size

Code = Literal[
    "evidence_password",
    "evidence_damaged",
    "evidence_too_many_pages",
    "evidence_too_many_pixels",
    "evidence_too_small",
    "evidence_blank",
    "evidence_faint",
    "evidence_blurred",
    "evidence_card_number",
]


class Unusable(Exception):
    """A file that cannot be evidence; `number` is the page, or how many there are."""

    def __init__(self, code: Code, number: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class Look:
    """How a page comes out in black and white: "", "blank", "faint" or "blurred"."""

    fault: Literal["", "blank", "faint", "blurred"]
    picture: Image.Image


@dataclass(frozen=True, slots=True)
class Findings:
    """A usable file: its pages, and what an agent should know, such as "faint 2"."""

    pages: int
    notes: tuple[str, ...]


def inspect(content: bytes, content_type: str) -> Findings:
    """Judge a file. Raises Unusable."""
    if content_type != "application/pdf":
        picture = _picture(content)
        shorter = min(picture.size)
        if shorter < LEAST_SIDE:
            raise Unusable("evidence_too_small", shorter)
        fault = look(picture).fault
        if fault:
            raise Unusable(_UNREADABLE[fault], 1)
        return Findings(1, ("small 1",) if shorter < SMALL_SIDE else ())
    with closing(_open(content)) as document:
        _search(document, MAX_TEXT)
        faults = [look(page).fault for page in _rendered(document)]
    if all(faults):
        raise Unusable(_UNREADABLE[faults[0] or "blank"], 1)
    notes = tuple(f"{fault} {n}" for n, fault in enumerate(faults, start=1) if fault)
    return Findings(len(faults), notes)


def search(content: bytes, pages: int) -> None:
    """Look for card data in the text layer of a PDF of at most so many pages. Raises Unusable."""
    with closing(_open(content, pages)) as document:
        _search(document, MAX_TEXT * 10)


_UNREADABLE: dict[str, Code] = {
    "blank": "evidence_blank",
    "faint": "evidence_faint",
    "blurred": "evidence_blurred",
}


def merge(parts: Sequence[tuple[bytes, str]]) -> bytes:
    """Put files into one PDF in their order, pictures upright and of a size for print.

    Nothing of a file but its pages goes along: no name, author, place of a photo, script.

    Raises:
        Unusable: a part cannot be read, or together they have too many pages.
    """
    import pypdfium2

    made = pypdfium2.PdfDocument.new()
    with closing(made):
        for content, content_type in parts:
            if content_type != "application/pdf":
                content = _as_pdf(content)
            with closing(_open(content)) as document:
                made.import_pages(document)
        if len(made) > MAX_PAGES:
            raise Unusable("evidence_too_many_pages", len(made))
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def preview(parts: Sequence[tuple[bytes, str]]) -> Iterator[bytes]:
    """Yield each page in black and white as a PNG. Raises Unusable."""
    for content, content_type in parts:
        if content_type == "application/pdf":
            with closing(_open(content)) as document:
                yield from (_png(look(page).picture) for page in _rendered(document))
        else:
            yield _png(look(_picture(content)).picture)


def look(picture: Image.Image) -> Look:
    """Return how a picture comes out in black and white, and what is wrong with that."""
    from PIL import Image, ImageFilter

    grey = picture.convert("L")
    grey.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    levels = grey.histogram()
    cut, dark, light, share = _split(levels)
    edges = grey.filter(ImageFilter.FIND_EDGES).crop(
        (1, 1, max(grey.width - 1, 2), max(grey.height - 1, 2))
    )
    sharpest = _level_of(edges.histogram(), 0.99)
    picture = grey.point([0 if level <= cut else 255 for level in range(256)]).convert("1")
    spread = _level_of(levels, 0.9999) - _level_of(levels, 0.0001)
    if spread < 12 or share < 0.0004:
        return Look("blank", picture)
    if light - dark < _CONTRAST:
        return Look("faint", picture)
    if sharpest < _EDGE:
        return Look("blurred", picture)
    return Look("", picture)


def _split(levels: Sequence[int]) -> tuple[int, float, float, float]:
    """Cut grey levels in two where they differ most (Otsu).

    Returns the cut, the means below and above it, and the share of the smaller side.
    """
    total, weighted = sum(levels), sum(n * count for n, count in enumerate(levels))
    best, found = -1.0, (127, 0.0, 255.0, 0.0)
    below = below_weighted = 0
    for cut, count in enumerate(levels):
        below += count
        below_weighted += cut * count
        above = total - below
        if not below or not above:
            continue
        dark, light = below_weighted / below, (weighted - below_weighted) / above
        between = below * above * (light - dark) ** 2
        if between > best:
            best, found = between, (cut, dark, light, min(below, above) / total)
    return found


def _level_of(levels: Sequence[int], share: float) -> int:
    """The level below which this share of the pixels lies."""
    wanted, seen = sum(levels) * share, 0
    for level, count in enumerate(levels):
        seen += count
        if seen >= wanted:
            return level
    return 255


def _open(content: bytes, most: int = MAX_PAGES) -> pypdfium2.PdfDocument:
    import pypdfium2
    import pypdfium2.raw

    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pypdfium2.raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise Unusable("evidence_password") from error
        raise Unusable("evidence_damaged") from error
    if pages < 1:
        raise Unusable("evidence_damaged")
    if pages > most:
        raise Unusable("evidence_too_many_pages", pages)
    return document


def _search(document: pypdfium2.PdfDocument, left: int) -> None:
    """Refuse a text layer with card data in its first `left` characters."""
    import pypdfium2

    for number, page in enumerate(document, start=1):
        try:
            text = page.get_textpage().get_text_range()[:left]
        except (pypdfium2.PdfiumError, UnicodeDecodeError):
            continue  # a page without a readable text layer; how it looks is judged all the same
        left -= len(text)
        if in_file(text):
            raise Unusable("evidence_card_number", number)


def _rendered(document: pypdfium2.PdfDocument) -> Iterator[Image.Image]:
    import pypdfium2

    for page in document:
        try:
            longest = max(*page.get_size(), 1.0)
            picture: Image.Image = page.render(
                scale=min(LONG_SIDE / longest, LONG_SIDE / _POINTS * 4), grayscale=True
            ).to_pil()
        except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
            raise Unusable("evidence_damaged") from error
        yield picture


def _picture(content: bytes) -> Image.Image:
    """Read a JPEG or PNG, turned as its camera was held."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is unpacked
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        if picture.width * picture.height > MAX_PIXELS:
            raise Unusable("evidence_too_many_pixels", picture.width * picture.height // 1_000_000)
        picture.draft("L", (MERGED_SIDE, MERGED_SIDE))  # JPEG: unpack no more than is needed
        picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise Unusable("evidence_damaged") from error
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "PA", "P"):
        paper = Image.new("RGBA", turned.size, "white")
        paper.alpha_composite(turned.convert("RGBA"))
        turned = paper
    return turned.convert("L")


def _as_pdf(content: bytes) -> bytes:
    """Return a picture as a PDF of one page."""
    from PIL import Image

    picture = _picture(content)
    picture.thumbnail((MERGED_SIDE, MERGED_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=max(picture.size) / (_POINTS / 72), quality=80)
    return out.getvalue()


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
