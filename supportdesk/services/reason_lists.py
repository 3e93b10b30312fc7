"""The reasons in force: ours, or a programme's own from its data folder."""

from __future__ import annotations

from pathlib import Path

from supportdesk.domain.reasons import Reasons, parse_reasons
from supportdesk.errors import UserFacing

NAME = "reasons.json"


def read_reasons(built_in: Path, own: Path | None = None) -> tuple[Reasons, UserFacing | None]:
    """Read the lists; those of `reasons.json` in the folder `own` replace ours.

    A broken own file is not used: the built-in lists are, and the reason is returned.
    """
    text = (built_in / NAME).read_text("utf-8")
    ours = parse_reasons(text)
    path = own / NAME if own is not None else None
    if path is None:
        return ours, None
    try:
        if not path.exists():
            return ours, None
        return parse_reasons(text, path.read_text("utf-8")), None
    except UserFacing as problem:
        return ours, problem
    except (OSError, ValueError):
        return ours, UserFacing(
            "The reasons in the data folder cannot be read.",
            detail=path.name,
            remedy="Check the file's rights and that it is UTF-8 text.",
            code="reasons_unreadable",
        )
