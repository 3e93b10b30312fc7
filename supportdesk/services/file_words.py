"""Card data in the words of any file: a PDF's text layer, Office documents, mails, plain text.

Files come from anywhere: PDFs and archives are opened in a process of their own
(`evidence_child`). What is only drawn, as in a photo or a scan, is not read.
"""

from __future__ import annotations

import email
import email.policy
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import PurePath

from supportdesk.domain.privacy import in_file
from supportdesk.services import evidence_pages
from supportdesk.services.evidence_pages import Unusable

MOST_PAGES = 2_000  # of a PDF; more are not searched
MOST_UNPACKED = 200_000_000  # bytes of an archive's parts together
_PDF_HEAD = 1024
_ZIP = b"PK\x03\x04"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\x00", b"MM\x00*")
_MARKED = (b"<?xml", b"<!doctype html", b"<html")
_SKIPPED = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
# Ends of what stands apart: paragraphs, cells. Within them a number may be cut by other marks.
_BLOCK = re.compile(
    r"</(?:\w+:)?(?:p|si|c|v|tr|tc|td|th|li|div|h\d|table-cell)\s*>|<br\s*/?>", re.IGNORECASE
)
_MARK = re.compile(r"<[^<>]*>")
_CELLS = re.compile(r"[,;\t]")
_AT_ONCE = 500_000  # characters looked at together
_OVER = 200  # and so many of the next ones: longer than a number with its word
_APART = " | "  # no card number goes on behind it


def kind_of(name: str) -> str:
    """Return the ending of a file's name, which tells tables and mails from other text."""
    return PurePath(name).suffix.casefold()


def is_foreign(content: bytes) -> bool:
    """Whether a file must be opened in a process of its own."""
    return b"%PDF-" in content[:_PDF_HEAD] or content.startswith(_ZIP)


def search(content: bytes, kind: str) -> int:
    """Return on which page or part card data can be read, 0 when none can.

    Args:
        kind: see `kind_of`.

    Raises:
        Unusable: it cannot be opened or has too many parts.
    """
    if b"%PDF-" in content[:_PDF_HEAD]:
        try:
            evidence_pages.search(content, MOST_PAGES)
        except Unusable as found:
            if found.code == "evidence_card_number":
                return found.number
            raise
        return 0
    parts = _unpacked(content) if content.startswith(_ZIP) else _words(content, kind)
    for at, words in enumerate(parts, start=1):
        if any(in_file(words[start : start + _AT_ONCE + _OVER]) for start in _starts(words)):
            return at
    return 0


def _starts(words: str) -> range:
    """Where to begin to look: a file of figures alone would else fill the memory."""
    return range(0, max(len(words), 1), _AT_ONCE)


def _unpacked(content: bytes) -> Iterator[str]:
    """Yield the words of an archive's parts: Office documents are archives of marked-up text."""
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                left -= part.file_size
                if left < 0:
                    raise Unusable("evidence_damaged")
                yield from _words(archive.read(part), kind_of(part.filename))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise Unusable("evidence_damaged") from error  # damaged, or with a password


def _words(content: bytes, kind: str) -> Iterator[str]:
    if content.startswith(_PICTURES):
        return
    if kind == ".eml":
        yield from _mail(content)
        return
    text = _decoded(content)
    if content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKED):
        text = html.unescape(_MARK.sub("", _BLOCK.sub(_APART, _SKIPPED.sub(_APART, text))))
    yield _CELLS.sub(_APART, text) if kind in (".csv", ".tsv") else text


def _mail(content: bytes) -> Iterator[str]:
    message = email.message_from_bytes(content, EmailMessage, policy=email.policy.default)
    yield " | ".join(str(value) for value in message.values())
    for part in message.walk():
        if not part.is_multipart():
            inside = part.get_payload(decode=True)
            if isinstance(inside, bytes):
                yield from _words(inside, kind_of(part.get_filename() or ""))


def _decoded(content: bytes) -> str:
    """Return bytes as text; figures are right whatever else is guessed wrong."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.replace(b"\x00", b"").decode("cp1252", "replace")
