"""A chain of keyed hashes over what may never change: each link holds the one before it.

HMAC-SHA256, so that nobody without the key can forge a link. What may have to be erased one day is
in a link only by the hash of a salt and the text; with both gone the hash tells nothing, and the
chain stays whole.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

START = ""  # what the first link holds in place of the one before it

Why = Literal["changed", "removed", "unlinked", "order", "erased", "cut", "head", "key", "lost"]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many links it has, and the last one's hash."""

    seq: int = 0
    mac: str = START


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link: the `ref`-th row of `kind`, by the hashes of its content.

    Attributes:
        seq: place in the chain, counted from 1 without a gap.
        content: hash of what stays.
        private: hash of what may be erased, "" when there is nothing of that sort.
        key_id: which key sealed it.
    """

    seq: int
    kind: str
    ref: int
    content: str
    private: str
    key_id: str
    mac: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place at which a chain is not what was written.

    Attributes:
        seq: the link's place; for `unlinked` rows the place after which they are not found.
        why: changed (content is not what was sealed), removed (the row is gone), unlinked (a row
            that was never sealed), order (the link does not follow the one before it), erased
            (personal data is gone and no erasure was written), cut (links at the end are gone),
            head (the end kept elsewhere is gone, so a cut would not show), key (sealed with a key
            that is not in the keyring), lost (a cut or a head gone, found before).
        kind, ref: the row it is about, "" and 0 when that is not known.
        detail: instants and counts in figures, for a person who looks into it.
    """

    seq: int
    why: Why
    kind: str = ""
    ref: int = 0
    detail: str = ""


class Seal:
    """Seals content and links with a key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a chain's key has 32 bytes")
        self._key = key
        self.key_id = hashlib.sha256(b"supportdesk chain " + key).hexdigest()[:16]

    def content(self, values: Sequence[object]) -> str:
        """Hash a row's values: text, numbers and None, each told from the others."""
        return self._mac("content", *values)

    def private(self, salt: str, body: str) -> str:
        """Hash what may be erased."""
        return self._mac("private", salt, body)

    def link(self, before: Head, kind: str, ref: int, content: str, private: str) -> Link:
        """Make the link that follows `before`."""
        seq = before.seq + 1
        mac = self._mac("link", before.mac, seq, kind, ref, content, private, self.key_id)
        return Link(
            seq=seq,
            kind=kind,
            ref=ref,
            content=content,
            private=private,
            key_id=self.key_id,
            mac=mac,
        )

    def follows(self, before: Head, link: Link) -> bool:
        """Whether a link is the very one that was made to follow `before`."""
        expected = self.link(before, link.kind, link.ref, link.content, link.private)
        return expected == link

    def _mac(self, *values: object) -> str:
        text = json.dumps(values, separators=(",", ":"))
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
