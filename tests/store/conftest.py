"""Where the file of a test lies; what only POSIX systems have is tested there only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

collect_ignore = [] if os.name == "posix" else ["test_posix.py"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a casebook may be."""
    return tmp_path / "casebook.db"
