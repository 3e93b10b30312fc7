"""The lists and rules complaints go by: ours, or a company's own from its data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from supportdesk.domain.clocks import Rules, parse_rules
from supportdesk.domain.picklists import PickLists, parse_lists
from supportdesk.errors import UserFacing


@dataclass(frozen=True, slots=True)
class Basis:
    """The lists complaints are chosen from and the rules their clocks follow."""

    lists: PickLists
    rules: Rules


def read_basis(built_in: Path, own: Path | None = None) -> tuple[Basis, UserFacing | None]:
    """Read pick-lists and clocks; an `own` folder's files replace parts of the built-in ones.

    A broken own file is not used: the built-in lists are, and the reason is returned.
    """
    lists_text = (built_in / "pick-lists.json").read_text(encoding="utf-8")
    rules_text = (built_in / "clocks.json").read_text(encoding="utf-8")
    lists, rules = parse_lists(lists_text), parse_rules(rules_text)
    problem = None
    try:
        if own is not None and (text := _own_text(own / "pick-lists.json")):
            lists = parse_lists(lists_text, text)
        if own is not None and (text := _own_text(own / "clocks.json")):
            rules = parse_rules(text)
    except UserFacing as error:
        problem = error
    return Basis(lists, rules), problem


def _own_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, ValueError) as error:
        raise UserFacing(
            "A list of complaints in the data folder cannot be read.",
            detail=path.name,
            remedy="Check the file's rights and that it is UTF-8 text.",
            code="pick_lists_unreadable",
        ) from error
