"""Entries of the journal and what a check of it found, in words."""

from __future__ import annotations

from supportdesk.services.actions import FLOW
from supportdesk.services.audit import Place, Result
from supportdesk.store.journal import OPEN, Entry
from supportdesk.ui import text, words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr


def state(entry: Entry, *, under_way: bool) -> tuple[str, Tone]:
    """How an entry stands now, and how it is tinted."""
    if entry.outcome.get("code") == "never_sent":
        return tr("never sent"), "neutral"
    if entry.action == FLOW and entry.state in OPEN:
        return (tr("under way"), "info") if under_way else (tr("to be finished"), "warn")
    if entry.action == FLOW:
        return (tr("finished"), "good") if entry.state == "confirmed" else (tr("ended"), "neutral")
    if entry.state in ("intended", "sent") and not under_way:
        return tr("left without an answer"), "warn"
    if entry.outcome.get("by") == "settled" and entry.state == "refused":
        return tr("not done"), "neutral"
    tones: dict[str, Tone] = {"confirmed": "good", "refused": "bad", "unknown": "warn"}
    code = str(entry.outcome.get("code", ""))
    return words.ended(entry.action, entry.state, code), tones.get(entry.state, "info")


def known(entry: Entry) -> str:
    """What is certain of an entry."""
    title = str(entry.outcome.get("title", ""))
    if entry.state == "confirmed" and words.at_this_desk(entry.action):
        return tr(
            "Written down at this desk {when}; Stripe was not asked.", when=text.moment(entry.at)
        )
    if entry.state == "confirmed":
        when = text.moment(entry.answered_at or entry.at)
        done = tr("Confirmed by Stripe {when}.", when=when)
        if words.at_this_desk(entry.action) or entry.action == FLOW:
            done = tr("Kept at this desk {when}.", when=when)
        return f"{done} {title}".strip()
    if entry.state == "refused":
        return title or tr("Stripe refused it; nothing was done.")
    if entry.state == "intended":
        return tr("It was written down before it was sent.")
    if entry.state == "sent":
        return tr("It was on its way {when}.", when=text.moment(entry.at))
    return title or tr("It was sent and no sure answer came.")


def unknown(entry: Entry) -> str:
    """What is not certain of an entry, "" when all of it is."""
    if entry.action == FLOW and entry.state in OPEN:
        return tr("The order is not finished: finish it or give it up.")
    if entry.state in OPEN:
        detail = str(entry.outcome.get("detail", ""))
        return detail or tr("Whether Stripe did it. It is asked every minute; nothing is resent.")
    return ""


def checked(result: Result | None, *, checking: bool) -> tuple[str, Tone]:
    """What the last check of the journal found."""
    if checking:
        return tr("The journal is being checked…"), "info"
    if result is None:
        return tr("The journal was not checked yet."), "info"
    when = text.when(result.at)
    if result.places:
        said = tr("{n} places are not what this desk wrote", n=text.number(len(result.places)))
        return f"{said} · {when}", "bad"
    if result.problem is not None:
        return f"{result.problem.title} · {when}", "warn"
    count = text.number(result.links)
    return tr("Whole: {n} links checked · {when}", n=count, when=when), "good"


def place(found: Place) -> str:
    """Where and how the journal is broken."""
    broken, entry = found.broken, found.entry
    said = {
        "changed": tr("Link {n}: its content was changed."),
        "removed": tr("Link {n}: it or its row was removed."),
        "unlinked": tr("After link {n}: a row that this desk did not write."),
        "order": tr("Link {n}: it does not follow the one before it."),
        "erased": tr("Link {n}: personal data is gone though no erasure was written."),
        "cut": tr("After link {n}: the end is missing or another one."),
        "head": tr("After link {n}: the keyring lost the end it kept, so a cut would not show."),
        "key": tr("Link {n}: sealed with a key that is not in the keyring."),
        "lost": tr("Link {n}: an earlier check found the end missing."),
    }
    words_ = said[broken.why].format(n=text.number(broken.seq))
    if broken.detail:
        words_ += f" ({broken.detail})"
    if entry is not None:
        parts = (text.moment(entry.at), entry.agent, words.action(entry.action), entry.object_id)
        words_ += " " + " · ".join(parts)
    return words_
