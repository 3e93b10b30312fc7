"""What happened with a dispute, in the words of the desk."""

from __future__ import annotations

from supportdesk.domain.dispute_case import FINAL, PROVISIONAL, REVERSAL
from supportdesk.domain.dispute_timeline import Moment
from supportdesk.ui.text import money, spoken, tr
from supportdesk.ui.words import action, ended, way


def note_kind(kind: str) -> str:
    """Name of what is written down."""
    names = {
        "note": tr("Note"),
        "told": tr("Told the cardholder the outcome"),
        "credited": tr("Credited the cardholder"),
        "provisional_credit": tr("Credited the cardholder provisionally"),
        "not_owed": tr("No refund is owed, and why"),
        "acknowledged": tr("Acknowledged to the cardholder"),
        "notice_filed": tr("Regulated notice sent: filed"),
        "notice_ended": tr("Regulated notice sent: outcome"),
        "withdrawal": tr("Asked Stripe support to withdraw"),
    }
    return spoken(kind, names)


def medium(name: str) -> str:
    """How somebody was reached."""
    names = {
        "phone": tr("by phone"),
        "email": tr("by e-mail"),
        "letter": tr("by letter"),
        "chat": tr("by chat"),
        "app": tr("in the app"),
    }
    return spoken(name, names)


def entry_type(name: str) -> str:
    """What a balance entry of Stripe is; one we do not know as Stripe wrote it."""
    names = {
        PROVISIONAL: tr("Provisional credit to the Issuing balance"),
        REVERSAL: tr("Provisional credit taken back"),
        FINAL: tr("Final credit to the Issuing balance"),
    }
    return spoken(name, names)


def method(name: str) -> str:
    """How a purchase was made, for figures; "" is not known."""
    return way(name) if name else tr("not known")


def moment(one: Moment) -> str:
    """What happened, in one line."""
    match one.what:
        case "note":
            said = note_kind(one.detail)
            return f"{said}: {one.text}" if one.text else said
        case "assigned":
            return tr("Given to {name}", name=one.text) if one.text else tr("Given back")
        case "action":
            return f"{action(one.detail)} · {ended(one.detail, one.text)}"
        case "money":
            moved = money(one.amount or 0, one.currency) if one.currency else ""
            return f"{entry_type(one.detail)}: {moved}".rstrip(": ")
        case "ended":
            ends = {
                "won": tr("Decided: won"),
                "lost": tr("Decided: lost"),
                "expired": tr("Expired without submission"),
            }
            return spoken(one.detail, ends)
        case "captured" | "refunded":
            moved = money(one.amount or 0, one.currency) if one.currency else ""
            said = tr("Captured") if one.what == "captured" else tr("Refunded by the shop")
            return f"{said} · {moved}" if moved else said
    plain = {
        "paid": tr("Authorised"),
        "begun": tr("Intake begun at this desk"),
        "saved": tr("Saved at Stripe"),
        "filed": tr("Submitted to the network"),
    }
    return spoken(one.what, plain)
