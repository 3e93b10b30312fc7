"""What the window says about steps that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from supportdesk.domain.reminders import Reminder
from supportdesk.practice.process import Ready
from supportdesk.ui import text
from supportdesk.ui.reminders import sentence
from supportdesk.ui.tab import Tab
from tests.ui.conftest import Loop, opened_window


class _Due(Tab):
    """A tab in which something is due; the name is a person's and must not be shown."""

    name = "tray"
    title = "Letters"
    steps: Sequence[Reminder] = ()

    async def due(self) -> Sequence[Reminder]:
        return self.steps


def test_what_is_due_is_said_once_and_leads_to_its_tab(
    loop: Loop, empty: Ready, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with opened_window(tmp_path, empty) as opened:
            window = opened.window
            reminders = window.reminders
            tab = _Due(opened.desk, window.focus, window)
            late = text.today() - timedelta(days=1)
            tab.steps = (
                Reminder(key="Lena Hoffmann", due=late, owner="somebody else"),
                Reminder(key="b", due=text.today(), owner=opened.desk.settings.agent),
                Reminder(key="c", due=text.today(), owner="somebody else"),
            )
            reminders._tabs = (tab,)
            await reminders.look()
            assert window.notice.isVisible()
            assert window.notice.text() == "Letters: 1 step is due today, 1 is overdue."
            window.notice.dismiss()
            await reminders.look()
            assert not window.notice.isVisible()
            went: list[str] = []
            reminders.chosen.connect(went.append)
            reminders._show("disputes")
            assert went == ["disputes"]
            assert window.current_tab() is window.tabs["disputes"]

    loop.run(scene(), seconds=60)


def test_the_sentence_counts_in_words() -> None:
    assert sentence("Disputes", 3, 0) == "Disputes: 3 steps are due today."
    assert sentence("Disputes", 0, 1) == "Disputes: 1 is overdue."
