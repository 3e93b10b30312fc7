"""Measures the desk on this machine, each figure beside a yardstick from the same run.

python -m tests.benchmarks [--only NAME] [--size N | --smallest] [--json FILE] [--mirrors FOLDER]

Search and memory are measured with a million cardholders, whose mirror takes minutes to make and
a gigabyte; --mirrors keeps it for the next time. With --smallest each is run in passing, which
shows that it runs and nothing about the desk.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.benchmarks import ground
from tests.benchmarks.figures import Figure, as_json, table


@dataclass(frozen=True)
class Bench:
    """One benchmark.

    Attributes:
        size: how many of what it works on, unless --size says otherwise.
        least: size and other arguments of a run that is over soon.
    """

    module: str
    function: str
    size: int
    least: tuple[float, ...] = (2,)


ALL = {
    "search": Bench("search", "measure", 1_000_000, (60, 6)),
    "backfill": Bench("backfill", "measure_rate", 20_000, (120,)),
    "cpu": Bench("backfill", "measure_cpu", 10_000, (120,)),
    "stalls": Bench("window", "measure_stalls", 10_000, (10, 0.1)),
    "start": Bench("window", "measure_start", 100_000, (60, 1)),
    "memory": Bench("window", "measure_memory", 1_000_000, (60,)),
    "kills": Bench("kills", "measure", 100_000, (10, 1)),
    "disputes": Bench("disputes", "measure", 20_000, (20, 1)),
    "complaints": Bench("complaints", "measure", 100_000, (40, 1)),
    "faults": Bench("faults", "measure", 1_000, (1,)),
    "two_desks": Bench("faults", "measure_two_desks", 200),
    "intake": Bench("faults", "measure_intake", 200, (1,)),
}


def main() -> int:
    """Run the benchmarks asked for, each in a process of its own unless with --smallest."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=ALL, action="append", help="may be given repeatedly")
    parser.add_argument("--size", type=int, help="cardholders, complaints, flows, rounds")
    parser.add_argument("--smallest", action="store_true", help="only to see whether they run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--mirrors", type=Path, metavar="FOLDER", help="keep mirrors there")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if asked.inside:
        [name] = asked.only
        print(json.dumps(as_json(_measure(ALL[name], asked.mirrors, asked.size))))
        return 0
    with tempfile.TemporaryDirectory() as passing:
        return _all(asked, asked.mirrors or Path(passing))


def _all(asked: argparse.Namespace, mirrors: Path) -> int:
    mirrors.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    for name in asked.only or ALL:
        if asked.smallest:
            figures += _measure(ALL[name], mirrors, *ALL[name].least)
            continue
        size = asked.size or ALL[name].size
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


def _measure(one: Bench, mirrors: Path, *arguments: float) -> list[Figure]:
    ground.MIRRORS = mirrors
    measure = getattr(import_module(f"tests.benchmarks.{one.module}"), one.function)
    found: list[Figure] = measure(*arguments)
    assert found
    gc.collect()  # what a window left ends in this thread, not in a database's of the next one
    return found


if __name__ == "__main__":
    sys.exit(main())
