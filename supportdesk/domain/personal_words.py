"""The words by which personal data is known in free text: `resources/complaints/personal.json`."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from supportdesk.paths import resources


@cache
def _lists() -> dict[str, Any]:
    listed: dict[str, Any] = json.loads(
        (resources() / "complaints/personal.json").read_text("utf-8")
    )
    return listed


def words(name: str) -> list[str]:
    """Return the words of a list, in five languages."""
    found: list[str] = _lists()[name]
    return found


def streets() -> list[list[str]]:
    """Return kinds of streets and parts of houses, each with how it is shortened."""
    found: list[list[str]] = _lists()["streets"]
    return found
