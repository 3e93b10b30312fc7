"""What is written to a complainant or to Stripe: templates, filled and checked.

An agent's reply is a communication to a customer: Stripe's rules on unfair and deceptive
practices ask that it is true, plain and promises nothing absolute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from supportdesk.domain.own_lists import wrong
from supportdesk.errors import UserFacing

Purpose = Literal["acknowledge", "holding", "final", "summary", "stripe_notice", "forward"]
#: Replies to the complainant; the others go to Stripe.
TO_CALLER: tuple[Purpose, ...] = ("acknowledge", "holding", "final", "summary")
_GAP = re.compile(r"\{(\w+)\}")
_MISSING = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A reply with gaps such as {number}.

    `regimes` are those it is made for, empty for any; `ombudsman` is the paragraph that is
    added where the programme names a body to turn to.
    """

    purpose: Purpose
    language: str
    version: str
    subject: str
    body: str
    regimes: tuple[str, ...] = ()
    ombudsman: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """A version of the templates; `absolutes` are words, by language, that promise too much."""

    version: str
    templates: tuple[Template, ...]
    absolutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def choose(self, purpose: Purpose, regimes: Sequence[str], language: str) -> Template | None:
        """The template for a purpose: of the language or else English, the most special one."""
        for wanted in (language, "en"):
            fits = [
                t
                for t in self.templates
                if t.purpose == purpose
                and t.language == wanted
                and (not t.regimes or set(t.regimes) & set(regimes))
            ]
            if fits:
                return max(fits, key=lambda t: bool(t.regimes))
        return None

    def languages(self, purpose: Purpose) -> tuple[str, ...]:
        """The languages there is a template for."""
        return tuple(dict.fromkeys(t.language for t in self.templates if t.purpose == purpose))


@dataclass(frozen=True, slots=True)
class Letter:
    """A filled template: `missing` names the gaps nothing was known for."""

    purpose: Purpose
    language: str
    version: str
    subject: str
    body: str
    missing: tuple[str, ...] = ()


_TEMPLATES = TypeAdapter(Templates)


def parse_templates(text: str) -> Templates:
    """The templates from their JSON text.

    Raises:
        UserFacing: `replies_unreadable`, naming the place that is wrong; also for a template
            that promises something absolute.
    """
    try:
        found = _TEMPLATES.validate_json(text)
    except ValidationError as error:
        raise _unusable(wrong(error)) from error
    for number, each in enumerate(found.templates):
        words = absolutes(f"{each.subject}\n{each.body}\n{each.ombudsman}", found, each.language)
        if words and each.purpose in TO_CALLER:
            raise _unusable(f"templates.{number}: {', '.join(words)} promises too much")
    return found


def _unusable(detail: str) -> UserFacing:
    return UserFacing(
        "The reply templates cannot be used.",
        detail=detail,
        remedy="Correct or remove complaints/replies.json in the data folder.",
        code="replies_unreadable",
    )


def absolutes(text: str, templates: Templates, language: str) -> tuple[str, ...]:
    """Words in a text that promise something absolute, as they are written there."""
    found = []
    for words in templates.absolutes.get(language, ()):
        match = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)
        if match:
            found.append(match.group())
    return tuple(found)


def fill(template: Template, known: Mapping[str, str], ombudsman: str = "") -> Letter:
    """The letter: gaps filled from `known`, an unknown one left as "…" and named.

    `ombudsman` is the body the programme names; without one no letter speaks of any.
    """
    missing: list[str] = []
    body = template.body
    if ombudsman and template.ombudsman:
        paragraph = template.ombudsman.replace("{ombudsman}", ombudsman)
        head, _, foot = body.rpartition("\n\n")
        body = f"{head}\n\n{paragraph}\n\n{foot}"

    def gap(match: re.Match[str]) -> str:
        value = known.get(match.group(1), "")
        if not value:
            missing.append(match.group(1))
        return value or _MISSING

    return Letter(
        template.purpose,
        template.language,
        template.version,
        _GAP.sub(gap, template.subject),
        _GAP.sub(gap, body),
        tuple(dict.fromkeys(missing)),
    )
