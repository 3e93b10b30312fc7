"""The lists for lost and stolen cards from disk: ours, or parts of a company's own."""

from __future__ import annotations

from pathlib import Path

from supportdesk.domain.lost_texts import Texts, parse_delivery, parse_words
from supportdesk.errors import UserFacing


def read_texts(built_in: Path, own: Path | None = None) -> tuple[Texts, UserFacing | None]:
    """Read `words.json` and `delivery.json`; those of the folder `own` replace parts of ours.

    A broken file of `own` is not used: ours is, and the reason is returned.
    """
    words_text = (built_in / "words.json").read_text("utf-8")
    delivery_text = (built_in / "delivery.json").read_text("utf-8")
    words, delivery = parse_words(words_text), parse_delivery(delivery_text)
    problem = None
    try:
        if own is not None and (text := _own_text(own / "words.json")):
            words = parse_words(words_text, text)
        if own is not None and (text := _own_text(own / "delivery.json")):
            delivery = parse_delivery(delivery_text, text)
    except UserFacing as error:
        problem = error
    return Texts(words, delivery), problem


def _own_text(path: Path) -> str:
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except (OSError, ValueError) as error:
        raise UserFacing(
            "A list for lost cards in the data folder cannot be read; the built-in one is used.",
            detail=path.name,
            remedy="Check the file's rights and that it is UTF-8 text.",
            code="lost_texts_unreadable",
        ) from error
