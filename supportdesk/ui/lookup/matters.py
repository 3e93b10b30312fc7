"""What is open about a person: disputes, complaints, reports of lost cards."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from supportdesk.domain.complaints import Complaint
from supportdesk.domain.lost import Report
from supportdesk.domain.news import OPEN_DISPUTES
from supportdesk.domain.records import Dispute, Seen
from supportdesk.services.lost_drafts import Settled
from supportdesk.ui import text, words
from supportdesk.ui.disputes.settled import said, take_up
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.row_list import Row

_JUST_NOW = 60.0  # seconds for which what was done here is no news
_LATELY = 20  # newest entries of the journal that are looked through for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What the casebook has of a person.

    Attributes:
        reports: of lost cards, open ones.
        settled: purchases reported with a lost card that have settled since.
        mine: ids of what this desk changed at Stripe just now.
        growing: whether the mirror is still being filled: what it lacked is no news.
    """

    complaints: Sequence[Complaint] = ()
    reports: Sequence[Report] = ()
    settled: Sequence[Settled] = ()
    mine: frozenset[str] = frozenset()
    growing: bool = False


class OpenMatters:
    """Reads the matters of a person for a tab, and opens one in the tab it belongs to."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._settled: Sequence[Settled] = ()

    async def read(self, cardholder_id: str) -> Matters:
        """Return what the casebook has of a person."""
        desk = self._tab.desk
        found = Matters(
            complaints=await desk.complaints.of_cardholder(cardholder_id),
            reports=await desk.lost.of_cardholder(cardholder_id),
            settled=await desk.lost.settled(cardholder_id),
            mine=await self._mine(),
            growing=desk.sync.progress.growing,
        )
        self._settled = found.settled
        return found

    async def _mine(self) -> frozenset[str]:
        entries = await self._tab.desk.actions.recent(_LATELY)
        late = (entry for entry in entries if entry.at > time.time() - _JUST_NOW)
        return frozenset(str(id) for e in late for id in (e.object_id, e.outcome.get("id")) if id)

    def open(self, kind: str, matter: str) -> None:
        """Open a matter by what its row's key says."""
        focus = self._tab.focus
        if kind == "dispute":
            focus.dispute_requested.emit((matter,))
        elif kind == "report":
            focus.report_requested.emit(matter)
        elif kind == "settled":
            settled = self._settled[int(matter)]
            self._tab.tasks.start(take_up(self._tab.desk.lost, focus, settled))
        else:
            focus.complaint_requested.emit({"complaint_id": matter})


def rows(
    matters: Matters,
    disputes: Sequence[Seen[Dispute]],
    mark: Callable[[str], str] = lambda _id: "",
    *,
    open_: bool,
) -> list[Row]:
    """Return the open matters, what a caller may be told of only if `open_`.

    `mark` tells what is new about a dispute, by its id; one that has just been decided is still
    shown, so that it does not vanish unseen.

    A row's key is its kind and an id: dispute (its transaction), complaint, report, or settled
    (the place in `matters.settled`).
    """
    found = [_report(report) for report in matters.reports if report.open]
    if open_:
        found += [_settled(at, one) for at, one in enumerate(matters.settled)]
        told = ((seen.record, mark(seen.record.id)) for seen in disputes)
        found += [_dispute(one, new) for one, new in told if new or one.status in OPEN_DISPUTES]
    return found + [_complaint(complaint) for complaint in matters.complaints if complaint.open]


def _report(report: Report) -> Row:
    return Row(
        key=f"report {report.id}",
        title=tr("Lost or stolen •••• {last4}", last4=report.last4),
        subtitle=f"{report.number} · {text.when(report.reported_at)}",
        chip=tr("not finished"),
        tone="warn",
    )


def _settled(at: int, settled: Settled) -> Row:
    return Row(
        key=f"settled {at}",
        title=said(settled),
        subtitle=tr("not theirs, says {number}", number=settled.report.number),
        chip=tr("settled now"),
        tone="info",
    )


def _dispute(dispute: Dispute, new: str) -> Row:
    amount = text.money(dispute.amount, dispute.currency)
    said, tone = words.dispute_state(dispute.status)
    return Row(
        key=f"dispute {dispute.transaction_id}",
        title=tr("Dispute over {amount}", amount=amount),
        subtitle=" · ".join(part for part in (new, dispute.reason.replace("_", " ")) if part),
        chip=said,
        tone=tone,
        tint="info_soft" if new else "",
    )


def _complaint(complaint: Complaint) -> Row:
    return Row(
        key=f"complaint {complaint.id}",
        title=complaint.number,
        subtitle=complaint.complaint_sub_category,
        chip=tr("complaint"),
        tone="warn",
    )
