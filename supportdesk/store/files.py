"""The files of a database in their folder: made whole or not at all, private, removed together."""

from __future__ import annotations

import glob
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_ABANDONED = 3600.0  # seconds; nobody takes that long to make a new file


def keep_private(path: Path) -> None:
    """Let only this user read and write the file; its write-ahead log follows it (POSIX)."""
    if os.name == "posix" and path.stat().st_mode & 0o777 != 0o600:
        path.chmod(0o600)


@contextmanager
def under_construction(path: Path) -> Iterator[Path]:
    """Give an empty private file to fill; afterwards it stands at `path`, complete.

    A crash in between leaves nothing at `path`. A file that meanwhile stands there is kept.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in path.parent.glob(f"{glob.escape(path.name)}.*.new*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    new = Path(name)
    try:
        yield new
        _place(new, path)
    finally:
        new.unlink(missing_ok=True)


def _place(new: Path, path: Path) -> None:
    """Give the complete file its name, never at the cost of another file of that name."""
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError:
        if not path.exists():  # a file system without hard links
            new.rename(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def family(path: Path) -> list[Path]:
    """Return every file that belongs to the database at `path` and exists."""
    beside = path.parent.glob(f"{glob.escape(path.name)}[-.]*")
    return [found for found in (path, *beside) if found.exists()]


def remove(path: Path) -> None:
    """Delete the database at `path` with its write-ahead log and every copy set aside.

    The log goes first: left alone, it would be taken for that of a new file of this name.

    Raises:
        OSError: a file is held by another program or may not be deleted.
    """
    for found in sorted(family(path), key=lambda file: file == path):
        found.unlink(missing_ok=True)
