"""The queue of complaints: opened, narrowed and sorted, against the bare statement on the file."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlmodel import Session, text

from supportdesk.config import Settings
from supportdesk.domain.clocks import Programme, compute, parse_rules
from supportdesk.domain.complaints import Complaint, Wanted, case_of
from supportdesk.paths import resources
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import read_basis
from supportdesk.services.complaint_figures import ComplaintFigures
from supportdesk.services.complaint_log import ComplaintLog
from supportdesk.services.complaints import Complaints
from supportdesk.store.casebook import Casebook
from supportdesk.store.complaint_tables import row_for
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.ground import KEY

NEWEST = 1_795_000_000.0  # 2026-11-18, Unix seconds
ROUNDS = 20
_AT_ONCE = 2_000
_KINDS = 200  # different complaints, repeated
_BARE = (
    "SELECT body FROM complaints WHERE account = 'desk' AND open = 1"
    " ORDER BY next_due, place LIMIT 100"
)
_GOAL = "at most 100 ms at 100,000"


def measure(size: int, rounds: int = ROUNDS) -> list[Figure]:
    """Fill a casebook, half of it open, and ask for pages as the window does."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder, "casebook.db"), size, rounds))


async def _measure(path: Path, size: int, rounds: int) -> list[Figure]:
    database = await Database.open(path, KEY, "casebook")
    book = Casebook(database)
    await database.run(lambda session: _fill(session, size))
    store = book.complaints
    first = await store.page("desk", "open")
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        "opened": lambda: store.page("desk", "open"),
        "next page": lambda: store.page("desk", "open", after=first[-1]),
        "closed ones": lambda: store.page("desk", "closed"),
        "one owner": lambda: store.page("desk", "open", wanted=Wanted(owner="agent 3")),
        "of an age, in a state": lambda: store.page(
            "desk",
            "open",
            wanted=Wanted(
                state="received",
                received_from=date(2026, 9, 1),
                received_to=date(2026, 9, 5),
            ),
        ),
        "of a channel and cause": lambda: store.page(
            "desk", "closed", wanted=Wanted(channel="Phone", cause="Courier", sort="owner")
        ),
        "sorted by owner": lambda: store.page("desk", "open", wanted=Wanted(sort="owner")),
        "sorted by receipt": lambda: store.page("desk", "open", wanted=Wanted(sort="received")),
        "counted": lambda: store.counts("desk", date(2026, 9, 10)),
    }

    def bare(session: Session) -> object:
        return session.execute(text(_BARE)).all()

    yardstick = await _median(lambda: database.read(bare), rounds)
    figures = [
        Figure(f"queue {name}", await _median(ask, rounds), "ms", "bare page", yardstick, _GOAL)
        for name, ask in questions.items()
    ]
    figures += await _worked(book, path)
    await database.close()
    return figures


async def _worked(book: Casebook, path: Path) -> list[Figure]:
    """The whole log as a workbook, and the figures."""
    target = path.with_name("log.xlsx")
    copy = await Database.open(path.with_name("mirror.db"), KEY, "mirror")
    basis, _ = read_basis(resources() / "complaints")
    settings = Settings(agent="agent 1")
    complaints = Complaints(
        book.complaints, Mirror(copy), Changes(), basis, settings=lambda: settings, account="desk"
    )
    log = ComplaintLog(book.complaints, book.journal, complaints, account="desk")
    counted = ComplaintFigures(book.database, Mirror(copy), complaints, account="desk")
    work: dict[str, tuple[str, Callable[[], Awaitable[object]]]] = {
        "log as xlsx": ("at most 30 s at 100,000", lambda: log.export(target, Wanted())),
        "full log as xlsx": (
            "at most 30 s at 100,000",
            lambda: log.export(target, Wanted(), reason="measured"),
        ),
        "figures of all months": ("", lambda: counted.figures(None, None)),
    }
    figures = []
    for name, (goal, do) in work.items():
        took, stalled = await _beside(do)
        figures.append(Figure(name, took, "s", goal=goal))
        figures.append(Figure(f"{name}, the window stood still at most", stalled, "ms"))
    await copy.close()
    return figures


async def _beside(do: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Seconds that it takes, and the longest the event loop waited meanwhile in milliseconds."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - began)

    beating = asyncio.create_task(beat())
    began = time.perf_counter()
    await do()
    took = time.perf_counter() - began
    beating.cancel()
    return took, 1000 * longest


async def _median(ask: Callable[[], Awaitable[object]], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        took.append(1000 * (time.perf_counter() - began))
    return percentile(took, 0.5)


def _fill(session: Session, size: int) -> None:
    rules = parse_rules((resources() / "complaints/clocks.json").read_text(encoding="utf-8"))
    programme = Programme(regimes=("stripe", "eu_psd2"), country="DE", subdivision="BE")
    kinds = []
    for number in range(_KINDS):
        at = NEWEST - number * 43_200
        one = Complaint(
            account="desk",
            date_input=at,
            date_received=at,
            verbatim="I still have no money back. " * 10,
            complaint_description="Refund not received. " * 5,
            cardholder_id=f"ich_{number}",
            cardholder_name=f"Lena Hoffmann{number}",
            complaint_channel=("Phone", "E-mail", "Chat")[number % 3],
            complaint_category="Product or Service",
            root_cause=("Courier", "Agent error", "Policy", "")[number % 4],
            owner=f"agent {number % 7}",
            version=1,
        )
        kinds.append(replace(one, clocks=compute(rules, case_of(one), programme)))
    for number in range(size):
        one = kinds[number % _KINDS]
        ended = one.date_received + 1 if number % 2 else None
        one = replace(
            one,
            id=f"{number:036}",
            number=f"CMP-2026-{number + 1:04}",
            told_at=ended,
            executed_at=ended,
        )
        session.add(row_for(one))
        if number % _AT_ONCE == 0:
            session.flush()
            session.expunge_all()
