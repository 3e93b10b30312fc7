"""What this desk did to a card, from the journal, in words."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.records import Card
from supportdesk.services.actions import Actions
from supportdesk.store.journal import Entry
from supportdesk.ui import text, words
from supportdesk.ui.text import tr

_SWITCHES = ("card.freeze", "card.unfreeze", "card.activate")


async def of_card(actions: Actions, card: Card) -> list[Entry]:
    """Return what was done to a card, newest first, with the order that made it."""
    done = await actions.history(card.id)
    if card.replacement_for:
        before = await actions.history(card.replacement_for)
        done += [entry for entry in before if entry.outcome.get("id") == card.id]
    return done


def frozen_here(card: Card, history: Sequence[Entry]) -> str:
    """Say who froze a card that is switched off, "" if it was not this desk or not the last to.

    Stripe has one word for frozen and never activated; the journal knows which it is.
    """
    if card.status != "inactive":
        return ""
    switched = (e for e in history if e.action in _SWITCHES and e.state == "confirmed")
    last = next(switched, None)
    if last is None or last.action != "card.freeze":
        return ""
    return tr("Frozen {when} by {agent}", when=text.when(last.at), agent=last.agent)


def told(entry: Entry) -> str:
    """An entry in one line: when, who, what, how it ended."""
    parts = (text.when(entry.at), entry.agent, words.action(entry.action))
    return " · ".join((*parts, words.journal_state(entry.state)))


def whole(entry: Entry) -> str:
    """Everything kept of an entry's answer, line by line: time, Stripe's words, request id."""
    said = [str(entry.outcome.get(name, "")) for name in ("title", "detail")]
    request = tr("Stripe request {id}", id=entry.request_id) if entry.request_id else ""
    return "\n".join(part for part in (text.moment(entry.at), *said, request) if part)
