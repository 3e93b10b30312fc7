"""One question to something that has to be closed afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from supportdesk.errors import UserFacing


class Closable(Protocol):
    """A gateway, or a service with a connection of its own."""

    async def aclose(self) -> None:
        """Close it."""


C = TypeVar("C", bound=Closable)


def ask(made: C, question: Callable[[C], Awaitable[Any]]) -> Any:
    """Return the answer, or the problem that was raised in its place."""

    async def main() -> Any:
        try:
            return await question(made)
        except UserFacing as problem:
            return problem
        finally:
            await made.aclose()

    return asyncio.run(main())
