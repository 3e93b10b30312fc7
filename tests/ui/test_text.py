from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from supportdesk.ui import text, words
from supportdesk.ui.focus import Focus


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    text.set_language("en")
    yield
    text.set_language("en")


def test_amounts_follow_the_language() -> None:
    assert text.money(131200, "eur") == "€1,312.00"
    text.set_language("de")
    assert text.money(131200, "eur") == "1.312,00\xa0€"
    assert text.number(48210) == "48.210"
    assert text.money(500, "jpy").startswith("500")


@pytest.mark.parametrize("choice", ["", "xx", "C", "../../etc", "de_DE@euro", "system"])
def test_any_language_gives_a_working_locale(choice: str) -> None:
    text.set_language(choice)
    assert text.money(100, "eur")
    assert text.day(date(2026, 1, 2))
    assert text.parse_day(text.typed_day(date(2026, 1, 2))) == date(2026, 1, 2)


def test_instants_are_told_as_people_say_them() -> None:
    now = datetime.now().astimezone().replace(hour=12, minute=0)
    at = now.timestamp()
    assert text.when(at - 3600, now=at) == "today 11:00"
    other = text.when(at - 86400 * 40, now=at)
    assert "today" not in other
    assert (now - timedelta(days=40)).strftime("%-d") in other
    assert str(now.year - 2) in text.when(at - 86400 * 365 * 2 - 86400, now=at)


def test_an_instant_is_told_where_it_is_asked_for() -> None:
    at = datetime(2026, 11, 26, 23, 30, tzinfo=UTC).timestamp()
    assert text.when(at, now=at, zone="UTC") == text.when(at, now=at, zone="Europe/London")
    assert text.when(at, now=at, zone="Europe/Berlin") == "today 00:30"  # there it is the 27th
    assert text.when(at, now=at + 30 * 86400, zone="Europe/Berlin") == "27 Nov 00:30"
    assert text.moment(at, zone="Europe/Berlin").startswith("27 Nov 2026, 00:30")


def test_ages() -> None:
    assert text.age(0.2) == "now"
    assert "3" in text.age(3)
    assert "ago" in text.age(3)
    assert "2 days ago" in text.age(86400 * 2)
    assert text.age(-5) == "now"


def test_a_moment_is_told_in_full() -> None:
    at = datetime(2026, 11, 23, 9, 21, 7, tzinfo=UTC)
    assert "2026" in text.moment(at.timestamp())
    assert ":21:07" in text.moment(at.timestamp())


def test_places_are_filled_after_translation() -> None:
    assert text.tr("At most {amount}.", amount="{x}") == "At most {x}."
    assert text.tr("100 % {left alone}") == "100 % {left alone}"


def test_another_person_leaves_the_card() -> None:
    focus = Focus()
    told: list[tuple[str, str]] = []
    focus.person_changed.connect(lambda person: told.append(("person", person)))
    focus.card_changed.connect(lambda card: told.append(("card", card)))
    focus.set_person("ich_1")
    focus.set_card("ic_1")
    focus.set_card("ic_1")
    focus.set_person("ich_2")
    assert (focus.person, focus.card) == ("ich_2", "")
    assert told == [("person", "ich_1"), ("card", "ic_1"), ("card", ""), ("person", "ich_2")]


def test_only_words_longer_than_a_line_may_break() -> None:
    assert text.breakable("Short words — and amounts of €1,312.00 stay.") == (
        "Short words — and amounts of €1,312.00 stay."
    )
    broken = text.breakable("SHA-256 " + "a" * 64)
    assert broken == f"SHA-256 {'a' * 32}{text.MAY_BREAK}{'a' * 32}"


def test_each_row_says_how_and_when_it_was_read() -> None:
    text.set_language("en")
    assert words.source(3) == f"Stripe, {text.age(3)}"
    assert words.source(3, "list") == f"mirror, from a list {text.age(3)}"
    assert words.source(3, "event") == f"mirror, by an event {text.age(3)}"
    assert words.source(7200) == f"mirror, read {text.age(7200)}"
    assert words.source(7200, "list", reading=True) == "asking Stripe…"


def test_a_key_without_words_is_shown_as_it_came() -> None:
    assert text.spoken("email", {"email": "by e-mail"}) == "by e-mail"
    assert text.spoken("carrier_pigeon", {"email": "by e-mail"}) == "carrier pigeon"
    assert words.dispute_state("under_appeal") == ("under appeal", "neutral")
    assert words.dispute_state("") == ("unknown", "neutral")
    assert words.replace_reason("worn_out") == "worn out"
    assert words.replace_reason("") == "no reason told"


def test_a_month_in_brief() -> None:
    assert text.month("2026-11") == "Nov 26"
    assert text.month("unknown") == "unknown"
