"""The rules and words of a dispute's steps: ours, and a company's own over them."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from supportdesk.domain.dispute_steps import StepRules, parse_rules
from supportdesk.domain.disputes_rules import Rules, load
from supportdesk.domain.own_lists import wrong
from supportdesk.errors import UserFacing


def read_steps(built_in: Path, own: Path | None = None) -> tuple[StepRules, UserFacing | None]:
    """Read `steps.json` of both folders; what the `own` one says replaces ours.

    A broken own file is not used: the built-in rules are, and the reason is returned.
    """
    ours = (built_in / "steps.json").read_text(encoding="utf-8")
    rules = parse_rules(ours)
    path = own / "steps.json" if own is not None else None
    try:
        if path is not None and path.exists():
            return parse_rules(ours, path.read_text(encoding="utf-8")), None
    except (OSError, ValidationError, ValueError) as error:
        return rules, UserFacing(
            "The list of dispute steps in the data folder cannot be used; the built-in one is.",
            detail=wrong(error) if isinstance(error, ValidationError) else "",
            remedy="Correct or remove disputes/steps.json in the data folder.",
            code="dispute_steps_unreadable",
        )
    return rules, None


def read_rules(built_in: Path, own: Path) -> tuple[Rules, UserFacing | None]:
    """Read reasons, windows, conversation and refund rules; a list in `own` replaces ours whole.

    Broken lists of the programme are not used: the built-in ones are, and the reason is returned.
    """
    try:
        return load(built_in, own), None
    except (OSError, ValidationError) as error:
        return load(built_in), UserFacing(
            "The lists for disputes in the data folder cannot be used; the built-in ones are.",
            detail=wrong(error) if isinstance(error, ValidationError) else "",
            remedy="Correct or remove the files in disputes in the data folder.",
            code="dispute_rules_unreadable",
        )
