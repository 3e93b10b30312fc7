"""Evidence files: judged by what is in them, not by their name.

Limits: docs.stripe.com/file-upload (purpose dispute_evidence): PDF, JPEG or PNG, 5 MB. Texts
never carry the file's name: it may name a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from supportdesk.errors import UserFacing

MAX_BYTES = 5_000_000  # bytes; the smaller reading of "5 MB"
MAX_PICTURE = 25_000_000  # bytes of a photo: it is made smaller before it is sent
ContentType = Literal["application/pdf", "image/jpeg", "image/png"]

_PDF_HEAD = 1024  # readers accept the mark anywhere in the first 1,024 bytes
_REMEDY = "Save or export it as PDF, JPEG or PNG and add that file."
_KNOWN = (  # offset, mark, what people call it
    (4, b"ftyphei", "an iPhone photo (HEIC)"),
    (4, b"ftypmif1", "an iPhone photo (HEIC)"),
    (4, b"ftyp", "a video"),
    (0, b"GIF8", "a GIF image"),
    (8, b"WEBP", "a WebP image"),
    (0, b"II*\x00", "a TIFF image"),
    (0, b"MM\x00*", "a TIFF image"),
    (0, b"BM", "a BMP image"),
    (0, b"PK\x03\x04", "an Office document or a ZIP archive"),
    (0, b"\xd0\xcf\x11\xe0", "an old Office document"),
    (0, b"{\\rtf", "a text document (RTF)"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that passed. `name` is the agent's own file name and never leaves the desk.

    `pages` and `notes` are what was found on it, 0 and nothing before it was looked at.
    """

    name: str
    content_type: ContentType
    content: bytes
    pages: int = 0
    notes: tuple[str, ...] = ()


def sniff(content: bytes) -> ContentType | None:
    """Return the type Stripe takes that these bytes are, None for any other."""
    if b"%PDF-" in content[:_PDF_HEAD]:
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return None


def check(name: str, content: bytes, size: int) -> Evidence:
    """Judge a file by its content.

    Args:
        content: its bytes, or only the first ones when it is too large.
        size: its size in bytes.

    Raises:
        UserFacing: `evidence_empty`, `evidence_too_large`, `evidence_wrong_type` or
            `evidence_cut_off`.
    """
    if not content:
        raise UserFacing(
            "This file is empty (0 bytes).",
            remedy="Ask for it to be sent again, or save it again.",
            code="evidence_empty",
        )
    kind = sniff(content)
    if kind is None:
        what = _name_of(content)
        raise UserFacing(
            f"This file is {what}: the network takes PDF, JPEG or PNG.",
            remedy=_REMEDY,
            code="evidence_wrong_type",
        )
    most = MAX_BYTES if kind == "application/pdf" else MAX_PICTURE
    if size > most:
        raise UserFacing(
            f"This file has {size / 1e6:.1f} MB: at most {most // 1_000_000} MB can be used.",
            remedy="Scan it again with fewer dots per inch, or leave out pages that prove nothing.",
            code="evidence_too_large",
        )
    if _cut_off(kind, content):
        raise UserFacing(
            "This file is damaged: its end is missing.",
            remedy="Copy or download it again.",
            code="evidence_cut_off",
        )
    return Evidence(name, kind, content)


def read(path: Path) -> Evidence:
    """Read and judge a file; blocks, so call it beside the window's thread.

    Never reads more than the limit. Raises UserFacing as `check`, or `evidence_gone`,
    `evidence_folder`, `evidence_unreadable` (with the system's reason).
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PICTURE + 1)
            size = len(content)
            if size > MAX_PICTURE:
                size = max(size, path.stat().st_size)
    except FileNotFoundError as error:
        raise UserFacing(
            "This file is no longer there.",
            remedy="It was moved, renamed or deleted: choose it again.",
            code="evidence_gone",
        ) from error
    except IsADirectoryError as error:
        raise UserFacing(
            "This is a folder.", remedy="Choose one file.", code="evidence_folder"
        ) from error
    except (OSError, ValueError) as error:
        folder = path.is_dir()  # Windows calls opening a folder a missing permission
        raise UserFacing(
            "This is a folder." if folder else "This file cannot be read.",
            detail="" if folder else getattr(error, "strerror", "") or "",
            remedy="Choose one file."
            if folder
            else "Check that it is not open elsewhere and that you may read it.",
            code="evidence_folder" if folder else "evidence_unreadable",
        ) from error
    return check(path.name, content, size)


_UNUSABLE = {  # code: what it is, what to do; {n} is the page, or how many there are
    "evidence_password": (
        "This PDF opens with a password only: the bank could not read it.",
        "Open it, print or save it as a PDF without a password and add that.",
    ),
    "evidence_damaged": (
        "This file cannot be opened: it is damaged.",
        "Copy or download it again, or photograph the paper.",
    ),
    "evidence_too_many_pages": (
        "These are {n} pages: nobody reads more than 50.",
        "Keep the pages that prove something.",
    ),
    "evidence_too_many_pixels": (
        "This picture has {n} million pixels: it cannot be unpacked safely.",
        "Save it smaller and add that.",
    ),
    "evidence_too_small": (
        "This picture is only {n} pixels across: nothing on it can be read.",
        "Ask for the original, or photograph it closer.",
    ),
    "evidence_blank": (
        "Nothing is left of this in black and white: it would arrive blank.",
        "Scan or photograph it darker.",
    ),
    "evidence_faint": (
        "This is too pale to be read in black and white.",
        "Scan or photograph it with more contrast.",
    ),
    "evidence_blurred": (
        "This is blurred: nothing sharp is on it.",
        "Photograph it again, with the camera held still.",
    ),
    "evidence_card_number": (
        "A full card number or a CVC can be read on page {n}: it must not be kept or sent.",
        "Cover all but the last four digits of the number and add it again.",
    ),
    "evidence_too_hard": (
        "This file could not be read: it asks for too much memory or time.",
        "Print it to a new PDF, or photograph the paper.",
    ),
    "evidence_too_large_together": (
        "Together these files have {n} MB: Stripe takes at most 5 MB.",
        "Leave out pages that prove nothing, or scan them with fewer dots per inch.",
    ),
}


def unusable(code: str, number: float = 0) -> UserFacing:
    """Return what to say of a file that was opened and cannot be evidence.

    `number` is the page it is about, or how many pages, pixels or megabytes there are.
    """
    title, remedy = _UNUSABLE.get(code, _UNUSABLE["evidence_damaged"])
    return UserFacing(title.format(n=f"{number:g}"), remedy=remedy, code=code)


def _name_of(content: bytes) -> str:
    for offset, mark, words in _KNOWN:
        if content[offset : offset + len(mark)] == mark:
            return words
    if b"\x00" in content[:4096]:
        return "of another kind"
    start = content[:256].lstrip().lower()
    return "a web page" if start.startswith((b"<!doctype html", b"<html")) else "plain text"


def _cut_off(kind: ContentType, content: bytes) -> bool:
    """Return whether the end that this type must have is missing (trailing bytes are fine)."""
    end = {"application/pdf": b"%%EOF", "image/jpeg": b"\xff\xd9", "image/png": b"IEND"}[kind]
    return end not in content[-65_536:]
