"""How the program can be started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to start.

    Attributes:
        data_dir: keep everything in this folder; None for the system's own folders.
        throw_away: keep nothing: a new folder and keys in memory, both gone at the end.
        practice: open the practice account whatever was open last.
        practice_arguments: further arguments of the embedded practice server.
        theme, agent: override the settings, when not empty.
        size: window size in pixels; None for the usual one.
    """

    data_dir: Path | None = None
    throw_away: bool = False
    practice: bool = False
    practice_arguments: Sequence[str] = ()
    theme: str = ""
    agent: str = ""
    size: tuple[int, int] | None = None
