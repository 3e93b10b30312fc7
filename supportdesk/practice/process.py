"""Runs the practice Stripe as a child process that cannot outlive its parent."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

START_SECONDS = 60.0
STOP_SECONDS = 5.0


class PracticeFailed(Exception):
    """The practice server did not start; the text says what it printed last."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Where a practice Stripe answers, and the key of its only account."""

    url: str
    account: str
    key: str


def command(arguments: Sequence[str]) -> list[str]:
    """Command line of a practice server, from a checkout, a wheel or a frozen program."""
    program = (
        [sys.executable]
        if getattr(sys, "frozen", False)
        else [
            sys.executable,
            "-m",
            "supportdesk",
        ]
    )
    return [*program, "practice", "--parent-pipe", *arguments]


class PracticeProcess:
    """A practice Stripe on a free port of 127.0.0.1.

    Its standard input stays open as long as this process lives; when it closes, for whatever
    reason, the server ends. All methods block: call them off the window's thread.
    """

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self._arguments = tuple(arguments)
        self._process: subprocess.Popen[bytes] | None = None
        self._last_words = b""
        self.ready: Ready | None = None

    def start(self, timeout: float = START_SECONDS) -> Ready:
        """Start and wait (at most `timeout` seconds) for the server to be ready.

        Raises:
            PracticeFailed: it ended or said nothing in time.
        """
        process = self._process = subprocess.Popen(
            command(self._arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows: no console,
        )
        threading.Thread(target=self._listen, args=(process,), daemon=True).start()
        # A timer and not a select: pipes cannot be polled on Windows.
        watchdog = threading.Timer(timeout, process.kill)
        watchdog.start()
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
        finally:
            watchdog.cancel()
        try:
            said = json.loads(line)
            self.ready = Ready(said["url"], said["account"], said["key"])
        except (ValueError, KeyError, TypeError) as error:
            self.stop()
            raise PracticeFailed(self._last_words.decode("utf-8", "replace")) from error
        return self.ready

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Keep the error pipe from filling up; remember its last lines."""
        assert process.stderr is not None
        with process.stderr as lines:
            for line in lines:
                self._last_words = (self._last_words + line)[-2000:]

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ask the server to end, and end it after some seconds if it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
