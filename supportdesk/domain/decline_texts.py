"""The words of decline answers: our own, with a company's own laid over them.

Templates name their places, such as `{asked}`. A place nobody can fill stays as it was written,
so that a slip in a company's file is seen and breaks nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from supportdesk.domain.own_lists import wrong
from supportdesk.errors import UserFacing

_PLACE = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is said about one reason; an empty text or None takes the reason's own.

    Attributes:
        what: what happened, for the agent.
        say: what the caller may be told.
        do: what helps now.
        never_say: what the caller must not be told.
        actions: what the desk offers: switch_on, replace, freeze, lost, limits, requirements,
            complaint.
        variants: other words for a known circumstance, by its name.
    """

    what: str = ""
    say: str = ""
    do: str = ""
    never_say: str = ""
    actions: tuple[str, ...] | None = None
    variants: Mapping[str, Wording] = field(default_factory=dict)

    def variant(self, name: str) -> Wording:
        """Return the words for a circumstance, where it has no words of its own the reason's."""
        own = self.variants.get(name)
        if own is None:
            return self
        return Wording(
            what=own.what or self.what,
            say=own.say or self.say,
            do=own.do or self.do,
            never_say=own.never_say or self.never_say,
            actions=self.actions if own.actions is None else own.actions,
            variants=own.variants,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The words of `resources/declines.json`.

    Attributes:
        reasons: by `request_history.reason`; "unknown" and "missing" for what is not there.
        checks: by check and result, such as `cvc_check.mismatch`.
        controls: by kind of rule; "limit" ones with figures.
        intervals, owners, presences, requirements: words for Stripe's values.
        notes: sentences that say what an answer rests on.
        allow: what the programme allows to be shown, such as `network_risk`.
    """

    reasons: Mapping[str, Wording]
    checks: Mapping[str, str]
    controls: Mapping[str, str]
    intervals: Mapping[str, str]
    owners: Mapping[str, str]
    presences: Mapping[str, str]
    requirements: Mapping[str, str]
    notes: Mapping[str, str]
    allow: Mapping[str, bool] = field(default_factory=dict)


def fill(template: str, places: Mapping[str, str]) -> str:
    """Put values into the named places of a template."""
    return _PLACE.sub(lambda found: places.get(found[1], found[0]), template).strip()


def parse_texts(built_in: str, *own: str) -> Texts:
    """Read the built-in words and lay others over them, field by field.

    Raises:
        UserFacing: decline_texts_invalid, one of `own` is not such a file.
    """
    merged: dict[str, Any] = json.loads(built_in)
    adapter = TypeAdapter(Texts)
    texts = adapter.validate_python(merged)
    for text in own:
        try:
            merged = _laid_over(merged, json.loads(text))
            texts = adapter.validate_python(merged)
        except (ValueError, ValidationError, RecursionError) as problem:
            raise UserFacing(
                "The decline texts of the data folder cannot be used; the built-in ones are.",
                detail=wrong(problem) if isinstance(problem, ValidationError) else "",
                remedy="Check declines.json: it holds the same names as the built-in file.",
                code="decline_texts_invalid",
            ) from None
    return texts


def _laid_over(base: Any, over: Any) -> Any:
    if isinstance(base, dict):
        if not isinstance(over, dict):
            raise ValueError("not an object")
        return {**base, **{k: _laid_over(base[k], v) if k in base else v for k, v in over.items()}}
    return over
