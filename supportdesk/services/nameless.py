"""Complaints recorded without a person that may be somebody's: found, listed, never taken as such.

Only a whole name, an e-mail address or a telephone number leads to one, however it is spelt; a
team lead decides.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from supportdesk.domain.complaints import Complaint
from supportdesk.domain.known_person import Person, is_named
from supportdesk.store.database import Database
from supportdesk.store.nameless import nameless


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A complaint without a person that names one.

    Attributes:
        by: what names them in it, now or in its history: name, email, phone.
        kept: why it must be kept, "" when it need not.
    """

    complaint: Complaint
    by: tuple[str, ...]
    kept: str = ""


async def perhaps_theirs(database: Database, account: str, person: Person) -> list[Perhaps]:
    """Return the complaints without a person that name this one, oldest first."""
    found: list[Perhaps] = []
    if not (person.names or person.email or person.phone):
        return found
    after = 0
    while True:
        some, after = await nameless(database, account, after)
        told = await asyncio.to_thread(
            lambda pairs: [(one, is_named(text, person)) for one, text in pairs], some
        )
        found += [Perhaps(one, by) for one, by in told if by]
        if not after:
            return found
