"""What Stripe's copy tells of a complaint's cardholder, found in the texts that go to Stripe."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from supportdesk.domain.complaint_report import FREE_TEXT
from supportdesk.domain.complaint_text import private_in
from supportdesk.domain.complaints import Complaint
from supportdesk.domain.known_person import Person, person_of
from supportdesk.store.mirror import Mirror

_TEXTS = ("verbatim", *FREE_TEXT)  # of the first a neutral text is made


async def with_private(mirror: Mirror, complaints: Sequence[Complaint]) -> list[Complaint]:
    """Return complaints with what must be taken out of their rows, as far as the mirror knows.

    What was found before stays as long as it stands in a text, also when the mirror lost it.
    """
    ids = sorted({one.cardholder_id for one in complaints} - {""})
    seen = await mirror.cardholders(ids) if ids else []
    known = {each.record.id: person_of(each.record) for each in seen}
    return await asyncio.to_thread(lambda: [_looked_at(one, known) for one in complaints])


def _looked_at(one: Complaint, known: Mapping[str, Person]) -> Complaint:
    texts = [str(getattr(one, name)) for name in _TEXTS]
    kept = tuple(part for part in one.private if any(part.text in text for text in texts))
    person = known.get(one.cardholder_id)
    found = private_in(texts, person) if person is not None else ()
    private = tuple(dict.fromkeys((*kept, *found)))
    return one if private == one.private else replace(one, private=private)
