"""Contact data that changed before this desk knew the person, by Stripe's events.

What changed within the last weeks proves nothing of a caller. The mirror sees changes from the
day it was filled; of the time before, Stripe's events of the last 30 days tell.
"""

from __future__ import annotations

import asyncio
from typing import Any

from supportdesk.errors import UserFacing
from supportdesk.services.follow import OVERLAP_SECONDS, contact_changes
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Span

NOTE = "backfill:contact"
KEPT_SECONDS = 30 * 86_400  # for which Stripe keeps events
TYPES = ("issuing_cardholder.updated",)
MOST_TRIES = 20
_GONE = "resource_missing"


async def read_contact_history(
    gateway: Gateway, mirror: Mirror, began: int, go: asyncio.Event, pause: float
) -> None:
    """Read which contact data changed in the 30 days before `began`, once, from where it stopped.

    A key that may not read events leaves it at that; it is tried again at the next start.

    Args:
        began: when the filling of the mirror began, Unix seconds; later changes are followed.
        go: cleared while nothing is to be read.
        pause: seconds to wait when Stripe cannot be asked.
    """
    state: dict[str, Any] = await mirror.get_state(NOTE) or {"after": "", "done": False}
    span = Span(since=began - KEPT_SECONDS, before=began + OVERLAP_SECONDS)
    tries = 0
    while not state["done"] and tries < MOST_TRIES:
        await go.wait()
        try:
            page = await gateway.events(TYPES, created=span, starting_after=state["after"])
        except UserFacing as problem:
            if problem.code == _GONE and state["after"]:
                state["after"] = ""  # the place is older than Stripe keeps by now
            elif problem.retry:
                tries += 1  # the rest of the filling does not wait for this for ever
                await asyncio.sleep(pause)
            else:
                return
            continue
        await mirror.note_contact_changes(contact_changes(page.records))
        state = {"after": page.last_id, "done": not page.has_more}
        await mirror.set_state(NOTE, state)
