"""The log file. What could identify a person or open a door is removed before it is written."""

from __future__ import annotations

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "supportdesk.log"
FILE_BYTES = 1_000_000
OLD_FILES = 4
LONGEST_ENTRY = 20_000  # characters
# These tell request addresses and parameters at INFO and DEBUG.
QUIET = ("stripe", "httpx", "httpcore", "asyncio", "keyring", "uvicorn.access", "sqlalchemy")

_LOCAL = r"[\w.+%'!#$*^`{|}~\-]"
_EMAIL = re.compile(rf"(?<!{_LOCAL}){_LOCAL}+?(?:@|%40)[\w.\-]+", re.IGNORECASE)
_PERSONAL = re.compile(
    r"""
      (?P<header> \bauthorization\b["']?\s*[:=,]\s*["']?(?:(?:bearer|basic)\s+)?[^\s"',;]+
                | \bbearer[\s:]+[^\s"',;]+ )
    | (?P<key> (?:sk|rk)_(?:test|live)_\w+ | (?<![^\W\d_])(?:sk|rk)_\w{6,} | whsec_\w+
             | (?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f]) )
    | (?P<time> (?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)(?:[T\ ][0-2]\d:[0-5]\d(?::[0-5]\d)?)? )
    | (?P<long> \d(?:[\ \-.]?\d){12,} )
    | (?P<number> (?<!\w)\+?\(?\d(?:[\ ()./\-]{0,3}\d){7,} )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact(text: str) -> str:
    """Return `text` without Stripe keys, database keys, card numbers, e-mail and phone numbers.

    Any run of eight or more digits goes: a phone number cannot be told from other long numbers.
    Dates stay. Names of people cannot be recognised, so nobody may log them in the first place.
    """
    return _PERSONAL.sub(_replacement, _EMAIL.sub("[e-mail]", text))


def start(folder: Path, level: int = logging.INFO) -> None:
    """Write all logging of this process to a rotating file in `folder`, redacted.

    A second call moves the log. Must run before `stripe` is imported, which reads `STRIPE_LOG`
    then and would print requests. A log that cannot be written never disturbs the program.
    """
    os.environ.pop("STRIPE_LOG", None)
    logging.raiseExceptions = False
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    stop()
    handler = _File(
        folder / FILE_NAME,
        maxBytes=FILE_BYTES,
        backupCount=OLD_FILES,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.setLevel(level)
    root.addHandler(handler)


def stop() -> None:
    """Close the log file; what is logged later goes nowhere."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _File)]:
        root.removeHandler(handler)
        handler.close()


class _File(RotatingFileHandler):
    """Our own handler, told from those of others."""


class _Redacting(logging.Formatter):
    """Redacts the finished entry, so that arguments, tracebacks and exception texts are covered."""

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own, unredacted text of the exception in the record.
        kept, record.exc_text = record.exc_text, None
        try:
            text = redact(super().format(record))
        finally:
            record.exc_text = kept
        return text if len(text) <= LONGEST_ENTRY else text[:LONGEST_ENTRY] + " [cut]"


def _replacement(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "time":
            return found[0]
        case "header" | "key":
            return "[key]"
    digits = [int(character) for character in found[0] if character.isdigit()]
    return "[card number]" if 13 <= len(digits) <= 19 and _luhn(digits) else "[number]"


def _luhn(digits: list[int]) -> bool:
    """ISO/IEC 7812-1 annex B: every second digit from the right counts double, digit by digit."""
    doubled = (digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
