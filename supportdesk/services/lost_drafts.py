"""Fraud disputes for what a cardholder did not buy: drafts now, pending purchases when settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from supportdesk.domain.days import format_day
from supportdesk.domain.lost import Claimed, Report, Standing
from supportdesk.services.changes import Changes
from supportdesk.services.disputes import Disputes
from supportdesk.store import lost_reports as store
from supportdesk.store.mirror import Mirror

OFFERED = 120 * 86_400.0  # seconds; Stripe ends a dispute 110 days after clearing


@dataclass(frozen=True, slots=True)
class Settled:
    """A claimed purchase that has settled since, and its captures (transaction ids)."""

    report: Report
    claim: Claimed
    captures: tuple[str, ...]


class LostDrafts:
    """Dispute drafts of the reports of the open account.

    Args:
        locale: how dates are typed now.
        clock: Unix seconds.
    """

    def __init__(
        self,
        kept: store.LostReports,
        mirror: Mirror,
        disputes: Disputes,
        changes: Changes,
        account: str,
        locale: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        self._kept = kept
        self._mirror = mirror
        self._disputes = disputes
        self._changes = changes
        self._account = account
        self._locale = locale
        self._clock = clock

    async def captures(self, claim: Claimed) -> tuple[str, ...]:
        """Return the transactions that a claimed purchase has settled in, oldest first."""
        alone = await self._mirror.transaction(claim.key)
        if alone is not None:
            return (claim.key,)
        under = await self._mirror.transactions_under(claim.key)
        return tuple(s.record.id for s in reversed(under) if s.record.type == "capture")

    async def pending(self, report: Report) -> list[str]:
        """Return the keys of a report's claims that have not settled."""
        return [c.key for c in report.claimed if not await self.captures(c)]

    async def taken_up(self, claim: Claimed) -> bool:
        """Whether a claimed purchase has a draft or a dispute."""
        for transaction_id in await self.captures(claim):
            intake = await self._disputes.open(transaction_id)
            if intake is not None and (intake.kept_at is not None or intake.dispute is not None):
                return True
        return False

    async def prepare(self, report: Report, standing: Standing) -> tuple[str, ...]:
        """Keep a fraud draft for each settled claim that has none; returns all their purchases.

        A draft that somebody wrote before, and a dispute at Stripe, stay as they are.
        """
        found = [one for claim in report.claimed for one in await self.captures(claim)]
        await self._draft(found, report, standing)
        self._changes.reports.emit(frozenset({report.cardholder_id}))
        return tuple(found)

    async def settled(self, cardholder_id: str = "") -> list[Settled]:
        """Return claims of closed reports that settled since and were not taken up, newest first.

        Args:
            cardholder_id: of this person only; "" for all.
        """
        since = self._clock() - OFFERED
        reports = await self._kept.since(self._account, since)
        return [
            Settled(report, claim, captures)
            for report in reports
            if not report.open and cardholder_id in ("", report.cardholder_id)
            for claim in report.claimed
            if claim.key not in report.passed
            and (captures := await self.captures(claim))
            and not await self.taken_up(claim)
        ]

    async def take_up(self, settled: Settled, standing: Standing) -> tuple[str, ...]:
        """Keep a fraud draft for a claim that settled after its report; returns its purchases."""
        await self._draft(settled.captures, settled.report, standing)
        self._changes.reports.emit(frozenset({settled.report.cardholder_id}))
        return settled.captures

    async def pass_over(self, settled: Settled) -> None:
        """Write that a settled purchase is not to be disputed, so that it is not offered again."""
        now = await self._kept.get(self._account, settled.report.id) or settled.report
        await self._kept.save(replace(now, passed=(*now.passed, settled.claim.key)))
        self._changes.reports.emit(frozenset({now.cardholder_id}))

    async def _draft(
        self, transaction_ids: Sequence[str], report: Report, standing: Standing
    ) -> None:
        """Begin one intake for the purchases: the only place where a report meets the intake."""
        fresh = []
        for transaction_id in transaction_ids:
            intake = await self._disputes.open(transaction_id)
            if intake is not None and intake.kept_at is None and intake.dispute is None:
                fresh.append(transaction_id)
        told = datetime.fromtimestamp(report.reported_at).astimezone().date()
        said = {"part": "no"}  # whether the cardholder knows who did, the intake asks
        if report.outcome in ("lost", "stolen"):
            said["possession"] = report.outcome
        on = format_day(told, self._locale())
        begun = await self._disputes.start(fresh, "fraudulent", said, told_us_on=on)
        for transaction_id in begun:
            intake = await self._disputes.open(transaction_id)
            if intake is not None:
                words = explanation(report, standing)
                await self._disputes.keep(intake.draft.typed("explanation", words))


def explanation(report: Report, standing: Standing) -> str:
    """Return what the network is told; networks read English."""
    how = {"lost": "lost", "stolen": "stolen"}.get(report.outcome, "lost or stolen")
    said = [
        f"On {_utc(report.reported_at)} the cardholder reported the card as {how} and stated that"
        " they took no part in this purchase and allowed nobody to make it."
    ]
    if (off_at := report.frozen_at or standing.off_at) is not None:
        said.append(f"The card was switched off on {_utc(off_at)}.")
    if standing.cancelled_at is not None:
        said.append(f"It was cancelled as {how} on {_utc(standing.cancelled_at)}.")
    return " ".join([*said, f"Our reference: {report.number}."])


def _utc(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%d at %H:%M UTC")
