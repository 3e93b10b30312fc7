"""Words in a caller's account that may matter: hints for a person, never a decision.

Stripe publishes the English words that may tell a complaint from an inquiry (Handling
complaints); the lists for other languages and for support needs are the desk's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from supportdesk.domain.own_lists import wrong
from supportdesk.errors import UserFacing

LANGUAGES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
}
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 2  # common words of a language that show that a text is written in it
_SURE = 4  # its share of the leading language, as 1 in so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What to look for: `words` by language, `why` it matters, in an agent's words.

    `kind` is complaint, or support for what may need help; `executive`: it may make the
    complaint executive.
    """

    id: str
    kind: Literal["complaint", "support"]
    why: str
    words: Mapping[str, tuple[str, ...]]
    executive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalList:
    """A version of the lists; `common` holds words that tell languages apart."""

    version: str
    common: Mapping[str, tuple[str, ...]]
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a signal stands in a text: `text[start:end]`."""

    start: int
    end: int
    text: str
    signal: Signal

    @property
    def key(self) -> tuple[str, str]:
        """What a decision about it is kept under, wherever in the text it stands."""
        return self.signal.id, self.text.casefold()


_LIST = TypeAdapter(SignalList)


def parse_signals(text: str) -> SignalList:
    """The lists from their JSON text.

    Raises:
        UserFacing: `signals_unreadable`, naming the place that is wrong.
    """
    try:
        return _LIST.validate_json(text)
    except ValidationError as error:
        raise UserFacing(
            "The list of words that may matter in a complaint cannot be used.",
            detail=wrong(error),
            remedy="Correct or remove complaints/signals.json in the data folder.",
            code="signals_unreadable",
        ) from error


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    return str(_stemmer(language).stemWord(word.casefold()))


@lru_cache(maxsize=len(LANGUAGES))
def _stemmer(language: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(LANGUAGES[language])


class Spotter:
    """Finds the signals of a list in texts."""

    def __init__(self, known: SignalList) -> None:
        self._known = known
        self._phrases: dict[str, dict[str, list[tuple[tuple[str, ...], Signal]]]] = {}

    def languages(self, text: str) -> tuple[str, ...]:
        """The languages a text seems to be written in; English when none shows."""
        return self._shown(text) or ("en",)

    def _shown(self, text: str) -> tuple[str, ...]:
        words = [word.casefold() for word in _WORD.findall(text)]
        counts = {
            language: sum(word in common for word in words)
            for language, common in ((k, {*v}) for k, v in self._known.common.items())
        }
        most = max(counts.values(), default=0)
        found = [
            language
            for language, count in counts.items()
            if count >= _ENOUGH and count * _SURE >= most * (_SURE - 1)
        ]
        return tuple(found)

    def find(self, text: str) -> tuple[Found, ...]:
        """Every signal in a text, in order; of two at the same place the longer one.

        In a text too short to show its language all languages are looked for.
        """
        tokens = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
        found: dict[int, Found] = {}
        for language in self._shown(text) or LANGUAGES:
            stems = [_stem(word, language) for _, _, word in tokens]
            phrases = self._of(language)
            for at, stem in enumerate(stems):
                for phrase, signal in phrases.get(stem, ()):
                    if tuple(stems[at : at + len(phrase)]) != phrase:
                        continue
                    start, end = tokens[at][0], tokens[at + len(phrase) - 1][1]
                    if start not in found or end > found[start].end:
                        found[start] = Found(start, end, text[start:end], signal)
        return tuple(_apart(sorted(found.values(), key=lambda each: each.start)))

    def _of(self, language: str) -> dict[str, list[tuple[tuple[str, ...], Signal]]]:
        """The phrases of a language by the stem they begin with."""
        if language not in self._phrases:
            by_first: dict[str, list[tuple[tuple[str, ...], Signal]]] = {}
            for signal in self._known.signals:
                for words in signal.words.get(language, ()):
                    phrase = tuple(_stem(word, language) for word in _WORD.findall(words))
                    by_first.setdefault(phrase[0], []).append((phrase, signal))
            self._phrases[language] = by_first
        return self._phrases[language]


def _apart(found: Iterable[Found]) -> Iterable[Found]:
    """What does not lie within the one before it."""
    end = 0
    for each in found:
        if each.start >= end:
            end = each.end
            yield each
