"""The questions a search asks of the mirror's indexes; each is bounded (SQLite)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, select

from supportdesk.domain.folding import Word
from supportdesk.store.mirror_tables import (
    AuthorizationRow,
    CardholderRow,
    CardRow,
    DisputeRow,
    TokenRow,
    TransactionRow,
)

Entry = tuple[str, str]  # id and search entry of a cardholder
AFTER = "\U0010ffff"  # sorts behind every continuation of a text
LISTED = 10_000  # numbers taken from one index to be compared with another's at most
OWNERS = 1000  # cardholders looked at for a card's last four digits or a number's beginning
SPELT = 8  # ways of writing an id that are looked for at most
_LONGEST_ID = 64  # signs behind the kind
SHORT = 3  # letters from which on the index of parts knows a word
_FROM_HERE = 5  # digits from which on a number's continuations are too many for the index of words


def _ask(session: Session, question: str, *values: object) -> Sequence[Any]:
    # Read to the end at once. A search is broken off at any moment, and the driver would take
    # the statement of a result left open for free, then reset it under the search that got it.
    return session.connection().exec_driver_sql(question, values).fetchall()


def owners_by_id(session: Session, start: str, limit: int) -> Iterator[str]:
    """Yield the cardholders that own what has an id that begins so.

    Where no id is written like that, those with other capitals: ticket systems change them.
    """
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
    id, query = theirs[start.partition("_")[0]]

    def owning(begun: str) -> list[str]:
        asked = query.where(id >= begun, id < begun + AFTER).order_by(id).limit(limit)
        return list(session.exec(asked).all())

    found = owning(start)
    if not found:
        spelt = _spelt(session, id.class_.__tablename__, start)
        found = [owner for one in spelt for owner in owning(one)]
    yield from (owner for owner in dict.fromkeys(found) if owner)


def _spelt(session: Session, table: str, start: str) -> list[str]:
    """Return the beginnings of ids in a table that are `start` but for capital and small letters.

    Sign after sign, only beginnings that some id has are followed: two or three of a million.
    """
    kind, _, rest = start.partition("_")
    either_case = [list(dict.fromkeys((sign.lower(), sign.upper()))) for sign in rest[:_LONGEST_ID]]
    begun = f"{kind}_"
    question = f"""
        WITH RECURSIVE walk(start, taken) AS (
            SELECT ?, 0 UNION ALL
            SELECT start || sign.value, taken + 1
            FROM walk JOIN json_each(?, '$[' || taken || ']') AS sign
            WHERE EXISTS (
                SELECT 1 FROM {table}
                WHERE id >= start || sign.value AND id < start || sign.value || ?
            )
        )
        SELECT start FROM walk WHERE taken = ? LIMIT ?"""
    values = (begun, json.dumps(either_case), AFTER, len(either_case), SPELT)
    return [one for (one,) in _ask(session, question, *values)]


def is_id(text: str) -> bool:
    """Tell whether a text begins as Stripe's ids of what the mirror holds do."""
    kind, underscore, _ = text.partition("_")
    return bool(underscore) and kind in ("ich", "ic", "iauth", "ipi", "idp", "intok")


def with_email(session: Session, start: str, limit: int) -> list[str]:
    """Return the cardholders whose e-mail address begins so, in its order: the exact one first."""
    question = "SELECT id FROM cardholders WHERE email >= ? AND email < ? ORDER BY email LIMIT ?"
    return [id for (id,) in _ask(session, question, start, start + AFTER, limit)]


def with_number(session: Session, start: str, limit: int = OWNERS) -> set[int]:
    """Return the numbers of cardholders whose telephone number begins so, with or without 00."""
    range_ = "SELECT seq FROM cardholders WHERE {0} >= ? AND {0} < ? ORDER BY {0} LIMIT ?"
    found: set[int] = set()
    for column in ("phone", "national"):
        rows = _ask(session, range_.format(column), start, start + AFTER, limit)
        found.update(seq for (seq,) in rows)
    return found


def with_last4(session: Session, last4: str) -> set[str]:
    """Return the cardholders, by id, with a card that ends so."""
    question = "SELECT DISTINCT cardholder_id FROM cards WHERE last4 = ? LIMIT ?"
    return {id for (id,) in _ask(session, question, last4, OWNERS)}


def recently_opened(session: Session, limit: int) -> list[str]:
    """Return the ids of the cardholders opened last, the latest first."""
    question = "SELECT cardholder_id FROM opened ORDER BY at DESC LIMIT ?"
    return [id for (id,) in _ask(session, question, limit)]


