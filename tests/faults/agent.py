"""An agent who presses buttons at a desk while drills strike, and what the desk told them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from supportdesk.domain.cards import ReplacementOrder, ReplaceReason
from supportdesk.domain.days import format_day
from supportdesk.domain.records import Card
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.disputes import Disputes
from tests.services.bench import Bench
from tests.support.practice_api import Api

#: Faults by weight. Those after which the desk waits a second by rule are rarer: for time only.
FAULTS = {
    "timeout": 3,
    "in_use": 2,
    "rate_limit": 1,
    "lock_timeout": 1,
    "slow": 3,
    "stale_list": 3,
    "error": 4,
    "drop": 5,
    "wrong_json": 3,
}
REASONS = (
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
)
STEPS = {"freeze": 2, "unfreeze": 2, "cancel": 2, "replace": 4, "save": 3, "submit": 2}
PRESSES = 3  # how often an agent presses the same button when the outcome is unknown


@dataclass
class Told:
    """What the desk said to the agents."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    replacements: dict[str, str] = field(default_factory=dict)
    canceled: set[str] = field(default_factory=set)
    submitted: set[str] = field(default_factory=set)


@dataclass
class Agent:
    """One flow: some presses about one card and one purchase of it."""

    desk: Bench
    disputes: Disputes
    stripe: Api
    card: str
    capture: str
    rng: random.Random
    told: Told

    async def work(self) -> None:
        """Press a few buttons, each again while its outcome is unknown."""
        steps = self.rng.choices(list(STEPS), list(STEPS.values()), k=self.rng.randint(2, 4))
        for step in steps:
            for _ in range(PRESSES):
                if not await self._press(step):
                    break

    async def _press(self, step: str) -> bool:
        """Press once while drills strike; True when it makes sense to press again."""
        await asyncio.to_thread(self._trouble)
        act: Callable[[], Awaitable[None]] = getattr(self, f"_{step}")
        try:
            await act()
        except OutcomeUnknown:
            self.told.unknown[step] += 1
            return True
        except UserFacing as problem:
            self.told.refused[step] += 1
            return problem.retry
        self.told.done[step] += 1
        return False

    def _trouble(self) -> None:
        """Start up to three drills, each for one of the next requests of anyone."""
        for _ in range(self.rng.randint(0, 3)):
            kind = self.rng.choices(list(FAULTS), list(FAULTS.values()))[0]
            own: dict[str, dict[str, Any]] = {
                "timeout": {"ms": self.rng.randint(10, 200)},
                "slow": {"ms": self.rng.randint(10, 400)},
                "rate_limit": {"reason": self.rng.choice(REASONS)},
                "stale_list": {"age": self.rng.randint(1, 5)},
                "wrong_json": {"shape": self.rng.choice(("truncated", "html"))},
                "error": {"done": self.rng.random() < 0.5},
            }
            common = {"count": 1, "probability": "0.5", "seed": self.rng.randrange(10**6)}
            self.stripe.post("/_practice/drills", kind=kind, **common, **own.get(kind, {}))

    def _seen(self, *cards: Card) -> None:
        self.told.canceled |= {card.id for card in cards if card.status == "canceled"}

    async def _freeze(self) -> None:
        self._seen(await self.desk.cards.freeze(self.card))

    async def _unfreeze(self) -> None:
        self._seen(await self.desk.cards.unfreeze(self.card))

    async def _cancel(self) -> None:
        card = await self.desk.cards.cancel(self.card, self.rng.choice(("lost", "stolen")))
        self.told.canceled.add(card.id)

    async def _replace(self) -> None:
        reason: ReplaceReason = self.rng.choice(("lost", "stolen", "damaged"))
        order = ReplacementOrder(card_id=self.card, reason=reason, type="virtual")
        made = await self.desk.cards.replace(order)
        self._seen(made.old)
        self.told.replacements[made.old.id] = made.new.id

    async def _save(self) -> None:
        intake = await self.disputes.refresh(self.capture)
        assert intake is not None
        draft = intake.draft.typed("reason", "fraudulent").typed("explanation", "Took no part.")
        await self.disputes.save(draft.typed("told_us_on", _today()))

    async def _submit(self) -> None:
        intake = await self.disputes.refresh(self.capture)
        assert intake is not None
        draft = intake.draft.typed("reason", "fraudulent").typed("explanation", "Took no part.")
        dispute = await self.disputes.submit(draft.typed("told_us_on", _today()))
        self.told.submitted.add(dispute.id)


def _today() -> str:
    return format_day(date.today(), "de_DE")  # noqa: DTZ011  (the day at the desk)
