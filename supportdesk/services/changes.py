"""What changed, told to every open view; each re-reads its own rows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from supportdesk.stripe_gateway.wire import Reach as Reach  # views name what `reach` carries


class Changes(QObject):
    """Typed signals of the services. Sets are `frozenset[str]` of ids.

    Signals:
        cardholders: ids of cardholders whose own row changed.
        cards: ids of cards that changed.
        activity: ids of cardholders whose authorisations or transactions changed.
        disputes: ids of disputes that changed.
        queue: lines of the queue of disputes were worked out anew.
        complaints: ids (uuid) of complaints that changed.
        journal: the journal of actions grew or an entry was settled.
        mirror: a `services.sync.Progress`: the mirror moved on.
        reach: a `stripe_gateway.client.Reach`: how Stripe answered last.
        settings: the settings were saved.
        calls: a call began, was parked, verified or ended.
        reports: ids of cardholders whose reports of lost cards changed.
        audit: a check of the casebook's chain began or ended.
    """

    cardholders = Signal(object)
    cards = Signal(object)
    activity = Signal(object)
    disputes = Signal(object)
    queue = Signal()
    complaints = Signal(object)
    journal = Signal()
    mirror = Signal(object)
    reach = Signal(object)
    settings = Signal()
    calls = Signal()
    reports = Signal(object)
    audit = Signal()
