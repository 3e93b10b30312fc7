"""Runs the tour: opens a throw-away practice desk, plays the call, says what differed."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from PySide6.QtWidgets import QApplication

from supportdesk import aio
from supportdesk.app import Program
from supportdesk.options import Options
from supportdesk.tour.call import CardSteps, Differs
from supportdesk.tour.cases import CaseSteps
from supportdesk.tour.hands import Hands, Missed
from supportdesk.tour.stripe_side import StripeSide
from supportdesk.ui.crash import report

SIZE = (1360, 860)
AGENT = "M. Keller"


@dataclass(frozen=True, kw_only=True)
class TourOptions:
    """How to go on tour.

    Attributes:
        out: where the pictures go.
        theme: light or dark.
        size: of the window, in pixels.
        check_at: URL of the practice Stripe that is asked what happened; "" for the desk's own.
        data_dir: where the throw-away folder is made; None for the system's temporary folder.
    """

    out: Path
    theme: str = "light"
    size: tuple[int, int] = SIZE
    check_at: str = ""
    data_dir: Path | None = None


class Tour:
    """One call from search to month export."""

    def __init__(self, app: QApplication, options: TourOptions) -> None:
        self._app = app
        self._options = options
        self._bugs: list[str] = []

    def bug(self, error: BaseException) -> None:
        """Remember a bug of the program; any bug fails the tour."""
        self._bugs.append(report(error))
        traceback.print_exception(error, file=sys.stderr)

    async def run(self) -> int:
        """Play all steps; 0 when each of them happened at the practice Stripe as well."""
        options = self._options
        options.out.mkdir(parents=True, exist_ok=True)
        program = Program(
            self._app,
            Options(
                data_dir=options.data_dir,
                throw_away=True,
                practice=True,
                agent=AGENT,
                theme=options.theme,
                size=options.size,
            ),
        )
        try:
            opened = await program.open()
            window, ready = program.window, program.server.ready
            if not opened or window is None or ready is None:
                print("The practice desk did not open.")
                return 1
            stripe = StripeSide(options.check_at or ready.url, ready.key)
            try:
                failed = await self._play(Hands(window, options.out), stripe)
            finally:
                await stripe.aclose()
        finally:
            await program.close()
        return 1 if failed or self._bugs else 0

    async def _play(self, hands: Hands, stripe: StripeSide) -> bool:
        cards = CardSteps(hands, stripe)
        cases = CaseSteps(hands, stripe, cards, self._options.out)
        steps: tuple[tuple[str, Callable[[], Awaitable[None]]], ...] = (
            ("settings", cases.settings),
            ("search", cards.search),
            ("open", cards.open),
            ("freeze", cards.freeze),
            ("verify", cards.verify),
            ("unfreeze", cards.unfreeze),
            ("stolen, cancelled and replaced", cards.stolen),
            ("dispute with a file", cases.dispute),
            ("complaint", cases.complaint),
            ("month export", cases.month),
            ("wrap up", cards.wrap_up),
        )
        for name, step in steps:
            try:
                await step()
            except (Differs, Missed, httpx.HTTPError, StopIteration) as problem:
                print(f"FAILED  {name}: {problem}")
                await hands.picture("failed")
                return True
            print(f"ok      {name}")
        print(f"{hands.pictures} pictures in {self._options.out}")
        return False


def run(options: TourOptions) -> int:
    """Go on tour in this process; returns the exit status."""
    app = QApplication([])
    app.setApplicationName("Supportdesk")
    tour = Tour(app, options)
    sys.excepthook = lambda _kind, error, _trace: tour.bug(error)
    return aio.run(app, tour.run, tour.bug)
