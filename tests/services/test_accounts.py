from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from supportdesk.errors import UserFacing
from supportdesk.paths import Paths
from supportdesk.secrets import SessionVault, database_key, stripe_key_name
from supportdesk.services.accounts import Accounts, Examined, mirror_key_name
from supportdesk.store.database import Database
from supportdesk.stripe_gateway.permissions import Permission
from tests.support.practice_api import Api

LIVE = Examined(
    "live",
    restricted=False,
    account_id="acct_9",
    permissions=(
        Permission("issuing_cardholder_read", "", True),
        Permission("issuing_card_read", "", True),
    ),
)
LIVE_KEY = "sk_live_0123456789abcdef"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = Paths.in_dir(tmp_path)
    made.make()
    return made


@pytest.fixture
def vault() -> SessionVault:
    """A keyring that ends with the test."""
    return SessionVault()


@pytest.fixture
def accounts(paths: Paths, vault: SessionVault) -> Accounts:
    return Accounts(paths, vault)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def all_text(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_an_account_is_examined_added_and_there_again(
    api: Api, accounts: Accounts, paths: Paths, vault: SessionVault
) -> None:
    ready = api.ready

    async def scenario() -> None:
        examined = await accounts.examine(f" {ready.key}\n", base_url=ready.url)
        assert (examined.mode, examined.restricted, examined.usable) == ("sandbox", False, True)
        account = await accounts.add(ready.key, examined, label=" Nordlicht ", base_url=ready.url)
        assert (account.label, account.mode, account.kept) == ("Nordlicht", "sandbox", True)
        assert account.ref.endswith("-sandbox")
        await accounts.set_last(account.ref)

        later = Accounts(paths, vault)
        await later.load()
        assert later.all() == [account]
        assert later.last == account
        gateway = await later.open(account, share=0.5)
        assert (await gateway.cards()).records == ()
        await gateway.aclose()

    run(scenario())
    assert vault.get(stripe_key_name(accounts.all()[0].ref)) == ready.key
    assert ready.key.encode() not in all_text(paths.data.parent)


def test_a_key_that_cannot_read_people_is_not_added(api: Api, accounts: Accounts) -> None:
    key = api.post("/_practice/keys", permissions=["issuing_card_read"])["key"]
    examined = run(accounts.examine(key, base_url=api.ready.url))
    assert examined.restricted
    assert not examined.usable
    with pytest.raises(UserFacing) as caught:
        run(accounts.add(key, examined))
    assert caught.value.code == "key_lacks_reading"
    assert accounts.all() == []


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "key_missing"),
        ("pk_test_0123456789abcdef", "key_publishable"),
        ("sk_test_0123456789abcdef", "key_refused"),
    ],
)
def test_a_bad_key_is_not_added(api: Api, accounts: Accounts, key: str, code: str) -> None:
    with pytest.raises(UserFacing) as caught:
        run(accounts.examine(key, base_url=api.ready.url))
    assert caught.value.code == code


def test_a_live_key_needs_a_yes(accounts: Accounts, vault: SessionVault) -> None:
    with pytest.raises(UserFacing) as caught:
        run(accounts.add(LIVE_KEY, LIVE))
    assert caught.value.code == "key_live_unconfirmed"
    assert vault.get(stripe_key_name("acct_9-live")) is None
    account = run(accounts.add(LIVE_KEY, LIVE, live_confirmed=True))
    assert (account.ref, account.label, account.mode) == ("acct_9-live", "acct_9", "live")


def test_a_rolled_key_takes_the_place_of_the_old_one(
    accounts: Accounts, vault: SessionVault
) -> None:
    first = run(accounts.add(LIVE_KEY, LIVE, live_confirmed=True))
    again = run(accounts.add("rk_live_fedcba9876543210", LIVE, label="New", live_confirmed=True))
    assert again.ref == first.ref
    assert [account.label for account in accounts.all()] == ["New"]
    assert vault.get(stripe_key_name(first.ref)) == "rk_live_fedcba9876543210"


def test_without_an_account_id_the_key_tells_accounts_apart(accounts: Accounts) -> None:
    unknown = Examined("live", True, "", LIVE.permissions)
    refs = {
        run(accounts.add(f"rk_live_{n}123456789abcdef", unknown, live_confirmed=True)).ref
        for n in range(3)
    }
    assert len(refs) == 3
    assert not any("123456789" in ref for ref in refs)


