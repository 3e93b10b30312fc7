"""Search as you type over the mirror: names, e-mail, telephone, last four digits and ids.

Every question to the index is bounded, so the time hardly grows with the number of cardholders.
Found in this order: an exact id or e-mail; whole words; beginnings of words; any part of three
letters or more. One or two letters find beginnings of words only, an id is found from its
beginning. All words typed must be found, in any order.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from supportdesk.store import folding
from supportdesk.store.body import storable
from supportdesk.store.folding import Word
from supportdesk.store.mirror import Mirror
from supportdesk.store.mirror_tables import (
    AuthorizationRow,
    CardholderRow,
    CardRow,
    DisputeRow,
    TokenRow,
    TransactionRow,
)

Why = Literal["id", "email", "phone", "last4", "name"]
_LAST = "\U0010ffff"  # sorts behind every continuation of a text
_LISTED = 30_000  # numbers taken from one index to be compared with another's at most
_LOOKED_AT = 1000  # entries compared letter by letter at most


@dataclass(frozen=True, slots=True)
class Hit:
    """A cardholder that was found, and by what of theirs."""

    cardholder_id: str
    why: Why


async def search(mirror: Mirror, text: str, limit: int = 50) -> list[Hit]:
    """Return the cardholders that fit what was typed, the best first, `limit` at most.

    Any text is allowed; one without a letter or digit finds nothing. A hit by the id of a card or
    another object may name a cardholder that the mirror itself has not seen yet.

    Raises:
        UserFacing: the mirror cannot be read.
    """
    query = folding.query(text)
    if not query.readings:
        return []
    return await mirror.database.read(lambda session: _find(session, query, limit))


def _find(session: Session, query: folding.Query, limit: int) -> list[Hit]:
    hits: dict[str, Hit] = {}
    for found in _ways(session, query, limit):
        for hit in found:
            hits.setdefault(hit.cardholder_id, hit)
        if len(hits) >= limit:
            break
    return list(hits.values())[:limit]


def _ways(session: Session, query: folding.Query, limit: int) -> Iterator[Iterable[Hit]]:
    """Yield the hits of one way to search after the other, the best first."""
    yield _by_id(session, storable(query.raw), limit)
    if query.email:
        found_by_email = [Hit(id, "email") for id in _by_email(session, query.email, limit)]
        yield found_by_email
        if found_by_email:  # an address typed so far is no more to be taken apart
            return
    for words in query.readings:
        seen: set[int] = set()
        for expression in _expressions(words):
            found = set(_with_words(session, expression, limit + len(seen))) - seen
            seen |= found
            yield _ranked(_entries(session, found), words)
        yield _ranked(_containing(session, words, 2 * limit), words)


def _by_id(session: Session, start: str, limit: int) -> Iterator[Hit]:
    """Yield the owners of what has an id that begins so."""
    theirs: dict[str, tuple[Any, Any]] = {
        "ich": (CardholderRow.id, select(CardholderRow.id)),
        "ic": (CardRow.id, select(CardRow.cardholder_id)),
        "iauth": (AuthorizationRow.id, select(AuthorizationRow.cardholder_id)),
        "ipi": (TransactionRow.id, select(TransactionRow.cardholder_id)),
        "idp": (
            DisputeRow.id,
            select(TransactionRow.cardholder_id).join(
                DisputeRow, col(DisputeRow.transaction_id) == TransactionRow.id
            ),
        ),
        "intok": (
            TokenRow.id,
            select(CardRow.cardholder_id).join(TokenRow, col(TokenRow.card_id) == CardRow.id),
        ),
    }
    kind, underscore, _ = start.partition("_")
    if underscore and kind in theirs:
        id, query = theirs[kind]
        for owner in session.exec(
            query.where(id >= start, id < start + _LAST).distinct().limit(limit)
        ):
            if owner:
                yield Hit(owner, "id")


def _by_email(session: Session, start: str, limit: int) -> Iterable[str]:
    """Return the cardholders whose e-mail address begins so, in its order: the exact one first."""
    email = col(CardholderRow.email)
    begun = select(CardholderRow.id).where(email >= start, email < start + _LAST)
    return session.exec(begun.order_by(email).limit(limit))


def _either(forms: Iterable[str]) -> str:
    return f"({' OR '.join(forms)})"


def _whole(words: list[Word]) -> str:
    return " AND ".join(_either(f'"{form}"' for form in word) for word in words)


def _begun(words: list[Word]) -> str:
    return " AND ".join(_either(f'"{form}"*' for form in word) for word in words)


def _expressions(words: list[Word]) -> list[str]:
    """Return the questions to the index of words: all whole, the last begun, all begun."""
    last_begun = f"{_whole(words[:-1])} AND {_begun(words[-1:])}" if words[1:] else ""
    return [asked for asked in (_whole(words), last_begun, _begun(words)) if asked]


def _with_words(session: Session, expression: str, limit: int) -> Iterator[int]:
    """Yield the numbers of cardholders by the index of words (SQLite)."""
    question = "SELECT rowid FROM search_words WHERE search_words MATCH :expression LIMIT :limit"
    return iter(session.scalars(sql(question), {"expression": expression, "limit": limit}))


def _anywhere(session: Session, words: list[Word]) -> Iterator[int]:
    """Yield the numbers of cardholders who seem to have each word somewhere (SQLite).

    Words of one or two letters only the index of words knows, and four digits may stand in it as
    a card's. The two indexes are asked one by one: joined, one would be asked for each row of the
    other.
    """
    parameters: dict[str, object] = {"listed": _LISTED, "limit": _LOOKED_AT}

    def ask(index: str, expression: str) -> str:
        name = f"expression{len(parameters)}"
        parameters[name] = expression
        question = f"SELECT rowid FROM {index} WHERE {index} MATCH :{name} LIMIT :listed"
        return f"SELECT * FROM ({question})"

    short = [word for word in words if len(min(word, key=len)) < 3]
    numbers = [word for word in words if len(word[0]) == 4 and word[0].isdecimal()]
    rest = [word for word in words if word not in short + numbers]
    if not rest and not numbers:
        return iter(())
    asked = [
        f"SELECT * FROM ({ask('search_parts', _triples(word))}"
        f" UNION {ask('search_words', _begun([word]))})"
        for word in numbers
    ]
    if rest:
        asked.append(ask("search_parts", " AND ".join(_triples(word) for word in rest)))
    if short:
        asked.append(ask("search_words", _begun(short)))
    return iter(session.scalars(sql(f"{' INTERSECT '.join(asked)} LIMIT :limit"), parameters))


def _triples(word: Word) -> str:
    return _either(
        "(" + " AND ".join(f'"{form[at : at + 3]}"' for at in range(len(form) - 2)) + ")"
        for form in word
        if len(form) > 2
    )


def _entries(session: Session, numbers: Collection[int]) -> list[tuple[str, str]]:
    """Return id and search entry of the cardholders with these numbers.

    The entry has a line each of name, e-mail, telephone and last four digits of the cards.
    """
    question = (
        "SELECT id, folded || char(10) || coalesce((SELECT group_concat(' ' || last4, '') "
        "FROM cards WHERE cardholder_id = cardholders.id), '') "
        "FROM cardholders WHERE seq IN (SELECT value FROM json_each(:numbers))"
    )
    rows = session.execute(sql(question), {"numbers": json.dumps(list(numbers))})
    return [(id, entry) for id, entry in rows]


def _containing(session: Session, words: list[Word], limit: int) -> list[tuple[str, str]]:
    """Return entries that have each word somewhere, at least `limit` if there are so many."""
    candidates = _anywhere(session, words)
    found: list[tuple[str, str]] = []
    while len(found) < limit and (some := list(islice(candidates, 4 * limit))):
        found += [
            entry
            for entry in _entries(session, some)
            if all(_grade(word, entry[1]) < 3 for word in words)
        ]
    return found


def _grade(word: Word, text: str) -> int:
    """Return how well `word` is found in folded text: whole 0, begun 1, inside 2, not at all 3."""
    spaced = text.replace("\n", " ") + " "
    if any(f" {form} " in spaced for form in word):
        return 0
    if any(f" {form}" in spaced for form in word):
        return 1
    return 2 if any(len(form) > 2 and form in spaced for form in word) else 3


def _ranked(entries: list[tuple[str, str]], words: list[Word]) -> Iterator[Hit]:
    """Yield the hits, the closest first and then by name."""

    def closeness(entry: tuple[str, str]) -> tuple[int, str]:
        return sum(_grade(word, entry[1]) for word in words), entry[1]

    for id, folded in sorted(entries, key=closeness):
        yield Hit(id, _why(words, folded))


def _why(words: list[Word], folded: str) -> Why:
    """Return by what the words were found: what is not the name says more than the name."""
    kinds: tuple[Why, ...] = ("name", "email", "phone", "last4")
    lines = dict(zip(kinds, folded.split("\n"), strict=True))
    reasons = [min(kinds, key=lambda kind: _grade(word, lines[kind])) for word in words]
    return next((reason for reason in reasons if reason != "name"), "name")
