"""The checkout's own `.venv`, filled from the lock files."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from devtools import debian
from devtools.report import Trouble, step

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging"
RUN_LOCKS = [LOCKS / "requirements.txt"]
DEV_LOCKS = [LOCKS / "requirements-dev.txt", LOCKS / "requirements-stripe-description.txt"]
SPACE_NEEDED = 1_500_000_000  # bytes: .venv and the files pip unpacks on the way

_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
    r"|Connection refused|Connection reset|getaddrinfo failed|Network is unreachable"
)
_NO_SPACE = re.compile(r"No space left on device|Errno 28|not enough space", re.IGNORECASE)
_NO_BUILD = re.compile(r"No matching distribution found for ([A-Za-z0-9_.=\-]+)")
_LARGE_DOWNLOAD = re.compile(r"Downloading (\S+) \(([\d.]+ MB)\)")


def executable(name: str) -> Path:
    """Path of a program inside `.venv`."""
    if sys.platform == "win32":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def ensure(*, dev: bool) -> None:
    """Bring `.venv` up to date with the lock files; does nothing if it is.

    Raises:
        Trouble: it cannot be done here; the text says why and what helps.
    """
    locks = RUN_LOCKS + DEV_LOCKS if dev else RUN_LOCKS
    stamp = VENV / ("stamp-dev" if dev else "stamp-run")
    digest = _digest(locks)
    if _read(stamp) == digest and executable("python").exists():
        return
    _check_room()
    if _read(VENV / "stamp-python") != _python_identity() or not executable("python").exists():
        _make_venv()
    step("Installing the program's packages" + (" and the developers' tools" if dev else ""))
    requirements = [word for lock in locks for word in ("-r", str(lock))]
    _pip("--require-hashes", "--only-binary", ":all:", *requirements)
    step(f"Linking this checkout into {VENV.name}")
    _pip("--no-index", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(digest, encoding="utf-8")


def _make_venv() -> None:
    lacking = debian.missing_for_venv()
    if lacking and not shutil.which("apt-get"):
        raise Trouble("This Python has no complete venv module (ensurepip is missing).")
    debian.install(lacking, "Python's venv")
    step(f"Making {VENV.name} with Python {platform.python_version()}")
    # Run from inside .venv itself, the Python below it must do the work.
    python = getattr(sys, "_base_executable", None) or sys.executable
    done = subprocess.run(
        [python, "-m", "venv", "--clear", str(VENV)],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(_explain("venv", done.stdout + done.stderr))
    (VENV / "stamp-python").write_text(_python_identity(), encoding="utf-8")


def _pip(*arguments: str) -> None:
    """Run `pip install` inside `.venv`, showing large downloads as they come."""
    command = [str(executable("python")), "-m", "pip", "install", "--no-deps", "--no-input"]
    command += ["--progress-bar", "off", "--retries", "2", "--disable-pip-version-check"]
    with subprocess.Popen(
        [*command, *arguments],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        output = []
        for line in process.stdout or []:
            output.append(line)
            if large := _LARGE_DOWNLOAD.search(line):
                step("  downloading {} ({})".format(*large.groups()))
    if process.returncode:
        log = VENV / "pip.log"
        sentence = _explain("pip", "".join(output))
        with contextlib.suppress(OSError):  # the disk may be what failed
            log.write_text("".join(output), encoding="utf-8")
            sentence += f" (pip's own words: {log})"
        raise Trouble(sentence)


def _explain(tool: str, output: str) -> str:
    """One sentence for what pip or venv printed when it failed."""
    if _NO_SPACE.search(output):
        return f"The disk that holds {ROOT} is full."
    if _NO_NETWORK.search(output):
        return "The package registry could not be reached: check the network or the proxy."
    if "DO NOT MATCH THE HASHES" in output:
        return "A downloaded package is not the file that the lock file names: nothing was trusted."
    if none := _NO_BUILD.search(output):
        return (
            f"There is no ready-made {none[1]} for this system ({platform.platform()}): Supportdesk"
            " runs on Linux with glibc 2.34 (ARM: 2.39), macOS 13, Windows 10, or newer."
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"ERROR|\w+Error: ", line)]
    told = told or lines or ["no reason told"]
    return f"{tool} failed: {told[-1]}"


def clean_environment() -> dict[str, str]:
    """The environment without what would send pip or Python to other folders than `.venv`."""
    unwanted = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PYTHONPATH", "PYTHONHOME"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def _check_room() -> None:
    if not os.access(ROOT, os.W_OK):
        raise Trouble(f"The folder {ROOT} cannot be written to: clone it where you may write.")
    free = shutil.disk_usage(ROOT).free
    if free < SPACE_NEEDED and not VENV.exists():
        raise Trouble(
            f"The disk that holds {ROOT} has {free // 1_000_000} MB free;"
            f" setting up needs {SPACE_NEEDED // 1_000_000} MB."
        )


def _python_identity() -> str:
    return f"{platform.python_version()} {sys.base_prefix} {VENV}"


def _digest(locks: list[Path]) -> str:
    total = hashlib.sha256(_python_identity().encode())
    for file in [*locks, ROOT / "pyproject.toml"]:
        total.update(file.read_bytes())
    return total.hexdigest()


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
