"""The tour, as a program of its own: it shows a finished window and tells when Stripe differs."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from supportdesk.app import PRACTICE_SIZE
from tests.conftest import StartPractice

COLUMNS = 20  # of Stripe's monthly complaint report
PATIENCE = 600  # seconds, for a machine that does other things as well


def tour(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    kept = ["--data-dir", str(out / "desk")]
    return subprocess.run(
        [sys.executable, "-m", "supportdesk", *kept, "tour", "--out", str(out), *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )


def colours(picture: QImage) -> int:
    """How many colours a coarse grid of pixels shows."""
    across, down = range(0, picture.width(), 7), range(0, picture.height(), 7)
    return len({picture.pixel(x, y) for x in across for y in down})


def pictures(out: Path, theme: str, width: int, height: int) -> list[Path]:
    """The pictures of a tour; each must show something, in the size and theme asked for."""
    found = sorted(out.glob("*.png"))
    for path in found:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (width, height)
        assert colours(picture) > 20
        corner = picture.pixelColor(width // 2, 2)
        assert (corner.lightness() > 128) == (theme == "light")
    return found


def test_the_tour_plays_the_whole_call(tmp_path: Path) -> None:
    """In the smallest window: what can be reached there can be reached in any."""
    done = tour(tmp_path, "--theme", "dark", "--size", "1024x640")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(pictures(tmp_path, "dark", 1024, 640)) >= 10
    (month,) = tmp_path.glob("*.csv")
    with month.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) >= 2
    assert {len(row) for row in rows} == {COLUMNS}
    assert list((tmp_path / "desk").iterdir()) == []  # was used, and nothing stays


def test_the_tour_fails_where_stripe_is_not_what_the_desk_shows(
    tmp_path: Path, start_practice: StartPractice
) -> None:
    # The same people live at the other Stripe, but what the desk does does not happen there.
    elsewhere = start_practice("--cardholders", str(PRACTICE_SIZE))
    look = ("--theme", "light", "--size", "1360x860")
    done = tour(tmp_path, "--check-at", elsewhere.url, *look)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ok      open" in done.stdout
    assert "FAILED  freeze: status of the frozen card: 'active'" in done.stdout
    found = pictures(tmp_path, "light", 1360, 860)
    assert len(found) >= 3
    assert any("failed" in path.name for path in found)
