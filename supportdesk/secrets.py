"""The operating system's keyring: Stripe keys and database keys, and no other place for them.

Calls block, for minutes if the keyring asks the person for its password: run them in an executor.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar, cast

from supportdesk.errors import UserFacing

if TYPE_CHECKING:  # imported by the thread that asks, where nobody waits for it
    from keyring.backend import KeyringBackend

# The keyrings of the systems, by `sys.platform`. Only these: a configured `keyring` backend may
# write plain text or nothing at all. KDE's wallet speaks Secret Service as well.
SYSTEM_KEYRINGS = {
    "darwin": "keyring.backends.macOS.Keyring",
    "linux": "keyring.backends.SecretService.Keyring",
    "win32": "keyring.backends.Windows.WinVaultKeyring",
}
LONGEST_VALUE = 1280  # UTF-16 units: Windows keeps 2,560 bytes
PATIENCE = 120.0  # seconds: time to find and type the keyring's password
_USER = "supportdesk"
_T = TypeVar("_T")


class Vault:
    """Entries in the system's keyring. Every method raises `UserFacing` with one of these codes.

    `keyring_missing`: there is none in this session. `keyring_locked`: it stayed locked, or its
    question was not answered in time. `keyring_denied`: it refused. `keyring_failed`: anything
    else, with the library's word for it.
    """

    def __init__(self, keyring: KeyringBackend | None = None, patience: float = PATIENCE) -> None:
        """Use `keyring` instead of the system's; wait `patience` seconds for each answer."""
        self._keyring = keyring
        self._patience = patience

    def get(self, name: str) -> str | None:
        """Return the value of entry `name`, None if there is no such entry."""
        return self._ask(lambda keyring: keyring.get_password(_service(name), _USER))

    def set(self, name: str, value: str) -> None:
        """Create or replace entry `name`.

        Raises:
            UserFacing: also `keyring_too_long`, for more than 1,280 characters.
        """
        if len(value.encode("utf-16-le")) // 2 > LONGEST_VALUE:
            raise _problem("keyring_too_long")
        self._ask(lambda keyring: keyring.set_password(_service(name), _USER, value))

    def delete(self, name: str) -> None:
        """Remove entry `name`; it may be missing already."""
        if self.get(name) is not None:
            self._ask(lambda keyring: keyring.delete_password(_service(name), _USER))

    def _ask(self, question: Callable[[KeyringBackend], _T]) -> _T:
        """Put a question to the keyring in a thread that may be left behind when it hangs.

        Linux waits for its password prompt without end, and a pool's thread that still waits
        would keep the program from closing.
        """
        answer: Future[_T] = Future()

        def work() -> None:
            # The boundary to the keyrings: Windows raises bare `pywintypes.error`, Linux lets
            # D-Bus errors through, and what they say may not be shown unread.
            try:
                answer.set_result(question(self._keyring or _system_keyring()))
            except Exception as error:  # noqa: BLE001
                answer.set_exception(_translated(error))

        threading.Thread(target=work, name="keyring", daemon=True).start()
        try:
            return answer.result(self._patience)
        except TimeoutError:
            raise _problem("keyring_locked", "It did not answer in time.") from None


class SessionVault(Vault):
    """Entries that are gone when the program ends: nothing is written anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Return the value of entry `name`, None if there is no such entry."""
        return self._entries.get(name)

    def set(self, name: str, value: str) -> None:
        """Create or replace entry `name`."""
        self._entries[name] = value

    def delete(self, name: str) -> None:
        """Remove entry `name`; it may be missing already."""
        self._entries.pop(name, None)


def stripe_key_name(account_ref: str) -> str:
    """Return the entry that holds the Stripe key of an account; `account_ref` is ours."""
    return f"stripe-key:{account_ref}"


