"""Stripe's words as a support agent says them, each with its tone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from babel import Locale

from supportdesk.ui.palette import Tone
from supportdesk.ui.text import age as since
from supportdesk.ui.text import day, locale, money, spoken, tr

if TYPE_CHECKING:
    from supportdesk.domain.activity import Line
    from supportdesk.domain.records import (
        Address,
        Card,
        Cardholder,
        How,
        Merchant,
        SpendingLimit,
        Token,
    )

Said = tuple[str, Tone]


def toned(key: str, words: Mapping[str, Said]) -> Said:
    """As `spoken`, with a tone; nobody knows how good or bad a key without words is."""
    return words.get(key, (spoken(key, {}) or tr("unknown"), "neutral"))


def cardholder_state(cardholder: Cardholder) -> Said:
    """Status of a cardholder, with what stands against their cards first."""
    if cardholder.status == "active" and cardholder.disabled_reason:
        return tr("restricted"), "bad"
    words: dict[str, Said] = {
        "active": (tr("active"), "good"),
        "inactive": (tr("inactive"), "warn"),
        "blocked": (tr("blocked"), "bad"),
    }
    return toned(cardholder.status, words)


def account_mode(name: str) -> str:
    """Whether it is practice, a sandbox or live: a word that cannot be overlooked."""
    words = {"practice": tr("PRACTICE"), "sandbox": tr("SANDBOX"), "live": tr("LIVE")}
    return spoken(name, words)


def on_day(unix: float) -> str:
    """The day of an instant (Unix seconds) in local time: "21 Nov"."""
    return day(datetime.fromtimestamp(unix).astimezone().date())


def source(age: float, how: How = "read", *, reading: bool = False) -> str:
    """How what is shown was read, and how many seconds ago."""
    if reading:
        return tr("asking Stripe…")
    if age < 60 and how == "read":
        return tr("Stripe, {age}", age=since(age))
    if how == "list":
        return tr("mirror, from a list {age}", age=since(age))
    if how == "event":
        return tr("mirror, by an event {age}", age=since(age))
    return tr("mirror, read {age}", age=since(age))


def short_id(stripe_id: str) -> str:
    """An id as one recognises it: its kind and its end."""
    kind, _, rest = stripe_id.rpartition("_")
    return f"{kind}_…{rest[-6:]}" if kind and len(rest) > 9 else stripe_id


def cardholder_type(cardholder: Cardholder) -> str:
    """Individual or company, in words."""
    words = {"individual": tr("individual"), "company": tr("company")}
    return spoken(cardholder.type, words)


def restriction(cardholder: Cardholder) -> str:
    """Why Stripe declines all cards of a cardholder, "" when it does not."""
    words = {
        "listed": tr("Stripe found the person on a watch list. Only Stripe can lift this."),
        "rejected.listed": tr(
            "Stripe found the person on a watch list and rejected them. Only Stripe can lift this."
        ),
        "requirements.past_due": tr("Information that Stripe needs is past due."),
        "under_review": tr("Stripe is reviewing this cardholder. Only Stripe can lift this."),
    }
    reason = cardholder.disabled_reason
    return spoken(reason, words)


def requirement(name: str) -> str:
    """A past-due requirement in words."""
    words = {
        "company.tax_id": tr("the company's tax id"),
        "individual.card_issuing.user_terms_acceptance.date": tr("acceptance of the card terms"),
        "individual.card_issuing.user_terms_acceptance.ip": tr("acceptance of the card terms"),
        "individual.dob.day": tr("date of birth"),
        "individual.dob.month": tr("date of birth"),
        "individual.dob.year": tr("date of birth"),
        "individual.first_name": tr("first name"),
        "individual.last_name": tr("last name"),
        "individual.verification.document": tr("identity document"),
    }
    return spoken(name, words)


def card_state(card: Card) -> Said:
    """Status of a card; Stripe has one word for frozen and never activated."""
    if card.status == "canceled":
        why = {
            "lost": tr("cancelled, lost"),
            "stolen": tr("cancelled, stolen"),
            "design_rejected": tr("cancelled, design rejected"),
            "fulfillment_error": tr("cancelled, production error"),
        }
        return why.get(card.cancellation_reason, tr("cancelled")), "bad"
    words: dict[str, Said] = {
        "active": (tr("active"), "good"),
        "inactive": (tr("switched off"), "warn"),
    }
    return toned(card.status, words)


def card_type(card: Card) -> str:
    """Physical or virtual, in words."""
    words = {"physical": tr("physical"), "virtual": tr("virtual")}
    return spoken(card.type, words)


def card_name(card: Card) -> str:
    """A card as one speaks of it: its last four digits."""
    return f"•••• {card.last4}"


def card_expiry(card: Card) -> str:
    """Month and year as printed on the card."""
    if card.exp_month is None or card.exp_year is None:
        return "–"
    return f"{card.exp_month:02d}/{card.exp_year % 100:02d}"


def replace_reason(reason: str) -> str:
    """Why a card was replaced."""
    words = {
        "lost": tr("lost"),
        "stolen": tr("stolen"),
        "damaged": tr("damaged"),
        "expired": tr("expiring"),
        "fulfillment_error": tr("production error"),
    }
    return spoken(reason, words) or tr("no reason told")


def shipment_state(status: str) -> Said:
    """How far a physical card is."""
    words: dict[str, Said] = {
        "pending": (tr("waiting for production"), "info"),
        "submitted": (tr("handed to production"), "info"),
        "shipped": (tr("on its way"), "info"),
        "delivered": (tr("delivered"), "good"),
        "returned": (tr("returned to sender"), "bad"),
        "failure": (tr("could not be delivered"), "bad"),
        "canceled": (tr("shipment cancelled"), "neutral"),
    }
    return toned(status, words)


def delivery_service(service: str) -> str:
    """Name of a delivery service, with what matters about it."""
    words = {
        "standard": tr("Standard"),
        "express": tr("Express, tracked"),
        "priority": tr("Priority, tracked"),
    }
    return spoken(service, words)


def address_check(result: str) -> str:
    """What Stripe thinks of an address."""
    words = {
        "likely_deliverable": tr("probably deliverable"),
        "likely_undeliverable": tr("probably not deliverable"),
        "indeterminate": tr("could not be checked"),
    }
    return spoken(result, words)


def action(name: str) -> str:
    """An action of the journal in words."""
    words = {
        "card.freeze": tr("froze the card"),
        "card.unfreeze": tr("switched the card on"),
        "card.activate": tr("activated the card"),
        "card.cancel": tr("cancelled the card"),
        "card.replace": tr("ordered a replacement"),
        "card.shipping": tr("changed the address"),
        "card.limits": tr("changed the card's limits"),
        "cardholder.limits": tr("changed the limits of all cards"),
        "note.freeze": tr("said why it was frozen"),
        "card.replacement": tr("began to replace the card"),
        "card.beside": tr("ordered a virtual card besides"),
        "token.suspend": tr("suspended the wallet"),
        "token.resume": tr("switched the wallet on"),
        "token.delete": tr("deleted the wallet"),
        "report.lost": tr("took a report of loss or theft"),
        "report.closed": tr("closed a report of loss or theft"),
        "report.erased": tr("erased a report of loss or theft"),
        "dispute.create": tr("saved a dispute over"),
        "dispute.update": tr("changed the dispute"),
        "dispute.evidence": tr("added a file to"),
        "dispute.submit": tr("submitted the dispute"),
        "approval.ask": tr("asked for approval of a dispute over"),
        "approval.give": tr("approved a dispute over"),
        "approval.send_back": tr("sent back a dispute over"),
        "verification.override": tr("went on without verification"),
        "complaint.exported": tr("exported complaints with personal data"),
        "complaint.case_file": tr("wrote a complaint's case file"),
        "complaint.imported": tr("imported complaints"),
    }
    return spoken(name, words)


def at_this_desk(action: str) -> bool:
    """Whether an action of the journal is the desk's own: Stripe was not asked about it."""
    own = ("report.", "verification.", "approval.", "note.", "complaint.")
    return action.startswith(own)


