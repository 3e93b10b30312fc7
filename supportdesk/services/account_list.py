"""The list of accounts as a small file; it holds no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from supportdesk.errors import UserFacing
from supportdesk.paths import write_whole
from supportdesk.stripe_gateway.words import Saying

Mode = Literal["practice", "sandbox", "live"]
MODES: tuple[Mode, ...] = get_args(Mode)
FORMAT = "supportdesk-accounts"
_OWN_URL = r"|http://127\.0\.0\.1:\d+"
_FIELDS = ("ref", "label", "mode", "account_id", "base_url")


@dataclass(frozen=True, slots=True)
class Account:
    """One Stripe account in one mode.

    Attributes:
        ref: our own name of it, in file names and keyring entries.
        label: what the agent calls it.
        account_id: Stripe's `acct_...`, "" if Stripe does not tell it for this key.
        base_url: where its practice server is on this machine, "" for Stripe itself.
        kept: False when its key and mirror end with the program.
    """

    ref: str
    label: str
    mode: Mode
    account_id: str = ""
    base_url: str = ""
    kept: bool = True


_UNREADABLE = Saying(
    "The list of accounts cannot be read.",
    "Restore the file from a backup, or move it away and add the accounts again.",
    "accounts_unreadable",
    detail="The file accounts.json in the desk's folder is damaged. It was left as it is.",
)
_UNWRITABLE = Saying(
    "The list of accounts could not be saved.",
    "Check that the desk's folder is writable and has space left.",
    "accounts_unwritable",
    detail="",
)


def read(path: Path) -> tuple[dict[str, Account], str]:
    """Return the accounts by ref, and the ref of the one opened last; nothing if no file is there.

    Raises:
        UserFacing: `accounts_unreadable`; the file is left as it is.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise ValueError("another format")
        accounts = [_account(entry) for entry in body["accounts"]]
        return {account.ref: account for account in accounts}, str(body["last"])
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        damaged = _UNREADABLE.problem(retry=True)
    raise damaged


def last(path: Path) -> Account | None:
    """Return the account opened last, None if there is none or the list cannot be read."""
    try:
        accounts, ref = read(path)
    except UserFacing:  # said when the accounts are loaded
        return None
    return accounts.get(ref)


def _account(entry: dict[str, Any]) -> Account:
    known = {name: entry[name] for name in _FIELDS if name in entry}  # a newer desk may keep more
    account = Account(**known)
    if account.mode not in MODES or not all(isinstance(value, str) for value in known.values()):
        raise ValueError("not an account")
    # The file is not protected as the keyring is: it must lead neither out of the folder nor
    # a key to another server.
    if not re.fullmatch(r"[\w-]+", account.ref) or not re.fullmatch(_OWN_URL, account.base_url):
        raise ValueError("not an account of this desk")
    return account


def write(path: Path, accounts: Iterable[Account], last: str) -> None:
    """Write the list, whole or not at all. Accounts that are not kept stay out of it.

    Raises:
        UserFacing: `accounts_unwritable`.
    """
    kept = [account for account in accounts if account.kept]
    body = {
        "format": FORMAT,
        "version": 1,
        "last": last if any(account.ref == last for account in kept) else "",
        "accounts": [{name: getattr(account, name) for name in _FIELDS} for account in kept],
    }
    try:
        write_whole(path, json.dumps(body, indent=2).encode())
        return
    except OSError as error:
        failed = _UNWRITABLE.problem(detail=error.strerror or "", retry=True)
    raise failed
