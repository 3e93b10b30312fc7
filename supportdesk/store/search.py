"""Search as you type over the mirror: names, e-mail, telephone, last four digits and ids.

Every question to the index is bounded, so the time hardly grows with the number of cardholders.
Found in this order: an exact id or e-mail; last four digits and telephone numbers; whole words;
beginnings of words; any part of three letters or more; when there is nothing of all that, those
who have the words without titles and the like, then names that differ by one typing error. One
or two letters find beginnings of words only, an id is found from its beginning. All words typed
must be found, in any order. Of equally close ones those come first that were opened at this desk
lately.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from rapidfuzz.distance import OSA
from sqlmodel import Session

from supportdesk.domain import folding
from supportdesk.domain.folding import Word
from supportdesk.domain.records import Card, Cardholder
from supportdesk.domain.typed import plain
from supportdesk.store import search_sql
from supportdesk.store.body import load, storable
from supportdesk.store.mirror import Mirror
from supportdesk.store.search_sql import Entry

Why = Literal["id", "email", "phone", "last4", "name"]
_LOOKED_AT = 400  # entries compared letter by letter at most
_LATELY = 50  # cardholders opened last that are looked through first
_FORGIVEN = 4  # letters from which on a word may have a typing error
_MEANT = 30  # words that one with a typing error is taken for at most


@dataclass(frozen=True, slots=True)
class Hit:
    """A cardholder that was found, and by what of theirs."""

    cardholder_id: str
    why: Why


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with what a row of results shows: the cardholder, if the mirror has it, and cards."""

    hit: Hit
    cardholder: Cardholder | None
    cards: list[Card]


async def search(mirror: Mirror, text: str, limit: int = 50, *, region: str = "") -> list[Hit]:
    """Return the cardholders that fit what was typed, the best first, `limit` at most.

    Any text is allowed; one without a letter or digit finds nothing. A hit by the id of a card or
    another object may name a cardholder that the mirror itself has not seen yet. If the caller is
    cancelled the search is broken off.

    Args:
        region: ISO 3166-1 alpha-2 of the country from which a telephone number without a country
            code is understood first.

    Raises:
        UserFacing: the mirror cannot be read.
    """
    query = folding.query(plain(text), region)
    if not query.words:
        return []
    return await mirror.database.read(lambda session: _Search(session, query, limit).hits())


async def find(mirror: Mirror, text: str, limit: int = 50, *, region: str = "") -> list[Found]:
    """Return what `search` does together with the records, read in one go."""
    query = folding.query(plain(text), region)
    if not query.words:
        return []

    def work(session: Session) -> list[Found]:
        hits = _Search(session, query, limit).hits()
        holders, cards = search_sql.bodies(session, [hit.cardholder_id for hit in hits])
        known = {id: load(Cardholder, body) for id, body in holders.items()}
        return [
            Found(
                hit,
                known.get(hit.cardholder_id),
                [load(Card, body) for body in cards.get(hit.cardholder_id, ())],
            )
            for hit in hits
        ]

    return await mirror.database.read(work)


