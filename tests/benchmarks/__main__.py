"""Measures the desk on this machine, each figure beside a yardstick from the same run.

python -m tests.benchmarks [--only NAME] [--size N] [--json FILE] [--mirrors FOLDER]

Search and memory are measured with a million cardholders, whose mirror takes minutes to make and
a gigabyte; --mirrors keeps it for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.benchmarks import ground
from tests.benchmarks.figures import Figure, as_json, table

# Name: module, function, size unless --size says otherwise: how many of what it works on.
ALL = {
    "search": ("search", "measure", 1_000_000),
    "backfill": ("backfill", "measure_rate", 20_000),
    "cpu": ("backfill", "measure_cpu", 10_000),
    "stalls": ("window", "measure_stalls", 10_000),
    "start": ("window", "measure_start", 100_000),
    "memory": ("window", "measure_memory", 1_000_000),
    "kills": ("kills", "measure", 100_000),
    "disputes": ("disputes", "measure", 20_000),
    "complaints": ("complaints", "measure", 100_000),
    "faults": ("faults", "measure", 1_000),
    "two_desks": ("faults", "measure_two_desks", 200),
    "intake": ("faults", "measure_intake", 200),
}


def main() -> int:
    """Run the benchmarks asked for, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=ALL, action="append", help="may be given repeatedly")
    parser.add_argument("--size", type=int, help="cardholders, complaints, flows, rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--mirrors", type=Path, metavar="FOLDER", help="keep mirrors there")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if asked.inside:
        print(json.dumps(as_json(_measure(asked.only[0], asked.size, asked.mirrors))))
        return 0
    with tempfile.TemporaryDirectory() as passing:
        return _all(asked, asked.mirrors or Path(passing))


def _all(asked: argparse.Namespace, mirrors: Path) -> int:
    mirrors.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for name in asked.only or ALL:
        size = asked.size or ALL[name][2]
        print(f"{name} with {size:,} …", file=sys.stderr, flush=True)
        program = [sys.executable, "-m", "tests.benchmarks", "--inside", "--only", name]
        program += ["--mirrors", str(mirrors)]
        done = subprocess.run([*program, "--size", str(size)], stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            return done.returncode
        for one in json.loads(done.stdout.splitlines()[-1]):
            one.pop("ratio")
            figures.append(Figure(**one))
    print(table(figures))
    if asked.json is not None:
        asked.json.write_text(json.dumps(as_json(figures), indent=2) + "\n", encoding="utf-8")
    return 0


def _measure(name: str, size: int, mirrors: Path) -> list[Figure]:
    ground.MIRRORS = mirrors
    module, function, _ = ALL[name]
    found: list[Figure] = getattr(import_module(f"tests.benchmarks.{module}"), function)(size)
    return found


if __name__ == "__main__":
    sys.exit(main())
