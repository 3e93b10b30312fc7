"""What may go wrong and be shown to a person. Everything else is a bug."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(eq=False)
class UserFacing(Exception):
    """Something a person must know: what happened, what is certain, what to do next.

    The texts never contain keys or personal data; `title` is one sentence.

    Attributes:
        title: what happened, in one sentence.
        detail: what is certain and what is not, or the other side's own words.
        remedy: the next thing to do.
        retry: whether doing the same again can help.
        request_id: Stripe's request id (`req_...`), if an answer carried one.
        field: name of the input the problem belongs to, to be shown beside it.
        code: a stable word for programs and tests (`keyring_locked`, `resource_missing`).
        replayed: Stripe repeated its stored answer to an earlier request of another with the
            same idempotency key.
    """

    title: str
    detail: str = ""
    remedy: str = ""
    retry: bool = False
    request_id: str = ""
    field: str = ""
    code: str = ""
    replayed: bool = False

    def __str__(self) -> str:
        """Return title and code only: details may quote the other side."""
        return f"{self.title} [{self.code}]" if self.code else self.title


class OutcomeUnknown(UserFacing):
    """A change was sent and no answer came: it may or may not have been done at Stripe."""


def with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what caused it, each once: two may name each other as their cause."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