class _Search:
    """One search within one reading transaction."""

    def __init__(self, session: Session, query: folding.Query, limit: int) -> None:
        self._session = session
        self._query = query
        self._limit = limit
        four = {word[0] for word in query.words if len(word[0]) == 4 and word[0].isdecimal()}
        self._owners = {last4: search_sql.with_last4(session, last4) for last4 in four}
        self._cards_end: dict[str, list[Entry]] = {}
        self._lately = search_sql.recently_opened(session, _LATELY)
        self._known = self._entries(self._lately)

    def hits(self) -> list[Hit]:
        """Return what is found, until there is enough of it."""
        hits: dict[str, Hit] = {}
        for hit in chain.from_iterable(self._ways()):
            hits.setdefault(hit.cardholder_id, hit)
            if len(hits) == self._limit:
                return list(hits.values())
        if not hits:
            hits = {hit.cardholder_id: hit for hit in self._forgiving()}
        return list(hits.values())[: self._limit]

    def _forgiving(self) -> Iterator[Hit]:
        """Yield whom the words may mean although nobody has them all as they were typed."""
        words = folding.called(self._query.words)
        if words != self._query.words:
            found = list(self._called(words)) or list(self._containing(words))
            if found:
                yield from found
                return
        for meant in self._corrected(words):
            yield from self._called(meant)

    def _ways(self) -> Iterator[Iterable[Hit]]:
        """Yield the hits of one way to search after the other, the best first."""
        query = self._query
        raw = storable(query.raw)
        if search_sql.is_id(raw):
            owners = search_sql.owners_by_id(self._session, raw, self._limit)
            yield [Hit(id, "id") for id in owners]
        if query.email:
            by_email = search_sql.with_email(self._session, query.email, self._limit)
            yield [Hit(id, "email") for id in by_email]
            if by_email:  # an address typed so far is no more to be taken apart
                return
        for number in query.numbers:
            if (number,) not in query.words:
                theirs = self._numbered([(number,)])
                yield self._ranked(theirs, [(number,)])
                if any(_fits([(number,)], text, 0) for _, text in theirs):
                    return  # it was said to its end
        yield self._called(query.words)
        said = folding.digits(query.raw)
        if query.numbers and query.words[1:]:
            yield self._containing([(said,)])
        yield self._containing(query.words)

    def _entries(self, of: Collection[int] | Collection[str]) -> list[Entry]:
        """Return entries with a fourth line: the last digits of cards, of those looked for."""

        def theirs(id: str) -> str:
            return "".join(f" {last4}" for last4, ids in self._owners.items() if id in ids)

        found = search_sql.entries(self._session, of)
        return [(id, f"{text}\n{theirs(id)}") for id, text in found]

    def _with_last4(self, last4: str) -> list[Entry]:
        """Return the entries of those with a card that ends so; read once, though asked often."""
        if last4 not in self._cards_end:
            self._cards_end[last4] = self._entries(self._owners[last4])
        return self._cards_end[last4]

    def _called(self, words: list[Word]) -> Iterator[Hit]:
        """Yield those who have the words themselves or words that begin so."""
        yield from self._ranked(self._numbered(words), words)
        seen = search_sql.with_words(self._session, search_sql.whole(words), self._limit)
        yield from self._ranked([*self._entries(seen), *self._of_late(words, 0)], words)
        if len(seen) >= self._limit:
            return
        begun = search_sql.with_words(self._session, search_sql.begun(words), self._limit)
        if words[1:] and not seen and len(begun) >= self._limit:  # the last word is unfinished
            last = f"{search_sql.whole(words[:-1])} AND {search_sql.begun(words[-1:])}"
            seen = search_sql.with_words(self._session, last, self._limit)
            yield from self._ranked([*self._entries(seen), *self._of_late(words, 1)], words)
        yield from self._ranked([*self._entries(begun - seen), *self._of_late(words, 1)], words)

    def _numbered(self, words: list[Word]) -> list[Entry]:
        """Return those who have a number among the words as telephone or a card's last digits."""
        least = 4 if words[1:] else 1  # digits beside a name are rather a part of an address
        numbers = [word for word in words if len(word[0]) >= least and word[0].isdecimal()]
        if not numbers:
            return []
        number = max(numbers, key=lambda word: len(word[0]))
        if number[0] in self._owners:  # the index of words knows telephones that begin with four
            found = self._with_last4(number[0])
        else:
            most = search_sql.OWNERS if words[1:] else self._limit
            begun = [search_sql.with_number(self._session, form, most) for form in number]
            found = self._entries(set().union(*begun))
        return [entry for entry in found if _fits(words, entry[1])]

    def _containing(self, words: list[Word]) -> Iterator[Hit]:
        """Yield those who have each word somewhere."""
        found: list[Entry] = []
        for most in (2 * self._limit, _LOOKED_AT + self._limit):  # the first mostly suffices
            candidates = search_sql.with_parts(self._session, words, most)
            found = [entry for entry in self._entries(candidates) if _fits(words, entry[1])]
            if len(candidates) < most or len(found) >= self._limit:
                break
        yield from self._ranked([*found, *self._of_late(words, 2)], words)

    def _of_late(self, words: list[Word], worst: int) -> Iterator[Entry]:
        """Yield those opened lately who have each word, none worse than this."""
        return (entry for entry in self._known if _fits(words, entry[1], worst))

    def _corrected(self, words: list[Word]) -> Iterator[list[Word]]:
        """Yield the words with one of them replaced by what may have been meant."""
        unknown = [at for at, word in enumerate(words) if not self._is_known(word)]
        for at, word in enumerate(words):
            if any(other != at for other in unknown):
                continue  # another word stays that nobody has
            meant: dict[str, int] = {}
            for form in word:
                if len(form) >= _FORGIVEN and form.isalpha():
                    last = at == len(words) - 1
                    similar = search_sql.similar_words(self._session, form, unfinished=last)
                    meant |= _meant(form, similar, unfinished=last)
            if meant:
                closest = sorted(meant, key=lambda one: (meant[one], one))[:_MEANT]
                yield [*words[:at], tuple(closest), *words[at + 1 :]]

    def _is_known(self, word: Word) -> bool:
        """Whether anybody has the word, or one that begins so."""
        return (
            any(search_sql.is_name(self._session, form) for form in word)  # asked for little
            or bool(self._numbered([word]))
            or bool(search_sql.with_words(self._session, search_sql.begun([word]), 1))
        )

    def _ranked(self, entries: Iterable[Entry], words: list[Word]) -> Iterator[Hit]:
        """Yield the hits: the closest first, of those the ones opened lately, then by name."""
        phrase = " ".join(word[0] for word in words)

        def closeness(entry: Entry) -> tuple[int, int, bool, str]:
            id, text = entry
            lately = self._lately.index(id) if id in self._lately else _LATELY
            grade = sum(_grade(word, text) for word in words)
            return grade, lately, f" {phrase}" not in text, text

        for id, folded in sorted(entries, key=closeness):
            yield Hit(id, _why(words, folded))