_NOT_SENT = frozenset(
    "unreachable certificate_untrusted proxy_login proxy_refused queue_too_long".split()
)


def journal_state(state: str, code: str = "") -> str:
    """How an action ended, in words.

    Args:
        code: of the problem it ended with; Stripe refused nothing that never reached it.
    """
    if state == "refused" and code in _NOT_SENT:
        return tr("not sent, not done")
    words = {
        "intended": tr("not sent yet"),
        "sent": tr("sent, no answer yet"),
        "confirmed": tr("confirmed by Stripe"),
        "refused": tr("refused by Stripe"),
        "unknown": tr("answer unknown"),
    }
    return spoken(state, words)


def ended(action: str, state: str, code: str = "") -> str:
    """How an action of the journal ended, in words that claim no more than was asked of Stripe."""
    if at_this_desk(action) and state == "confirmed":
        return tr("kept at this desk")
    return journal_state(state, code)


def fraud_warning(kind: str) -> str:
    """What Stripe's fraud warning on a card means."""
    words = {
        "card_testing_exposure": tr("The card was exposed to card testing."),
        "fraud_dispute_filed": tr("A fraud dispute was filed for this card."),
        "third_party_reported": tr("A third party reported this card as misused."),
        "user_indicated_fraud": tr("The cardholder reported fraud on this card."),
    }
    return spoken(kind, words)


