"""What a check of the chain finds of rows changed or erased, and what notes say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import Session

from supportdesk.domain.chain import Break, Link, Why
from supportdesk.store.raw import raw_rows

ERASED = "erased"  # what the notes say of something private that was erased
BLANKED = "blanked"  # what they say of a row parts of which were emptied
LOST = "lost"  # what they say of an end that was missing

_Place = tuple[str, int]  # kind and key of a row


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows that are no longer as they were sealed, and what sealed notes say of them.

    Attributes:
        links: those whose private part is gone.
        changed: those with another content, and its hash now.
        erased: the rows of which something private was erased.
        blanked: the rows parts of which were emptied, with the hash of what was left.
    """

    links: list[Link] = field(default_factory=list)
    changed: list[tuple[Link, str]] = field(default_factory=list)
    erased: set[_Place] = field(default_factory=set)
    blanked: dict[_Place, str] = field(default_factory=dict)

    def compare(self, link: Link, rows: Mapping[_Place, tuple[str, str]]) -> Why | None:
        """Compare a row's hashes with those that were sealed.

        Whether what differs was erased as it should be, a note further on tells: `breaks`.
        """
        content, private = rows[link.kind, link.ref]
        if content != link.content:
            self.changed.append((link, content))
        if private == link.private:
            return None
        if private:
            return "changed"
        self.links.append(link)
        return None

    def as_sealed(self, link: Link) -> bool:
        """Whether the row of the link compared last has the content that was sealed."""
        return not self.changed or self.changed[-1][0] is not link

    def breaks(self) -> list[Break]:
        """Return what is changed or gone though no note says so."""
        changed = [
            Break(link.seq, "changed", link.kind, link.ref)
            for link, now in self.changed
            if self.blanked.get((link.kind, link.ref)) != now
        ]
        gone = [
            Break(link.seq, "erased", link.kind, link.ref)
            for link in self.links
            if (link.kind, link.ref) not in self.erased
        ]
        return changed + gone


def noted(session: Session, link: Link, gone: Gone) -> list[Break]:
    """Take in what a note says; returns the loss it tells of."""
    columns = ("seq", "what", "about_kind", "about_ref", "detail")
    row = next(raw_rows(session, "chain_notes", columns, link.ref, link.ref))
    _seq, what, kind, ref, detail = row
    if what == ERASED:
        gone.erased.add((kind, ref))
    if what == BLANKED:
        gone.blanked[kind, ref] = detail
    return [Break(link.seq, "lost", detail=detail)] if what == LOST else []


def before_the_first(session: Session) -> list[Break]:
    """Find links in front of the first: no desk writes there."""
    rows = raw_rows(session, "chain", ("seq", "kind", "ref"), -(2**63), 0)
    return [Break(seq, "order", str(kind), ref) for seq, kind, ref in rows]
