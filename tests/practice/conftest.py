"""An empty practice account for tests that make all they need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import StartPractice
from tests.support.practice_api import Api


@pytest.fixture(scope="module")
def practice_programme(start_practice: StartPractice) -> Iterator[Api]:
    """A seeded programme, with designs and bundles."""
    client = Api(start_practice("--cardholders", "60", "--seed", "7"))
    yield client
    client.http.close()
