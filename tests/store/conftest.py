"""Tests of what only POSIX systems have are collected there only."""

from __future__ import annotations

import os

collect_ignore = [] if os.name == "posix" else ["test_posix.py"]
