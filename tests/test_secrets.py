"""What the vault makes of the answers of keyrings that cannot be started here."""

import traceback
from collections.abc import Callable

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import (
    InitError,
    KeyringError,
    KeyringLocked,
    NoKeyringError,
    PasswordDeleteError,
    PasswordSetError,
)

from supportdesk.errors import UserFacing
from supportdesk.secrets import LONGEST_VALUE, SessionVault, Vault, database_key, stripe_key_name

KEY = "sk_test_51Qn8sLkd93"


class WindowsError(Exception):
    """As `pywintypes.error`, which Windows' backend lets through."""

    def __init__(self, winerror: int) -> None:
        super().__init__(winerror, "CredWrite", f"The stub received bad data: {KEY}")
        self.winerror = winerror


class KeychainDenied(Exception):
    """As the one of macOS' backend, the cause behind its KeyringLocked."""


class Answering(KeyringBackend):
    """A keyring that answers every question with the same error."""

    priority = 1

    def __init__(self, error: Callable[[], Exception]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self._error()

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self._error()


def denied_by_macos() -> Exception:
    locked = KeyringLocked(f"Can't get password from keychain: {KEY}")
    locked.__cause__ = KeychainDenied()
    return locked


ANSWERS: list[tuple[Callable[[], Exception], str]] = [
    (lambda: NoKeyringError(KEY), "keyring_missing"),
    (lambda: InitError(KEY), "keyring_missing"),
    (lambda: ConnectionRefusedError(KEY), "keyring_missing"),
    (lambda: WindowsError(1312), "keyring_missing"),
    (lambda: KeyringLocked(KEY), "keyring_locked"),
    (denied_by_macos, "keyring_denied"),
    (lambda: PasswordSetError(KEY), "keyring_denied"),
    (lambda: WindowsError(5), "keyring_denied"),
    (lambda: WindowsError(1783), "keyring_failed"),
    (lambda: KeyringError(KEY), "keyring_failed"),
    (lambda: PasswordDeleteError(KEY), "keyring_failed"),
    (lambda: OSError(KEY), "keyring_failed"),
]


@pytest.mark.parametrize(("error", "code"), ANSWERS)
def test_each_answer_has_one_meaning_and_shows_no_secret(
    error: Callable[[], Exception], code: str
) -> None:
    vault = Vault(Answering(error))
    questions: list[Callable[[], object]] = [
        lambda: vault.get("k"),
        lambda: vault.set("k", KEY),
        lambda: vault.delete("k"),
    ]
    for question in questions:
        with pytest.raises(UserFacing) as told:
            question()
        assert told.value.code == code
        assert told.value.title
        assert told.value.remedy
        assert told.value.retry
        shown = f"{told.value!r} {told.value}" + "".join(traceback.format_exception(told.value))
        assert KEY not in shown.replace(f'"{KEY}"', "")


def test_windows_own_number_is_told() -> None:
    with pytest.raises(UserFacing) as told:
        Vault(Answering(lambda: WindowsError(1783))).get("k")
    assert told.value.detail == "It answered: WindowsError 1783."


class Forgetful(KeyringBackend):
    """Accepts everything and keeps nothing, as keyring's own `null` does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


def test_no_database_is_encrypted_with_a_key_that_was_not_kept() -> None:
    with pytest.raises(UserFacing, match="keyring_failed"):
        database_key(Vault(Forgetful()), "casebook-key")


@pytest.mark.parametrize("value", ["x" * (LONGEST_VALUE + 1), "\N{KEY}" * (LONGEST_VALUE // 2 + 1)])
def test_what_windows_could_not_keep_is_refused_everywhere(value: str) -> None:
    with pytest.raises(UserFacing) as told:
        Vault(Forgetful()).set("k", value)
    assert (told.value.code, told.value.retry) == ("keyring_too_long", False)


def test_a_session_vault_keeps_for_itself_only() -> None:
    vault, other = SessionVault(), SessionVault()
    vault.set(stripe_key_name("a"), KEY)
    assert vault.get("stripe-key:a") == KEY
    assert other.get("stripe-key:a") is None
    assert KEY not in repr(vault)
    vault.delete("stripe-key:a")
    vault.delete("stripe-key:a")
    assert vault.get("stripe-key:a") is None


def test_a_lost_database_key_is_not_replaced() -> None:
    vault = SessionVault()
    with pytest.raises(UserFacing, match="database_key_missing"):
        database_key(vault, "casebook-key", create=False)
    key = database_key(vault, "casebook-key")
    assert database_key(vault, "casebook-key") == key


@pytest.mark.parametrize("damaged", ["", "ab", "g" * 64, "A" * 64])
def test_a_damaged_database_key_is_told_and_kept(damaged: str) -> None:
    vault = SessionVault()
    vault.set("casebook-key", damaged)
    with pytest.raises(UserFacing, match="keyring_failed"):
        database_key(vault, "casebook-key")
    assert vault.get("casebook-key") == damaged
