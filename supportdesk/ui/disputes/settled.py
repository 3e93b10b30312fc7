"""Purchases that were reported with a lost card and have settled since: offered to be disputed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from supportdesk.services.lost_drafts import Settled
from supportdesk.services.lost_reports import LostReports
from supportdesk.ui import text, words
from supportdesk.ui.focus import Focus
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner


def said(settled: Settled) -> str:
    """One such purchase in a few words."""
    claim = settled.claim
    return tr(
        "{shop}, {amount}",
        shop=words.merchant_name(claim.merchant),
        amount=text.money(claim.amount, claim.currency),
    )


async def take_up(lost: LostReports, focus: Focus, settled: Settled) -> None:
    """Keep a fraud draft and go on with it in the Disputes tab."""
    focus.dispute_requested.emit(await lost.take_up(settled))


class SettledBanner(Banner):
    """The newest such purchase, and how many there are."""

    def __init__(self, tab: Tab, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("disputes_settled")
        self.setVisible(False)
        self._tab = tab
        self._shown: list[Settled] = []
        # Methods, no lambdas: their connections end with the tab.
        tab.desk.changes.reports.connect(self._changed)
        tab.desk.changes.activity.connect(self._changed)

    def reload(self) -> None:
        """Look again what there is."""
        self._tab.tasks.start(self._show(), only="settled")

    def _changed(self, _ids: frozenset[str]) -> None:
        if self._tab.isVisible():
            self.reload()

    async def _show(self) -> None:
        found = await self._tab.desk.lost.settled()
        if found == self._shown:
            return  # nothing that a person is about to click is built anew
        self._shown = found
        self.setVisible(bool(found))
        if not found:
            return
        first = found[0]
        lost = self._tab.desk.lost
        start = self._tab.tasks.start
        title = tr(
            "{purchase} was reported as not theirs with {number} and has settled.",
            purchase=said(first),
            number=first.report.number,
        )
        more = tr("{n} more after this one.", n=len(found) - 1) if len(found) > 1 else ""
        self.set(
            title,
            "info",
            [
                (tr("Take it up"), lambda: start(take_up(lost, self._tab.focus, first))),
                (tr("Do not dispute"), lambda: start(lost.drafts.pass_over(first))),
            ],
            detail=more,
        )
