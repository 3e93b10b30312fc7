"""What several benchmarks stand on: a practice Stripe, a mirror of any size, a desk's folder."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from supportdesk.config import Settings
from supportdesk.domain.records import Record
from supportdesk.paths import Paths
from supportdesk.practice.process import PracticeProcess, Ready
from supportdesk.practice.seed.crowd import Crowd
from supportdesk.secrets import SessionVault
from supportdesk.services.accounts import Examined, mirror_key_name
from supportdesk.services.changes import Changes
from supportdesk.services.progress import Progress
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.store.mirror_rows import rows_of
from supportdesk.stripe_gateway import convert, limiter

KEY = "5c" * 32
_BATCH = 1000
MIRRORS = Path(tempfile.gettempdir())  # where those made for this run are


@contextmanager
def practice(cardholders: int, *arguments: str) -> Iterator[Ready]:
    """Run a practice Stripe."""
    process = PracticeProcess(("--cardholders", str(cardholders), *arguments))
    try:
        yield process.start(600)
    finally:
        process.stop()


def allow_live() -> None:
    """Give this process's gateways the allowance of a live account: practice keys are test keys."""
    limiter.SANDBOX_PER_SECOND = limiter.LIVE_PER_SECOND


def people(count: int) -> Iterator[Record]:
    """Make cardholders and, for three of ten, a second card."""
    now = datetime.datetime.now(datetime.UTC)
    crowd = Crowd(1, int(now.timestamp()), 0, count)
    for number, (card, holder) in enumerate(crowd.cards()):
        yield convert.cardholder(holder)
        yield convert.card(card)
        if number % 10 < 3:
            second = {**card, "id": f"{card['id']}b", "last4": f"{number % 10_000:04d}"}
            yield convert.card(second)


def fill(path: Path, count: int) -> None:
    """Make a mirror with so many cardholders, without a Stripe."""

    async def work() -> None:
        database = await Database.open(path, KEY, "mirror")
        mirror, made = Mirror(database), people(count)
        while batch := list(islice(made, _BATCH)):
            await mirror.put_rows(rows_of(batch, 1.0, "list"))
        await database.close()

    asyncio.run(work())


def mirror_of(count: int) -> Path:
    """Return a mirror with so many cardholders, made in `MIRRORS` if there is none yet."""
    path = MIRRORS / f"mirror-{count}.db"
    if not path.exists():
        half = MIRRORS / f"half-{count}.db"
        fill(half, count)
        half.rename(path)
    return path


def when_full(changes: Changes) -> asyncio.Event:
    """Return an event that is set once the mirror is full."""
    full = asyncio.Event()

    def note(step: Progress) -> None:
        if step == Progress("", done=True):
            full.set()

    changes.mirror.connect(note)
    return full


def desk_folder(folder: Path, ready: Ready, mirror: Path | None = None) -> dict[str, str]:
    """Make the folder of a desk whose account is `ready`, and return its keyring's entries.

    With a mirror, the desk was open before and has read `ready` to the end, so that it starts as
    on any other day; without one it will begin to fill, at the whole rate that is allowed.
    """
    from supportdesk.assembly import OpenDesk, open_house

    vault = SessionVault()

    async def work() -> None:
        house = await open_house(Paths.in_dir(folder), vault, kept=True)
        account = await house.accounts.add(
            ready.key, Examined("sandbox", True, "acct_1bench", ()), base_url=ready.url
        )
        await house.accounts.set_last(account.ref)
        house.save_settings(Settings(agent="M. Keller", rate_share=1.0 if mirror is None else 0.5))
        if mirror is not None:
            vault.set(mirror_key_name(account.ref), KEY)
            shutil.copyfile(mirror, house.accounts.mirror_path(account))
            filled = when_full(house.changes)
            opened = OpenDesk(house, account)
            opened.begin(await opened.open())
            await filled.wait()
            await opened.close()
        await house.casebook.database.close()

    asyncio.run(work())
    return dict(vault._entries)
