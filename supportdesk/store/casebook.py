"""The casebook: what exists nowhere but here. One file for all Stripe accounts of this desk."""

from __future__ import annotations

from supportdesk.store.database import Database
from supportdesk.store.dispute_drafts import DisputeDrafts
from supportdesk.store.journal import Journal


class Casebook:
    """The parts of the casebook, each over the same open file."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.journal = Journal(database)
        self.disputes = DisputeDrafts(database)
