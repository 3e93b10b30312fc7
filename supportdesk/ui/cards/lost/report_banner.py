"""Says on a card's page that it was reported, and leads back to the report and its proof."""

from __future__ import annotations

from collections.abc import Callable

from supportdesk.domain.lost import Report, kept_until
from supportdesk.domain.records import Card
from supportdesk.services.lost_reports import LostReports
from supportdesk.ui import text
from supportdesk.ui.cards.lost import words as lost_words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner


class ReportBanner(Banner):
    """The newest report of the card in focus, or of the card that it replaces.

    Args:
        resume: goes on with a report, or shows it; gets its id.
        erase: erases a report whose proof nobody can ask for any more.
    """

    def __init__(
        self,
        lost: LostReports,
        resume: Callable[[str], None],
        erase: Callable[[Report], object],
    ) -> None:
        super().__init__()
        self.setObjectName("lost_report")
        self.setVisible(False)
        self._lost = lost
        self._resume = resume
        self._erase = erase
        self._shown: object = None

    def forget(self) -> None:
        """Show nothing."""
        self._shown = None
        self.setVisible(False)

    async def show_for(self, card: Card) -> None:
        """Show what there is to a card; nothing when it was not reported."""
        own = (card.id, card.replacement_for, card.beside)
        found = [r for r in await self._lost.of_cardholder(card.cardholder_id) if r.card_id in own]
        report = next((r for r in found if r.open), next(iter(found), None))
        if report is None:
            self.forget()
            return
        over = not report.open and kept_until(report.reported_at) < text.today()
        if (report.id, report.open, over) == self._shown:
            return  # nothing that a person is about to click is built anew
        self._shown = (report.id, report.open, over)
        self._say(report, over=over)
        self.setVisible(True)

    def _say(self, report: Report, *, over: bool) -> None:
        when = text.when(report.reported_at)
        how = lost_words.outcome(report.outcome)
        if report.open:
            title = tr(
                "Report {number} of {when} by {agent} is not finished.",
                number=report.number,
                when=when,
                agent=report.agent,
            )
        elif over:
            title = tr(
                "Reported {how} {when} · {number} · its proof could be asked for until {day}",
                how=how,
                when=when,
                number=report.number,
                day=text.typed_day(kept_until(report.reported_at)),
            )
        else:
            title = tr(
                "Reported {how} {when} · {number} · proof until {day}",
                how=how,
                when=when,
                number=report.number,
                day=text.typed_day(kept_until(report.reported_at)),
            )
        words = tr("Go on") if report.open else tr("Show and proof")
        tone: Tone = "warn" if report.open else "info"
        steps: list[tuple[str, Callable[[], object]]] = [(words, lambda: self._resume(report.id))]
        if over:
            steps.append((tr("Erase…"), lambda: self._erase(report)))
        self.set(title, tone, steps)
