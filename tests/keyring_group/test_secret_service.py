"""Keys in a real Secret Service: GNOME Keyring on a session bus of its own.

Its files lie in a folder of the test's, so nobody's own keyring is touched.
"""

import gc
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import secretstorage

from supportdesk import secrets
from supportdesk.errors import UserFacing
from supportdesk.secrets import Vault

# The library leaves its connection to the bus open when the keyring stays locked.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

KEY = "rk_test_51Qn8sLkd93"
PASSWORD = "the keyring's password"
# The bus would start a second keyring if it were asked before the first one is known to it.
KNOWN = "dbus-send --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner"
SCRIPT = f"""
gnome-keyring-daemon --unlock --components=secrets < "$HOME/password" >&2 &&
timeout 30 sh -c 'until {KNOWN} string:org.freedesktop.secrets | grep -q true
                  do sleep 0.02; done' &&
echo "$DBUS_SESSION_BUS_ADDRESS" &&
exec cat  # holds the session open until the test closes its input
"""


class Session:
    """A session bus with an unlocked keyring, in which this process takes part while it is open."""

    def __init__(self, home: Path) -> None:
        (home / "run").mkdir(mode=0o700)
        (home / "password").write_text(PASSWORD)
        self.home = home
        folders = {"HOME": home, "XDG_DATA_HOME": home / "data", "XDG_RUNTIME_DIR": home / "run"}
        # No DISPLAY: a prompt for the password must never reach the screen of a person.
        self.env = {"PATH": os.environ["PATH"], **{k: str(v) for k, v in folders.items()}}

    def open(self) -> str:
        """Start bus and keyring; returns the address of the bus once the keyring is on it."""
        with (self.home / "messages").open("w") as messages:
            self._process = subprocess.Popen(
                ["dbus-run-session", "--", "sh", "-c", SCRIPT],
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=messages,
                text=True,
            )
        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        assert address, (self.home / "messages").read_text()
        return address

    def close(self) -> None:
        """End bus and keyring; programs that the bus started may still hold its output."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(autouse=True)
def nothing_left_for_later_tests() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join()  # the bus has ended, and with it each question
    gc.collect()


@pytest.fixture
def home() -> Iterator[Path]:
    # Not tmp_path: a socket's path must stay short.
    folder = Path(tempfile.mkdtemp(prefix="sd-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def session(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    opened = Session(home)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", opened.open())
    yield opened
    opened.close()


def lock_keyring() -> None:
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


def code_of(vault: Vault, name: str = "k") -> str:
    with pytest.raises(UserFacing) as told:
        vault.get(name)
    assert told.value.remedy
    return told.value.code


@pytest.mark.usefixtures("session")
def test_an_entry_lives_and_ends() -> None:
    vault = Vault()
    assert vault.get("stripe-key:a") is None
    vault.set("stripe-key:a", KEY)
    vault.set("stripe-key:b", "another")
    assert Vault().get("stripe-key:a") == KEY
    vault.set("stripe-key:a", "newer")
    assert vault.get("stripe-key:a") == "newer"
    vault.delete("stripe-key:a")
    vault.delete("stripe-key:a")
    assert vault.get("stripe-key:a") is None
    assert vault.get("stripe-key:b") == "another"


@pytest.mark.usefixtures("session")
def test_the_longest_value_is_kept_whole() -> None:
    Vault().set("k", "x" * secrets.LONGEST_VALUE)
    assert Vault().get("k") == "x" * secrets.LONGEST_VALUE


@pytest.mark.usefixtures("session")
def test_each_entry_is_a_service_of_its_own_and_names_no_secret() -> None:
    Vault().set("stripe-key:a", KEY)
    with closing(secretstorage.dbus_init()) as bus:
        (item,) = secretstorage.get_default_collection(bus).get_all_items()
        assert item.get_attributes()["service"] == "supportdesk:stripe-key:a"
        assert KEY not in str(item.get_attributes()) + item.get_label()


@pytest.mark.usefixtures("session")
def test_a_database_key_is_made_once() -> None:
    key = secrets.database_key(Vault(), "casebook-key")
    assert len(bytes.fromhex(key)) == 32
    assert secrets.database_key(Vault(), "casebook-key", create=False) == key


def test_nothing_lies_in_clear_on_the_disk(session: Session) -> None:
    Vault().set("stripe-key:a", KEY)
    files = [file for file in session.home.rglob("*.keyring") if file.is_file()]
    assert files
    assert all(KEY.encode() not in file.read_bytes() for file in files)


@pytest.mark.usefixtures("session")
def test_a_locked_keyring_is_told_and_forgets_nothing() -> None:
    vault = Vault()
    vault.set("k", KEY)
    lock_keyring()
    assert code_of(vault) == "keyring_locked"
    with pytest.raises(UserFacing, match="keyring_locked") as told:
        secrets.database_key(vault, "casebook-key")
    assert told.value.retry


def test_trying_again_after_unlocking_works(session: Session) -> None:
    vault = Vault()
    vault.set("k", KEY)
    lock_keyring()
    assert code_of(vault) == "keyring_locked"
    bus = {"DBUS_SESSION_BUS_ADDRESS": os.environ["DBUS_SESSION_BUS_ADDRESS"]}
    subprocess.run(
        ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets"],
        env=session.env | bus,
        input=PASSWORD,
        text=True,
        check=True,
        capture_output=True,
    )
    assert vault.get("k") == KEY


def test_a_question_that_nobody_answers_ends(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prompter is a program that waits for a pipe: it never shows a question."""
    pipe = home / "never"
    os.mkfifo(pipe)
    services = home / "data" / "dbus-1" / "services"
    services.mkdir(parents=True)
    (services / "org.gnome.keyring.SystemPrompter.service").write_text(
        f"[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=/bin/cat {pipe}\n"
    )
    session = Session(home)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.open())
    lock_keyring()
    try:
        with pytest.raises(UserFacing) as told:
            Vault(patience=1.0).get("k")
    finally:
        session.close()
        os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))  # lets the prompter go
    assert (told.value.code, told.value.detail) == ("keyring_locked", "It did not answer in time.")


def test_no_keyring_then_one_is_started(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    assert code_of(vault) == "keyring_missing"
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={home}/nothing")
    assert code_of(vault) == "keyring_missing"
    session = Session(home)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.open())
    assert vault.get("k") is None
    session.close()
    assert code_of(vault) == "keyring_missing"


@pytest.mark.usefixtures("session")
def test_a_configured_backend_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    Vault().set("k", KEY)
    assert Vault().get("k") == KEY
