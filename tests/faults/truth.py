"""What the practice Stripe holds in the end, against what the desks said and wrote down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from supportdesk.domain.cards import BESIDE
from supportdesk.domain.records import Card
from supportdesk.services.actions import FLOW
from supportdesk.store.journal import Entry
from tests.faults.agent import Told
from tests.support.practice_api import Api, Json

#: Actions whose effect on the object is visible as the card's status.
STATUS = {"card.freeze": "inactive", "card.unfreeze": "active", "card.cancel": "canceled"}


def everything(stripe: Api, path: str) -> list[Json]:
    """Return all objects of a list, oldest first."""
    found: list[Json] = []
    after: dict[str, str] = {}
    while True:
        page = stripe.get(path, limit=100, **after)
        found += page["data"]
        if not page["has_more"]:
            return found[::-1]
        after = {"starting_after": found[-1]["id"]}


class Truth:
    """The objects at the practice Stripe."""

    def __init__(self, stripe: Api) -> None:
        self.cards = {card["id"]: card for card in everything(stripe, "/v1/issuing/cards")}
        self.disputes = everything(stripe, "/v1/issuing/disputes")
        self.replacements: defaultdict[str, list[str]] = defaultdict(list)
        self.besides: defaultdict[str, list[str]] = defaultdict(list)
        for card in self.cards.values():
            if card["replacement_for"]:
                self.replacements[card["replacement_for"]].append(card["id"])
            if BESIDE in card["metadata"]:
                self.besides[card["metadata"][BESIDE]].append(card["id"])

    def against(self, told: Told) -> Iterator[str]:
        """Yield what the desks told their agents and Stripe does not hold."""
        for old, made in self.replacements.items():
            if len(made) > 1:
                yield f"{old} has {len(made)} replacements"
        for old, new in told.replacements.items():
            if self.replacements[old] != [new]:
                yield f"{old}: said to be replaced by {new}, Stripe has {self.replacements[old]}"
        for old, made in self.besides.items():
            if len(made) > 1 or len(self.replacements[old]) != 1:
                yield f"{old}: cards besides {made}, replaced by {self.replacements[old]}"
        for old, new in told.besides.items():
            if self.besides[old] != [new]:
                yield f"{old}: {new} said to be besides, Stripe has {self.besides[old]}"
        for id in told.canceled:
            if self.cards[id]["status"] != "canceled":
                yield f"{id}: said to be cancelled, Stripe says {self.cards[id]['status']}"
        by_id = {dispute["id"]: dispute for dispute in self.disputes}
        for id in told.submitted:
            if by_id[id]["status"] != "submitted":
                yield f"{id}: said to be submitted, Stripe says {by_id[id]['status']}"
        disputed = [dispute["transaction"] for dispute in self.disputes]
        yield from (
            f"{id} has two disputes" for id in {d for d in disputed if disputed.count(d) > 1}
        )

    def against_mirror(self, cards: list[Card]) -> Iterator[str]:
        """Yield the cards a mirror calls cancelled that Stripe does not."""
        for card in cards:
            if card.status == "canceled" and self.cards[card.id]["status"] != "canceled":
                yield f"{card.id}: cancelled in the mirror only"

    def against_journal(self, entries: list[Entry]) -> Iterator[str]:
        """Yield closed entries, oldest first, that Stripe contradicts."""
        by_object: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_object[entry.object_id].append(entry)
            if entry.state not in ("confirmed", "refused"):
                yield f"{entry.action} {entry.object_id} was left {entry.state}"
        for object_id, theirs in by_object.items():
            if object_id in self.cards:
                yield from self._made(object_id, theirs, "card.replace", self.replacements)
                yield from self._made(object_id, theirs, "card.beside", self.besides)
                yield from self._flows(object_id, theirs)
                yield from self._status(object_id, theirs)
            else:
                yield from self._disputed(object_id, theirs)

    def _made(
        self, card: str, entries: list[Entry], action: str, at_stripe: Mapping[str, list[str]]
    ) -> Iterator[str]:
        """Judge the orders of a new card by the cards there are."""
        ordered = [entry for entry in entries if entry.action == action]
        made = at_stripe.get(card, [])
        confirmed = [e.outcome["id"] for e in ordered if e.state == "confirmed"]
        if confirmed and list(set(confirmed)) != made:  # the same request may be written twice
            yield f"{card}: journal confirms {action} {confirmed}, Stripe has {made}"
        if made and all(e.state == "refused" for e in ordered):
            yield f"{card}: every {action} refused, Stripe has {made}"

    def _flows(self, card: str, entries: list[Entry]) -> Iterator[str]:
        """Judge the orders that ended well: all that they asked for is there."""
        for flow in entries:
            if flow.action != FLOW or flow.state != "confirmed":
                continue
            lacks = flow.params.get("also_virtual") and not self.besides[card]
            if lacks or not self.replacements[card]:
                yield f"{card}: journal says that all of {flow.params} is done"

    def _status(self, card: str, entries: list[Entry]) -> Iterator[str]:
        """Judge the status by the last entry that set it."""
        changes = [e for e in entries if e.action in STATUS]
        done = [STATUS[entry.action] for entry in changes if entry.state == "confirmed"]
        status = self.cards[card]["status"]
        if status != (done[-1] if done else "active"):
            told = [(e.action, e.state) for e in changes]
            yield f"{card} is {status} at Stripe; journal: {told}"

    def _disputed(self, object_id: str, entries: list[Entry]) -> Iterator[str]:
        there: list[Any] = [d for d in self.disputes if object_id in (d["id"], d["transaction"])]
        made = [e for e in entries if e.action == "dispute.create"]
        confirmed = [e.outcome["id"] for e in made if e.state == "confirmed"]
        if confirmed and list(set(confirmed)) != [d["id"] for d in there]:
            yield f"{object_id}: journal confirms {confirmed}, Stripe has {there}"
        if there and made and all(e.state == "refused" for e in made):
            yield f"{object_id}: every dispute refused, Stripe has one"
        sent = [e.state for e in entries if e.action == "dispute.submit"]
        if sent and there and set(sent) == {"refused"} and there[0]["status"] == "submitted":
            yield f"{object_id}: every submission refused, Stripe has it submitted"
