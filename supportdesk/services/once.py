"""What must not happen twice: every desk sends the same idempotency key for it.

The key is made from the object alone, so desks that know nothing of each other agree on it. The
account is not in it: an object belongs to one account, and not every key may read which. A new
attempt gets a new key only when the one before can never act again: Stripe holds a refusal under
it, or it was spent a while ago, and a read shows that nothing exists. Stripe keeps keys for 24
hours (docs.stripe.com/api/idempotent_requests); after that the read before each order decides.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from supportdesk.domain.records import Answer
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.actions import Actions
from supportdesk.store.journal import Entry

T = TypeVar("T")
SPENT = "idempotency_error"  # the key was used for a request with other parameters
PATIENCE = 60.0  # seconds after which a request that nobody waits for has ended
_MOST = 8  # attempts in one go


def derived_key(action: str, object_id: str, attempt: int) -> str:
    """Return the idempotency key of the n-th attempt (from 1) at an action on an object."""
    told = f"{action} {object_id} {attempt}".encode()
    return f"supportdesk-{hashlib.sha256(told).hexdigest()[:40]}"


class AlreadyThere(Exception, Generic[T]):
    """It exists and this call did not make it."""

    def __init__(self, record: T) -> None:
        super().__init__()
        self.record = record


class Once:
    """Sends what may be done once only.

    Args:
        patience: seconds after which a spent key without a result is given up.
        clock: Unix seconds.
    """

    def __init__(
        self,
        actions: Actions,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._actions = actions
        self._patience = patience
        self._clock = clock

    async def perform(
        self,
        action: str,
        object_id: str,
        params: Mapping[str, Any],
        send: Callable[[str, Mapping[str, Any]], Awaitable[Answer[T]]],
        find: Callable[[], Awaitable[T | None]],
        **context: Any,
    ) -> T:
        """As `Actions.perform`.

        Args:
            send: sends parameters with an idempotency key.
            find: reads from Stripe what exists already.

        Raises:
            AlreadyThere: it exists, made by another desk or an earlier request.
            UserFacing: also `busy_elsewhere`: another desk is at it, or just was.
        """
        first = await self._attempt(action, object_id)

        async def one(key: str, params: Mapping[str, Any]) -> T:
            answers: list[Answer[T]] = []

            async def sending(key: str) -> Answer[T]:
                answers.append(await send(key, params))
                return answers[0]

            record = await self._actions.perform(
                action, object_id, params, sending, key=key, **context
            )
            if answers[0].replayed:
                raise AlreadyThere(record)
            return record

        for attempt in range(first, first + _MOST):
            key = derived_key(action, object_id, attempt)
            try:
                return await one(key, params)
            except UserFacing as problem:
                if problem.code != SPENT and not problem.replayed:
                    raise
                if (there := await find()) is not None:
                    raise AlreadyThere(there) from problem
                if not await self._over(object_id, key, problem, one):
                    raise problem if isinstance(problem, OutcomeUnknown) else _BUSY from problem
        raise _BUSY

    async def _attempt(self, action: str, object_id: str) -> int:
        """Return the last attempt this desk made, 1 if it made none."""
        used = {e.idempotency_key for e in await self._actions.history(object_id, 200)}
        attempt = 1
        while derived_key(action, object_id, attempt + 1) in used:
            attempt += 1
        return attempt

    async def _over(
        self,
        object_id: str,
        key: str,
        problem: UserFacing,
        send: Callable[[str, Mapping[str, Any]], Awaitable[object]],
    ) -> bool:
        """Whether nothing can come of a spent key any more."""
        if _holds_refusal(problem):
            return True
        used = [e for e in await self._actions.history(object_id, 200) if e.idempotency_key == key]
        seen_spent = self._clock() - self._patience
        if any(_showed_spent(entry) and entry.at <= seen_spent for entry in used):
            return True  # whoever used it had ended by now
        refused = (e for e in used if e.state == "refused" and e.request_id)
        own = next((e for e in refused if e.outcome.get("code") != SPENT), None)
        if own is None or not own.asked:
            return False
        # This desk may have spent it: then the same parameters bring the kept refusal again.
        try:
            raise AlreadyThere(await send(key, own.asked))
        except UserFacing as again:
            return _holds_refusal(again)


def _holds_refusal(problem: UserFacing) -> bool:
    """Whether Stripe repeated a refusal: that is the key's result, for as long as it is kept."""
    return problem.replayed and not isinstance(problem, OutcomeUnknown)


def _showed_spent(entry: Entry) -> bool:
    return entry.outcome.get("code") == SPENT or bool(entry.outcome.get("replayed"))


_BUSY = UserFacing(
    "Another desk ordered this with other details a moment ago, or is ordering it now.",
    "Stripe knows of the order but shows no result yet. Nothing was ordered from here.",
    "Read it again in a minute. If there is still nothing, order again.",
    retry=True,
    code="busy_elsewhere",
)
