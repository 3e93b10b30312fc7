"""What only POSIX systems can refuse."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supportdesk.store.problems import Kind
from tests.support.store import KEY, KINDS, made, names, problem


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def only_reading(folder: Path) -> Iterator[None]:
    """Nothing in `folder` may be written: root, whom nothing stops, becomes somebody else."""
    root = os.geteuid() == 0
    for file in folder.iterdir():
        file.chmod(0o444 if root else 0o600)
    folder.chmod(0o555)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_may_not_be_written(folder: Path, kind: Kind) -> None:
    before = made(folder / "desk.db", kind)
    with only_reading(folder):
        codes = [problem(folder / name, kind).code for name in ("desk.db", "new.db")]
    assert codes == ["db_read_only", "db_read_only"]
    assert (folder / "desk.db").read_bytes() == before
    assert names(folder) == {"desk.db"}


def test_no_room_while_creating_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import resource, asyncio, sys\nfrom pathlib import Path\n"
        "from supportdesk.errors import UserFacing\n"
        "from supportdesk.store.database import Database\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))\n"
        "try:\n    asyncio.run(Database.open(Path(sys.argv[1]), sys.argv[2], 'casebook'))\n"
        "except UserFacing as problem:\n    print(problem.code)\n"
    )
    arguments = [sys.executable, "-c", script, str(tmp_path / "desk.db"), KEY]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("db_disk_full", "db_disk_failed")
    assert list(tmp_path.iterdir()) == []
