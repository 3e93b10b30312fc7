"""Work with an event loop of its own, on a thread of its own, beside the window's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class _Inside:
    """A coroutine that another thread may cancel at any moment, even before it has begun."""

    def __init__(self, main: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._main = main
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._stopped = False

    def work(self) -> Any:
        return asyncio.run(self._tracked())

    async def _tracked(self) -> Any:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        if self._stopped:
            return None
        return await self._main()

    def stop(self) -> None:
        self._stopped = True
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)


async def beside(main: Callable[[], Coroutine[Any, Any, T]], name: str) -> T:
    """Run `main()` on a thread called `name`; returns its result or raises what it raised.

    Cancelling waits until it has ended there.
    """
    inside = _Inside(main)
    executor = ThreadPoolExecutor(1, thread_name_prefix=name)
    future = executor.submit(inside.work)
    executor.shutdown(wait=False)
    ended = asyncio.wrap_future(future)
    try:
        result: T = await asyncio.shield(ended)
    except asyncio.CancelledError:
        inside.stop()
        while not ended.done():
            await asyncio.wait([ended])
        if not ended.cancelled():
            ended.exception()  # looked at: it ended because it was told to
        raise
    return result
