"""Folders of the desk."""

import os
import sys
from pathlib import Path

import pytest

from supportdesk.errors import UserFacing
from supportdesk.paths import Paths, resources


def test_everything_lies_in_the_given_folder(tmp_path: Path) -> None:
    paths = Paths.in_dir(tmp_path / "desk")
    paths.make()
    paths.make()
    assert {paths.data.parent, paths.log.parent, paths.cache.parent} == {tmp_path / "desk"}


def test_standard_folders_bear_the_programs_name() -> None:
    paths = Paths.standard()
    assert all("supportdesk" in str(folder) for folder in (paths.data, paths.log, paths.cache))


if sys.platform != "win32":

    def test_folders_are_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
        paths = Paths.in_dir(tmp_path)
        old = os.umask(0)
        try:
            paths.make()
        finally:
            os.umask(old)
        for folder in (paths.data, paths.log, paths.cache):
            assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "desk").write_text("a file is in the way")
    with pytest.raises(UserFacing) as told:
        Paths.in_dir(tmp_path / "desk").make()
    assert told.value.code == "folder_unusable"
    assert "desk" in told.value.detail


def test_resources_are_found() -> None:
    assert (resources() / "declines.json").is_file()
