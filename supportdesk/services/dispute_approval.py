"""A second person looks at a dispute before it is submitted, where the programme wants it."""

from __future__ import annotations

import hashlib
import json
import time
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Literal

from supportdesk.config import Settings
from supportdesk.domain.disputes import Draft, Reading
from supportdesk.domain.records import Answer
from supportdesk.errors import UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.store.dispute_approvals import Asked, DisputeApprovals

Standing = Literal["free", "ask", "waiting", "approve", "sent_back"]

_NEEDED = UserFacing(
    "A second person has to approve this dispute.",
    remedy="Ask for approval: a colleague opens it from the list and submits it.",
    code="approval_needed",
)
_SAME = UserFacing(
    "Who worked on a dispute cannot approve it.",
    remedy="Let a colleague open it at their own desk, or under their own name here.",
    code="approval_same_agent",
)
_CHANGED = UserFacing(
    "This dispute was changed after approval was asked for.",
    remedy="Ask for approval again.",
    code="approval_outdated",
)


class Approvals:
    """Questions to a second person; each step is written in the journal with who took it.

    Args:
        settings: the settings in force now: whether it is wanted, and who is at the desk.
        account: ref of the open account.
        clock: Unix seconds.
    """

    def __init__(
        self,
        store: DisputeApprovals,
        actions: Actions,
        changes: Changes,
        *,
        settings: Callable[[], Settings],
        account: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._actions = actions
        self._changes = changes
        self._settings = settings
        self._account = account
        self._clock = clock

    @property
    def wanted(self) -> bool:
        """Whether the programme wants a second person."""
        return self._settings().dispute_approval == "on"

    async def asked(self, transaction_id: str) -> Asked | None:
        """Return the open question about a dispute, None when nobody was asked."""
        return await self._store.get(self._account, transaction_id)

    def is_mine(self, asked: Asked) -> bool:
        """Whether the agent at this desk asked."""
        return same_name(asked.asked_by, self._settings().agent)

    async def ask(self, draft: Draft, reading: Reading) -> None:
        """Show a dispute to a second person."""
        asked = Asked(
            transaction_id=draft.transaction_id,
            asked_by=self._settings().agent,
            asked_at=self._clock(),
            asked_for=fingerprint(draft, reading),
        )
        await self._note("approval.ask", draft.transaction_id, {"for": asked.asked_for})
        await self._store.put(self._account, asked)
        self._changes.disputes.emit(frozenset())

    async def give(self, draft: Draft, reading: Reading, typed_by: str) -> None:
        """Approve what was asked for, as the agent at this desk.

        Args:
            typed_by: who typed in it last.

        Raises:
            UserFacing: `approval_needed`, `approval_same_agent` or `approval_outdated`.
        """
        asked = await self.asked(draft.transaction_id)
        if asked is None or asked.note:
            raise _NEEDED
        agent = self._settings().agent
        if same_name(agent, asked.asked_by) or same_name(agent, typed_by):
            raise _SAME
        if asked.asked_for != fingerprint(draft, reading):
            raise _CHANGED
        told = {"asked_by": asked.asked_by, "for": asked.asked_for}
        await self._note("approval.give", draft.transaction_id, told)

    async def send_back(self, transaction_id: str, note: str) -> None:
        """Give a dispute back to who asked, with what has to be changed."""
        asked = await self.asked(transaction_id)
        if asked is None:
            return
        told = {"asked_by": asked.asked_by, "note": note}
        await self._note("approval.send_back", transaction_id, told)
        back = Asked(
            transaction_id=transaction_id,
            asked_by=asked.asked_by,
            asked_at=asked.asked_at,
            asked_for=asked.asked_for,
            note=note,
        )
        await self._store.put(self._account, back)
        self._changes.disputes.emit(frozenset())

    async def over(self, transaction_id: str) -> None:
        """Forget the question: the dispute was submitted, or is worked on again."""
        await self._store.drop(self._account, transaction_id)

    async def _note(self, action: str, transaction_id: str, params: Mapping[str, Any]) -> None:
        """Write a step of this desk into the journal; nothing is sent."""

        async def nothing(_key: str) -> Answer[None]:
            return Answer(None, "")

        await self._actions.perform(action, transaction_id, params, nothing)


def fingerprint(draft: Draft, reading: Reading) -> str:
    """Return a mark of everything that would be submitted; another one once it changes."""
    told = reading.days.get("told_us_on")
    what = [
        draft.transaction_id,
        draft.reason,
        reading.amount,
        told.isoformat() if told else "",
        sorted(reading.evidence.items()),
    ]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def same_name(one: str, other: str) -> bool:
    """Whether two agents' names are the same but for case and spaces."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
