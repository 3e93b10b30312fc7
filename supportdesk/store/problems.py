"""What can be wrong with a database file, in words a person can act on."""

from __future__ import annotations

import errno
from typing import Literal

from sqlcipher3 import dbapi2

from supportdesk.errors import UserFacing

Kind = Literal["mirror", "casebook"]

_NAME = {"mirror": "copy of your Stripe data", "casebook": "casebook"}
_LOST = {
    "mirror": "Nothing is lost: rebuild this copy from Stripe.",
    "casebook": "The file was left exactly as it is. Put the latest backup in its place, or keep "
    "the file and ask for help; do not delete it.",
}


def locked_out(kind: Kind) -> UserFacing:
    """Return what to say when the key does not open the file."""
    remedy = {
        "mirror": _LOST["mirror"],
        "casebook": "The file was left exactly as it is. Restore the database key in this "
        "computer's keyring, then start again. Without that key nobody can read the casebook.",
    }
    return UserFacing(
        title=f"The {_NAME[kind]} cannot be unlocked.",
        detail="The database key in the keyring does not fit this file, or the beginning of the "
        "file is damaged; from outside the two look the same.",
        remedy=remedy[kind],
        code="db_locked_out",
    )


def damaged(kind: Kind) -> UserFacing:
    """Return what to say when the key fits but the content does not hold together."""
    return UserFacing(
        title=f"The {_NAME[kind]} is damaged.",
        detail="A part of the file cannot be read or is missing.",
        remedy=_LOST[kind],
        code="db_damaged",
    )


def newer(kind: Kind) -> UserFacing:
    """Return what to say when a later release of the program wrote the file."""
    return UserFacing(
        title=f"The {_NAME[kind]} was written by a newer Supportdesk than this one.",
        detail="The file was not changed.",
        remedy="Install the newer Supportdesk and start that.",
        code="db_newer",
    )


def disk_full(kind: Kind) -> UserFacing:
    """Return what to say when there is no room to write."""
    return UserFacing(
        title=f"The {_NAME[kind]} cannot be saved: the disk is full.",
        detail="The last change was not saved; everything before it is.",
        remedy="Free some space on the disk, then try again.",
        retry=True,
        code="db_disk_full",
    )


def read_only(kind: Kind) -> UserFacing:
    """Return what to say when the file or its folder refuses to be written or opened."""
    return UserFacing(
        title=f"The {_NAME[kind]} cannot be written.",
        detail="The file or its folder may only be read, or not even that, by this user account.",
        remedy="Allow this user account to read and write the data folder, then try again.",
        retry=True,
        code="db_read_only",
    )


def busy(kind: Kind) -> UserFacing:
    """Return what to say when another process holds the file."""
    return UserFacing(
        title=f"The {_NAME[kind]} is in use by another program.",
        detail="Another Supportdesk, a backup or a virus scanner holds the file. The last change "
        "was not saved.",
        remedy="Wait for the other program to finish or close it, then try again.",
        retry=True,
        code="db_busy",
    )


def disk_failed(kind: Kind) -> UserFacing:
    """Return what to say when the disk refuses to read or write."""
    return UserFacing(
        title=f"The disk failed while the {_NAME[kind]} was read or written.",
        detail="The last change was not saved.",
        remedy="Check the disk or the network drive, then try again.",
        retry=True,
        code="db_disk_failed",
    )


_BY_NAME = (
    ("SQLITE_NOTADB", damaged),
    ("SQLITE_CORRUPT", damaged),
    ("SQLITE_FULL", disk_full),
    ("SQLITE_READONLY", read_only),
    ("SQLITE_CANTOPEN", read_only),
    ("SQLITE_PERM", read_only),
    ("SQLITE_BUSY", busy),
    ("SQLITE_LOCKED", busy),
    ("SQLITE_IOERR", disk_failed),
)


def of_driver(error: BaseException | None, kind: Kind) -> UserFacing | None:
    """Return what the database driver's error means to a person; None: it is a bug."""
    if not isinstance(error, dbapi2.Error):
        return None
    name = getattr(error, "sqlite_errorname", "")
    return next((make(kind) for start, make in _BY_NAME if name.startswith(start)), None)


def of_system(error: OSError, kind: Kind) -> UserFacing:
    """Return what the operating system's refusal means to a person."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(kind)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return read_only(kind)
    return disk_failed(kind)
