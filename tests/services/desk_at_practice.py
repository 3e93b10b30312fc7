"""A practice Stripe with one cardholder, and a desk's dispute service against it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from supportdesk.config import Settings
from supportdesk.domain.dispute_queue import Asked, Line, Which
from supportdesk.domain.disputes_rules import load
from supportdesk.paths import resources
from supportdesk.practice.process import PracticeProcess
from supportdesk.services.actions import Actions
from supportdesk.services.cards import Cards
from supportdesk.services.changes import Changes
from supportdesk.services.dispute_case import DisputeCases
from supportdesk.services.dispute_figures import DisputeFigures
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.dispute_words import read_steps
from supportdesk.services.disputes import Disputes
from supportdesk.services.lost_reports import LostReports
from supportdesk.services.lost_texts import read_texts
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway
from tests.support.evidence import text_pdf
from tests.support.guards import AllowAll

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
STEPS, _ = read_steps(Path(__file__).parents[2] / "resources" / "disputes")
KEY = "1d" * 32
PDF = text_pdf()
_ADDRESS = {
    "billing[address][line1]": "Lindenweg 1",
    "billing[address][city]": "Berlin",
    "billing[address][postal_code]": "10115",
    "billing[address][country]": "DE",
}


@dataclass(frozen=True)
class Reach:
    """Where a practice Stripe answers, and its key."""

    url: str
    key: str


class Programme:
    """The Stripe side, worked on with plain HTTP."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self._http = httpx.Client(base_url=url, auth=(key, ""), trust_env=False)
        self.post("/_practice/balance", currency="eur", amount=10_000_000)
        holder = self.post(
            "/v1/issuing/cardholders",
            name="Lena Hoffmann",
            type="individual",
            email="lena@hoffmann.example",
            phone_number="+4930123456",
            **{"individual[first_name]": "Lena", "individual[last_name]": "Hoffmann"},
            **_ADDRESS,
        )
        self.cardholder = str(holder["id"])
        self._shops = itertools.count(1)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        """Send a form and return the answer; a refusal fails the test."""
        answer = self._http.post(path, data={k: str(v) for k, v in fields.items()})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def get(self, path: str, **fields: str) -> dict[str, Any]:
        """Read an object or a list."""
        answer = self._http.get(path, params=fields)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def card(self) -> str:
        """Give the cardholder a card; return its id."""
        made = self.post(
            "/v1/issuing/cards",
            cardholder=self.cardholder,
            currency="eur",
            type="virtual",
            status="active",
        )
        return str(made["id"])

    def capture(self, amount: int = 24900, card: str = "") -> str:
        """Let a card, by default a new one, pay `amount` (minor units); return the capture's id."""
        helpers = "/v1/test_helpers/issuing/authorizations"
        asked = self.post(
            helpers,
            card=card or self.card(),
            amount=amount,
            currency="eur",
            authorization_method="online",
            **{"merchant_data[name]": f"Gamer's Hub {next(self._shops)}"},
        )
        paid = self.post(f"{helpers}/{asked['id']}/capture")
        return str(paid["transactions"][0]["id"])

    def refund(self, transaction_id: str, amount: int) -> None:
        """Give back `amount` (minor units) of a capture."""
        path = f"/v1/test_helpers/issuing/transactions/{transaction_id}/refund"
        self.post(path, refund_amount=amount)

    def disputes(self, transaction_id: str) -> list[dict[str, Any]]:
        """Return the disputes of a capture as Stripe holds them."""
        body = self.get("/v1/issuing/disputes", transaction=transaction_id)
        found: list[dict[str, Any]] = body["data"]
        return found

    def events(self, kind: str, object_id: str) -> int:
        """Count the events of a kind about an object."""
        body = self.get("/v1/events", type=kind, limit="100")
        return sum(event["data"]["object"]["id"] == object_id for event in body["data"])


