"""What the journal says was done since a card was reported."""

from __future__ import annotations

from dataclasses import replace

from supportdesk.domain.lost import Report, Standing
from supportdesk.services.actions import FLOW, Actions
from supportdesk.store.journal import OPEN, Entry
from supportdesk.store.mirror import Mirror

_BEFORE = 5.0  # seconds: the freeze is begun before the report is written
_MOST = 200  # entries of a card looked at
_WALLET = ("token.suspend", "token.delete")


async def standing_of(report: Report, actions: Actions, mirror: Mirror) -> Standing:
    """Return what Stripe has confirmed; of a card that ended elsewhere only that it did."""
    entries = await actions.history(report.card_id, _MOST)
    standing = Standing()
    for entry in reversed(entries):
        if entry.at >= report.reported_at - _BEFORE:
            standing = _after(standing, entry, report)
    seen = await mirror.card(report.card_id)
    if seen is not None and seen.record.status == "canceled":
        standing = replace(standing, cancelled=True, replacement=seen.record.replaced_by)
    return replace(standing, wallets=await _wallets(report, actions, mirror))


def _after(standing: Standing, entry: Entry, report: Report) -> Standing:
    """Return how things stood after an entry."""
    at = entry.answered_at or entry.at
    if entry.state in OPEN and (entry.action.startswith("card.") or entry.action == FLOW):
        return replace(standing, unsure=True)
    if entry.state != "confirmed":
        return standing
    made = str(entry.outcome.get("id", ""))
    match entry.action:
        case "card.freeze":
            return replace(standing, off_at=standing.off_at or at, on_at=None)
        case "card.cancel":
            return replace(standing, cancelled=True, cancelled_at=at)
        case "card.replace":
            return replace(standing, replacement=made, replaced_at=at)
        case "card.beside":
            return replace(standing, beside=made)
        case "card.unfreeze" if entry.at <= (report.closed_at or entry.at):
            since = entry.at >= report.reported_at
            return replace(standing, off_at=None, on_at=at if since else None)
    return standing


async def _wallets(report: Report, actions: Actions, mirror: Mirror) -> int:
    count = 0
    for seen in await mirror.tokens_of(report.card_id):
        done = await actions.history(seen.record.id, 20)
        last = next((e for e in done if e.state == "confirmed"), None)
        if last is not None and last.action in _WALLET and last.at >= report.reported_at:
            count += 1
    return count
