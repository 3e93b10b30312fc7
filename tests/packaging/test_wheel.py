"""The wheel: a program that needs no checkout beside it."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_brings_its_resources(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    found = subprocess.run(
        [sys.executable, "-c", "from supportdesk.paths import resources; print(resources())"],
        cwd=installed,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert Path(found) == installed / "supportdesk" / "resources"
    shipped = {file.relative_to(found) for file in Path(found).rglob("*") if file.is_file()}
    ours = {file.relative_to(ROOT / "resources") for file in (ROOT / "resources").rglob("*.json")}
    assert ours <= shipped
    assert {path.name for path in installed.iterdir()} == {
        "supportdesk",
        f"supportdesk-{wheel.name.split('-')[1]}.dist-info",
    }
