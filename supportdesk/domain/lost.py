"""A card that was reported lost or stolen: what the caller said, and what was done about it.

Sources: PSD2 article 70(1)(c) (proof of the notification for 18 months), Regulation E comment
11(a)-3 (a loss reported together with purchases that are not the caller's begins error resolution),
docs.stripe.com/issuing/cards/replacements.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal, get_args

from supportdesk.domain.activity import Line
from supportdesk.domain.cards import CancelReason, ReplacementOrder
from supportdesk.domain.days import DayProblem, parse_day
from supportdesk.domain.records import Address, Card, Cardholder, Shipping

Outcome = Literal["", "lost", "stolen", "found"]
Kind = Literal["", "physical", "virtual", "both", "none"]
Step = Literal["purchases", "replace", "disputes", "wallets", "readback"]
STEPS: tuple[Step, ...] = get_args(Step)
PROOF_MONTHS = 18
LONGEST_LINE = 24  # characters of a card's second line
LONGEST_WHERE = 300  # characters
RECENT = 50  # purchases a caller is asked about

# States of a purchase in which money is held or was taken.
_MONEY = frozenset({"pending", "settled", "part_refunded", "refunded", "disputed"})
_SECOND_LINE = re.compile(r"[A-Za-z0-9/ \-&:().']*")
_CLOCK = re.compile(r"\s*(\d{1,2})[:.h](\d{2})\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A purchase that the cardholder says was not theirs, as it was known then.

    Attributes:
        key: the line's key: the id of its authorisation, else of its transaction.
        amount: minor units of `currency`.
        at: Unix seconds, None when Stripe gave none.
        how: ways it was made, as `activity.Line.how`.
    """

    key: str
    merchant: str
    amount: int
    currency: str
    at: int | None = None
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, with everything that was typed in it, as typed.

    Instants are Unix seconds.

    Attributes:
        number: what the caller is told, such as "LS-2026-0007".
        reported_at: when the desk was told; the notification the proof is about.
        frozen_at: when Stripe's answer said that the card is switched off.
        last4, brand, name, languages: of card and cardholder then: the mirror may be gone by the
            time somebody asks for the proof.
        step: where the work on it stood last.
        asked: whether the caller was asked about the purchases.
        pin, phone: "yes", "no", "unsure" or "" for not asked: was the PIN known to anyone, was
            the telephone lost as well.
        passed: keys of purchases that settled later and that nobody wants to dispute.
    """

    id: str
    account: str
    card_id: str
    cardholder_id: str
    reported_at: float
    agent: str
    number: str = ""
    call_id: str = ""
    last4: str = ""
    brand: str = ""
    name: str = ""
    languages: tuple[str, ...] = ()
    frozen_at: float | None = None
    closed_at: float | None = None
    step: Step = "purchases"
    asked: bool = False
    claimed: tuple[Claimed, ...] = ()
    noticed_on: str = ""
    noticed_at: str = ""
    where: str = ""
    pin: str = ""
    phone: str = ""
    outcome: Outcome = ""
    replacement: Kind = ""
    elsewhere: bool = False
    address: Address = field(default_factory=Address)
    service: str = ""
    design: str = ""
    second_line: str = ""
    passed: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What Stripe has confirmed since a report was begun, by the journal. Instants: Unix seconds.

    Attributes:
        off_at: the card was switched off.
        cancelled: it is cancelled; `cancelled_at` is None when another desk did it.
        replacement: id of the card that replaces it, whoever ordered it.
        beside: id of the virtual card that was ordered besides.
        on_at: it was switched on again.
        wallets: how many wallet tokens were suspended or deleted.
        unsure: a step has no sure answer yet.
    """

    off_at: float | None = None
    cancelled: bool = False
    cancelled_at: float | None = None
    replacement: str = ""
    replaced_at: float | None = None
    beside: str = ""
    on_at: float | None = None
    wallets: int = 0
    unsure: bool = False


