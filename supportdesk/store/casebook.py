"""The casebook: what exists nowhere but here. One file for all Stripe accounts of this desk."""

from __future__ import annotations

from supportdesk.store.calls import Calls
from supportdesk.store.complaints import Complaints
from supportdesk.store.database import Database
from supportdesk.store.dispute_drafts import DisputeDrafts
from supportdesk.store.journal import Journal
from supportdesk.store.month_records import MonthRecords


class Casebook:
    """The parts of the casebook, each over the same open file."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.journal = Journal(database)
        self.disputes = DisputeDrafts(database)
        self.complaints = Complaints(database)
        self.months = MonthRecords(database)
        self.calls = Calls(database)
