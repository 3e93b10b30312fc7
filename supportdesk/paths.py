"""Folders: what the program keeps, and what it ships with."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from supportdesk.errors import UserFacing

_NAME = "supportdesk"


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one desk.

    Attributes:
        data: settings, casebook and mirrors; losing it loses the casebook.
        log: rotating log files.
        cache: what may be deleted at any time, throw-away desks among it.
    """

    data: Path
    log: Path
    cache: Path

    @classmethod
    def standard(cls) -> Paths:
        """Return the folders the operating system means for this person's programs."""
        return cls(
            data=platformdirs.user_data_path(_NAME, appauthor=False),
            log=platformdirs.user_log_path(_NAME, appauthor=False),
            cache=platformdirs.user_cache_path(_NAME, appauthor=False),
        )

    @classmethod
    def in_dir(cls, folder: Path | str) -> Paths:
        """Return folders that all lie in `folder`, so that the desk keeps nothing elsewhere."""
        top = Path(folder).expanduser().resolve()
        return cls(data=top / "data", log=top / "log", cache=top / "cache")

    def make(self) -> None:
        """Create the folders, readable by their owner only (POSIX mode 0700).

        On Windows the person's profile, in which the standard folders lie, is closed to others.

        Raises:
            UserFacing: `folder_unusable`, a folder can neither be made nor written to.
        """
        for folder in (self.data, self.log, self.cache):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                if os.name == "posix":
                    folder.chmod(0o700)  # mkdir's own mode is weakened by nothing but the umask
            except OSError as error:
                raise _unusable(folder, error.strerror or "unknown reason") from error
            if not os.access(folder, os.W_OK):
                raise _unusable(folder, "it is read-only")


def resources() -> Path:
    """Return the folder with icons and editable lists: from a wheel, a frozen build, a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the program's resources are missing beside {package}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside it first, flushed to disk, then moved.

    Raises:
        OSError: the folder or disk refuses; the old file, if any, is as it was.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unusable(folder: Path, why: str) -> UserFacing:
    return UserFacing(
        title="The desk cannot keep its files.",
        detail=f"The folder {folder} cannot be used: {why}.",
        remedy="Make the folder writable, or start the desk with --data-dir and another folder.",
        retry=True,
        code="folder_unusable",
    )
