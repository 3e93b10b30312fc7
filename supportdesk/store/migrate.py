"""Brings a database file to the form this release knows, by the steps in `migrations/`.

Which form a file has is read with plain SQL: importing Alembic takes half a second and is only
worth it when there is something to do.
"""

from __future__ import annotations

import glob
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from supportdesk.store.problems import Kind

if TYPE_CHECKING:
    from alembic.config import Config

_STEPS = Path(__file__).parent / "migrations"
# A casebook exists nowhere else. A mirror can be rebuilt, so no old copy of it is left lying about.
_COPIES_KEPT: dict[Kind, int] = {"mirror": 0, "casebook": 3}

# Alembic keeps what it is working on in the process, not in the thread.
_one_at_a_time = threading.Lock()


def known_versions(kind: Kind) -> list[str]:
    """Return the versions this release knows, oldest first (`0001`, `0002`, ...)."""
    return sorted(step.name[:4] for step in (_STEPS / kind / "versions").glob("[0-9]*.py"))


def version_of(driver: dbapi2.Connection) -> str | None:
    """Return the version written in the file; None: the file carries none."""
    tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if driver.execute(tables).fetchone() is None:
        return None
    row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def config(kind: Kind, connection: Connection) -> Config:
    """Return Alembic's settings for working on an open connection."""
    from alembic.config import Config

    settings = Config()
    # The settings know a percent sign as the start of a placeholder.
    settings.set_main_option("script_location", str(_STEPS / kind).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def upgrade(kind: Kind, connection: Connection) -> None:
    """Bring the file to the newest version inside the caller's transaction: wholly or not at all.

    Raises:
        sqlalchemy.exc.DBAPIError: a step failed; the caller's rollback undoes them all.
    """
    from alembic import command

    with _one_at_a_time:
        command.upgrade(config(kind, connection), "head")
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise RuntimeError(f"migrating the {kind} left rows without their parent in {broken[0]}")


def copies_of(path: Path) -> list[Path]:
    """Return the copies set aside of the file at `path`, oldest first."""
    return sorted(path.parent.glob(f"{glob.escape(path.name)}.*.copy"))


def set_aside(path: Path, version: str, driver: dbapi2.Connection) -> Path:
    """Write a complete copy of the open file beside it, under the same key, and return its path.

    The database itself writes the copy, so what still stands in the write-ahead log is in it.
    """
    now = time.time_ns()
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now // 10**9))
    copy = path.with_name(f"{path.name}.{stamp}-{now % 10**9:09}.{version}.copy")
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        driver.execute("VACUUM INTO ?", (str(copy),))
    except BaseException:
        copy.unlink()
        raise
    return copy


def prune_copies(kind: Kind, path: Path) -> None:
    """Delete all but the last copies set aside."""
    copies = copies_of(path)
    for copy in copies[: max(0, len(copies) - _COPIES_KEPT[kind])]:
        copy.unlink()
