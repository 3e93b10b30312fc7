"""Names of people in free text, however they are spelt there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from supportdesk.domain.folding import Aligned, core, plain, spelt

# Parts of company names, and words of two letters, that say nothing of who it is.
_COMMON = {
    *("gmbh", "ltd", "limited", "inc", "llc", "plc", "sarl", "sas", "srl", "the", "and", "und"),
    *("ag", "kg", "co", "no", "so", "do", "an", "in", "on", "he", "we", "my", "me", "it", "is"),
    *("as", "at", "am", "by", "be", "if", "or", "us", "up", "go", "to", "of", "de", "la", "le"),
}
# Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese letters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")
_JOINT = "'’‘`´‐-―-"  # O'Brien, Anna-Lena
_SPLIT = re.compile(rf"[{_JOINT}]+")
_TOGETHER = 8  # letters of a whole name that is also found in one piece: lenahoffmann


def find_names(text: Aligned, names: Iterable[str]) -> list[tuple[int, int]]:
    """Return where these names, or parts of them that tell who it is, stand in a text.

    Case, accents and other spellings (Müller, Mueller, Muller) make no difference, unless a
    short part could then be an ordinary word: that must begin with a capital.
    """
    return sorted({span for part in _parts(names) for span in _find(text, part)})


def find_whole_names(text: Aligned, names: Iterable[str]) -> list[tuple[int, int]]:
    """As `find_names`, but only whole names, in either order: "Hoffmann, Lena" too."""
    found: set[tuple[int, int]] = set()
    for words in map(_words, names):
        for part in (" ".join(words), " ".join(words[::-1])):
            found |= {*_find(text, part)} if _tells(part) else set()
    return sorted(found)


def _find(text: Aligned, part: str) -> Iterator[tuple[int, int]]:
    if all(core(piece) in text.plain for piece in _SPLIT.split(part.replace(" ", "-"))):
        for start, end in text.find(_pattern(part)):
            if _is_meant(text.text[start:end], part):
                yield start, end


def _words(name: str) -> list[str]:
    composed = unicodedata.normalize("NFC", name).strip()
    return [word for word in re.split(r"[\s,.]+", composed) if word.strip(_JOINT)]


def _parts(names: Iterable[str]) -> set[str]:
    parts: set[str] = set()
    for name in names:
        words = _words(name)
        halves = [half for word in words for half in re.split("[‐-―-]+", word)]
        pieces = [piece for half in halves for piece in _SPLIT.split(half)]
        parts |= {word for word in (*words, *halves, *pieces) if _tells(word)}
        if len(words) > 1:
            parts.add(" ".join(words))  # a whole name also when its parts are too short alone
    return parts


def _tells(word: str) -> bool:
    """Whether a part of a name says alone who it is; "No" and "Ltd" do not."""
    if word.casefold() in _COMMON or not any(sign.isalnum() for sign in word):
        return False
    return len(word) > 2 or (len(word) == 2 and not word.islower())


def _pattern(part: str) -> re.Pattern[str]:
    between = r"[\s,._]{0,3}" if len(part) >= _TOGETHER else r"[\s,._]{1,3}"
    whole = between.join(
        rf"[{_JOINT}\s]{{0,2}}".join(spelt(piece) for piece in _SPLIT.split(word))
        for word in part.split()
    )
    if _UNSPACED.search(part):  # no blanks around words there
        return re.compile(whole)
    return re.compile(rf"(?<![^\W_]){whole}(?:['’]?s)?(?![^\W_])")  # also Lenas, Hoffmann's


def _is_meant(written: str, part: str) -> bool:
    """Whether what was found is the name and not a short word that only looks like it."""
    composed = unicodedata.normalize("NFC", written)
    if len(part) <= 2:  # "Li", not "li"
        return composed == part or bool(_UNSPACED.search(part))
    if composed.casefold() == part.casefold() or _UNSPACED.search(part):
        return True
    other = plain(written) != plain(part)
    return written[0].isupper() or len(part) > (4 if other else 3)
