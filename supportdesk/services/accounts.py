"""The Stripe accounts this desk knows. Their keys are in the keyring and nowhere else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from supportdesk.errors import UserFacing
from supportdesk.paths import Paths
from supportdesk.secrets import SessionVault, Vault, stripe_key_name
from supportdesk.services import account_list
from supportdesk.services.account_list import Account, Mode
from supportdesk.store import files
from supportdesk.stripe_gateway import permissions
from supportdesk.stripe_gateway.client import Gateway, Reach
from supportdesk.stripe_gateway.keys import KeyKind, clean_key, parse_key
from supportdesk.stripe_gateway.permissions import Permission
from supportdesk.stripe_gateway.words import Saying

__all__ = ["Account", "Accounts", "Examined", "Mode", "mirror_key_name"]

MOST_LABEL = 80  # characters
_NEEDED = ("issuing_cardholder_read", "issuing_card_read")


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a key, by reading with it."""

    mode: Literal["sandbox", "live"]
    restricted: bool
    account_id: str
    permissions: tuple[Permission, ...]

    @property
    def usable(self) -> bool:
        """Tell whether the key may read what the desk cannot do without."""
        return all(p.present for p in self.permissions if p.name in _NEEDED)


def mirror_key_name(ref: str) -> str:
    """Return the keyring entry with the database key of an account's mirror."""
    return f"database-key:mirror-{ref}"


class Accounts:
    """List, add, remove and open accounts.

    Args:
        paths: the list lies in `data`, without secrets.
        vault: the keyring.
    """

    def __init__(self, paths: Paths, vault: Vault) -> None:
        self._paths = paths
        self._vault = vault
        self._session = SessionVault()
        self._kept: dict[str, Account] = {}
        self._passing: dict[str, Account] = {}
        self._last = ""

    async def load(self) -> None:
        """Read the list of accounts; mirrors of accounts of earlier sessions are removed.

        Raises:
            UserFacing: `accounts_unreadable`; nothing is changed then.
        """
        self._kept, self._last = await asyncio.to_thread(account_list.read, self._file)
        await asyncio.to_thread(self._forget_passed)

    def all(self) -> list[Account]:
        """Return the accounts by label."""
        known = [*self._kept.values(), *self._passing.values()]
        return sorted(known, key=lambda account: (account.label.casefold(), account.ref))

    def get(self, ref: str) -> Account | None:
        """Return an account, None if there is none of that ref."""
        return self._kept.get(ref) or self._passing.get(ref)

    @property
    def last(self) -> Account | None:
        """The account that was open last."""
        return self.get(self._last)

    async def set_last(self, ref: str) -> None:
        """Remember which account to open next time."""
        self._last = ref
        await asyncio.to_thread(self._write)

    @staticmethod
    def recognise(key: str) -> KeyKind:
        """Tell by its looks what a key is, before anyone is asked.

        Raises:
            UserFacing: it is no usable key, with a code per kind; the key is never quoted.
        """
        return parse_key(key)

    async def examine(self, key: str, *, base_url: str = "") -> Examined:
        """Find out by reading what a key is and may do.

        Raises:
            UserFacing: it is no usable key (see `keys.parse_key`), Stripe does not accept it, or
                Stripe cannot be reached.
        """
        kind = parse_key(key)
        gateway = Gateway(key, base_url=base_url or None)
        try:
            found, account_id = await asyncio.gather(
                permissions.check(gateway), permissions.account_id(gateway)
            )
        finally:
            await gateway.aclose()
        return Examined(kind.mode, kind.restricted, account_id, tuple(found))

    async def add(
        self,
        key: str,
        examined: Examined,
        *,
        label: str = "",
        base_url: str = "",
        live_confirmed: bool = False,
        session_only: bool = False,
        practice: bool = False,
    ) -> Account:
        """Keep a key that was examined; the key of a known account is replaced.

        Args:
            examined: what `examine` found for this key.
            live_confirmed: the person said that real cards are meant.
            session_only: nothing is written; key and mirror end with the program.
            practice: it is the practice server's.

        Raises:
            UserFacing: `key_live_unconfirmed`, `key_lacks_reading`, `accounts_unwritable`, or
                what is wrong with the keyring.
        """
        if examined.mode == "live" and not live_confirmed:
            raise _LIVE.problem()
        if not examined.usable:
            raise _BLIND.problem()
        mode: Mode = "practice" if practice else examined.mode
        ref = _ref(clean_key(key), examined, mode)
        account = Account(
            ref=ref,
            label=label.strip()[:MOST_LABEL] or examined.account_id or mode.capitalize(),
            mode=mode,
            account_id=examined.account_id,
            base_url=base_url,
            kept=not session_only,
        )
        vault = self.vault_of(account)
        await asyncio.to_thread(vault.set, stripe_key_name(ref), clean_key(key))
        if session_only:
            self._passing[ref] = account
        else:
            await self._list(account, vault)
        return account

    async def rename(self, ref: str, label: str) -> Account:
        """Call an account something else.

        Raises:
            UserFacing: `accounts_unwritable`.
        """
        known = self._kept if ref in self._kept else self._passing
        before = known[ref]
        known[ref] = replace(before, label=label.strip()[:MOST_LABEL] or before.label)
        await asyncio.to_thread(self._write)
        return known[ref]

    async def remove(self, ref: str) -> None:
        """Remove an account that is not open: its key, its mirror and the mirror's key.

        What the casebook holds about it stays. Safe to repeat after a failure.

        Raises:
            UserFacing: what is wrong with the keyring, `mirror_in_use`, `accounts_unwritable`.
        """
        account = self.get(ref)
        if account is None:
            return
        vault = self.vault_of(account)
        await asyncio.to_thread(vault.delete, stripe_key_name(ref))
        await asyncio.to_thread(_remove_files, self.mirror_path(account))
        await asyncio.to_thread(vault.delete, mirror_key_name(ref))
        self._passing.pop(ref, None)
        if self._kept.pop(ref, None) is not None:
            await asyncio.to_thread(self._write)

    async def open(
        self, account: Account, *, share: float, on_reach: Callable[[Reach], None] | None = None
    ) -> Gateway:
        """Return a gateway with the account's key.

        Args:
            share: part of the account's rate limits to use.
            on_reach: told how Stripe answers.

        Raises:
            UserFacing: `key_not_in_keyring`, or what is wrong with the keyring.
        """
        vault = self.vault_of(account)
        key = await asyncio.to_thread(vault.get, stripe_key_name(account.ref))
        if key is None:
            raise _GONE.problem()
        return Gateway(key, base_url=account.base_url or None, share=share, on_reach=on_reach)

    def vault_of(self, account: Account) -> Vault:
        """Return where the keys of an account are."""
        return self._vault if account.kept else self._session

    def mirror_path(self, account: Account) -> Path:
        """Return the file of an account's mirror."""
        if account.kept:
            return self._paths.data / f"mirror-{account.ref}.db"
        return self._paths.cache / f"session-mirror-{account.ref}.db"

    @property
    def _file(self) -> Path:
        return self._paths.data / "accounts.json"

    async def _list(self, account: Account, vault: Vault) -> None:
        """Write an account into the list; a new one that cannot be listed leaves no key behind."""
        before = self._kept.get(account.ref)
        self._kept[account.ref] = account
        try:
            await asyncio.to_thread(self._write)
        except UserFacing:
            if before is not None:
                self._kept[account.ref] = before
            else:
                del self._kept[account.ref]
                await asyncio.to_thread(vault.delete, stripe_key_name(account.ref))
            raise

    def _forget_passed(self) -> None:
        """Remove mirrors whose key ended with an earlier session: nobody can read them."""
        for left in self._paths.cache.glob("session-mirror-*"):
            left.unlink(missing_ok=True)

    def _write(self) -> None:
        account_list.write(self._file, self._kept.values(), self._last)


