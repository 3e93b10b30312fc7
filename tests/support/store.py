"""Real database files for tests of the store."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import Session

from supportdesk.errors import UserFacing
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.store.problems import Kind

T = TypeVar("T")
KEY = "0123456789abcdef" * 4
KINDS: tuple[Kind, ...] = ("mirror", "casebook")
OTHER_KEY = "fedcba9876543210" * 4


@asynccontextmanager
async def opened(path: Path, kind: Kind, key: str = KEY) -> AsyncIterator[Database]:
    """An open database, closed afterwards whatever happens."""
    database = await Database.open(path, key, kind)
    try:
        yield database
    finally:
        await database.close()


def with_database(
    path: Path, kind: Kind, work: Callable[[Database], Awaitable[T]], key: str = KEY
) -> T:
    """Open, run the coroutine function `work`, close, and return its result."""

    async def whole() -> T:
        async with opened(path, kind, key) as database:
            return await work(database)

    return asyncio.run(whole())


def with_mirror(path: Path, work: Callable[[Mirror], Awaitable[T]]) -> T:
    """As `with_database`, for a mirror."""
    return with_database(path, "mirror", lambda database: work(Mirror(database)))


def sql(statement: str) -> Callable[[Session], list[tuple[object, ...]]]:
    """Work for `Database.run`: one statement and its rows, if it has any."""

    def work(session: Session) -> list[tuple[object, ...]]:
        result = session.connection().exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []

    return work


def rows(path: Path, kind: Kind, statement: str) -> list[tuple[object, ...]]:
    """Return the rows of a statement from the file at `path`."""
    return with_database(path, kind, lambda database: database.run(sql(statement)))


def problem(path: Path, kind: Kind, key: str = KEY) -> UserFacing:
    """Open a file that must not open; return why."""
    with pytest.raises(UserFacing) as caught:
        asyncio.run(Database.open(path, key, kind))
    return caught.value


def made(path: Path, kind: Kind) -> bytes:
    """Make a database and return its bytes."""
    with_database(path, kind, lambda database: database.run(sql("SELECT 1")))
    return path.read_bytes()


def names(folder: Path) -> set[str]:
    """Return the names of the files in a folder."""
    return {file.name for file in folder.iterdir()}


def said_until_killed(program: str, path: Path, lines: int) -> list[str]:
    """Run a program on a file and kill it after so many lines; return all it had said by then.

    Args:
        program: source text; it gets the file and its key as arguments.
    """
    command = [sys.executable, "-c", program, str(path), KEY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        said += process.stdout.readlines()
    return [line for line in said if line.endswith("\n")]
