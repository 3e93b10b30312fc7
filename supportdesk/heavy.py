"""Imports what a desk is made of: most of a second, in which the window can be seen."""

from __future__ import annotations

import importlib
import linecache

# In bites: PySide6 reads the source of each module that is imported, and `linecache` keeps all of
# it, 42 MB in the end.
_BITES = (
    "sqlalchemy",
    "sqlmodel",
    "stripe",
    "httpx",
    "supportdesk.ui.main_window",
    "supportdesk.assembly",
)


def load() -> None:
    """Import them; what is imported already costs nothing."""
    for name in _BITES:
        importlib.import_module(name)
        linecache.clearcache()
