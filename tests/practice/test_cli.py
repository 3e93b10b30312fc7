"""The server as a process: ready line, same seed, orderly end."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

from supportdesk.practice.process import PracticeProcess
from tests.conftest import StartPractice
from tests.support.practice_api import Api

COMMAND = [sys.executable, "-m", "supportdesk", "practice"]


def test_one_line_of_json_then_service_on_loopback(start_practice: StartPractice) -> None:
    ready = start_practice("--cardholders", "0", "--seed", "5")
    assert ready.url.startswith("http://127.0.0.1:")
    assert ready.account.startswith("acct_")
    assert ready.key.startswith("sk_test_")
    api = Api(ready)
    info = api.get("/_practice/info")
    assert (info["account"], info["seed"]) == (ready.account, 5)
    assert info["counts"]["cardholder"] == 0
    api.http.close()


def test_the_account_is_stable_per_seed(start_practice: StartPractice) -> None:
    first, again, other = (
        start_practice("--cardholders", "0", "--seed", seed) for seed in ("5", "5", "6")
    )
    assert (first.account, first.key) == (again.account, again.key)
    assert first.account != other.account
    assert first.key != other.key


def test_the_day_can_be_chosen(start_practice: StartPractice) -> None:
    ready = start_practice("--cardholders", "20", "--date", "2026-03-09")
    api = Api(ready)
    info = api.get("/_practice/info")
    assert info["date"] in ("2026-03-09", "2026-03-10")  # midnight may pass meanwhile
    newest = api.get("/v1/issuing/transactions", limit=1)["data"][0]
    assert newest["created"] <= info["now"]
    api.http.close()


def test_it_ends_when_its_parent_is_gone() -> None:
    process = subprocess.Popen(
        [*COMMAND, "--cardholders", "0", "--parent-pipe"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdin
        assert process.stdout
        assert json.loads(process.stdout.readline())["url"]
        process.stdin.close()
        assert process.wait(30) == 0


def test_it_ends_cleanly_when_terminated() -> None:
    process = subprocess.Popen([*COMMAND, "--cardholders", "0"], stdout=subprocess.PIPE)
    with process:
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        assert process.wait(30) == (1 if sys.platform == "win32" else 0)  # there it is killed
        assert process.stdout.read() == b""


def test_a_taken_port_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND, "--cardholders", "0", "--port", port],
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stdout == b""
    assert ended.stderr.decode().startswith(f"Port {port} is not free")


def test_a_process_can_be_stopped_twice() -> None:
    process = PracticeProcess(("--cardholders", "0"))
    process.start()
    assert process.running
    process.stop()
    process.stop()
    assert not process.running
