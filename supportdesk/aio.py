"""asyncio on Qt's event loop: the only file that knows which library joins the two."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import linecache
import os
import sys
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, TypeVarTuple, Unpack, cast

import shiboken6
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog

# Without this qasync takes any other Qt binding it finds installed.
os.environ["QT_API"] = "pyside6"

import qasync

T = TypeVar("T")
Args = TypeVarTuple("Args")
OnBug = Callable[[BaseException], None]

_COLLECT_MS = 100  # milliseconds between looks whether there is garbage: many small bites
_SWITCH = 0.0005  # seconds that another thread may keep the interpreter when the window wants it
_SETTLED_AFTER = 30  # looks, in which the window has opened
_THREADS = 4  # keyring, file checks, PDF: short jobs; each database has its own thread


def new_loop(app: QApplication, on_bug: OnBug) -> asyncio.AbstractEventLoop:
    """Make the event loop of `app`; `on_bug` gets what no one caught in a task or callback."""
    # Otherwise the last window's closing stops the loop before anything is put away.
    app.setQuitOnLastWindowClosed(False)
    loop = cast(asyncio.AbstractEventLoop, qasync.QEventLoop(app))
    # qasync's own default starts ten QThreads at first use.
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="desk"))

    def handle(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        bug = context.get("exception")
        on_bug(bug if bug is not None else RuntimeError(str(context.get("message"))))

    loop.set_exception_handler(handle)
    return loop


def run(app: QApplication, main: Callable[[], Coroutine[Any, Any, int]], on_bug: OnBug) -> int:
    """Run `main()` to its end on the loop of `app` and return its exit status."""
    collector = _Collector()
    try:
        with asyncio.Runner(loop_factory=lambda: new_loop(app, on_bug)) as runner:
            return runner.run(main())
    finally:
        collector.stop()


class _Collector(QObject):
    """Collects garbage in the window's thread only, and lets that thread go first.

    Python collects in whichever thread allocates, a database's for instance; a timer or widget
    that dies there takes the process with it.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        gc.freeze()  # what was imported stays
        self._looks = 0
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        self._timer = QTimer(self, interval=_COLLECT_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        due = [n for n, (count, most) in enumerate(_counts()) if count > most]
        if due:
            gc.collect(due[-1])
        self._looks += 1
        if self._looks == _SETTLED_AFTER:
            gc.freeze()  # what there is now stays; to look through it again would stall the window

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        sys.setswitchinterval(self._interval)
        gc.enable()


def _counts() -> Iterable[tuple[int, int]]:
    return zip(gc.get_count(), gc.get_threshold(), strict=True)


def report_bug(bug: BaseException) -> None:
    """Hand a bug that was caught somewhere to the loop's handler, which shows it."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # the last events after the loop was stopped
        sys.excepthook(type(bug), bug, bug.__traceback__)
    else:
        loop.call_exception_handler({"message": "bug", "exception": bug})


class Tasks(QObject):
    """The running coroutines of one view; they end when the view does.

    Signals:
        failed: the exception of a task that was not awaited elsewhere.
    """

    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: set[asyncio.Task[Any]] = set()
        self._named: dict[str, asyncio.Task[Any]] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._running)

    def start(self, coro: Coroutine[Any, Any, T], *, only: str = "") -> asyncio.Task[T]:
        """Run `coro`; with `only`, a task started before under that name is cancelled first."""
        task = asyncio.get_running_loop().create_task(coro)
        self._running.add(task)
        task.add_done_callback(self._done)
        if only:
            if (old := self._named.get(only)) is not None:
                old.cancel()
            self._named[only] = task
        if self._closed:
            task.cancel()
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        for name in [name for name, named in self._named.items() if named is task]:
            del self._named[name]
        if task.cancelled() or (error := task.exception()) is None:
            return
        # The widget this belongs to may be gone by now; then the loop's handler is told.
        if shiboken6.isValid(self) and not self._closed:
            self.failed.emit(error)
        else:
            report_bug(error)

    async def finish(self, seconds: float | None = None) -> None:
        """Wait until everything that runs has ended by itself, or so long at the most."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def aclose(self) -> None:
        """Cancel everything that runs and wait until it has ended."""
        self._closed = True
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def ask(dialog: QDialog) -> int:
    """Open `dialog` without a loop of its own; returns its result code when it was closed."""
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def done(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    def gone() -> None:
        done(QDialog.DialogCode.Rejected.value)

    dialog.finished.connect(done)
    dialog.destroyed.connect(gone)
    dialog.open()
    try:
        return await answer
    finally:
        if shiboken6.isValid(dialog):
            dialog.finished.disconnect(done)
            dialog.destroyed.disconnect(gone)
            dialog.close()


def give_back() -> None:
    """Return free memory to the system: glibc keeps what a start took in passing. It may take long.

    Elsewhere the system's own allocator does so by itself.
    """
    linecache.clearcache()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


async def in_thread(fn: Callable[[Unpack[Args]], T], *args: *Args) -> T:
    """Run a short blocking function beside the window and return its result."""
    return await asyncio.get_running_loop().run_in_executor(None, fn, *args)
