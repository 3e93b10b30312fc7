"""The lists a complaint is chosen from; Stripe keeps its own in each platform's private form."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from supportdesk.domain.clocks import KINDS
from supportdesk.domain.own_lists import UNUSABLE, laid_over, wrong
from supportdesk.errors import UserFacing


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLists:
    """Values in the order they are offered, spelled as Stripe's form wants them.

    `categories` maps each category to its sub-categories; complaints of one of the
    `executive_categories` are executive. `version` names this state of the lists.
    """

    version: str
    categories: dict[str, tuple[str, ...]]
    executive_categories: tuple[str, ...]
    executive_basis: tuple[str, ...]
    stripe_product: tuple[str, ...]
    complaint_channel: tuple[str, ...]
    user_stage: tuple[str, ...]
    complainant_role: tuple[str, ...]
    acknowledged_medium: tuple[str, ...]
    outcome: tuple[str, ...]
    root_cause: tuple[str, ...]
    kind: tuple[str, ...] = KINDS
    circumstances: tuple[str, ...] = ()

    def values(self, field: str, category: str = "") -> tuple[str, ...] | None:
        """Values offered for a complaint's `field`; None when it is not chosen from a list."""
        if field == "complaint_category":
            return tuple(self.categories)
        if field == "complaint_sub_category":
            return self.categories.get(category, ())
        offered = getattr(self, field, None)
        return offered if isinstance(offered, tuple) else None


_LISTS = TypeAdapter(PickLists)


def parse_lists(text: str, override: str = "") -> PickLists:
    """The lists from their JSON text; a list named in `override` replaces the one of that name.

    Raises:
        UserFacing: `pick_lists_unreadable`, naming the place that is wrong.
    """
    try:
        lists = _LISTS.validate_python(laid_over(text, override))
        if any(not values for values in lists.categories.values()) or not lists.categories:
            raise ValueError("categories: each needs at least one sub-category")
    except UNUSABLE as error:
        raise UserFacing(
            "The pick-lists of complaints cannot be used.",
            detail=wrong(error),
            remedy="Correct or remove complaints/pick-lists.json in the data folder.",
            code="pick_lists_unreadable",
        ) from error
    return lists
