"""Spending limits and rules in words, for everyone at the desk to read."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.limit_changes import Change
from supportdesk.domain.records import Card, Cardholder, SpendingControls, SpendingLimit
from supportdesk.ui import words
from supportdesk.ui.text import tr


def lines(card: Card, cardholder: Cardholder) -> list[str]:
    """All limits and rules a card is measured by, the card's own first."""
    said = of_controls(card.spending_controls, card.currency)
    whose = tr("{rule} (all cards of this person)")
    shared = of_controls(cardholder.spending_controls, card.currency)
    said += [whose.format(rule=line) for line in shared]
    return said or [tr("No limit is set for this card or this person.")]


def of_controls(controls: SpendingControls, currency: str) -> list[str]:
    """Limits and rules of a card or a cardholder, a line each."""
    currency = controls.limits_currency or currency
    return [words.limit(item, currency) for item in controls.limits] + rules(controls)


def rules(controls: SpendingControls) -> list[str]:
    """The rules besides the limits: what kind of shops, where, how."""
    said = []
    for names, sentence in (
        (controls.allowed_categories, tr("Only: {names}")),
        (controls.blocked_categories, tr("Not: {names}")),
        (controls.allowed_merchant_countries, tr("Only shops in: {names}")),
        (controls.blocked_merchant_countries, tr("No shops in: {names}")),
        (controls.allowed_card_presences, tr("Only: {names}")),
        (controls.blocked_card_presences, tr("Not: {names}")),
    ):
        if names:
            said.append(sentence.format(names=", ".join(_name(name) for name in names)))
    return said


def _name(name: str) -> str:
    presences = {"present": tr("in the shop"), "not_present": tr("online and by phone")}
    if name in presences:
        return presences[name]
    return words.country(name) if len(name) == 2 else name.replace("_", " ")


def change(one: Change, currency: str) -> str:
    """A limit before and after."""

    def said(limit: SpendingLimit) -> str:
        return words.limit(limit, currency)

    if one.before is None:
        assert one.after is not None
        return tr("New: {limit}", limit=said(one.after))
    if one.after is None:
        return tr("No longer: {limit}", limit=said(one.before))
    return tr("{before} becomes {after}", before=said(one.before), after=said(one.after))


def changes(found: Sequence[Change], currency: str) -> str:
    """All changes, a line each."""
    return "\n".join(change(one, currency) for one in found) or tr("Nothing is changed yet.")