def kept_until(reported_at: float) -> date:
    """Return the day until which the proof of a report (Unix seconds) can be asked for."""
    day = datetime.fromtimestamp(reported_at).astimezone().date()
    months = day.year * 12 + day.month - 1 + PROOF_MONTHS
    year, month = divmod(months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def keep_because(number: str, reported_at: float, *, open_: bool, today: date) -> str:
    """Return why a report must be kept, "" when it need not; `reported_at` in Unix seconds."""
    until = kept_until(reported_at)
    if open_:
        return f"{number} is not finished."
    if today <= until:
        return f"The proof of {number} can be asked for until {until:%d %b %Y}."
    return ""


def living(cards: Iterable[Card]) -> list[Card]:
    """Return the cards that a person can have lost: all but cancelled ones."""
    return [card for card in cards if card.status != "canceled"]


def recent(lines: Iterable[Line], card_id: str) -> list[Line]:
    """Return a card's newest purchases that hold or took money, pending ones among them."""
    own = (x for x in lines if x.card_id == card_id and x.state in _MONEY)
    return sorted(own, key=lambda line: (line.at or 0, line.key), reverse=True)[:RECENT]


def claim(line: Line) -> Claimed:
    """Return what is kept of a purchase that is not the cardholder's."""
    return Claimed(
        key=line.key,
        merchant=line.merchant,
        amount=line.amount,
        currency=line.currency,
        at=line.at,
        how=line.how,
    )


def problems(report: Report, *, now: float, locale: str) -> dict[str, str]:
    """Return what is wrong with what was typed, by field; nothing has to be filled in."""
    wrong: dict[str, str] = {}
    at = datetime.fromtimestamp(now).astimezone()
    day = None
    if report.noticed_on.strip():
        try:
            day = parse_day(report.noticed_on, locale, today=at.date())
        except DayProblem as problem:
            wrong["noticed_on"] = str(problem)
        if day is not None and day > at.date():
            wrong["noticed_on"] = "This day is in the future."
    if report.noticed_at.strip():
        clock = parse_clock(report.noticed_at)
        if clock is None:
            wrong["noticed_at"] = "Write the time of day like 08:40."
        elif day == at.date() and clock > at.time():
            wrong["noticed_at"] = "This time is in the future."
    if len(report.where) > LONGEST_WHERE:
        wrong["where"] = f"At most {LONGEST_WHERE} characters."
    if why := second_line_problem(report.second_line):
        wrong["second_line"] = why
    return wrong


def parse_clock(text: str) -> time | None:
    """Return a time of day typed like 8:40, 08.40 or 8h40; None when it is none."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def second_line_problem(text: str) -> str:
    """Return why a second line cannot be printed on a card, "" when it can."""
    if len(text) > LONGEST_LINE:
        return f"At most {LONGEST_LINE} characters fit on the card."
    if not _SECOND_LINE.fullmatch(text):
        return "Only A to Z without accents, digits, spaces and / - & : ( ) . ' can be printed."
    return ""


def order(report: Report, card: Card, cardholder: Cardholder) -> ReplacementOrder | None:
    """Return the replacement that a report asks for, None when it asks for none.

    With "both" the physical card is the replacement: it goes on with the old card's chain, and so
    with what was spent of its limits. Stripe allows one replacement of a card, so the virtual one
    is an ordinary new card of the same cardholder, with the old card's own limits.
    """
    if report.outcome not in ("lost", "stolen") or report.replacement in ("", "none"):
        return None
    reason: CancelReason = "lost" if report.outcome == "lost" else "stolen"
    if report.replacement == "virtual":
        return ReplacementOrder(card_id=card.id, reason=reason, type="virtual")
    address = report.address if report.elsewhere else cardholder.billing
    return ReplacementOrder(
        card_id=card.id,
        reason=reason,
        type="physical",
        shipping=Shipping(
            name=cardholder.name,
            address=address,
            service=report.service or "standard",
            type="individual",
        ),
        second_line=report.second_line.strip(),
        personalization_design=report.design,
        also_virtual=report.replacement == "both",
    )