@contextmanager
def programme() -> Iterator[Programme]:
    """Run an empty practice Stripe with one cardholder."""
    process = PracticeProcess(["--cardholders", "0"])
    try:
        ready = process.start()
        made = Programme(ready.url, ready.key)
        yield made
        made.close()
    finally:
        process.stop()


@dataclass
class Place:
    """A desk's dispute service with what stands under it."""

    disputes: Disputes
    queue: DisputeQueue
    cases: DisputeCases
    figures: DisputeFigures
    casebook: Casebook
    mirror: Mirror
    gateway: Gateway
    changes: Changes
    actions: Actions
    lost: LostReports
    told: list[frozenset[str]] = field(default_factory=list)

    async def lines(self, which: Which) -> list[Line]:
        """Return the first page of the queue."""
        asked = Asked(which=which, agent="M. Keller", today=self.queue.today())
        return await self.queue.page(asked)


def _queue(
    gateway: Gateway,
    mirror: Database,
    book: Casebook,
    changes: Changes,
    settings: Callable[[], Settings],
    locale: str,
) -> DisputeQueue:
    return DisputeQueue(
        gateway,
        Mirror(mirror),
        book.dispute_cases,
        changes,
        rules=RULES,
        steps=STEPS,
        settings=settings,
        account="practice",
        locale=lambda: locale,
    )


def _reports(
    book: Casebook,
    gateway: Gateway,
    mirror: Mirror,
    actions: Actions,
    changes: Changes,
    disputes: Disputes,
    locale: str,
) -> LostReports:
    return LostReports(
        book.lost,
        book.journal,
        gateway,
        mirror,
        actions,
        changes,
        Cards(gateway, mirror, actions, changes, guard=AllowAll()),
        disputes,
        texts=read_texts(resources() / "lost")[0],
        programme=lambda: "Acme Spend",
        account="practice",
        agent=lambda: "M. Keller",
        locale=lambda: locale,
        guard=AllowAll(),
    )


@asynccontextmanager
async def place(
    folder: Path,
    stripe: Programme | Reach,
    *,
    url: str = "",
    locale: str = "de_DE",
    settings: Callable[[], Settings] | None = None,
) -> AsyncIterator[Place]:
    """Open a desk's dispute service in a folder, against the practice Stripe or another `url`."""
    mirror = await Database.open(folder / "mirror.db", KEY, "mirror")
    casebook = await Database.open(folder / "casebook.db", KEY, "casebook")
    gateway = Gateway(
        stripe.key, base_url=url or stripe.url, share=1.0, deadline=5.0, first_pause=0.01
    )
    try:
        changes = Changes()
        book = Casebook(casebook)
        at_desk = settings or (lambda: Settings(agent="M. Keller"))
        actions = Actions(book.journal, changes, account="practice", agent=lambda: at_desk().agent)
        queue = _queue(gateway, mirror, book, changes, at_desk, locale)
        disputes = Disputes(
            gateway,
            Mirror(mirror),
            book,
            actions,
            changes,
            rules=RULES,
            account="practice",
            settings=at_desk,
            locale=lambda: locale,
            guard=AllowAll(),
        )
        made = Place(
            disputes,
            queue,
            DisputeCases(Mirror(mirror), book, queue, account="practice"),
            DisputeFigures(Mirror(mirror), queue),
            book,
            Mirror(mirror),
            gateway,
            changes,
            actions,
            _reports(book, gateway, Mirror(mirror), actions, changes, disputes, locale),
        )
        changes.disputes.connect(made.told.append)
        yield made
    finally:
        await gateway.aclose()
        await mirror.close()
        await casebook.close()


Scenario = Callable[[Place], Coroutine[Any, Any, None]]
Play = Callable[[Scenario], None]


def player(folder: Path, stripe: Programme) -> Play:
    """Return what runs a scenario in an open `place`."""

    async def whole(scenario: Scenario) -> None:
        async with place(folder, stripe) as desk:
            await scenario(desk)

    return lambda scenario: asyncio.run(whole(scenario))
