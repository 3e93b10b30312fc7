"""A guard for tests of what happens once an action is allowed."""

from __future__ import annotations


class AllowAll:
    """Allows every action, in no call."""

    async def allow(self, action: str, cardholder_id: str) -> str:
        return ""
