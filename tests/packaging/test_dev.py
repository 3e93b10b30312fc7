"""`packaging/dev.py`: its lock files, and its sentences where it cannot go on."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "packaging").glob("requirements*.txt"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def wanted() -> list[str]:
    groups = [SETTINGS["project"]["dependencies"], *SETTINGS["dependency-groups"].values()]
    return [line for group in groups for line in group]


def pinned() -> dict[str, list[str]]:
    """Versions in the lock files by package; more than one where systems differ."""
    found: dict[str, list[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(
            r"^([\w.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE
        ):
            found.setdefault(canonicalize_name(name), []).append(version)
    return found


@pytest.mark.parametrize("line", wanted())
def test_each_dependency_is_pinned_within_its_range(line: str) -> None:
    requirement = Requirement(line)
    versions = pinned()[canonicalize_name(requirement.name)]
    assert all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_holds_packages_and_hashes_only(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    for line in text.splitlines():
        assert re.match(r"[\w.-]+==\S+( ; .+)? \\$|    --hash=sha256:[0-9a-f]{64}|\s*#", line), line
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 8, 1), (3, 10, 13), (3, 14, 0)])
def test_a_wrong_python_gets_one_sentence(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(ROOT / "packaging" / "dev.py"), run_name="__main__")
    assert str(left.value).startswith("Supportdesk needs Python 3.11, 3.12 or 3.13, and this is")


class Checkout(NamedTuple):
    """A copy of the checkout, and of what stands around it: packages offered and system tools."""

    folder: Path
    offered: Path

    def setup(self, **variables: str) -> str:
        """Run `dev.py setup`, which must fail; returns what it says in the end."""
        done = subprocess.run(
            [sys.executable, self.folder / "packaging" / "dev.py", "setup"],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        (sentence,) = done.stderr.splitlines()
        return sentence

    def lock(self, name: str, digest: str) -> None:
        (self.folder / "packaging" / "requirements.txt").write_text(
            f"{name}==1.0 --hash=sha256:{digest}\n", encoding="utf-8"
        )

    def setup_offline(self) -> str:
        return self.setup(PIP_NO_INDEX="1", PIP_FIND_LINKS=str(self.offered))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = Checkout(tmp_path_factory.mktemp("a checkout"), tmp_path_factory.mktemp("offered"))
    shutil.copytree(ROOT / "packaging", made.folder / "packaging")
    shutil.copy(ROOT / "pyproject.toml", made.folder)
    return made


def test_no_network_is_told(checkout: Checkout) -> None:
    nowhere = "http://127.0.0.1:9/nowhere"
    sentence = checkout.setup(PIP_INDEX_URL=nowhere, PIP_EXTRA_INDEX_URL="", PIP_NO_CACHE_DIR="1")
    assert sentence.startswith("The package registry could not be reached")


def test_a_package_without_a_build_for_this_system_is_told(checkout: Checkout) -> None:
    checkout.lock("nowhere-built", "0" * 64)
    assert "no ready-made nowhere-built==1.0 for this system" in checkout.setup_offline()


def test_a_package_that_is_not_the_locked_one_is_refused(checkout: Checkout) -> None:
    checkout.lock("swapped", "0" * 64)
    facts = "Metadata-Version: 2.1\nName: swapped\nVersion: 1.0\n"
    with zipfile.ZipFile(checkout.offered / "swapped-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("swapped-1.0.dist-info/METADATA", facts)
        wheel.writestr("swapped-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("swapped-1.0.dist-info/RECORD", "")
    assert "is not the file that the lock file names" in checkout.setup_offline()


def test_a_file_in_the_way_is_told(checkout: Checkout) -> None:
    shutil.rmtree(checkout.folder / ".venv")
    (checkout.folder / ".venv").write_text("in the way")
    sentence = checkout.setup_offline()
    assert sentence.startswith("venv failed: ")
    assert ".venv" in sentence


if sys.platform == "linux":

    def test_no_system_library_of_the_window_is_missing() -> None:
        import PySide6

        qt = Path(PySide6.__file__).parent
        modules = [qt / f"Qt{name}.abi3.so" for name in ("Widgets", "Network", "Svg", "Test")]
        plugins = qt / "Qt" / "plugins"
        used = ["platforms/libqoffscreen.so", "platforms/libqxcb.so", "platforms/libqwayland.so"]
        files = [
            *modules,
            *(plugins / name for name in used),
            plugins / "iconengines/libqsvgicon.so",
        ]
        told = subprocess.run(["ldd", *files], capture_output=True, text=True, check=True).stdout
        assert "libQt6Core.so" in told
        assert [line.strip() for line in told.splitlines() if "not found" in line] == []

    def test_what_is_asked_of_debian_covers_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(str(ROOT / "packaging"))
        from devtools import debian

        assert debian.missing_for_window() == []
        assert debian.line_to_run(["a", "b"]).endswith(" a b")
