"""The real practice Stripe as a subprocess, for every test that needs one."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from supportdesk.practice.process import PracticeProcess, Ready
from tests.support.practice_api import Api

if TYPE_CHECKING:
    from tests.services.desk_at_practice import Programme

StartPractice = Callable[..., Ready]
#: Where files take long. They begin first: otherwise one core ends with them while others wait.
LONG = ("tests/journeys/", "tests/faults/", "tests/test_app.py", "tests/ui/", "tests/contract/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the files that take long to the front (pytest's interface)."""

    def place(item: pytest.Item) -> int:
        return next((n for n, at in enumerate(LONG) if item.nodeid.startswith(at)), len(LONG))

    items.sort(key=place)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Collect in this thread once windows forbid others to (pytest's interface)."""
    if not gc.isenabled():
        gc.collect(1)  # what was made since the last time; all of it would take long


@pytest.fixture(scope="module")
def start_practice() -> Iterator[StartPractice]:
    """A factory: `start_practice("--cardholders", "0", ...)` serves until the module is done."""
    running: list[PracticeProcess] = []

    def start(*arguments: str) -> Ready:
        process = PracticeProcess(arguments)
        running.append(process)
        return process.start()

    yield start
    for process in running:
        process.stop()


@pytest.fixture(scope="module")
def api(start_practice: StartPractice) -> Iterator[Api]:
    """A practice Stripe for tests that make all they need, asked beside the desk."""
    client = Api(start_practice("--cardholders", "0"))
    yield client
    client.http.close()


@pytest.fixture(scope="module")
def recorded(api: Api) -> Iterator[Ready]:
    """The same Stripe; nothing that passes may break Stripe's own description."""
    from tests.contract.recorder import RecordingProxy  # reads all of that description

    with RecordingProxy(api.ready.url) as proxy:
        yield replace(api.ready, url=proxy.url)
        assert proxy.exchanges
        assert proxy.violations() == []


@pytest.fixture(scope="module")
def stripe() -> Iterator[Programme]:
    """A practice Stripe with one cardholder, for tests of a desk's disputes."""
    from tests.services.desk_at_practice import programme  # all services: not for every test

    with programme() as made:
        yield made


@pytest.fixture(scope="module")
def practice(start_practice: StartPractice) -> Ready:
    """A practice Stripe with a small seeded programme, shared by the tests of one module."""
    return start_practice("--cardholders", "60", "--seed", "7")
