"""Everything the window gets: the open account and the services working on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from supportdesk.config import Settings
from supportdesk.services.accounts import Account, Accounts
from supportdesk.services.actions import Actions
from supportdesk.services.activity import Activity
from supportdesk.services.audit import Audit
from supportdesk.services.calls import Calls
from supportdesk.services.cards import Cards
from supportdesk.services.changes import Changes
from supportdesk.services.complaints import Complaints
from supportdesk.services.dispute_case import DisputeCases
from supportdesk.services.dispute_figures import DisputeFigures
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.disputes import Disputes
from supportdesk.services.expiring import ExpiringCards
from supportdesk.services.lookup import Lookup
from supportdesk.services.lost_reports import LostReports
from supportdesk.services.month_pack import MonthPack
from supportdesk.services.practice import Practice
from supportdesk.services.reporting import Reporting
from supportdesk.services.retention import Retention
from supportdesk.services.settle import Settle
from supportdesk.services.sync import Sync
from supportdesk.services.verification import Verification
from supportdesk.services.wallets import Wallets


@dataclass(kw_only=True)
class Desk:
    """An open desk.

    Attributes:
        account: the open Stripe account.
        accounts: all accounts this desk knows, to add, remove and switch.
        read_settings: the settings in force.
        save_settings: checks nothing, writes the file and announces the change; raises
            UserFacing when the file cannot be written.
        texts: content of a JSON file of `resources/`, by its name without ending.
        practice: the trainer's side of the practice Stripe; None on any other account.
        kept: False when everything is in a throw-away folder that ends with the program.
    """

    account: Account
    accounts: Accounts
    read_settings: Callable[[], Settings]
    save_settings: Callable[[Settings], None]
    changes: Changes
    actions: Actions
    settle: Settle
    audit: Audit
    calls: Calls
    verification: Verification
    sync: Sync
    lookup: Lookup
    activity: Activity
    cards: Cards
    expiring: ExpiringCards
    disputes: Disputes
    dispute_queue: DisputeQueue
    dispute_cases: DisputeCases
    dispute_figures: DisputeFigures
    lost: LostReports
    wallets: Wallets
    complaints: Complaints
    month_pack: MonthPack
    reporting: Reporting
    retention: Retention
    texts: Callable[[str], Mapping[str, Any]]
    kept: bool = True
    practice: Practice | None = None

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.read_settings()
