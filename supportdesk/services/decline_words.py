"""The words of decline answers from disk: ours, a translation, a company's own."""

from __future__ import annotations

from pathlib import Path

from supportdesk.domain.decline_texts import Texts, parse_texts
from supportdesk.errors import UserFacing


def read_words(
    built_in: Path, own: Path | None, language: str = "en"
) -> tuple[Texts, UserFacing | None]:
    """Read `declines.json` and `declines.<language>.json` of both folders, `own` last.

    A broken file of `own` is not used: the built-in words are, and the reason is returned.
    """
    names = ("declines.json", f"declines.{language.partition('_')[0]}.json")
    ours = [text for name in names if (text := _read(built_in / name))]
    texts = parse_texts(*ours)
    try:
        theirs = [text for name in names if own is not None and (text := _read(own / name))]
        return parse_texts(*ours, *theirs), None
    except UserFacing as problem:
        return texts, problem
    except (OSError, UnicodeDecodeError):
        return texts, UserFacing(
            "The decline texts of the data folder cannot be read; the built-in ones are used.",
            remedy="Check the rights of declines.json, and that it is UTF-8 text.",
            code="decline_texts_unreadable",
        )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
