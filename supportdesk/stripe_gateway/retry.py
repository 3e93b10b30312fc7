"""When a request to Stripe is tried again, and what may be said when it is given up."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import stripe

from supportdesk.stripe_gateway import errors, words
from supportdesk.stripe_gateway.errors import UNANSWERED, Failure, Kind
from supportdesk.stripe_gateway.limiter import QueueTooLong

T = TypeVar("T")

TRIES: dict[Kind, int] = {
    "refused": 1,
    "barred": 1,
    "queued": 1,
    "unreached": 3,  # someone is on the phone: say soon that the network is down
    "unreadable": 3,
    "lost": 3,
    "server": 4,
    "conflict": 6,
    "in_use": 8,
    "limited": 8,
}
"""Most tries after a failure of this kind, the first one included."""

LIMIT_SECONDS = {
    "global-rate": 1.0,  # counted per second, so a second later there is room
    "endpoint-rate": 1.0,
    "global-concurrency": 0.5,
    "endpoint-concurrency": 0.5,
    "resource-specific": 2.0,
    "lock_timeout": 0.5,  # another request holds the object
}
"""Seconds to stay away at first, by which limit a 429 names."""

LONGEST_PAUSE = 4.0


class LateAnswer(Exception):
    """A try was cut off: its time was up and no answer had come."""


async def persist(
    send: Callable[[], Awaitable[T]],
    *,
    change: bool,
    until: float,
    first_pause: float,
    heard: Callable[[Failure], None],
) -> T:
    """Call `send` until it succeeds, is refused, or the time is up.

    A change is sent with the same idempotency key each time, so a later try may settle what
    became of an earlier one: Stripe answers it with the first one's stored result. What no
    try could settle is said to be unknown. Refusals that come before Stripe looks the key up
    (401, 403, 429) settle nothing.

    Args:
        send: one try; raises StripeError, LateAnswer or QueueTooLong.
        change: whether `send` changes something at Stripe.
        until: instant of the loop's clock after which no further try begins.
        first_pause: seconds before the second try; doubles, with jitter.
        heard: told about each failed try.

    Raises:
        UserFacing: certain that nothing was done.
        OutcomeUnknown: a change was sent and no try brought a sure answer.
    """
    loop = asyncio.get_running_loop()
    tries, in_doubt = 0, False
    while True:
        tries += 1
        failure = await _one_try(send)
        if not isinstance(failure, Failure):
            return failure
        heard(failure)
        failure.problem.replayed = failure.replayed and not in_doubt
        in_doubt = in_doubt or failure.kind in UNANSWERED
        pause = _pause(failure, tries, first_pause)
        if not _worth_another(failure, tries) or loop.time() + pause >= until:
            break
        await asyncio.sleep(pause)
    if change and in_doubt and not failure.settles:
        unknown = words.unknown(failure.problem)
        unknown.replayed = failure.problem.replayed
        raise unknown
    if not change and failure.kind in UNANSWERED:
        raise words.only_asked(failure.problem)
    raise failure.problem


async def _one_try(send: Callable[[], Awaitable[T]]) -> T | Failure:
    """Return the answer or the failure; Stripe's exception, which quotes the body, ends here."""
    try:
        return await send()
    except stripe.StripeError as error:
        return errors.translate(error)
    except LateAnswer:
        return errors.too_late()
    except QueueTooLong:
        return errors.queue_too_long()


def _worth_another(failure: Failure, tries: int) -> bool:
    if failure.kind == "server" and failure.replayed:
        return False  # the stored answer comes back whatever is tried
    if failure.again is not None and failure.kind != "in_use":
        return failure.again and tries < max(TRIES[failure.kind], 3)
    return tries < TRIES[failure.kind]


def _pause(failure: Failure, tries: int, first_pause: float) -> float:
    base: float = first_pause * 2 ** (tries - 1)
    if failure.kind == "limited":
        base = max(base, LIMIT_SECONDS.get(failure.limit, 1.0))
    return min(base, LONGEST_PAUSE) * random.uniform(0.75, 1.25)
