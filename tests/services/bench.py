"""A desk's services for people and cards against a practice Stripe, on real files."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supportdesk.practice.process import Ready
from supportdesk.services.actions import Actions
from supportdesk.services.cards import Cards
from supportdesk.services.changes import Changes
from supportdesk.services.lookup import Lookup
from supportdesk.services.once import PATIENCE, Once
from supportdesk.services.sync import Sync
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Reach
from tests.support.guards import AllowAll

KEY = "5c" * 32
SEAL = b"\x1e" * 32  # of the casebook's chain


@dataclass
class Bench:
    """The services and what stands under them; `told` holds what was announced, by signal."""

    gateway: Gateway
    mirror: Mirror
    casebook: Casebook
    changes: Changes
    actions: Actions
    lookup: Lookup
    cards: Cards
    once: Once
    sync: Sync
    told: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def ids(self, signal: str) -> set[str]:
        """Return all ids a signal announced."""
        return {id for ids in self.told[signal] for id in ids}


@asynccontextmanager
async def bench(
    folder: Path,
    url: str,
    key: str,
    *,
    deadline: float = 5.0,
    patience: float = PATIENCE,
    on_reach: Callable[[Reach], None] | None = None,
) -> AsyncIterator[Bench]:
    """Open the services in a folder."""
    mirror = await Database.open(folder / "mirror.db", KEY, "mirror")
    casebook = await Database.open(folder / "casebook.db", KEY, "casebook")
    gateway = Gateway(
        key, base_url=url, share=1.0, deadline=deadline, first_pause=0.01, on_reach=on_reach
    )
    changes, seen, book = Changes(), Mirror(mirror), Casebook(casebook, SEAL)
    actions = Actions(book.journal, changes, account="acct_1", agent=lambda: "M. Keller")
    once = Once(actions, patience=patience)
    made = Bench(
        gateway,
        seen,
        book,
        changes,
        actions,
        Lookup(gateway, seen, changes, region=lambda: "DE"),
        Cards(gateway, seen, actions, changes, guard=AllowAll(), once=once),
        once,
        Sync(gateway, seen, changes),
    )
    for name in ("cardholders", "cards", "activity", "disputes", "mirror"):
        getattr(changes, name).connect(made.told[name].append)
    try:
        yield made
    finally:
        await made.cards.finish()
        await actions.finish()
        await gateway.aclose()
        await mirror.close()
        await casebook.close()


Scenario = Callable[[Bench], Coroutine[Any, Any, None]]
Play = Callable[[Scenario], None]


def player(folder: Path, stripe: Ready) -> Play:
    """Return what runs a scenario at an open `bench`."""

    async def whole(scenario: Scenario) -> None:
        async with bench(folder, stripe.url, stripe.key) as desk:
            await scenario(desk)

    return lambda scenario: asyncio.run(whole(scenario))
