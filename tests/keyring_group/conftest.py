"""These tests need Linux with dbus-run-session and gnome-keyring-daemon, and say so without.

`packaging/dev.py test` installs both where it may and then demands the group.
"""

import os
import shutil
import sys

import pytest

TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
demanded = os.environ.get("SUPPORTDESK_KEYRING_GROUP") == "run"
left_out = not demanded and (sys.platform != "linux" or bool(lacking))
collect_ignore_glob = ["test_*.py"] if left_out else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if left_out:
        terminalreporter.write_line(
            "NOT RUN: the tests against a real Secret Service (Linux with dbus and gnome-keyring)."
        )
