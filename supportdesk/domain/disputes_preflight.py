"""What an agent should know before a dispute is filed, each with its reason and what to do.

Warnings inform and never stop: Stripe forbids hindering the filing of fraud disputes. Refused
is only what Stripe itself cannot take. Source: docs.stripe.com/issuing/purchases/disputes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from supportdesk.domain.days import format_day, from_unix
from supportdesk.domain.dispute_talk import Talk
from supportdesk.domain.disputes import Draft, Reading
from supportdesk.domain.disputes_checks import Case, ceiling, deadline, processed_on, wait_until
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.money import format_money, minor_digits
from supportdesk.domain.records import Authorization

Level = Literal["ok", "warn", "refuse"]
CANCEL_CARD = "cancel_card"  # what `act` offers: the way to lost or stolen


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the list beside the form.

    Attributes:
        level: refuse means that Stripe will surely not take it; warn never stops anything.
        words: the finding, with `{name}` places for `facts`; so that it can be translated.
        do: what to do about it, with the same places.
        act: what can be done at once (CANCEL_CARD), "" for nothing.
    """

    level: Level
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)
    do: str = ""
    act: str = ""

    @property
    def text(self) -> str:
        """The finding in English."""
        return self.words.format(**self.facts)

    @property
    def remedy(self) -> str:
        """What to do in English."""
        return self.do.format(**self.facts)


def _ok(words: str, **facts: object) -> Check:
    return Check(level="ok", words=words, facts=facts)


def _warn(words: str, do: str = "", *, act: str = "", **facts: object) -> Check:
    return Check(level="warn", words=words, facts=facts, do=do, act=act)


def _refuse(words: str, do: str, **facts: object) -> Check:
    return Check(level="refuse", words=words, facts=facts, do=do)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything the checks go by; amounts in minor units, days calendar days."""

    case: Case
    draft: Draft
    reading: Reading
    talk: Talk
    rules: Rules
    today: date
    locale: str

    def money(self, amount: int) -> str:
        """Write an amount of the purchase's currency."""
        return format_money(amount, self.case.transaction.currency, self.locale)

    def day(self, day: date) -> str:
        """Write a day."""
        return format_day(day, self.locale)

    def answer(self, question: str) -> str:
        """Return what was answered to a question that was asked, "" when it was not."""
        steps = (step for step in self.talk.steps if step.question.id == question)
        return next((step.reply.value for step in steps if step.reply), "")


def checks(known: Known) -> tuple[Check, ...]:
    """Return what to know before filing, the refusals first, then what is well."""
    found = [*_standing(known), *_amount(known)]
    if known.draft.reason == "fraudulent":
        found += [*_card(known), *_odds(known.case.authorization)]
    if known.draft.reason == "no_valid_authorization":
        found += _authorised(known)
    found += [*_answers(known), *_merchant(known), *_time(known)]
    order = {"refuse": 0, "ok": 1, "warn": 2}
    return tuple(sorted(found, key=lambda check: order[check.level]))


def _standing(known: Known) -> Iterator[Check]:
    case = known.case
    transaction, top = case.transaction, ceiling(case.transaction, case.related)
    if transaction.type != "capture":
        yield _refuse(
            "Only a captured purchase can be disputed, not a refund.", "Choose the purchase itself."
        )
        return
    if case.dispute is not None and case.dispute.status != "unsubmitted":
        yield _refuse(
            "There is a dispute for this purchase: Stripe takes only one.",
            "Tell the cardholder how it stands.",
        )
    left, back = known.money(top.left), known.money(top.refunded)
    if top.left <= 0:
        yield _refuse(
            "The purchase has been refunded: nothing is left to dispute.",
            "Tell the cardholder when the refund came.",
        )
    elif top.refunded:
        words = "{back} came back on this purchase: at most {left} can be disputed."
        yield _warn(words, "Ask whether that settles it.", back=back, left=left)
    elif case.dispute is None:
        yield _ok("Captured, not refunded, not disputed before")
    else:
        yield _ok("Captured, not refunded, dispute saved at Stripe")
    for refund in top.maybe:
        yield _warn(
            "{back} came back from this shop on {day}: is it for this purchase?",
            "If it is, take it off the disputed amount.",
            back=format_money(refund.amount, refund.currency, known.locale),
            day=known.day(from_unix(refund.created)) if refund.created else "?",
        )


def _amount(known: Known) -> Iterator[Check]:
    amount, transaction = known.reading.amount, known.case.transaction
    if amount is None or transaction.type != "capture":
        return
    small = known.rules.windows.small.units * 10 ** minor_digits(transaction.currency)
    if 0 < amount < small:
        yield _warn(
            "{amount} is little: the networks have a lower limit and may refuse it.",
            "Consider crediting the cardholder yourselves.",
            amount=known.money(amount),
        )
    if known.answer("amount") and amount >= -transaction.amount:
        yield _warn(
            "The whole amount is disputed, but the caller says that only the amount is wrong.",
            "Dispute the difference.",
        )
    paid_in, own = transaction.merchant_currency, transaction.currency
    if paid_in and paid_in != own:
        words = "Paid in {currency}: if won, the money comes back in it, at that day's rate."
        yield _ok(words, currency=paid_in.upper())


