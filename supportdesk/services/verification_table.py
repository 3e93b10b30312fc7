"""The verification table in force: ours, or a programme's own from its data folder."""

from __future__ import annotations

from pathlib import Path

from supportdesk.domain.verification import Policy, built_in, parse_policy
from supportdesk.errors import UserFacing
from supportdesk.paths import resources

NAME = "verification.json"


def read_policy(own: Path) -> tuple[Policy, UserFacing | None]:
    """Read the table; entries of `verification.json` in the folder `own` replace ours.

    A broken own file is not used: the built-in table is, and the reason is returned.
    """
    path = own / NAME
    try:
        if not path.exists():
            return built_in(), None
        text = path.read_text("utf-8")
        return parse_policy((resources() / NAME).read_text("utf-8"), text), None
    except UserFacing as problem:
        return built_in(), problem
    except (OSError, ValueError):
        return built_in(), UserFacing(
            "The verification table in the data folder cannot be read.",
            detail=path.name,
            remedy="Check the file's rights and that it is UTF-8 text.",
            code="verification_unreadable",
        )
