from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from supportdesk.paths import Paths
from supportdesk.practice.process import Ready
from supportdesk.secrets import Vault
from supportdesk.services.accounts import Accounts
from supportdesk.ui.account_form import AccountForm
from supportdesk.ui.accounts_dialog import AccountsDialog
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.field import Field
from tests.ui.conftest import Loop, until


class Keyring(KeyringBackend):
    """A keyring in memory that can be locked."""

    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.locked = False

    def _answer(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        del self.entries[service, username]


@pytest.fixture
def keyring() -> Keyring:
    return Keyring()


@pytest.fixture
def accounts(tmp_path: Path, keyring: Keyring) -> Accounts:
    paths = Paths.in_dir(tmp_path)
    paths.make()
    return Accounts(paths, Vault(keyring))


Open = Callable[[], AccountsDialog]


@pytest.fixture
def opened(accounts: Accounts, practice: Ready) -> Open:
    def make() -> AccountsDialog:
        dialog = AccountsDialog(accounts, "", base_url=practice.url)
        dialog.open()
        return dialog

    return make


def key_error(form: AccountForm) -> str:
    return next(f.error() for f in form.findChildren(Field) if f.editor is form.key)


def press(form: AccountForm, words: str) -> None:
    next(b for b in form.banner.findChildren(KeyButton) if b.text() == words).click()


async def check(form: AccountForm, key: str) -> None:
    form.key.setText(key)
    form.check.click()
    await until(lambda: form._examined is not None)


def test_a_key_is_recognised_checked_named_and_kept(
    loop: Loop, opened: Open, accounts: Accounts, keyring: Keyring, practice: Ready
) -> None:
    async def scenario() -> None:
        dialog = opened()
        form = dialog.form
        assert form.isVisible()  # no account yet: the form is there at once
        await check(form, f"  {practice.key}\n")
        chips = [chip.text() for chip in form.findChildren(Chip)]
        assert "SANDBOX" in chips
        assert chips.count("present") == 12
        form.name.setText("My sandbox")
        form.save.click()
        await until(lambda: accounts.all())
        account = accounts.all()[0]
        assert (account.label, account.mode, account.kept) == ("My sandbox", "sandbox", True)
        assert practice.key in keyring.entries.values()
        await until(lambda: dialog.list.current_key() == account.ref)
        assert form.key.text() == ""
        dialog.remove.click()
        sure = next(b for b in dialog.findChildren(KeyButton) if b.text() == "Remove it")
        sure.click()
        await until(lambda: accounts.all() == [])
        assert keyring.entries == {}
        dialog.close()

    loop.run(scenario(), 60)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("pk_test_51abcdefghijk", "publishable"),
        ("whsec_abcdefghijklmnop", "webhook"),
        ("hello", ""),
        ("x" * 5000, ""),
        ("sk_test_🙂🙂🙂🙂🙂🙂🙂🙂🙂", ""),
    ],
)
def test_what_is_no_key_is_said_beside_the_field(
    loop: Loop, opened: Open, key: str, words: str
) -> None:
    async def scenario() -> None:
        dialog = opened()
        dialog.form.key.setText(key)
        assert key_error(dialog.form)
        assert words in key_error(dialog.form)
        assert key not in key_error(dialog.form)
        assert not dialog.form.check.isEnabled()
        dialog.close()

    loop.run(scenario())


def test_a_revoked_key_and_no_stripe_are_told_apart(
    loop: Loop, accounts: Accounts, opened: Open
) -> None:
    async def scenario() -> None:
        dialog = opened()
        dialog.form.key.setText("sk_test_revoked0123456789")
        dialog.form.check.click()
        await until(lambda: "req_" in dialog.form.banner.text())
        refused = dialog.form.banner.text()
        assert not dialog.form.save.isVisible()
        dialog.close()
        nowhere = AccountsDialog(accounts, "", base_url="http://127.0.0.1:9")
        nowhere.open()
        nowhere.form.key.setText("sk_test_revoked0123456789")
        nowhere.form.check.click()
        await until(lambda: "Asking Stripe" in nowhere.form.banner.text())
        await until(lambda: "Asking Stripe" not in nowhere.form.banner.text(), seconds=40)
        assert nowhere.form.banner.text()
        assert nowhere.form.banner.text() != refused
        assert nowhere.form.key.text()  # what was typed stays, to be tried again
        nowhere.close()

    loop.run(scenario(), 60)


def test_a_locked_keyring_offers_to_try_again_or_keep_it_for_the_session(
    loop: Loop, opened: Open, accounts: Accounts, keyring: Keyring, practice: Ready
) -> None:
    async def scenario() -> None:
        dialog = opened()
        form = dialog.form
        keyring.locked = True
        await check(form, practice.key)
        form.save.click()
        await until(lambda: "keyring" in form.banner.text().lower())
        assert form.key.text() == practice.key
        press(form, "Try again")
        await until(lambda: form.save.isEnabled())
        press(form, "Keep for this session only")
        await until(lambda: accounts.all())
        assert not accounts.all()[0].kept
        assert keyring.entries == {}
        dialog.close()

    loop.run(scenario(), 60)


def test_a_live_key_needs_a_word(loop: Loop, opened: Open) -> None:
    async def scenario() -> None:
        dialog = opened()
        dialog.form.key.setText("rk_live_0123456789abcdef")
        assert dialog.form.live.isVisible()
        assert "LIVE" in [chip.text() for chip in dialog.form.findChildren(Chip)]
        dialog.form.key.setText("rk_test_0123456789abcdef")
        assert not dialog.form.live.isVisible()
        dialog.close()
        assert dialog.form.key.text() == ""

    loop.run(scenario())


def test_missing_permissions_are_listed_and_a_blind_key_is_not_kept(
    loop: Loop, opened: Open, practice: Ready
) -> None:
    def restricted(*permissions: str) -> str:
        answer = httpx.post(
            f"{practice.url}/_practice/keys",
            auth=(practice.key, ""),
            data={"permissions[]": list(permissions)},
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["key"])

    some = restricted("issuing_cardholder_read", "issuing_card_write")
    blind = restricted("issuing_dispute_read")

    async def scenario() -> None:
        dialog = opened()
        await check(dialog.form, some)
        chips = [chip.text() for chip in dialog.form.findChildren(Chip)]
        assert chips.count("present") >= 2
        assert chips.count("missing") >= 4
        assert chips.count("when used") >= 1
        assert dialog.form.save.isEnabled()
        await check(dialog.form, blind)
        assert not dialog.form.save.isEnabled()
        assert "cannot see cardholders and cards" in dialog.form.banner.text()
        dialog.close()

    loop.run(scenario(), 60)
