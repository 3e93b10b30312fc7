"""One connection to a database file and the one thread that works on it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlcipher3 import dbapi2

T = TypeVar("T")

#: Steps of SQLite's machine (some ten milliseconds) between two looks whether to go on.
_LOOK = 1_000_000


class Lane:
    """Does one piece of work after the other; what nobody waits for any more can be stopped.

    Attributes:
        driver: the open connection, None before it is opened and after it was shut.
        engine: SQLAlchemy's engine around it.
    """

    def __init__(self, name: str) -> None:
        self.driver: dbapi2.Connection | None = None
        self.engine: Engine | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._ticket: object = None  # of the work being done
        self._stopped: object = None  # the ticket whose work is to end

    def use(self, driver: dbapi2.Connection, *, reads: bool) -> None:
        """Work with an open connection; one for reading never asks for the write lock."""
        self.driver = driver
        # An interruption between two statements does nothing: the one that begins then is caught
        # on its way.
        driver.set_progress_handler(self._is_stopped, _LOOK)
        self.engine = engine_around(driver, reads=reads)
        # Its first use asks the driver this and that; if an interruption hit that, the pool would
        # close the only connection.
        self.engine.connect().close()
        event.listen(self.engine, "before_cursor_execute", self._go_on)

    def shut(self) -> None:
        """Close the connection, on the lane's own thread."""
        if self.engine is not None:
            self.engine.dispose()
        if self.driver is not None:
            self.driver.close()
        self.driver = self.engine = None

    def finish(self, work: Callable[[], object]) -> None:
        """Do a last piece of work without waiting for it, and end the thread."""
        self._thread.submit(work)
        self._thread.shutdown(wait=False)

    def end(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    async def do(self, work: Callable[[], T], *, stoppable: bool = False) -> T:
        """Return what `work` returns.

        Args:
            stoppable: break the work off when the caller is cancelled. Otherwise work that has
                begun is finished all the same.
        """
        ticket = object()
        future = self._thread.submit(self._work, ticket, work)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if not future.cancel() and stoppable:
                self._stop(ticket)
            raise

    def _work(self, ticket: object, work: Callable[[], T]) -> T:
        with self._lock:
            self._ticket = ticket
        try:
            return work()
        finally:
            with self._lock:
                self._ticket = None

    def _stop(self, ticket: object) -> None:
        with self._lock:  # so that the next piece of work is not hit instead
            if self._ticket is ticket and self.driver is not None:
                self._stopped = ticket
                self.driver.interrupt()

    def _go_on(self, *_: Any) -> None:
        """Refuse another statement of work that was stopped between two."""
        if self._is_stopped():
            raise dbapi2.OperationalError("interrupted")

    def _is_stopped(self) -> bool:
        return self._ticket is not None and self._ticket is self._stopped


def engine_around(driver: dbapi2.Connection, *, reads: bool = False) -> Engine:
    """Return an engine around an open connection, so that it never holds the key."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: driver,
        poolclass=StaticPool,
        # A reset that an interruption hits would make the pool close the only connection.
        pool_reset_on_return=None,
        hide_parameters=True,  # values never stand in an exception's text
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if driver.in_transaction:  # the end of broken-off work was broken off as well
            driver.execute("ROLLBACK")
        # Taking the write lock at once waits for another writer; asking for it later would fail.
        only_read = reads or connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if only_read else "BEGIN IMMEDIATE")

    return engine
