from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from supportdesk import aio

Bugs = list[BaseException]


@pytest.fixture
def bugs() -> Bugs:
    return []


@pytest.fixture
def runner(qapp: QApplication, bugs: Bugs) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=lambda: aio.new_loop(qapp, bugs.append)) as made:
        yield made


async def _raise(error: BaseException) -> None:
    raise error


async def _for_ever() -> None:
    await asyncio.Event().wait()


def test_run_returns_the_exit_status_and_puts_everything_away(qapp: QApplication) -> None:
    left: list[asyncio.Task[None]] = []

    async def main() -> int:
        left.append(asyncio.get_running_loop().create_task(_for_ever()))
        return 3

    bugs: Bugs = []
    assert aio.run(qapp, main, bugs.append) == 3
    assert left[0].cancelled()
    assert bugs == []


def test_closing_the_last_window_does_not_stop_the_loop(
    runner: asyncio.Runner, qtbot: QtBot
) -> None:
    async def main() -> str:
        dialog = QDialog()
        dialog.show()
        await asyncio.sleep(0)
        dialog.close()
        await asyncio.sleep(0.02)
        return "still here"

    assert runner.run(main()) == "still here"


def test_a_failed_task_tells_its_view(runner: asyncio.Runner, bugs: Bugs) -> None:
    async def main() -> None:
        tasks = aio.Tasks()
        failed: Bugs = []
        tasks.failed.connect(failed.append)
        error = ValueError("x")
        await asyncio.wait([tasks.start(_raise(error))])
        await asyncio.sleep(0)
        assert failed == [error]
        assert len(tasks) == 0

    runner.run(main())
    assert bugs == []


def test_what_fails_after_its_view_was_closed_is_a_bug(runner: asyncio.Runner, bugs: Bugs) -> None:
    error = ValueError("x")

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise error from None

    async def main() -> None:
        tasks = aio.Tasks()
        tasks.start(stubborn())
        await asyncio.sleep(0)
        await tasks.aclose()
        await asyncio.sleep(0)

    runner.run(main())
    assert bugs == [error]


def test_a_later_task_of_the_same_name_replaces_the_earlier(runner: asyncio.Runner) -> None:
    async def main() -> None:
        tasks = aio.Tasks()
        first = tasks.start(_for_ever(), only="search")
        other = tasks.start(_for_ever(), only="page")
        second = tasks.start(_for_ever(), only="search")
        await asyncio.sleep(0.01)
        assert (first.cancelled(), second.done(), other.done()) == (True, False, False)
        await tasks.aclose()
        assert second.cancelled()
        late = tasks.start(_for_ever())
        await asyncio.wait([late])
        assert late.cancelled()

    runner.run(main())


@pytest.mark.parametrize("accept", [True, False])
def test_a_dialog_is_asked_while_others_go_on(
    runner: asyncio.Runner, qtbot: QtBot, accept: bool
) -> None:
    async def main() -> int:
        dialog = QDialog()
        asked = asyncio.ensure_future(aio.ask(dialog))
        for _ in range(5):
            await asyncio.sleep(0.001)
        assert dialog.isVisible()
        assert not asked.done()
        dialog.accept() if accept else dialog.reject()
        return await asked

    wanted = QDialog.DialogCode.Accepted if accept else QDialog.DialogCode.Rejected
    assert runner.run(main()) == wanted.value


def test_a_dialog_is_closed_when_no_one_waits_any_more(
    runner: asyncio.Runner, qtbot: QtBot
) -> None:
    async def main() -> None:
        dialog = QDialog()
        asked = asyncio.ensure_future(aio.ask(dialog))
        await asyncio.sleep(0.01)
        asked.cancel()
        await asyncio.wait([asked])
        assert not dialog.isVisible()

    runner.run(main())


def test_a_blocking_call_runs_beside_the_window(runner: asyncio.Runner) -> None:
    async def main() -> tuple[int, str]:
        return await aio.in_thread(lambda a: (threading.get_ident(), a), "x")

    thread, value = runner.run(main())
    assert value == "x"
    assert thread != threading.get_ident()


def test_a_callback_that_raises_is_reported(runner: asyncio.Runner, bugs: Bugs) -> None:
    error = ValueError("x")

    def fail() -> None:
        raise error

    async def main() -> None:
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0.01)

    runner.run(main())
    assert bugs == [error]


def test_garbage_is_collected_in_the_windows_thread_only(qapp: QApplication) -> None:
    threads: set[int] = set()

    class Ring:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            threads.add(threading.get_ident())

    def litter() -> None:
        for _ in range(5_000):
            Ring()

    async def main() -> int:
        await aio.in_thread(litter)
        async with asyncio.timeout(10):
            while not threads:  # noqa: ASYNC110  (nothing tells when garbage was collected)
                await asyncio.sleep(0.01)
        return 0

    bugs: Bugs = []
    assert aio.run(qapp, main, bugs.append) == 0
    assert threads == {threading.get_ident()}
    assert gc.isenabled()
