"""Lists in resource files, with what a company puts in their place."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

#: What a list that cannot be used may raise while it is read and checked.
UNUSABLE = (ValueError, TypeError, KeyError, RecursionError)


def laid_over(text: str, own: str) -> dict[str, Any]:
    """Return a list from its JSON text; what `own` (JSON, or "") names replaces ours.

    Raises:
        ValueError, TypeError, KeyError, RecursionError: one of them is no such list.
    """
    data: dict[str, Any] = json.loads(text)
    if own:
        theirs = json.loads(own)
        # A changed list without a version of its own must not pass for ours.
        data |= {"version": f"{data['version']}+own"} | theirs
    return data


def wrong(error: Exception) -> str:
    """Say what is wrong, and where if that is known: "limits.0: Input should be a valid string"."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)
