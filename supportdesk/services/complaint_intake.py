"""What a new complaint starts with, and what its words and its person's history hint at."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from supportdesk.domain.complaints import EXECUTIVE, Complaint, Term
from supportdesk.domain.signals import Spotter
from supportdesk.services.calls import Calls
from supportdesk.store.complaints import Complaints as Store
from supportdesk.store.mirror import Mirror

if TYPE_CHECKING:
    from supportdesk.services.complaints import Complaints

REPEAT = "repeat_contact"  # id of the hint that somebody got in touch again
_REPEAT_DAYS = 90  # complaints older than that are another matter
_CALLS_DAYS = 30
_DAY = 86_400.0
_CHANNELS = {"phone": "Phone", "email": "E-mail", "chat": "Chat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something that may matter in a complaint.

    Attributes:
        id: of the signal; with `text` it names the hint.
        text: as it was found; `places` are where it stands, none for what is not in the text.
        executive: it may make the complaint executive.
    """

    id: str
    kind: str
    text: str
    why: str
    executive: bool = False
    places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Contacts:
    """How often a person was in touch about this matter before, and the complaints' numbers."""

    calls: int = 0
    numbers: tuple[str, ...] = ()


class Intake:
    """Starts complaints and hints at what matters; a person decides."""

    def __init__(
        self,
        complaints: Complaints,
        store: Store,
        mirror: Mirror,
        calls: Calls | None,
        *,
        account: str,
        account_id: str,
    ) -> None:
        self._complaints = complaints
        self._store = store
        self._mirror = mirror
        self._calls = calls
        self._account = account
        self._account_id = account_id
        self._spotter = Spotter(complaints.basis.signals)

    async def start(self, known: Mapping[str, object]) -> Complaint:
        """A new complaint about a person, card, transaction or dispute, by their ids.

        Names and last4 are read from the mirror; ids it does not know are kept as they are.
        During a call of that person it begins with the call: how, when and whose it is.
        """
        given = {key: value for key, value in known.items() if isinstance(value, str)}
        dispute = await self._mirror.dispute(given.get("dispute_id", ""))
        if dispute is not None:
            given.setdefault("transaction_id", dispute.record.transaction_id)
        transaction = await self._mirror.transaction(given.get("transaction_id", ""))
        if transaction is not None:
            given.setdefault("card_id", transaction.record.card_id)
            given.setdefault("redress_currency", transaction.record.currency)
        card = await self._mirror.card(given.get("card_id", ""))
        if card is not None:
            given["card_last4"] = card.record.last4
            given.setdefault("cardholder_id", card.record.cardholder_id)
            given.setdefault("redress_currency", card.record.currency)
        started = self._from_call(given)
        person = await self._mirror.cardholder(given.get("cardholder_id", ""))
        if person is not None:
            given["cardholder_name"] = person.record.name
        made = self.blank(given)
        if started is None or self._calls is None:
            return made
        decided = await self._calls.decided(made.call_id)
        return _as_decided(replace(made, date_received=started), self.hints(made.verbatim), decided)

    def _from_call(self, given: dict[str, str]) -> float | None:
        """Fill in the call going on when it is this person's; returns when it began."""
        call = self._calls.current if self._calls is not None else None
        if call is None or given.get("cardholder_id", call.cardholder_id) != call.cardholder_id:
            return None
        given["call_id"] = call.id
        if call.cardholder_id:
            given["cardholder_id"] = call.cardholder_id
        channel = _CHANNELS[call.channel]
        if channel in self._complaints.basis.lists.complaint_channel:
            given.setdefault("complaint_channel", channel)
        return call.started_at

    def blank(self, known: Mapping[str, str] | None = None) -> Complaint:
        """A new complaint with what the desk knows already; `known` holds fields by name."""
        settings = self._complaints.settings()
        now = self._complaints.now()
        names = {field.name for field in dataclasses.fields(Complaint)}
        lists = self._complaints.basis.lists
        given: dict[str, Any] = {k: v for k, v in (known or {}).items() if k in names}
        return replace(
            Complaint(
                account=self._account,
                zone=settings.timezone,
                date_input=now,
                date_received=now,
                user_name=settings.business_name,
                received_by=settings.agent,
                owner=settings.agent,
                account_ID=settings.account_id or self._account_id,
                stripe_product=lists.stripe_product[0],
                user_stage="Active" if "Active" in lists.user_stage else "",
            ),
            **given,
        )

    def hints(self, text: str) -> tuple[Hint, ...]:
        """What a text hints at, each signal and word once."""
        found: dict[tuple[str, str], Hint] = {}
        for each in self._spotter.find(text):
            old = found.get(each.key)
            if old is not None:
                places = (*old.places, (each.start, each.end))
                found[each.key] = replace(old, places=places)
                continue
            found[each.key] = Hint(
                id=each.signal.id,
                kind=each.signal.kind,
                text=each.text.casefold(),
                why=each.signal.why,
                executive=each.signal.executive,
                places=((each.start, each.end),),
            )
        return tuple(found.values())

    def language(self, text: str) -> str:
        """The language a text seems to be written in."""
        return self._spotter.languages(text)[0]

    async def contacts(self, complaint: Complaint) -> Contacts:
        """How often this person was in touch about the matter of a complaint before it."""
        if not complaint.cardholder_id:
            return Contacts()
        since = complaint.date_received - _REPEAT_DAYS * _DAY
        earlier = [
            one.number
            for one in await self._store.of_cardholder(self._account, complaint.cardholder_id)
            if one.id != complaint.id
            and since <= one.date_received <= complaint.date_received
            and _same_matter(one, complaint)
        ]
        calls = 0
        if self._calls is not None:
            first = complaint.date_received - _CALLS_DAYS * _DAY
            calls = await self._calls.count(complaint.cardholder_id, first, complaint.call_id)
        return Contacts(calls, tuple(earlier))


def _as_decided(
    complaint: Complaint, hints: tuple[Hint, ...], decided: Mapping[tuple[str, str], bool]
) -> Complaint:
    """With what was decided about these words in the call's note before."""
    known = [hint for hint in hints if (hint.id, hint.text) in decided]
    terms = tuple(Term(h.id, h.text, decided[h.id, h.text]) for h in known)
    if any(hint.executive and decided[hint.id, hint.text] for hint in known):
        complaint = replace(complaint, complaint_classification=EXECUTIVE)
    return replace(complaint, terms=terms)


def _same_matter(one: Complaint, other: Complaint) -> bool:
    """Whether two complaints of a person are about the same thing, as far as that is known."""
    for name in ("dispute_id", "transaction_id", "card_id"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine and theirs:
            return bool(mine == theirs)
    return True
