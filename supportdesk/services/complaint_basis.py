"""The lists and rules complaints go by: ours, or a company's own from its data folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from supportdesk.domain.clocks import Rules, parse_rules
from supportdesk.domain.complaint_replies import Templates, parse_templates
from supportdesk.domain.picklists import PickLists, parse_lists
from supportdesk.domain.signals import SignalList, parse_signals
from supportdesk.errors import UserFacing


@dataclass(frozen=True, slots=True)
class Basis:
    """What complaints are chosen from, watched for, timed by and answered with."""

    lists: PickLists
    rules: Rules
    signals: SignalList
    replies: Templates


def read_basis(built_in: Path, own: Path | None = None) -> tuple[Basis, UserFacing | None]:
    """Read the lists; an `own` folder's files replace the built-in ones, pick-lists in part.

    A broken own file is not used: the built-in lists are, and the reason is returned.
    """
    lists_text = (built_in / "pick-lists.json").read_text(encoding="utf-8")
    built = Basis(
        parse_lists(lists_text),
        parse_rules((built_in / "clocks.json").read_text(encoding="utf-8")),
        parse_signals((built_in / "signals.json").read_text(encoding="utf-8")),
        parse_templates((built_in / "replies.json").read_text(encoding="utf-8")),
    )
    if own is None:
        return built, None
    problem = None
    found: dict[str, Any] = {}
    parsers: dict[str, tuple[str, Callable[[str], object]]] = {
        "lists": ("pick-lists.json", lambda text: parse_lists(lists_text, text)),
        "rules": ("clocks.json", parse_rules),
        "signals": ("signals.json", parse_signals),
        "replies": ("replies.json", parse_templates),
    }
    for field, (name, parse) in parsers.items():
        try:
            if text := _own_text(own / name):
                found[field] = parse(text)
        except UserFacing as error:
            problem = problem or error
    return replace(built, **found), problem


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
