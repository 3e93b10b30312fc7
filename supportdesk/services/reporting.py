"""What is told of complaints, and what comes in as a list: months, log, figures, import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from supportdesk.config import Settings
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_figures import ComplaintFigures
from supportdesk.services.complaint_import import ComplaintImport
from supportdesk.services.complaint_log import ComplaintLog
from supportdesk.services.complaints import Complaints
from supportdesk.services.month_pack import MonthPack
from supportdesk.store.casebook import Casebook
from supportdesk.store.mirror import Mirror


@dataclass(frozen=True, slots=True)
class Reporting:
    """The ways complaints leave and enter the desk in numbers."""

    months: MonthPack
    log: ComplaintLog
    figures: ComplaintFigures
    imports: ComplaintImport

    @classmethod
    def of(
        cls,
        casebook: Casebook,
        mirror: Mirror,
        complaints: Complaints,
        changes: Changes,
        *,
        settings: Callable[[], Settings],
        account: str,
    ) -> Reporting:
        """Return it for an account; the arguments are those of its parts."""
        store = casebook.complaints
        log = ComplaintLog(store, casebook.journal, complaints, account=account)
        return cls(
            months=MonthPack(
                store, casebook.months, complaints, changes, settings=settings, account=account
            ),
            log=log,
            figures=ComplaintFigures(casebook.database, mirror, complaints, account=account),
            imports=ComplaintImport(store, complaints, log, changes, account=account),
        )
