"""Every way contact data changes in the mirror is seen, whoever writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from supportdesk.domain.records import Address, Cardholder
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from tests.support.store import with_database

PERSON = Cardholder(
    id="ich_1",
    name="Lena Hoffmann",
    email="lena@muster.example",
    phone_number="+493012345678",
    dob=date(1984, 3, 1),
    billing=Address(line1="Ackerstr. 12", city="Berlin", postal_code="10115", country="DE"),
)


def seen(tmp_path: Path, *readings: tuple[Cardholder, float]) -> dict[str, float]:
    async def work(database: Database) -> dict[str, float]:
        mirror = Mirror(database)
        for person, at in readings:
            await mirror.put([person], at)
        assert await mirror.contact_changes("ich_2") == {}
        return await mirror.contact_changes("ich_1")

    return with_database(tmp_path / "m.db", "mirror", work)


def moved(**parts: str) -> Address:
    return replace(PERSON.billing, **parts)


@pytest.mark.parametrize(
    ("changed", "data"),
    [
        (replace(PERSON, email="eve@evil.example"), "email"),
        (replace(PERSON, email=""), "email"),
        (replace(PERSON, phone_number="+493099999999"), "phone"),
        (replace(PERSON, phone_number=""), "phone"),
        (replace(PERSON, dob=date(1985, 3, 1)), "dob"),
        (replace(PERSON, dob=None), "dob"),
        *(
            (replace(PERSON, billing=moved(**{part: "X"})), "address")
            for part in ("line1", "line2", "city", "postal_code", "state", "country")
        ),
    ],
)
def test_each_change_is_seen_and_nothing_else(
    tmp_path: Path, changed: Cardholder, data: str
) -> None:
    assert seen(tmp_path, (PERSON, 100.0), (PERSON, 200.0), (changed, 300.0)) == {data: 300.0}


def test_data_that_was_not_there_before_has_changed_as_well(tmp_path: Path) -> None:
    bare = Cardholder(id="ich_1", name="Lena Hoffmann")
    changes = seen(tmp_path, (bare, 100.0), (PERSON, 200.0))
    assert changes == dict.fromkeys(("email", "phone", "dob", "address"), 200.0)


def test_a_change_back_is_a_change_and_the_last_one_counts(tmp_path: Path) -> None:
    other = replace(PERSON, email="eve@evil.example")
    assert seen(tmp_path, (PERSON, 1.0), (other, 2.0), (PERSON, 3.0), (PERSON, 4.0)) == {
        "email": 3.0
    }


def test_the_first_look_and_other_fields_are_no_change(tmp_path: Path) -> None:
    married = replace(PERSON, name="Lena Brandt", status="inactive")
    assert seen(tmp_path, (PERSON, 1.0), (married, 2.0)) == {}


def test_an_older_reading_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    old = replace(PERSON, email="old@muster.example")
    assert seen(tmp_path, (PERSON, 10.0), (old, 5.0)) == {}
