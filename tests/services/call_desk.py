"""Calls and verification on real files, with a person in the mirror and a clock to turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from supportdesk.domain.records import Address, Authorization, Card, Cardholder, Merchant
from supportdesk.domain.verification import Policy, built_in
from supportdesk.services.calls import Calls
from supportdesk.services.changes import Changes
from supportdesk.services.verification import Verification
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror

KEY = "7e" * 32
NOW = 1_800_000_000.0
DAY = 86_400
LENA = Cardholder(
    id="ich_lena",
    name="Lena Hoffmann",
    status="active",
    email="lena@muster.example",
    phone_number="+493012345678",
    dob=date(1984, 3, 1),
    billing=Address(line1="Ackerstr. 12", city="Berlin", postal_code="10115", country="DE"),
)
EVE = replace(LENA, id="ich_eve", name="Eve Rosen", dob=date(1990, 1, 1))
CARD = Card(id="ic_lena", cardholder_id=LENA.id, last4="4242", status="active", type="physical")
SHOPS = {NOW - 2 * DAY: ("Café Linde", 1780), NOW - 9 * DAY: ("DB Vertrieb", 5990)}
RIGHT = {"dob": "1984-03-01", "postal_code": "10115", "phone_ending": "5678"}


def bought(at: float, shop: str, amount: int) -> Authorization:
    return Authorization(
        id=f"iauth_{int(at)}",
        cardholder_id=LENA.id,
        card_id=CARD.id,
        amount=amount,
        currency="eur",
        merchant_amount=amount,
        merchant_currency="eur",
        merchant=Merchant(name=shop),
        approved=True,
        status="pending",
        created=int(at),
    )


@dataclass
class CallDesk:
    """Services with what stands under them."""

    casebook: Casebook
    mirror: Mirror
    calls: Calls
    verification: Verification
    changes: Changes
    time: list[float] = field(default_factory=lambda: [NOW])
    enabled: list[bool] = field(default_factory=lambda: [True])

    def later(self, seconds: float) -> None:
        """Turn the clock on."""
        self.time[0] += seconds

    async def purchases(self) -> dict[str, str]:
        """Return right answers to the purchases that were picked."""
        state = await self.verification.state(LENA.id)
        days = next(q.days for q in state.questions if q.kind == "purchases")
        names = {int(at): shop for at, (shop, _) in SHOPS.items()}
        return {f"purchases.{place}": names[at] for place, at in enumerate(days)}


@asynccontextmanager
async def call_desk(folder: Path, policy: Policy | None = None) -> AsyncIterator[CallDesk]:
    """Open the services in a folder, with Lena, Eve and two purchases in the mirror."""
    database = await Database.open(folder / "mirror.db", KEY, "mirror")
    book = await Database.open(folder / "casebook.db", KEY, "casebook")
    mirror, casebook, changes = Mirror(database), Casebook(book), Changes()
    time, enabled = [NOW], [True]
    calls = Calls(
        casebook.calls,
        casebook.journal,
        changes,
        account="acct",
        agent=lambda: "M. Keller",
        clock=lambda: time[0],
    )
    verification = Verification(
        calls,
        mirror,
        casebook.journal,
        policy or built_in(),
        enabled=lambda: enabled[0],
        agent=lambda: "M. Keller",
    )
    try:
        if await mirror.cardholder(LENA.id) is None:
            paid = [bought(at, *what) for at, what in SHOPS.items()]
            await mirror.put([LENA, EVE, CARD, *paid], NOW - 40 * DAY)
        await calls.load()
        yield CallDesk(casebook, mirror, calls, verification, changes, time, enabled)
    finally:
        await database.close()
        await book.close()


Scenario = Callable[[CallDesk], Awaitable[None]]


def play(folder: Path, scenario: Scenario, policy: Policy | None = None) -> None:
    """Run a scenario on a desk of its own, or on the one left in the folder."""

    async def whole() -> None:
        async with call_desk(folder, policy) as desk:
            await scenario(desk)

    asyncio.run(whole())