def either(forms: Iterable[str]) -> str:
    """Return the question for any of some."""
    return f"({' OR '.join(forms)})"


def whole(words: list[Word]) -> str:
    """Return the question to the index of words for all of `words`."""
    return " AND ".join(either(f'"{form}"' for form in word) for word in words)


def begun(words: list[Word]) -> str:
    """Return the question to the index of words for words that begin with each of `words`."""
    return " AND ".join(
        either(f'"{form}"' + "*" * (not _many_follow(form)) for form in word) for word in words
    )


def _many_follow(form: str) -> bool:
    return len(form) >= _FROM_HERE and form.isdecimal()


def with_words(session: Session, expression: str, limit: int) -> set[int]:
    """Return the numbers of cardholders by the index of words."""
    question = "SELECT rowid FROM search_words WHERE search_words MATCH ? LIMIT ?"
    return {seq for (seq,) in _ask(session, question, expression, limit)}


def with_parts(session: Session, words: list[Word], limit: int) -> list[int]:
    """Return the numbers of cardholders who seem to have each word somewhere.

    Words of one or two letters only the index of words knows. The two indexes are asked one by
    one: joined, one would be asked for each row of the other.
    """
    rest = [word for word in words if len(max(word, key=len)) >= SHORT]
    short = [word for word in words if word not in rest]
    if not rest:
        return []
    question = "SELECT rowid FROM {0} WHERE {0} MATCH ? LIMIT ?"
    parts = question.format("search_parts")
    expression = " AND ".join(_triples(word) for word in rest)
    if not short:
        return [seq for (seq,) in _ask(session, parts, expression, limit)]
    both = f"SELECT * FROM ({parts}) INTERSECT SELECT * FROM ({question.format('search_words')})"
    values = (expression, LISTED, begun(short), LISTED, limit)
    return [seq for (seq,) in _ask(session, f"{both} LIMIT ?", *values)]


def _triples(word: Word) -> str:
    """Return the question for words that may contain `word`: in part, for every other triple."""
    return either(
        "(" + " AND ".join(f'"{form[at : at + 3]}"' for at in _starts(len(form) - 3)) + ")"
        for form in word
        if len(form) >= SHORT
    )


def _starts(last: int) -> list[int]:
    return sorted({*range(0, last, 2 if last > 2 else 1), last})


def entries(session: Session, of: Collection[int] | Collection[str]) -> list[Entry]:
    """Return id and search entry of the cardholders with these numbers or ids.

    The entry has a line each of name, e-mail and telephone.
    """
    if not of:
        return []
    column = "id" if isinstance(next(iter(of)), str) else "seq"
    question = (
        f"SELECT id, folded FROM cardholders WHERE {column} IN (SELECT value FROM json_each(?))"
    )
    return [(id, entry) for id, entry in _ask(session, question, json.dumps(list(of)))]


def bodies(session: Session, ids: list[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the bodies of cardholders and, newest first, of their cards, by cardholder id."""
    listed = json.dumps(ids)
    some = "IN (SELECT value FROM json_each(?))"
    holders = _ask(session, f"SELECT id, body FROM cardholders WHERE id {some}", listed)
    theirs = (
        f"SELECT cardholder_id, body FROM cards WHERE cardholder_id {some} "
        "ORDER BY created DESC, id DESC"
    )
    cards: dict[str, list[str]] = {}
    for id, body in _ask(session, theirs, listed):
        cards.setdefault(id, []).append(body)
    return dict(tuple(row) for row in holders), cards


def is_name(session: Session, start: str) -> bool:
    """Return whether a word of anybody's name begins so."""
    question = "SELECT 1 FROM name_words WHERE word >= ? AND word < ? LIMIT 1"
    return bool(_ask(session, question, start, start + AFTER))


def similar_words(session: Session, word: str, *, unfinished: bool) -> set[str]:
    """Return words of names among which are all that differ from `word` by one typing error.

    An error spares either the first or the second half of a word, unless it swaps the letters
    where they meet. Of an unfinished word only the first half can be relied on.
    """
    half = len(word) // 2
    head, tail = word[:half], word[half:][::-1]
    shortest, longest = len(word) - 1, 99 if unfinished else len(word) + 1
    range_ = (
        "SELECT word FROM name_words WHERE {0} >= ? AND {0} < ? "
        "AND length({0}) BETWEEN ? AND ? LIMIT ?"
    )
    swapped = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
    found = {swapped}
    for column, part, most in (("word", head, longest), ("back", tail, len(word) + 1)):
        question = range_.format(column)
        rows = _ask(session, question, part, part + AFTER, shortest, most, LISTED)
        found.update(one for (one,) in rows)
    return found
