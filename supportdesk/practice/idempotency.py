"""Idempotency keys: one result per key for 24 hours, whatever it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.practice.drills import key_in_use
from supportdesk.practice.errors import ParameterRefusal, Refusal

LIFETIME = 24 * 3_600
MAX_LENGTH = 255


@dataclass(frozen=True)
class Kept:
    """A stored result."""

    status: int
    body: bytes
    request_id: str


@dataclass
class _Entry:
    fingerprint: str
    started: int
    result: Kept | None = None


class Idempotency:
    """Results by (account key, idempotency key)."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._entries: dict[tuple[str, str], _Entry] = {}

    def begin(self, owner: str, key: str, fingerprint: str) -> Kept | None:
        """Return the stored result of an earlier equal request, or None to go on.

        Raises Refusal: another request used the key (400), or the first still runs (409).
        """
        if len(key) > MAX_LENGTH:
            raise ParameterRefusal(
                f"Idempotency keys must be at most {MAX_LENGTH} characters long."
            )
        entry = self._entries.get((owner, key))
        if entry and self._now() - entry.started >= LIFETIME:
            entry = None
        if entry is None:
            self._prune()
            self._entries[owner, key] = _Entry(fingerprint, self._now())
            return None
        if entry.fingerprint != fingerprint:
            raise Refusal(
                "Keys for idempotent requests can only be used with the same parameters they"
                f" were first used with. Try using a key other than '{key}' if you meant to"
                " execute a different request.",
                type="idempotency_error",
            )
        if entry.result is None:
            raise key_in_use(key)
        return entry.result

    def _prune(self) -> None:
        """Forget results that are past their time, now and then."""
        if len(self._entries) % 1_000 == 999:
            oldest = self._now() - LIFETIME
            self._entries = {k: e for k, e in self._entries.items() if e.started > oldest}

    def keep(self, owner: str, key: str, result: Kept) -> None:
        """Store the result of an executed request."""
        self._entries[owner, key].result = result

    def forget(self, owner: str, key: str) -> None:
        """Free the key of a request that was refused before execution."""
        self._entries.pop((owner, key), None)
