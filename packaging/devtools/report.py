"""What a person reads while `dev.py` works."""

from __future__ import annotations


class Trouble(Exception):
    """Setting up cannot go on; the text is one clear sentence for the person at the terminal."""


def step(text: str) -> None:
    """Say on one line what is being done now."""
    print(f"- {text}", flush=True)