def test_removing_leaves_nothing_but_the_casebook(
    accounts: Accounts, paths: Paths, vault: SessionVault
) -> None:
    async def scenario() -> None:
        account = await accounts.add(LIVE_KEY, LIVE, live_confirmed=True)
        key = database_key(vault, mirror_key_name(account.ref))
        mirror = await Database.open(accounts.mirror_path(account), key, "mirror")
        await mirror.close()
        (paths.data / "casebook.db").write_bytes(b"stays")
        assert accounts.mirror_path(account).exists()
        await accounts.remove(account.ref)
        await accounts.remove(account.ref)  # again does nothing
        assert vault.get(stripe_key_name(account.ref)) is None
        assert vault.get(mirror_key_name(account.ref)) is None
        assert accounts.all() == []

    run(scenario())
    assert sorted(file.name for file in paths.data.iterdir()) == ["accounts.json", "casebook.db"]
    later = Accounts(paths, vault)
    run(later.load())
    assert later.all() == []


def test_for_this_session_only(accounts: Accounts, paths: Paths, vault: SessionVault) -> None:
    account = run(accounts.add(LIVE_KEY, LIVE, live_confirmed=True, session_only=True))
    assert not account.kept
    assert accounts.get(account.ref) == account
    assert vault.get(stripe_key_name(account.ref)) is None
    assert LIVE_KEY.encode() not in all_text(paths.data.parent)
    gateway = run(accounts.open(account, share=0.5))
    run(gateway.aclose())
    accounts.mirror_path(account).write_bytes(b"cannot be read without its key")
    later = Accounts(paths, vault)
    run(later.load())
    assert later.all() == []
    assert not accounts.mirror_path(account).exists()


def test_a_key_that_left_the_keyring(accounts: Accounts, vault: SessionVault) -> None:
    account = run(accounts.add(LIVE_KEY, LIVE, live_confirmed=True))
    vault.delete(stripe_key_name(account.ref))
    with pytest.raises(UserFacing) as caught:
        run(accounts.open(account, share=0.5))
    assert caught.value.code == "key_not_in_keyring"


def test_renaming(accounts: Accounts, paths: Paths, vault: SessionVault) -> None:
    ref = run(accounts.add(LIVE_KEY, LIVE, live_confirmed=True)).ref
    assert run(accounts.rename(ref, "Zürich " * 30)).label.startswith("Zürich")
    assert run(accounts.rename(ref, "  ")).label.startswith("Zürich")
    later = Accounts(paths, vault)
    run(later.load())
    assert later.all() == accounts.all()


def _entry(**changes: Any) -> str:
    entry = {"ref": "acct_1-live", "label": "A", "mode": "live", "account_id": "", "base_url": ""}
    return json.dumps(
        {"format": "supportdesk-accounts", "last": "", "accounts": [{**entry, **changes}]}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "other", "last": "", "accounts": []}',
        _entry(mode="holiday"),
        _entry(label=5),
        _entry(ref="../../casebook"),
        _entry(base_url="https://stripe.example"),
        _entry(base_url="http://127.0.0.1:1@stripe.example"),
    ],
)
def test_a_damaged_list_is_left_as_it_is(accounts: Accounts, paths: Paths, text: str) -> None:
    file = paths.data / "accounts.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserFacing) as caught:
        run(accounts.load())
    assert caught.value.code == "accounts_unreadable"
    assert file.read_text(encoding="utf-8") == text


def test_what_a_newer_desk_keeps_beside_is_no_damage(accounts: Accounts, paths: Paths) -> None:
    text = _entry(colour="teal", base_url="http://127.0.0.1:8080")
    (paths.data / "accounts.json").write_text(text, encoding="utf-8")
    run(accounts.load())
    assert [account.ref for account in accounts.all()] == ["acct_1-live"]


def test_a_list_that_cannot_be_saved_changes_nothing(
    accounts: Accounts, paths: Paths, vault: SessionVault
) -> None:
    paths.data.rmdir()
    with pytest.raises(UserFacing) as caught:
        run(accounts.add(LIVE_KEY, LIVE, live_confirmed=True))
    assert caught.value.code == "accounts_unwritable"
    assert accounts.all() == []
    assert vault.get(stripe_key_name("acct_9-live")) is None