def _card(known: Known) -> Iterator[Check]:
    case, windows = known.case, known.rules.windows
    card = case.card
    if card is not None and card.status == "canceled":
        yield _ok("Card •••• {last4} is cancelled", last4=card.last4)
    elif card is not None:
        yield _warn(
            "Card •••• {last4} can still be used: cancel it before filing fraud.",
            "Purchases after a fraud report on a live card are not taken as fraud.",
            act=CANCEL_CARD,
            last4=card.last4,
        )
    facts: dict[str, Any] = {
        "n": case.fraud_disputes,
        "limit": windows.fraud_count,
        "days": windows.fraud_days,
    }
    if case.fraud_disputes >= windows.fraud_count:
        words = "{n} fraud disputes on this card in {days} days: the network takes {limit}."
        yield _warn(words, "It may be refused. Filing it is allowed all the same.", **facts)
    elif case.fraud_disputes:
        yield _ok("{n} of {limit} fraud disputes on this card in {days} days", **facts)
    if case.reported_before:
        yield _warn(
            "Bought after fraud was reported on this card, still active: the network will likely"
            " say no.",
            "Filing it is allowed all the same. Cancel the card.",
        )


def _odds(paid: Authorization | None) -> Iterator[Check]:
    """How the purchase was made makes a fraud dispute stronger or weaker."""
    if paid is None:
        return
    do = "Filing it is allowed all the same. Say how the card or code got away."
    if paid.three_d_secure == "authenticated":
        yield _warn("Confirmed with 3-D Secure: the network will likely say no.", do)
    elif paid.method == "chip":
        yield _warn("The chip of the card was read: the network will likely say no.", do)
    elif paid.wallet:
        yield _warn("Paid with a wallet on a phone or watch: a weaker case.", do)
    elif paid.method == "contactless":
        yield _warn("Paid contactless with the card: a weaker case.", do)
    elif paid.method == "online":
        yield _ok("Online purchase without 3-D Secure: a good case")


def _authorised(known: Known) -> Iterator[Check]:
    paid, captured = known.case.authorization, -known.case.transaction.amount
    if paid is None:
        yield _ok("Captured without an authorisation we know of")
        return
    allowed = max((d.amount or 0 for d in paid.decisions if d.approved), default=0)
    if paid.approved and 0 < allowed < captured:
        words = "{allowed} was authorised: dispute only {excess}."
        excess = known.money(captured - allowed)
        yield _warn(words, allowed=known.money(allowed), excess=excess)
    elif paid.approved:
        yield _warn("The purchase was authorised in full: a weak case.", "Look for another reason.")


def _answers(known: Known) -> Iterator[Check]:
    """What the conversation says, against the reason and against itself."""
    talk, reason = known.talk, known.draft.reason
    if talk.stop and not reason:
        yield _warn("The cardholder recognises the purchase.", "Nothing has to be filed.")
    if reason and talk.reason and talk.reason != reason:
        yield _warn(
            "The answers lead to “{led}”; another reason was chosen.",
            "Say why, for the record.",
            led=known.rules.reason_label(talk.reason),
        )
    elif reason and not talk.complete:
        yield _warn("The questions are not all answered.", "Ask them: most disputes are lost here.")
    for mind in talk.minds:
        yield _warn(mind)
    card = known.case.card
    gone = known.answer("possession") in ("lost", "stolen")
    if gone and reason != "fraudulent" and card and card.status != "canceled":
        yield _warn("The card is said to be lost or stolen and is not cancelled.", act=CANCEL_CARD)


def _merchant(known: Known) -> Iterator[Check]:
    rule = known.rules.reason(known.draft.reason)
    if rule is None or not rule.merchant_first:
        return
    if known.answer("merchant") in ("yes", "unreachable"):
        yield _ok("The cardholder has tried the shop first")
        return
    yield _warn(
        "The cardholder has to try the shop first: say when and how, and add the proof.",
        "Ask the cardholder to write to the shop today and to send you the answer.",
    )


def _time(known: Known) -> Iterator[Check]:
    case, reason, rules = known.case, known.draft.reason, known.rules
    place = (case.transaction, case.network, reason, known.reading.days, rules, known.today)
    if wait := wait_until(*place, known.draft.answers):
        yield _warn(
            "Wait until {day}, then file: {why}.",
            "Save it now; the list says when it is time.",
            day=known.day(wait[0]),
            why=wait[1],
        )
    end = deadline(*place, known.draft.answers)
    if end is None:
        yield _warn("Stripe gave no processing date: the time limit is not known.", "File it soon.")
        return
    facts = {"day": known.day(end.day), "why": end.basis}
    if end.days_left < 0:
        if _expired(known):
            yield Check(
                level="warn" if reason == "fraudulent" else "refuse",
                words="Too late since {day}: {why}.",
                facts=facts,
                do="Stripe lets it expire. The programme may still credit the cardholder.",
            )
        else:
            words = "The time limit was probably {day} ({why}). Stripe decides."
            yield _warn(words, "File it at once.", **facts)
        return
    count = "1 day" if end.days_left == 1 else f"{end.days_left} days"
    words = "{count} left, estimate: until {day} ({why})"
    own = _own_line(known)
    if end.days_left <= rules.windows.warn_days:
        yield _warn(words, "Submit it now.", count=count, **facts)
    elif own is not None and known.today > own:
        yield _warn(words, "Our own line has passed: submit it now.", count=count, **facts)
    else:
        yield _ok(words, count=count, **facts)


def _expired(known: Known) -> bool:
    """Whether Stripe's own expiry has surely passed."""
    processed = processed_on(known.case.transaction)
    days = known.rules.windows.unsubmitted_expires_days
    return processed is not None and known.today > processed + timedelta(days=days)


def _own_line(known: Known) -> date | None:
    processed = processed_on(known.case.transaction)
    if processed is None:
        return None
    return processed + timedelta(days=known.rules.windows.file_before_days)
