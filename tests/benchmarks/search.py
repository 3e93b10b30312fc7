"""Search against the bare statement on the same file."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlmodel import Session

from supportdesk.domain.records import Cardholder
from supportdesk.store import folding
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.store.search import search
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.ground import KEY, fill, people

QUERIES = 300
_BARE = (
    "SELECT h.id, h.folded FROM (SELECT rowid FROM search_words WHERE search_words MATCH ? "
    "LIMIT 50) found JOIN cardholders h ON h.seq = found.rowid"
)


def measure(size: int) -> list[Figure]:
    """Ask a realistic mix of questions both ways."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mirror.db")
        began = time.perf_counter()
        fill(path, size)
        took = time.perf_counter() - began
        found, bare = asyncio.run(_ask(path, _questions(size)))
    return [
        Figure("rows written, no network", size * 2.3 / took, "rows/s"),
        *(
            Figure(
                f"search p{round(100 * part)}",
                1000 * percentile(found, part),
                "ms",
                "bare SQL statement",
                1000 * percentile(bare, part),
                "p99 at most 50 ms and 3 x, at 1,000,000" if part > 0.9 else "",
            )
            for part in (0.5, 0.99)
        ),
    ]


def _questions(size: int) -> list[str]:
    """One to three words, beginnings, misses, four digits."""
    chance = random.Random(5)
    names = [one.name for one in people(min(size, 2000)) if isinstance(one, Cardholder)]
    made = []
    for at in range(QUERIES):
        name = chance.choice(names)
        first, last = name.split()[0], name.split()[-1]
        kinds = (name, f"{last} {first}", last, first[:3], f"{first[:2]} {last[:4]}",
                 f"{chance.randrange(10_000):04d}", f"{last}qx", last[1:5])  # fmt: skip
        made.append(kinds[at % len(kinds)])
    return made


async def _ask(path: Path, questions: list[str]) -> tuple[list[float], list[float]]:
    database = await Database.open(path, KEY, "mirror")
    mirror = Mirror(database)
    found, bare = [], []
    for question in questions:
        began = time.perf_counter()
        await search(mirror, question)
        found.append(time.perf_counter() - began)
        words = " AND ".join(f'"{word[0]}"*' for word in folding.words(question))

        def ask(session: Session, words: str = words) -> float:
            driver: Any = session.connection().connection.driver_connection
            began = time.perf_counter()
            driver.execute(_BARE, (words,)).fetchall()
            return time.perf_counter() - began

        bare.append(await database.read(ask))
    await database.close()
    return found, bare
