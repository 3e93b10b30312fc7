"""The programme the practice Stripe starts with: fictional people, cards, purchases, disputes.

The same seed, date and number of cardholders give the same data, byte for byte. The first 300
cardholders have rich lives (`RICH`); with at least `FULL` cardholders every state and every reason
occurs. All further ones are a crowd with one card each and few purchases.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from . import plastic
from .crowd import Crowd
from .evidence import contents, uploads
from .holders import somebody
from .keyed import chooser, identifier
from .lena import lena
from .lena import story as lenas_story
from .life import Life
from .programme import DAY, Programme, Story
from .scenes_cards import CARD_SCENES, Scene, ordinary
from .scenes_money import DECLINES, DISPUTES, MONEY_SCENES

Doc = dict[str, Any]

RICH = 300
# Taken in turn from each group, so that few cardholders already show something of everything.
SCENES = tuple(
    scene
    for turn in zip_longest(CARD_SCENES, DECLINES, DISPUTES, MONEY_SCENES)
    for scene in turn
    if scene is not None
)
FULL = 1 + len(SCENES)
AGAIN = 0.4  # share of the further rich lives that play one of the scenes once more

BUNDLES = (
    ("Standard Visa", "standard", "active", ("unsupported", "optional", "optional")),
    ("Standard Mastercard", "standard", "active", ("unsupported", "optional", "unsupported")),
    ("Brushed steel", "custom", "review", ("required", "required", "optional")),
)
DESIGNS = (
    ("House card", 0, "active"), ("Business card", 1, "active"), ("Steel trial", 2, "review"),
    ("Summer drawing", 0, "rejected"), ("First edition", 0, "inactive"),
)  # fmt: skip


def objects(*, seed: int, today: datetime.date, cardholders: int) -> Iterator[tuple[str, Doc]]:
    """Yield (kind, document) for everything, each kind in ascending order of `created`.

    Nothing is later than the beginning of `today` in UTC. References are plain ids.
    """
    programme = past(seed, today, min(cardholders, RICH))
    crowd = Crowd(seed, programme.end, RICH, cardholders)
    rich = programme.docs
    for kind in ("physical_bundle", "personalization_design"):
        yield from _each(kind, rich[kind])
    yield from _each("cardholder", _merged(rich["cardholder"], crowd.holders()))
    yield from _each("card", _merged(rich["card"], (card for card, _ in crowd.cards())))
    yield from _each("token", rich["token"])
    bought = (doc for doc, _, _, _ in crowd.purchases())
    yield from _each("authorization", _merged(rich["authorization"], bought))
    captured = (paid for _, paid, _, _ in crowd.purchases() if paid)
    yield from _each("transaction", _merged(rich["transaction"], captured))
    yield from _each("file", rich["file"])
    yield from _each("dispute", rich["dispute"])
    yield from _each("event", _merged(rich["event"], *crowd.told()))


def files(*, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield (file id, bytes) for the files among `objects`."""
    yield from contents(seed)


def _each(kind: str, docs: Iterable[Doc]) -> Iterator[tuple[str, Doc]]:
    return ((kind, doc) for doc in docs)


def _merged(*streams: Iterable[Doc]) -> Iterator[Doc]:
    return heapq.merge(*streams, key=lambda doc: doc["created"])


def past(seed: int, today: datetime.date, cardholders: int) -> Programme:
    """Play the past of the first `cardholders` lives (at least one: Lena Hoffmann's)."""
    programme = Programme(seed, today)
    _setup(programme)
    programme.follow(uploads(programme), programme.end - 1_600 * DAY)
    first = lena(programme)
    first.follow(_lived(first, lenas_story(first)), first.began)
    for number in range(1, cardholders):
        life, story = _cast(programme, number)
        life.follow(_lived(life, story), life.began)
    programme.play()
    return programme


def _lived(life: Life, story: Story) -> Story:
    life.programme.add("cardholder", life.holder)
    yield from story


def _cast(programme: Programme, number: int) -> tuple[Life, Story]:
    """Life `number` and its story: each scene once, then ordinary lives with some scenes again."""
    rng = chooser(programme.seed, "cast", number)
    if number <= len(SCENES):
        scene = SCENES[number - 1]
    elif rng.random() < AGAIN:
        scene = rng.choice(SCENES)
    else:
        scene = Scene(ordinary, rng.uniform(100, 800))
    person = somebody(rng, firm=scene.firm)
    life = Life(programme, number, person, scene.days_ago + rng.random() * scene.days_ago / 20)
    return life, scene.play(life)


def _setup(programme: Programme) -> None:
    """The bundles and card designs of the programme, made before its first cardholder."""
    programme.now = programme.end - 1_700 * DAY
    for name, kind, status, features in BUNDLES:
        id = identifier("ics", programme.seed, name)
        made = plastic.bundle(id, name, kind=kind, status=status, features=features)
        programme.add("physical_bundle", made)
    for days, (name, bundle, status) in enumerate(DESIGNS):
        on = programme.docs["physical_bundle"][bundle]["id"]
        id = identifier("ipcd", programme.seed, name)
        created = programme.now + days * DAY
        made = plastic.design(id, name, on, created=created, status=status)
        if status == "rejected":
            made["rejection_reasons"] = {"card_logo": [], "carrier_text": ["promotional_material"]}
        made["preferences"] = {"is_default": days == 0, "is_platform_default": None}
        programme.add("personalization_design", made)
    programme.now = 0