def _ref(key: str, examined: Examined, mode: Mode) -> str:
    """Name an account by Stripe's id, so that a rolled key keeps its mirror.

    Where Stripe does not tell the id, a digest of the key has to do: keys are long random texts,
    nothing leads back from the digest. A rolled key then makes a new account here.
    """
    if examined.account_id:
        return f"{examined.account_id}-{mode}"
    return f"key-{hashlib.sha256(key.encode()).hexdigest()[:16]}-{mode}"


_LIVE = Saying(
    "This is a live key.",
    "Confirm that this is meant.",
    "key_live_unconfirmed",
    detail="With it the desk acts on real cards of real people.",
)
_BLIND = Saying(
    "This key cannot see cardholders and cards.",
    "Give the key at least issuing_cardholder_read and issuing_card_read in Stripe's dashboard.",
    "key_lacks_reading",
    detail="Without reading them the desk is of no use.",
)
_GONE = Saying(
    "The key of this account is not in the keyring any more.",
    "Add the account again with its key.",
    "key_not_in_keyring",
    detail="Its mirror and the casebook are untouched.",
)
_IN_USE = Saying(
    "The account's mirror is still in use.",
    "Open another account or close the desk, then try again.",
    "mirror_in_use",
    detail="Its file could not be removed.",
)


def _remove_files(path: Path) -> None:
    try:
        for file in files.family(path):
            file.unlink(missing_ok=True)
        return
    except OSError:
        failed = _IN_USE.problem(retry=True)
    raise failed
