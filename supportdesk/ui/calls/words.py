"""Calls and verification in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from supportdesk.ui import text, words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import spoken, tr

if TYPE_CHECKING:  # the frame of the window needs these words before anything else is there
    from supportdesk.domain.verification import Refusal, Shortfall
    from supportdesk.services.calls import Proof, Summary
    from supportdesk.services.verification import State
    from supportdesk.store.calls import Event
    from supportdesk.store.journal import Entry


def factor(kind: str) -> str:
    """A factor's name."""
    names = {
        "dob": tr("date of birth"),
        "postal_code": tr("postal code"),
        "phone_ending": tr("end of phone number"),
        "last4": tr("last four of the card"),
        "purchases": tr("recent purchases"),
        "code": tr("code"),
        "callback": tr("call back"),
    }
    return spoken(kind, names)


def factors(kinds: Iterable[str]) -> str:
    """Several factors, in the order in which they are asked."""
    order = ("dob", "postal_code", "phone_ending", "last4", "purchases", "code", "callback")
    return " · ".join(factor(kind) for kind in sorted(kinds, key=order.index))


def refusal(why: Refusal) -> str:
    """Why a factor cannot be used."""
    said = {
        "unknown": tr("not used by this programme"),
        "not_on_file": tr("not on file"),
        "matched": tr("has matched"),
        "shown": tr("you can see it by now"),
        "changed": tr("changed lately, as far as this desk saw"),
    }
    return spoken(why, said)


def action(name: str) -> str:
    """What an action of the table is."""
    said = {
        "read": tr("see activity and contact data"),
        "dispute": tr("file a dispute"),
        "cancel": tr("cancel a card"),
        "unfreeze": tr("switch a card on"),
        "activate": tr("activate a card"),
        "replace": tr("replace to the address on file"),
        "new_address": tr("send to another address"),
        "limits": tr("change spending limits"),
    }
    return spoken(name, said)


def needed(short: Shortfall) -> str:
    """What an action still asks, briefly: "level 3, code, call back"."""
    level = [] if short.has >= short.level else [tr("level {level}", level=short.level)]
    return ", ".join([*level, *(factor(kind) for kind in short.also)])


def level(state: State) -> tuple[str, Tone]:
    """The level as a chip."""
    if not state.enabled or state.call is None:
        return "", "neutral"
    if state.level >= 2:
        return tr("Verified · level {level}", level=state.level), "good"
    if state.proof.overrides:
        return tr("Not verified · override"), "bad"
    if state.level:
        return tr("Level {level}", level=state.level), "warn"
    return tr("Not verified"), "warn"


def running(seconds: float) -> str:
    """How long a call has run: "04:12", "1:04:12"."""
    hours, rest = divmod(max(0, int(seconds)), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"


def channel(name: str) -> str:
    """How the person got in touch."""
    said = {"phone": tr("phone"), "email": tr("e-mail"), "chat": tr("chat")}
    return spoken(name, said)


def summary(told: Summary, note: str, now: float) -> str:
    """A call for the ticket system: no name, no contact data, no answer.

    The person is told by the cardholder's id, cards by the ids in the journal.

    Args:
        now: Unix seconds, the end of a call that still goes on.
    """
    call = told.call
    end = call.ended_at or now
    lines = [
        tr(
            "Call by {channel}, {when}, {time} min, agent {agent}",
            channel=channel(call.channel),
            when=text.moment(call.started_at),
            time=running(end - call.started_at),
            agent=call.agent,
        ),
        tr("Cardholder: {id}", id=call.cardholder_id or tr("nobody was opened")),
        tr("Verification: {what}", what=_verified(told.proof)),
        *(f"- {line}" for _, line in sorted(_happened(told), key=lambda item: item[0])),
    ]
    if note.strip():
        lines.append(tr("Note: {note}", note=note.strip()))
    return "\n".join(lines)


def _verified(proof: Proof) -> str:
    parts = []
    if proof.matched:
        parts.append(tr("matched: {what}", what=factors(proof.matched)))
    if proof.failed:
        parts.append(tr("failed attempts: {count}", count=proof.failed))
    return "; ".join(parts) or tr("none")


def _happened(told: Summary) -> Iterator[tuple[float, str]]:
    verified_at = told.proof.at
    for event in told.events:
        if line := _event(event, told.call.cardholder_id):
            yield event.at, f"{text.at_clock(event.at)} {line}"
    for entry in told.entries:
        if entry.action != "verification.override":  # told by its event, with the reason
            early = verified_at is None or entry.at < verified_at
            yield entry.at, f"{text.at_clock(entry.at)} {_entry(entry, early=early)}"


def _event(event: Event, mine: str) -> str:
    details = event.details
    if event.kind == "view" and event.cardholder_id != mine:
        return tr("looked at someone else")  # who is no matter of this caller's ticket
    if event.kind == "verification":
        result = tr("match") if details["match"] else tr("no match")
        return tr("asked for {what}: {result}", what=factors(details["kinds"]), result=result)
    if event.kind == "override":
        return tr(
            "allowed without verification: {what}. Reason: {why}",
            what=action(details["action"]),
            why=details["reason"],
        )
    if event.kind == "unasked":
        what = action(details["action"])
        return tr("{what}: nothing asked, verification is switched off", what=what)
    if event.kind == "complaint":
        return tr("logged complaint {number}", number=details["number"])
    said = {
        "parked": tr("parked"),
        "resumed": tr("went on"),
        "lapsed": tr("verification lapsed: the desk was closed meanwhile"),
    }
    return said.get(event.kind, "")


def _entry(entry: Entry, *, early: bool) -> str:
    from supportdesk.ui.journal import words as journal  # needs services: not while starting

    did = words.action(entry.action)
    line = f"{did} {entry.object_id}: {journal.state(entry, under_way=True)[0]}"
    if entry.action == "card.freeze" and early:
        line += tr(" (protective, caller not verified)")
    return line
