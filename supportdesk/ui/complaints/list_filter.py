"""Narrows the list of complaints: owner, age, state, what is due, how they are filed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.complaint_states import OPEN
from supportdesk.domain.complaints import Complaint, Wanted
from supportdesk.services.complaints import AGE_BANDS, DUE_SOON, Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints.editors import Choice
from supportdesk.ui.complaints.words import state_chip
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton

_MINE = "\x01mine"  # no name can be that


class ListFilter(QWidget):
    """A row of choices; without any chosen the list is whole.

    Signals:
        changed: another part is wanted.
    """

    changed = Signal()

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._complaints = complaints
        px = theme.current.measures.px
        lines = QVBoxLayout(self)
        lines.setContentsMargins(px(0.75), px(0.4), px(0.75), px(0.4))
        lines.setSpacing(px(0.3))
        self._boxes: dict[str, Choice] = {}
        row = self._line(
            ("owner", tr("Any owner")),
            ("age", tr("Any age")),
            ("state", tr("Any status")),
            ("due", tr("Due any day")),
        )
        lines.addLayout(row)
        self._filed = QWidget()
        filed = self._line(
            ("category", tr("Any category")),
            ("channel", tr("Any channel")),
            ("cause", tr("Any root cause")),
        )
        filed.setContentsMargins(0, 0, 0, 0)
        self._filed.setLayout(filed)
        lines.addWidget(self._filed)
        lists = complaints.basis.lists
        self._boxes["category"].offer(tuple(lists.categories))
        self._boxes["channel"].offer(lists.complaint_channel)
        self._boxes["cause"].offer(lists.root_cause)
        self._more = KeyButton(tr("More"), kind="link")
        self._more.setObjectName("complaints_more_filters")
        self._more.setAccessibleName(tr("Filter by category, channel and root cause"))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._filed.setVisible)
        self._filed.hide()
        row.addWidget(self._more)
        self._boxes["age"].offer(tuple(AGE_BANDS), tuple(_age(band) for band in AGE_BANDS))
        states = [state_chip(Complaint(status=state))[0] for state in OPEN]
        self._boxes["state"].offer(OPEN, states)
        self._boxes["due"].offer(
            ("over", "today", "soon"),
            (tr("Overdue"), tr("Due today or over"), tr("Due within {n} days", n=DUE_SOON)),
        )
        self.show_owners(())
        self._clear = KeyButton(tr("Show all"), kind="link")
        self._clear.setObjectName("complaints_unfiltered")
        self._clear.clicked.connect(self.clear)
        row.addWidget(self._clear)
        self._clear.hide()

    def _line(self, *boxes: tuple[str, str]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.current.measures.px(0.4))
        for name, title in boxes:
            box = Choice(none=title)
            box.setMinimumContentsLength(4)  # in the smallest window the form beside needs the room
            box.setObjectName(f"complaints_{name}")
            box.setAccessibleName(title)
            box.edited.connect(self._edited)
            self._boxes[name] = box
            row.addWidget(box, 1)
        return row

    def show_owners(self, owners: Sequence[str]) -> None:
        """Offer these owners, the agent's own first."""
        others = [name for name in owners if name != self._complaints.agent()]
        self._boxes["owner"].offer((_MINE, *others), (tr("Mine"), *others))

    def for_closed(self, closed: bool) -> None:
        """Closed ones have no running clock and no status to choose."""
        for name in ("due", "state", "age"):
            self._boxes[name].setVisible(not closed)
            if closed:
                self._boxes[name].show_text("")

    def wanted(self, sort: tuple[str, bool]) -> Wanted:
        """What the list shall show, in the order given as (column, descending)."""
        texts = {name: box.text() for name, box in self._boxes.items()}
        owner = self._complaints.agent() if texts["owner"] == _MINE else texts["owner"]
        first = last = due_by = None
        if texts["age"]:
            first, last = self._complaints.received_within(texts["age"])
        if texts["due"]:
            due_by = self._complaints.due_by(texts["due"])
        return Wanted(
            owner=owner,
            state=texts["state"],
            channel=texts["channel"],
            category=texts["category"],
            cause=texts["cause"],
            due_by=due_by,
            received_from=first,
            received_to=last,
            sort=sort[0],
            descending=sort[1],
        )

    def narrowed(self) -> bool:
        """Whether anything is chosen."""
        return any(box.text() for box in self._boxes.values())

    def clear(self) -> None:
        """Choose nothing."""
        for box in self._boxes.values():
            box.show_text("")

    def _edited(self) -> None:
        self._clear.setVisible(self.narrowed())
        self.changed.emit()


def _age(band: str) -> str:
    low, high = AGE_BANDS[band]
    if high is None:
        return tr("Older than {n} BD", n=low - 1)
    return tr("{low} to {high} BD old", low=low, high=high)
