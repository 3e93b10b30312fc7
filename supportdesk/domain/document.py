"""A document to be printed, as plain data: what it says and in which order, not how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A line above what follows."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; line breaks in it are kept."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Labels, each with its value."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """Rows under a head that is repeated on every page.

    Attributes:
        head: The names of the columns.
        rows: One text per column each; a shorter row is filled up with empty cells.
        right: Numbers (from 0) of the columns that are set to the right, such as amounts.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()


Block = Heading | Paragraph | Facts | Table


@dataclass(frozen=True)
class Document:
    """What is printed.

    Attributes:
        title: The first line, and the title in the file's own description.
        blocks: What it says, from top to bottom.
        footer: One line at the foot of every page, beside the page's number.
    """

    title: str
    blocks: Sequence[Block] = ()
    footer: str = ""
