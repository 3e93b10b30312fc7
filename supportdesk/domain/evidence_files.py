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
    """A file that passed. `name` is the agent's own file name and never leaves the desk."""

    name: str
    content_type: ContentType
    content: bytes


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
    if size > MAX_BYTES:
        raise UserFacing(
            f"This file has {size / 1e6:.1f} MB: Stripe takes at most 5 MB.",
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
            content = file.read(MAX_BYTES + 1)
            size = len(content)
            if size > MAX_BYTES:
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
