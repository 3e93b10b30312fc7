"""What the desk knows around a declined purchase: from its journal and the purchases before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from supportdesk.domain.activity import Line
from supportdesk.domain.declines import OFF_3DS_SECONDS, Switch
from supportdesk.domain.records import Authorization, Card
from supportdesk.services.switched import SWITCHES, reason_of
from supportdesk.store.journal import Entry


def last_switch(entries: Iterable[Entry], until: float) -> Switch | None:
    """Return when this desk last switched the card off or on, until an instant (Unix seconds).

    Only what Stripe confirmed counts. Stripe writes whole seconds, so does the comparison.
    """
    known = list(entries)
    done = [
        entry
        for entry in known
        if entry.action in SWITCHES
        and entry.state == "confirmed"
        and int(entry.answered_at or entry.at) <= until
    ]
    if not done:
        return None
    last = max(done, key=lambda entry: entry.answered_at or entry.at)
    return Switch(
        off=SWITCHES[last.action],
        agent=last.agent,
        at=last.answered_at or last.at,
        why=reason_of(last, known).words,
    )


def successor(card: Card | None, cards: Mapping[str, Card]) -> Card | None:
    """Return the latest card that replaced `card`, None when none did or it is not known."""
    seen: set[str] = set()
    latest = None
    while card is not None and card.replaced_by and card.id not in seen:
        seen.add(card.id)
        card = cards.get(card.replaced_by)
        latest = card or latest
    return latest


def failed_3ds(authorization: Authorization, lines: Iterable[Line], at: int) -> tuple[int, ...]:
    """Return the failed 3DS attempts with the card in the hour up to `at` (Unix seconds)."""
    tries = (line.authorization for line in lines)
    return tuple(
        sorted(
            a.created
            for a in tries
            if a is not None
            and a.created is not None
            and a.card_id == authorization.card_id
            and a.three_d_secure == "failed"
            and at - OFF_3DS_SECONDS <= a.created <= at
        )
    )


def used_before(authorization: Authorization, lines: Iterable[Line], at: int) -> bool:
    """Return whether a purchase with the card went through before, as far as is known."""
    return was_used(authorization.card_id, (line for line in lines if (line.at or 0) <= at))


def was_used(card_id: str, lines: Iterable[Line]) -> bool:
    """Return whether a purchase with a card went through, so that it was active once."""
    return any(
        bool(line.captures) or (line.authorization is not None and line.authorization.approved)
        for line in lines
        if line.card_id == card_id
    )
