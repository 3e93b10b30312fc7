"""Brings an activity panel what it shows: the newest purchases, older ones, their answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from supportdesk.domain.activity import Line
from supportdesk.domain.records import Card
from supportdesk.services.activity import Activity, Story
from supportdesk.services.lookup import Person
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an activity panel shows.

    Attributes:
        owner: whose it is, a cardholder's or card's id: another one begins a new list.
        more: whether the mirror has older ones.
        network_risk: whether the programme allows the network's risk score to be shown.
    """

    owner: str = ""
    lines: tuple[Line, ...] = ()
    cards: dict[str, Card] = field(default_factory=dict)
    story: Story = field(default_factory=Story)
    more: bool = False
    network_risk: bool = False

    def of_card(self, card_id: str) -> Shown:
        """Return what was bought with one card."""
        own = tuple(line for line in self.lines if line.card_id == card_id)
        return replace(self, owner=card_id, lines=own)


class ActivityFeed(QObject):
    """Knows how many older pages the person at the desk asked for.

    Signals:
        changed: there is more to show: read the person again.
        busy: what is being done, "" when it is done.
    """

    changed = Signal()
    busy = Signal(str)

    def __init__(self, tab: Tab, activity: Activity) -> None:
        super().__init__(tab)
        self._tab = tab
        self._activity = activity
        self._person = ""
        self._pages = 0

    async def read(self, person: Person) -> Shown:
        """Put together what is known of a person's purchases.

        Raises:
            UserFacing: the mirror cannot be read.
        """
        id = person.cardholder.record.id
        if id != self._person:
            self._person, self._pages = id, 0
        older: list[Line] = []
        cursor = person.older
        for _ in range(self._pages):
            if cursor is None:
                break
            page = await self._activity.older(id, cursor)
            older += page.lines
            cursor = page.older
        return Shown(
            owner=id,
            lines=(*person.lines, *older),
            cards={seen.record.id: seen.record for seen in person.cards},
            story=await self._activity.story(person, older),
            more=cursor is not None,
            network_risk=self._activity.texts.allow.get("network_risk", False),
        )

    def show_older(self) -> None:
        """Show one page more from the mirror."""
        self._pages += 1
        self.changed.emit()

    def ask_stripe(self) -> None:
        """Read older ones from Stripe, then show them."""
        if self._person:
            self._tab.tasks.start(self._ask(self._person), only="older")

    async def _ask(self, cardholder_id: str) -> None:
        self._tab.clear_problem()
        self.busy.emit(tr("asking Stripe…"))
        try:
            await self._activity.read_older(cardholder_id)
        finally:
            self.busy.emit("")
        if cardholder_id == self._person:
            self.show_older()
