"""An agent who presses buttons at a desk while drills strike, and what the desk told them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date

from supportdesk.domain.cards import ReplacementOrder, ReplaceReason
from supportdesk.domain.days import format_day
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.disputes import Disputes
from supportdesk.services.replacement import Replaced
from tests.services.bench import Bench

WHY = Why("asked by the cardholder")
STEPS = {"freeze": 2, "unfreeze": 2, "cancel": 2, "replace": 4, "save": 3, "submit": 2}
BOTH = 0.5  # of the replacements that want a virtual card besides
PRESSES = 3  # how often an agent presses the same button when the outcome is unknown


@dataclass
class Told:
    """What the desks said to the agents."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    replacements: dict[str, str] = field(default_factory=dict)
    besides: dict[str, str] = field(default_factory=dict)
    canceled: set[str] = field(default_factory=set)
    submitted: set[str] = field(default_factory=set)

    def add(self, other: Told) -> None:
        """Take in what another desk said."""
        for name in (
            "done",
            "refused",
            "unknown",
            "replacements",
            "besides",
            "canceled",
            "submitted",
        ):
            getattr(self, name).update(getattr(other, name))

    def hear(self, what: str, *said: str) -> None:
        """Note one thing that was said."""
        if what == "replaced":
            self.replacements[said[0]] = said[1]
        elif what == "besides":
            self.besides[said[0]] = said[1]
        else:
            getattr(self, what).update(said)


@dataclass
class Agent:
    """One flow: some presses about one card and one purchase of it.

    `say` is told what the desk answered, at once: the desk may not live to tell it later.
    """

    desk: Bench
    disputes: Disputes
    card: str
    capture: str
    rng: random.Random
    say: Callable[..., None]

    async def work(self) -> None:
        """Press a few buttons, each again while its outcome is unknown."""
        steps = self.rng.choices(list(STEPS), list(STEPS.values()), k=self.rng.randint(2, 4))
        for step in steps:
            for _ in range(PRESSES):
                if not await self._press(step):
                    break

    async def _press(self, step: str) -> bool:
        """Press once while drills strike; True when it makes sense to press again."""
        act: Callable[[], Awaitable[None]] = getattr(self, f"_{step}")
        try:
            await act()
        except OutcomeUnknown:
            self.say("unknown", step)
            return True
        except UserFacing as problem:
            self.say("refused", step)
            return problem.retry
        self.say("done", step)
        return False

    def _seen(self, *cards: Card) -> None:
        for card in cards:
            if card.status == "canceled":
                self.say("canceled", card.id)

    async def _freeze(self) -> None:
        self._seen(await self.desk.cards.freeze(self.card))

    async def _unfreeze(self) -> None:
        self._seen(await self.desk.cards.unfreeze(self.card, WHY))

    async def _cancel(self) -> None:
        card = await self.desk.cards.cancel(self.card, self.rng.choice(("lost", "stolen")))
        self.say("canceled", card.id)

    async def _replace(self) -> None:
        reason: ReplaceReason = self.rng.choice(("lost", "stolen", "damaged"))
        both = self.rng.random() < BOTH
        order = ReplacementOrder(
            card_id=self.card, reason=reason, type="virtual", also_virtual=both
        )
        made = await self.desk.cards.replace(order)
        self._seen(made.old)
        hear_of(made, self.say)

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
        self.say("submitted", dispute.id)


def hear_of(made: Replaced, say: Callable[..., None]) -> None:
    """Tell what cards the desk says an order made."""
    say("replaced", made.old.id, made.new.id)
    if made.beside is not None:
        say("besides", made.old.id, made.beside.id)


def _today() -> str:
    return format_day(date.today(), "de_DE")  # noqa: DTZ011  (the day at the desk)