def database_key(vault: Vault, name: str, *, create: bool = True) -> str:
    """Return the database key in entry `name`: 32 random bytes as 64 hexadecimal digits.

    Made on first use and read back before anything is encrypted with it. Pass `create=False`
    when the database file exists: a new key could never open it.

    Raises:
        UserFacing: as `Vault`; `database_key_missing` without `create`; `keyring_failed` when the
            entry is not a key or was not kept.
    """
    key = vault.get(name)
    if key is None and create:
        new = os.urandom(32).hex()
        vault.set(name, new)
        key = vault.get(name)
        if key != new:
            raise _problem("keyring_failed", "It accepted a new entry but did not keep it.")
    if key is None:
        raise _problem("database_key_missing")
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise _problem("keyring_failed", f"The entry {_service(name)} is damaged.")
    return key


def _service(name: str) -> str:
    """One service per entry: Windows would rename the first of two users of one service."""
    return f"supportdesk:{name}"


def _system_keyring() -> KeyringBackend:
    """Look for the system's keyring each time: it may have been started since."""
    from keyring.core import load_keyring
    from keyring.errors import NoKeyringError

    if sys.platform not in SYSTEM_KEYRINGS:
        raise NoKeyringError(sys.platform)
    try:
        keyring = load_keyring(SYSTEM_KEYRINGS[sys.platform])
    except (RuntimeError, OSError) as error:  # it says that it cannot work here; no bus to ask
        raise NoKeyringError(type(error).__name__) from error
    if sys.platform == "win32":
        cast(Any, keyring).persist = "local machine"  # not carried to other computers
    return keyring


def _translated(error: Exception) -> UserFacing:
    """Say which of our problems this is; the error's own text may quote anything and is dropped."""
    from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordSetError

    kinds = {type(error).__name__, type(error.__cause__).__name__}
    number = getattr(error, "winerror", None)
    if "KeychainDenied" in kinds or isinstance(error, PasswordSetError) or number == 5:
        return _problem("keyring_denied")
    locked = {"PromptDismissedException", "LockedException"} & kinds
    if isinstance(error, KeyringLocked) or locked or _dbus_name(error).endswith(".IsLocked"):
        return _problem("keyring_locked")
    no_service = {"SecretServiceNotAvailableException", "ConnectionError"} & kinds
    if isinstance(error, NoKeyringError | InitError | ConnectionError) or no_service:
        return _problem("keyring_missing")
    if number == 1312:  # ERROR_NO_SUCH_LOGON_SESSION: a remote shell has no credential store
        return _problem("keyring_missing")
    word = f"{type(error).__name__} {_dbus_name(error) or number or ''}".strip()
    return _problem("keyring_failed", f"It answered: {word}.")


def _dbus_name(error: Exception) -> str:
    name = getattr(error, "name", None)
    return name if isinstance(name, str) else ""


def _problem(code: str, detail: str = "") -> UserFacing:
    title, standard, remedy = _TEXTS[code]
    retry = code.startswith("keyring_") and code != "keyring_too_long"
    return UserFacing(title, detail or standard, remedy, retry=retry, code=code)


_TEXTS = {
    "keyring_missing": (
        "There is no keyring in this session.",
        "Keys are kept in the operating system's keyring only, and none answers.",
        "Start the keyring (on Linux GNOME Keyring, KWallet or KeePassXC with Secret Service) and"
        " try again, or keep the key for this session only.",
    ),
    "keyring_locked": (
        "The keyring is locked.",
        "Its question for the password was closed, or could not be shown.",
        "Unlock it and try again, or keep the key for this session only.",
    ),
    "keyring_denied": (
        "The keyring refused.",
        "The operating system does not let this program use the entry.",
        "Allow Supportdesk in the operating system's keyring settings and try again.",
    ),
    "keyring_failed": (
        "The keyring failed.",
        "",
        "Try again; if it stays so, look at the entry in the operating system's keyring program.",
    ),
    "keyring_too_long": (
        "This is too long for the keyring.",
        "An entry may have 1,280 characters; a Stripe key has far fewer.",
        "Copy the key again and paste nothing else with it.",
    ),
    "database_key_missing": (
        "The key of an existing database is not in the keyring.",
        "Without it the file cannot be read. It was left as it is.",
        "Restore the keyring, or the file together with its key, from a backup.",
    ),
}
