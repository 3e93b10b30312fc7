"""The programme's past, played through in the order of time.

What happens is told by stories: generators that act, and yield the Unix time until which they wait.
A story that waits past the end of time does not go on, which is how pending authorisations, cards
in the post and disputes without an outcome come about. Documents are changed by replacing their
top-level values only, so a shallow copy is a true snapshot for an event.
"""

from __future__ import annotations

import datetime
import heapq
import itertools
from collections import defaultdict
from collections.abc import Generator
from typing import Any

from .keyed import identifier

Doc = dict[str, Any]
Story = Generator[float, None, None]

DAY = 86_400
HOUR = 3_600
EVENT_DAYS = 30  # Stripe lists events of the last 30 days
API_VERSION = "2026-10-28.endive"


def midnight(day: datetime.date) -> int:
    """Unix time of the start of `day` in UTC."""
    return int(datetime.datetime.combine(day, datetime.time(), datetime.UTC).timestamp())


def event(kind: str, snapshot: Doc, *, id: str, at: int, previous: Doc | None) -> Doc:
    """An event document about `snapshot`."""
    data: Doc = {"object": snapshot}
    if previous is not None:
        data["previous_attributes"] = previous
    return {
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": at,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


class Programme:
    """All documents made so far, the queue of what is still to happen, and the moment `now`."""

    def __init__(self, seed: int, today: datetime.date) -> None:
        self.seed = seed
        self.today = today
        self.end = midnight(today)
        self.now = 0
        self.docs: defaultdict[str, list[Doc]] = defaultdict(list)
        self.transactions_of: defaultdict[str, list[Doc]] = defaultdict(list)
        self._by_id: dict[str, Doc] = {}
        self._queue: list[tuple[int, int, Story]] = []
        self._count = itertools.count()

    def follow(self, story: Story, moment: float = 0) -> None:
        """Let `story` begin, or go on, at the Unix time `moment`, unless that is past the end."""
        when = max(self.now, int(moment))
        if when < self.end:
            heapq.heappush(self._queue, (when, next(self._count), story))

    def play(self) -> None:
        """Let everything happen, first things first."""
        while self._queue:
            self.now, _, story = heapq.heappop(self._queue)
            for moment in story:
                self.follow(story, moment)
                break

    def add(self, kind: str, doc: Doc) -> Doc:
        """Keep a new document and tell of it with a `.created` event."""
        self.docs[kind].append(doc)
        self._by_id[doc["id"]] = doc
        if kind == "transaction" and doc["authorization"]:
            self.transactions_of[doc["authorization"]].append(doc)
        if doc["object"].startswith("issuing.") and kind not in _SILENT_WHEN_NEW:
            self.tell(doc, "created")
        return doc

    def change(self, doc: Doc, what: str = "updated", **values: Any) -> None:
        """Replace top-level values of `doc` and tell of it with an event."""
        previous = {key: doc.get(key) for key, value in values.items() if doc.get(key) != value}
        doc.update(values)
        self.tell(doc, what, previous if what == "updated" else None)

    def tell(self, doc: Doc, what: str, previous: Doc | None = None) -> None:
        """Record an event about `doc` when it is recent enough to be listed."""
        if self.now < self.end - EVENT_DAYS * DAY:
            return
        number = len(self.docs["event"])
        kind = f"{doc['object'].replace('.', '_')}.{what}"
        id = identifier("evt", self.seed, doc["id"], number)
        told = event(kind, self.snapshot(doc), id=id, at=self.now, previous=previous)
        self.docs["event"].append(told)

    def snapshot(self, doc: Doc) -> Doc:
        """`doc` as Stripe would show it now, with whole objects where Stripe puts them."""
        match doc["object"]:
            case "issuing.card":
                return doc | {"cardholder": dict(self._by_id[doc["cardholder"]])}
            case "issuing.authorization":
                card = self.snapshot(self._by_id[doc["card"]])
                captured = [dict(paid) for paid in self.transactions_of[doc["id"]]]
                return doc | {"card": card, "transactions": captured}
            case "issuing.dispute":
                return {key: doc[key] for key in doc if key != "balance_transactions"}
            case "issuing.token":
                return {key: doc[key] for key in doc if key != "network_data"}
        return dict(doc)


_SILENT_WHEN_NEW = ("personalization_design", "physical_bundle")
