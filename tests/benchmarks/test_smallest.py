"""Every benchmark still runs and gives its figures; what they say is not looked at."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.__main__ import ALL


def test_every_benchmark_runs(tmp_path: Path) -> None:
    told = tmp_path / "figures.json"
    program = [sys.executable, "-m", "tests.benchmarks", "--smallest", "--json", str(told)]
    ran = subprocess.run(program, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(told.read_text(encoding="utf-8"))
    assert len(figures) > len(ALL)
    for figure in figures:
        assert figure["name"] in ran.stdout
        assert math.isfinite(figure["value"]), figure
    assert [one["value"] for one in figures if one["goal"] == "0"] == [0] * 5
