"""The casebook: what exists nowhere but here. One file for all Stripe accounts of this desk."""

from __future__ import annotations

from supportdesk.store.calls import Calls
from supportdesk.store.chain import Chain
from supportdesk.store.complaints import Complaints
from supportdesk.store.database import Database
from supportdesk.store.dispute_approvals import DisputeApprovals
from supportdesk.store.dispute_cases import DisputeCases
from supportdesk.store.dispute_drafts import DisputeDrafts
from supportdesk.store.dispute_reminders import DisputeReminders
from supportdesk.store.journal import Journal
from supportdesk.store.lost_reports import LostReports
from supportdesk.store.month_records import MonthRecords


class Casebook:
    """The parts of the casebook, each over the same open file.

    Args:
        key: 32 bytes that seal its chain; without one, a key that is gone with this object.
    """

    def __init__(self, database: Database, key: bytes | None = None) -> None:
        self.database = database
        self.chain = Chain(database, key)
        self.journal = Journal(database, self.chain)
        self.disputes = DisputeDrafts(database)
        self.dispute_cases = DisputeCases(database)
        self.approvals = DisputeApprovals(database)
        self.reminders = DisputeReminders(database)
        self.complaints = Complaints(database, self.chain)
        self.months = MonthRecords(database, self.chain, self.complaints)
        self.calls = Calls(database)
        self.lost = LostReports(database)
