"""Security codes (CVC) and PINs in free text: figures right beside a word that says what they are.

The words are in `resources/cards/codes.json`, in five languages; without one of them three or four
figures are only a number. PCI DSS 4.0.1 (requirement 3.3) lets nobody keep them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from supportdesk.domain.folding import Aligned, any_of
from supportdesk.paths import resources

Kind = Literal["cvc", "pin"]
_Words = Mapping[str, Mapping[str, list[str]]]  # by what they are for and by language
_FIGURES: Mapping[Kind, str] = {  # as they are read out: whole, one by one, in pairs
    "cvc": r"(?:\d{3,4}|\d(?:[ -]\d){2,3})",
    "pin": r"(?:\d{4,8}|\d(?:[ -]\d){3,7}|\d\d[ -]\d\d(?:[ -]\d\d)?)",
}
_APART = r"[\s:=#,;\-‐-―\"'“”„«»(\[*>→|]{0,4}"
_END = r"(?![\w€$£%]|[.,:]\d|-\d)"  # not an amount, a time of day, a date
_SOME = re.compile(r"\d[ -]?\d[ -]?\d")


@dataclass(frozen=True, slots=True)
class Code:
    """Where the figures of a code stand: `text[start:end]`.

    `sure`: the word beside them means nothing else, unlike "security code".
    """

    start: int
    end: int
    kind: Kind
    sure: bool


def find_codes(text: str) -> list[Code]:
    """Find security codes and PINs, in order."""
    if not _SOME.search(text):
        return []
    aligned = Aligned(text)
    label, patterns = _patterns()
    if not label.search(aligned.plain):
        return []
    found: list[Code] = []
    for pattern, kind, sure in patterns:
        places = aligned.find(pattern, "figures")
        found += [Code(start, end, kind, sure) for start, end in places]
    return _apart(sorted(found, key=lambda code: (code.start, -code.end, not code.sure)))


def _apart(found: Iterable[Code]) -> list[Code]:
    kept: list[Code] = []
    for code in found:
        if not kept or code.start >= kept[-1].end:
            kept.append(code)
    return kept


@cache
def _patterns() -> tuple[re.Pattern[str], list[tuple[re.Pattern[str], Kind, bool]]]:
    """Return what finds a label at all, and what finds figures beside one."""
    words: _Words = json.loads((resources() / "cards/codes.json").read_text("utf-8"))
    made: list[tuple[re.Pattern[str], Kind, bool]] = []
    seen: list[str] = []
    for kind in _FIGURES:
        for sure in (True, False):
            some = (n for lang, n in words[kind].items() if (lang == "any") is sure)
            labels = [word for names in some for word in names]
            seen += labels
            made += [(pattern, kind, sure) for pattern in _around(words, kind, labels)]
    return re.compile(any_of(seen)), made


def _around(words: _Words, kind: Kind, labels: list[str]) -> Iterable[re.Pattern[str]]:
    """Yield patterns for figures behind and before a label."""
    noun, aside, link, is_, whose, counted = (
        any_of(word for some in words[name].values() for word in some)
        for name in ("noun", "aside", "link", "is", "whose", "counted")
    )
    label = rf"(?<!\w){any_of(labels)}(?!\w)"
    figures = rf"(?<!\w)(?P<figures>{_FIGURES[kind]}){_END}(?!\s?{counted}(?!\w))"
    # What belongs between: "PIN no. 1234", "CVC of my card is 123", "CVC (on the back): 1".
    linked = rf"(?:(?:{aside}{_APART}\)?)?(?:{link}{_APART}|(?<=[:=]\s)|(?<=[:=])){{1,2}})?"
    yield re.compile(rf"{label}{_APART}\)?{_APART}(?:{noun}{_APART})?{linked}{figures}")
    yield re.compile(rf"{figures}[\s,\"'”“»)]{{0,3}}{is_}\s(?:{whose}\s){{0,2}}{label}")
