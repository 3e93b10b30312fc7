"""What the desk only learns of is no news; what changed since is."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from supportdesk.domain.records import Card, Cardholder, Dispute, How, Seen, Token
from supportdesk.services.lookup import Person
from supportdesk.ui.lookup.news import News


def seen(how: How, token: str = "", dispute: str = "") -> Person:
    """Lena, read some way, with a wallet and a dispute in these states."""
    return Person(
        cardholder=Seen(Cardholder(id="ich_1"), 0.0, how),
        cards=(Seen(Card(id="ic_1", cardholder_id="ich_1"), 0.0, how),),
        disputes=(Seen(Dispute(id="idp_1", status=dispute), 0.0),) if dispute else (),
        tokens={"ic_1": (Token(id="intok_1", status=token),)} if token else {},
    )


def marked(*people: Person, growing: bool) -> tuple[str, str]:
    """What stands at card and dispute after these looks."""
    owner = QObject()
    news = News(owner)
    for person in people:
        news.look(person, (), (), growing=growing)
    return news.marks.said("ic_1"), news.marks.said("idp_1")


def test_the_first_reading_of_what_no_list_tells_marks_nothing(qapp: QApplication) -> None:
    listed, read = seen("list"), seen("read", "active", "submitted")
    assert marked(listed, read, growing=True) == ("", "")
    # The lists tell of every dispute once they are read to their end; of wallets none tells.
    assert marked(listed, read, growing=False) == ("", "new")
    assert marked(seen("read"), seen("read", "", "lost"), growing=True) == ("", "")
    later = seen("read", "suspended", "won")
    assert marked(listed, read, later, growing=True) == ("changed: wallets", "now won")