def line_state(line: Line) -> Said:
    """State of a purchase in the activity list."""
    words: dict[str, Said] = {
        "declined": (tr("declined"), "bad"),
        "pending": (tr("pending"), "neutral"),
        "closed": (tr("closed, not captured"), "neutral"),
        "settled": (tr("settled"), "good"),
        "refunded": (tr("refunded"), "info"),
        "part_refunded": (tr("refunded in part"), "info"),
        "refund": (tr("refund"), "info"),
        "refund_taken_back": (tr("refund taken back"), "warn"),
        "disputed": (tr("disputed"), "accent"),
        "reversed": (tr("released by the shop"), "neutral"),
        "expired": (tr("lapsed, never captured"), "neutral"),
    }
    return toned(line.state, words)


def dispute_state(status: str) -> Said:
    """Status of a dispute."""
    words: dict[str, Said] = {
        "unsubmitted": (tr("draft"), "accent"),
        "submitted": (tr("submitted"), "accent"),
        "won": (tr("won"), "good"),
        "lost": (tr("lost"), "bad"),
        "expired": (tr("never submitted"), "neutral"),
    }
    return toned(status, words)


def way(word: str) -> str:
    """One way a purchase was made: wallet, method or 3DS."""
    words = {
        "apple_pay": "Apple Pay",
        "google_pay": "Google Pay",
        "samsung_pay": "Samsung Pay",
        "chip": tr("chip"),
        "contactless": tr("contactless"),
        "keyed_in": tr("typed in by the shop"),
        "online": tr("online"),
        "swipe": tr("magnetic stripe"),
        "3ds": "3D Secure",
    }
    return spoken(word, words)


def token_state(token: Token) -> Said:
    """Status of a wallet token."""
    words: dict[str, Said] = {
        "requested": (tr("requested"), "info"),
        "active": (tr("active"), "good"),
        "suspended": (tr("suspended"), "warn"),
        "deleted": (tr("deleted"), "neutral"),
    }
    return toned(token.status, words)


def wallet(token: Token) -> str:
    """A wallet token with its device, such as "Apple Pay · iPhone, active"."""
    name = way(token.wallet_provider) if token.wallet_provider else tr("card on file")
    device = token.device_name or token.device_type
    return f"{name}{' · ' + device if device else ''}, {token_state(token)[0]}"


def how(line: Line) -> str:
    """All ways a purchase was made, such as "Apple Pay · contactless"."""
    return " · ".join(way(word) for word in line.how)


def merchant_name(merchant: Merchant | str) -> str:
    """The shop's name, or that none was sent."""
    name = merchant if isinstance(merchant, str) else merchant.name
    return name.strip() or tr("Shop without a name")


def interval(name: str) -> str:
    """The time a spending limit counts for, such as "a month"."""
    words = {
        "per_authorization": tr("per purchase"),
        "daily": tr("a day"),
        "weekly": tr("a week"),
        "monthly": tr("a month"),
        "yearly": tr("a year"),
        "all_time": tr("in total"),
    }
    return spoken(name, words)


def limit(item: SpendingLimit, currency: str) -> str:
    """A spending limit, such as "€2,000.00 a month"."""
    words = f"{money(item.amount, currency)} {interval(item.interval)}"
    if item.categories:
        words += " · " + ", ".join(spoken(name, {}) for name in item.categories)
    return words


def country(code: str) -> str:
    """Name of a country in the language of the window; the code itself when unknown."""
    return str(Locale.parse(locale()).territories.get(code, code)) if code else ""


def address_lines(address: Address) -> list[str]:
    """A postal address line by line, the country by name."""
    town = f"{address.postal_code} {address.city}".strip()
    parts = (address.line1, address.line2, town, address.state, country(address.country))
    return [part for part in parts if part]