def _meant(word: str, similar: Iterable[str], *, unfinished: bool) -> dict[str, int]:
    """Return the words that `word` may have been meant for: 0 with its first letter, else 1.

    A typing error is a letter too many, one missing, a wrong one, or two neighbours swapped.
    """
    length = len(word)
    found: dict[str, int] = {}
    for one in similar:
        starts = {one} | ({one[: length + by] for by in (-1, 0, 1)} if unfinished else set())
        if any(OSA.distance(word, start, score_cutoff=1) <= 1 for start in starts):
            found[one] = int(one[:1] != word[:1])
    return found


def _fits(words: list[Word], text: str, worst: int = 2) -> bool:
    return all(_grade(word, text) <= worst for word in words)


def _grade(word: Word, text: str) -> int:
    """Return how well `word` is found in folded text: whole 0, begun 1, inside 2, not at all 3."""
    spaced = text.replace("\n", " ") + " "
    if any(f" {form} " in spaced for form in word):
        return 0
    if any(f" {form}" in spaced for form in word):
        return 1
    return 2 if any(len(form) >= search_sql.SHORT and form in spaced for form in word) else 3


def _why(words: list[Word], folded: str) -> Why:
    """Return by what the words were found: what is not the name says more than the name."""
    kinds: tuple[Why, ...] = ("name", "email", "phone", "last4")
    lines = dict(zip(kinds, folded.split("\n"), strict=True))
    reasons = [min(kinds, key=lambda kind: _grade(word, lines[kind])) for word in words]
    return next((reason for reason in reasons if reason != "name"), "name")
