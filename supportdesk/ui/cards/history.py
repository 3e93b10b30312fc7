"""What this desk did to a card, from the journal, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from supportdesk.domain.activity import Line
from supportdesk.domain.reasons import from_kept
from supportdesk.domain.records import Card
from supportdesk.services import limits
from supportdesk.services.actions import FLOW, Actions
from supportdesk.services.circumstances import was_used
from supportdesk.services.lookup import Person
from supportdesk.services.switched import NOTE, Off, reason_of, why_off
from supportdesk.store.journal import Entry
from supportdesk.ui import text, words
from supportdesk.ui.cards import limits_view
from supportdesk.ui.text import tr


async def of_card(actions: Actions, card: Card) -> list[Entry]:
    """Return what was done to a card, newest first, with the order that made it."""
    done = await actions.history(card.id)
    if card.replacement_for:
        before = await actions.history(card.replacement_for)
        done += [entry for entry in before if entry.outcome.get("id") == card.id]
    of_all = await actions.history(card.cardholder_id) if card.cardholder_id else []
    done += [entry for entry in of_all if entry.action == "cardholder.limits"]
    return sorted(done, key=lambda entry: entry.at, reverse=True)


def off(card: Card, history: Sequence[Entry], lines: Iterable[Line]) -> Off | None:
    """Tell why a card is off, from what this desk did and the purchases it knows."""
    return why_off(card, history, used=was_used(card.id, lines))


async def offs(actions: Actions, person: Person) -> dict[str, Off]:
    """Tell of each of a person's cards that is switched off why it is, by card id."""
    found: dict[str, Off] = {}
    for card in (seen.record for seen in person.cards if seen.record.status == "inactive"):
        if (why := off(card, await of_card(actions, card), person.lines)) is not None:
            found[card.id] = why
    return found


def told(entry: Entry, history: Sequence[Entry] = ()) -> str:
    """An entry in one line: when, who, what, why, how it ended."""
    parts = [text.when(entry.at), entry.agent, words.action(entry.action)]
    if why := (
        reason_of(entry, history) if entry.action != NOTE else from_kept(entry.beside)
    ).words:
        parts.append(why)
    if (changed := limits.told(entry)) is not None:
        parts.insert(3, "; ".join(limits_view.changes(*changed).splitlines()))
    if entry.action == FLOW and entry.state == "confirmed":
        parts.append(tr("finished"))  # Stripe confirms its steps, which have lines of their own
    elif not words.at_this_desk(entry.action):
        parts.append(words.journal_state(entry.state, str(entry.outcome.get("code", ""))))
    return " · ".join(parts)


def shown(history: Sequence[Entry]) -> list[Entry]:
    """Leave out reasons that stand with what they are about."""
    known = {entry.id for entry in history}
    return [e for e in history if e.action != NOTE or e.flow_id not in known]


def whole(entry: Entry) -> str:
    """Everything kept of an entry's answer, line by line: time, Stripe's words, request id."""
    said = [str(entry.outcome.get(name, "")) for name in ("title", "detail")]
    request = tr("Stripe request {id}", id=entry.request_id) if entry.request_id else ""
    return "\n".join(part for part in (text.moment(entry.at), *said, request) if part)
