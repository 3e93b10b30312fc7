"""Renew the lock files: every package pinned, with the hashes of all its files."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from devtools.environment import DEV_LOCKS, ROOT, RUN_LOCKS
from devtools.report import Trouble, step

UV = "uv==0.13.9"
PLATFORMS = [
    "x86_64-manylinux_2_34",
    "aarch64-manylinux_2_39",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
]
# The program runs on Intel Macs, its tests do not: cryptography, which they make certificates
# with, is no longer built for those.
PLATFORMS_TO_RUN = [*PLATFORMS, "x86_64-apple-darwin"]
PYTHONS = ["3.11", "3.12", "3.13"]
_HEADER = "# Made by `packaging/dev.py lock` from pyproject.toml; not to be edited by hand.\n"


def renew(*, upgrade: bool) -> None:
    """Write the lock files anew; keeps the pinned versions where they still fit unless `upgrade`.

    Raises:
        Trouble: no solution, or a package has no ready-made build for a system we promise.
    """
    run, (dev, stripe_description) = RUN_LOCKS[0], DEV_LOCKS
    with tempfile.TemporaryDirectory() as folder:
        step(f"Fetching {UV} into a folder that is thrown away")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        binaries = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([binaries / "python", "-m", "pip", "install", "-q", UV], check=True)
        uv = str(binaries / "uv")
        more = ["--upgrade"] if upgrade else []
        _compile(uv, run, ["pyproject.toml", "--group", "build", *more])
        _compile(uv, dev, ["--group", "dev", "--constraints", str(run), *more])
        _compile(uv, stripe_description, ["--group", "stripe-description", "--no-deps", *more])
        _check_builds(uv, [run], PLATFORMS_TO_RUN, folder)
        _check_builds(uv, [run, dev, stripe_description], PLATFORMS, folder)


def _uv(command: list[str]) -> None:
    """Run uv without any of this machine's own settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    done = subprocess.run(
        [*command, "--no-config", "--quiet"], cwd=ROOT, env=own, capture_output=True, text=True
    )
    if done.returncode:
        raise Trouble(f"uv failed: {done.stderr.strip()}")


def _compile(uv: str, lock: Path, arguments: list[str]) -> None:
    step(f"Writing {lock.relative_to(ROOT)}")
    how = ["--universal", "--python-version", PYTHONS[0], "--generate-hashes", "--no-header"]
    _uv([uv, "pip", "compile", *arguments, *how, "--output-file", str(lock)])
    text = lock.read_text(encoding="utf-8")
    if "://" in text or any(line.startswith("-") for line in text.splitlines()):
        raise Trouble(f"{lock} names a source of packages; it must not.")
    if not text.startswith(_HEADER):
        lock.write_text(_HEADER + text, encoding="utf-8", newline="\n")


def _check_builds(uv: str, locks: list[Path], systems: list[str], folder: str) -> None:
    """Ask for each system whether every package has a ready-made build; nothing is installed."""
    requirements = [word for lock in locks for word in ("-r", str(lock))]
    for system in systems:
        step(f"Checking the builds of {len(locks)} lock files for {system}")
        for python in PYTHONS:
            target = ["--python-platform", system, "--python-version", python, "--target", folder]
            how = ["--dry-run", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
            _uv([uv, "pip", "install", *how, *target, *requirements])
