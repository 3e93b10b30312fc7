"""What a caller who reports a card is told, in the languages there are words for, and how cards
are sent where. Both are lists that a company changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from supportdesk.domain.cards import SERVICES
from supportdesk.domain.own_lists import wrong
from supportdesk.errors import UserFacing

ENGLISH = "en"
ANYWHERE = ""  # the country that stands for all that are not named
_PLACE = re.compile(r"\{(\w*)\}")
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language by name; a name a language lacks is said in English."""

    language: str
    sentences: Mapping[str, str]

    @property
    def title(self) -> str:
        """The language's own name for itself."""
        return self.sentences.get("name", self.language)

    def say(self, name: str, **places: object) -> str:
        """Return a sentence with its places filled."""
        known = {place: str(value) for place, value in places.items()}
        return _PLACE.sub(lambda found: known.get(found[1], ""), self.sentences[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A delivery service: business days it takes, None when that is not known."""

    __pydantic_config__ = _STRICT

    least: int | None = Field(default=None, ge=0, le=99)
    most: int | None = Field(default=None, ge=0, le=99)
    tracked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Which services there are, and which of them a country (ISO 3166-1 alpha-2) is offered."""

    __pydantic_config__ = _STRICT

    services: Mapping[str, Service]
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to(self, country: str) -> tuple[str, ...]:
        """Return the services offered for a country, the usual one first."""
        return self.offered.get(country) or self.offered.get(ANYWHERE) or SERVICES[:1]


@dataclass(frozen=True, slots=True)
class Texts:
    """All languages, and the deliveries."""

    languages: Mapping[str, Words]
    delivery: Delivery

    def words(self, wanted: Sequence[str]) -> Words:
        """Return the first language of `wanted` (such as "de" or "de_AT") that there is."""
        for one in wanted:
            if (known := self.languages.get(one.partition("_")[0].partition("-")[0])) is not None:
                return known
        return self.languages[ENGLISH]


def parse_words(built_in: str, own: str = "") -> Mapping[str, Words]:
    """Read the sentences; `own` replaces some of them, and may add languages.

    Raises:
        UserFacing: `lost_texts_invalid`, `own` is not such a file or names a place that is never
            filled.
    """
    ours: dict[str, dict[str, str]] = json.loads(built_in)
    merged = {code: {**ours[ENGLISH], **known} for code, known in ours.items()}
    if own:
        for code, sentences in _checked(own, ours[ENGLISH]).items():
            merged[code] = {**merged.get(code, ours[ENGLISH]), **sentences}
    return {code: Words(code, sentences) for code, sentences in merged.items()}


def _checked(own: str, english: Mapping[str, str]) -> dict[str, dict[str, str]]:
    try:
        theirs = TypeAdapter(dict[str, dict[str, str]]).validate_json(own)
    except ValidationError as problem:
        raise _invalid("words.json", wrong(problem)) from None
    for code, sentences in theirs.items():
        for name, sentence in sentences.items():
            if name not in english:
                raise _invalid("words.json", f"{code}.{name}: there is no such sentence")
            unknown = set(_PLACE.findall(sentence)) - set(_PLACE.findall(english[name]))
            if unknown:
                raise _invalid("words.json", f"{code}.{name}: {{{min(unknown)}}} is never filled")
    return theirs


def parse_delivery(built_in: str, own: str = "") -> Delivery:
    """Read the deliveries; services and countries of `own` replace those of the same name.

    Raises:
        UserFacing: `lost_texts_invalid`.
    """
    merged: dict[str, Any] = json.loads(built_in)
    adapter = TypeAdapter(Delivery)
    if not own:
        return adapter.validate_python(merged)
    try:
        theirs = json.loads(own)
        for part in ("services", "offered"):
            merged[part] = {**merged[part], **theirs.get(part, {})}
        read = adapter.validate_python({**theirs, **merged})
    except ValidationError as problem:
        raise _invalid("delivery.json", wrong(problem)) from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise _invalid("delivery.json", "it is not such a list") from None
    unknown = {s for offered in read.offered.values() for s in offered} - set(SERVICES)
    if unknown:
        raise _invalid("delivery.json", f"Stripe has no service {min(unknown)}")
    return read


def _invalid(name: str, detail: str) -> UserFacing:
    return UserFacing(
        "A list for lost cards in the data folder cannot be used; the built-in one is.",
        detail=f"lost/{name}: {detail}",
        remedy="Correct the file, or remove it.",
        code="lost_texts_invalid",
    )
