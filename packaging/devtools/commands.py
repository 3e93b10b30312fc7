"""The commands of `packaging/dev.py`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from devtools import debian, environment, locks
from devtools.environment import ROOT, executable
from devtools.report import Trouble, step

TOUR_FOLDER = ROOT / "build" / "tour"


def main(argv: list[str]) -> int:
    """Carry out one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="packaging/dev.py")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make .venv and install what the program needs")
    commands.add_parser("run", help="open the desk; what follows goes to supportdesk")
    commands.add_parser("test", help="run the tests; what follows goes to pytest")
    commands.add_parser("bench", help="measure the desk (--only NAME, --size N, --json FILE)")
    commands.add_parser("lint", help="check style, format and types")
    commands.add_parser("lock", help="maintainers: renew the lock files (--upgrade: to the newest)")
    arguments = parser.parse_args(argv[:1])
    try:
        return _COMMANDS[arguments.command](argv[1:])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except OSError as error:
        print(f"The system refused: {error}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 1


def _setup(_: list[str]) -> int:
    environment.ensure(dev=False)
    debian.install(debian.missing_for_window(), "Qt")
    step(f"Ready: {executable('supportdesk')}")
    return 0


def _run(arguments: list[str]) -> int:
    environment.ensure(dev=False)
    debian.install(debian.missing_for_window(), "Qt")
    program = [str(executable("supportdesk"))]
    if _has_display() or not _opens_window(arguments):
        return _call([*program, *arguments])
    step("There is no display here, so the tour runs instead of the window")
    status = _call([*program, "tour", "--out", str(TOUR_FOLDER)])
    if status == 0:
        step(f"The pictures of the tour are in {TOUR_FOLDER}")
    return status


def _test(arguments: list[str]) -> int:
    environment.ensure(dev=True)
    debian.install(debian.missing_for_window(), "Qt")
    keyring_group = _keyring_group()
    tests = [str(executable("python")), "-m", "pytest", *arguments]
    return _call(tests, QT_QPA_PLATFORM="offscreen", SUPPORTDESK_KEYRING_GROUP=keyring_group)


def _bench(arguments: list[str]) -> int:
    environment.ensure(dev=True)
    debian.install(debian.missing_for_window(), "Qt")
    program = [str(executable("python")), "-m", "tests.benchmarks", *arguments]
    return _call(program, QT_QPA_PLATFORM="offscreen")


def _keyring_group() -> str:
    """Make the real keyring's tests possible; returns `run`, or `no` where they cannot be."""
    lacking = debian.missing_for_keyring_tests()
    if debian.can_install():
        debian.install(lacking, "tests against a real keyring")
    elif sys.platform != "linux":
        step("The tests against a real keyring are not run: they need Linux's Secret Service")
        return "no"
    elif lacking or not debian.has_keyring_tools():
        step("The tests against a real keyring are not run: dbus and gnome-keyring are missing")
        if lacking:
            step(f"To run them too: {debian.line_to_run(lacking)}")
        return "no"
    return "run"


def _lint(_: list[str]) -> int:
    environment.ensure(dev=True)
    ruff, mypy = str(executable("ruff")), str(executable("mypy"))
    checks = [[ruff, "check"], [ruff, "format", "--check"], [mypy]]
    failed = 0
    for check in checks:
        step(" ".join([os.path.basename(check[0]), *check[1:]]))
        failed += bool(_call(check))
    return min(failed, 1)


def _lock(arguments: list[str]) -> int:
    locks.renew(upgrade="--upgrade" in arguments)
    return 0


def _has_display() -> bool:
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in shown)


def _opens_window(arguments: list[str]) -> bool:
    """Tell whether the program would open the desk: no other command, no question for help."""
    other = {"practice", "tour", "-h", "--help"}
    return not other.intersection(arguments)


def _call(command: list[str], **extra: str) -> int:
    """Run a program of `.venv` in the checkout; returns its exit status."""
    variables = environment.clean_environment() | extra
    if not _has_display():
        variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    if sys.platform == "linux" and not {"LANG", "LC_ALL", "LC_CTYPE"} & variables.keys():
        variables["LANG"] = "C.UTF-8"  # an empty container has none, and Qt then warns
    return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode


_COMMANDS = {
    "setup": _setup,
    "run": _run,
    "test": _test,
    "bench": _bench,
    "lint": _lint,
    "lock": _lock,
}
