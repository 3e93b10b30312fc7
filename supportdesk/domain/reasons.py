"""Why something is done with a card: picked from a list, in the agent's words, or both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from supportdesk.domain.own_lists import UNUSABLE, laid_over, wrong
from supportdesk.domain.privacy import clean, mask
from supportdesk.errors import UserFacing

LONGEST = 300  # characters of the agent's own words
FEWEST = 5  # letters and digits that make words of one's own a reason
Step = Literal["freeze", "unfreeze", "activate", "limits"]


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: `pick` from the list, `note` in the agent's words; either may be empty."""

    pick: str = ""
    note: str = ""

    def tidy(self) -> Why:
        """Return it as it is kept: full card numbers masked, no longer than LONGEST."""
        return Why(clean(self.pick).strip()[:LONGEST], mask(clean(self.note)).strip()[:LONGEST])

    @property
    def given(self) -> bool:
        """Whether it says something."""
        return bool(self.pick.strip()) or sum(sign.isalnum() for sign in self.note) >= FEWEST

    @property
    def words(self) -> str:
        """The whole reason in one line."""
        return ": ".join(part for part in (self.pick, " ".join(self.note.split())) if part)

    def kept(self) -> dict[str, str]:
        """Return what the journal keeps of it; nothing when nothing was said."""
        tidy = self.tidy()
        parts = {"reason": tidy.pick, "note": tidy.note}
        return {name: said for name, said in parts.items() if said}


def from_kept(kept: Mapping[str, object]) -> Why:
    """Return a reason from what the journal keeps."""
    return Why(str(kept.get("reason", "")), str(kept.get("note", "")))


def demand(why: Why) -> Why:
    """Return a reason tidied up.

    Raises:
        UserFacing: `reason_missing` (`field` is "reason"): nothing was said.
    """
    tidy = why.tidy()
    if not tidy.given:
        raise UserFacing(
            "Say why.",
            "Choose a reason or write a few words. Nothing was sent.",
            field="reason",
            code="reason_missing",
        )
    return tidy


_Picks = tuple[Annotated[str, Field(min_length=1, max_length=60)], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """What is offered to pick from, in the order it is offered; `version` names this state."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=False)

    version: str
    freeze: _Picks = ()
    unfreeze: _Picks = ()
    activate: _Picks = ()
    limits: _Picks = ()

    def of(self, step: Step) -> tuple[str, ...]:
        """Return the picks for a step."""
        offered: tuple[str, ...] = getattr(self, step)
        return offered


_REASONS = TypeAdapter(Reasons)


def parse_reasons(text: str, override: str = "") -> Reasons:
    """Return the lists from their JSON text; a list in `override` replaces the one of its name.

    Raises:
        UserFacing: `reasons_unreadable`, naming what is wrong.
    """
    try:
        return _REASONS.validate_python(laid_over(text, override))
    except UNUSABLE as error:
        raise UserFacing(
            "The reasons to pick from cannot be used.",
            detail=wrong(error),
            remedy="Correct or remove cards/reasons.json in the data folder.",
            code="reasons_unreadable",
        ) from None
