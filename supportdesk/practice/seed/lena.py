"""Lena Hoffmann of Berlin, the cardholder every demonstration begins with."""

from __future__ import annotations

import datetime
from typing import Any

from . import shops
from .evidence import contest
from .holders import Person
from .life import Life
from .people import GERMANY
from .programme import DAY, Programme, Story, midnight
from .scenes_cards import opened
from .spending import authorize, capture, habits

Doc = dict[str, Any]

LIMIT = 2_000  # EUR a month on her card
MONTH_SHARE = 5  # days of a month that must have passed before its story can be told


def lena(programme: Programme) -> Life:
    """Her life: a card with most of its monthly limit used, and a week full of questions."""
    life = Life(programme, 0, Person(GERMANY, "Lena", "Hoffmann", None), 640)
    life.holder["email"] = "lena.hoffmann@mailbox.example"
    life.holder["billing"] = {
        "address": {
            "city": "Berlin", "country": "DE", "line1": "Lindenallee 14", "line2": None,
            "postal_code": "10437", "state": None,
        }
    }  # fmt: skip
    life.holder["individual"]["dob"] = {"day": 14, "month": 3, "year": 1991}
    return life


def month_of_story(programme: Programme) -> tuple[int, int]:
    """Unix times between which her month lies: this month so far or, early on, the last one."""
    yesterday = programme.today - datetime.timedelta(days=1)
    if yesterday.day > MONTH_SHARE:
        return midnight(yesterday.replace(day=1)), programme.end
    last = yesterday.replace(day=1) - datetime.timedelta(days=1)
    return midnight(last.replace(day=1)), midnight(last) + DAY


def story(life: Life) -> Story:
    """Card, telephone, a frozen web card, a disputed hotel, and a month close to its limit."""
    start, end = month_of_story(life.programme)
    card = yield from opened(life, brand="Visa", last4="4242", limit=LIMIT)
    web = yield from opened(life, "virtual", brand="Visa", last4="1881", limit=500)
    before = (life.programme.end - start) / DAY
    life.follow(habits(life, 12, since=before + 55, until=before + 4, phone=0))
    yield start - 25 * DAY
    life.add_to_wallet(card, "apple_pay")
    yield life.local(start - 20 * DAY, 16)
    life.follow(_hotel(life, card))
    yield start - 3 * DAY
    life.freeze(web)
    yield from _month(life, card, start, end)


def _hotel(life: Life, card: Doc) -> Story:
    doc = authorize(life, card, shops.named("Hotel Astoria"), 236_00, "chip")
    yield life.later(3)
    paid = capture(life, doc)
    yield from contest(life, paid, "service_not_as_described", "submitted", wait=6, file=4)


def _month(life: Life, card: Doc, start: int, end: int) -> Story:
    """The month's purchases; moments are shares of the month so that any date works."""
    first = (
        ("DB Vertrieb", 129_90, "online", 0.08),
        ("Möbelhaus Birke", 589_00, "chip", 0.16),
        ("Frischmarkt am Eck", 64_35, "contactless", 0.24),
        ("Trailhead Gear", 270_00, "online", 0.32),
        ("Wirtshaus Zum Anker", 57_80, "chip", 0.40),
        ("Schuhkiste Online", 149_95, "online", 0.48),
        ("Elektro Nord", 399_00, "chip", 0.56),
        ("Gamer's Hub Ltd", 59_99, "online", 0.62),
        ("QuickTaxi", 23_40, "contactless", 0.70),
    )
    for name, amount, method, share in first:
        yield _daytime(life, start, end, share)
        no_3ds: Doc = {"verification_data": _plain_web(life)} if name == "Gamer's Hub Ltd" else {}
        doc = authorize(life, card, shops.named(name), amount, method, **no_3ds)
        life.follow(_captured(life, doc))
    yield _daytime(life, start, end, 0.90)
    authorize(life, card, shops.named("Elektro Nord"), 349_00, "chip")
    yield max(life.programme.end - 9 * 3_600, life.programme.now + 60)
    authorize(life, card, shops.named("Café Linde"), 8_60, "contactless", wallet="apple_pay")


def _captured(life: Life, doc: Doc) -> Story:
    now = life.programme.now
    yield now + min(1.1 * DAY, (life.programme.end - now) / 2)
    capture(life, doc)


def _daytime(life: Life, start: int, end: int, share: float) -> float:
    return life.local(int(start + (end - start) * share), 10 + share * 8)


def _plain_web(life: Life) -> Doc:
    return {
        "address_line1_check": "not_provided", "address_postal_code_check": "not_provided",
        "authentication_exemption": None, "cvc_check": "match", "expiry_check": "match",
        "postal_code": None, "three_d_secure": None,
    }  # fmt: skip
