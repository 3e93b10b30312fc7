"""Drills in plain words: what the trainees will see, not how it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supportdesk.services.practice import LESSONS, OFTEN, OWN, WHERE, Drill
from supportdesk.ui.text import number, tr


def lessons() -> Mapping[str, tuple[str, str]]:
    """Return for each lesson what happens, and what is to be learned from it."""
    return {**_answers(), **_limits()}


def _answers() -> Mapping[str, tuple[str, str]]:
    """Answers that do not come, come late or cannot be read."""
    return {
        "silence": (
            tr("Stripe is silent; nothing is done"),
            tr(
                "The desk waits ten seconds, then tries again with the same key. If the silence"
                " goes on, it says that the outcome is not known. Look at the card before"
                " telling the caller anything."
            ),
        ),
        "dropped": (
            tr("Done, but the line breaks before the answer"),
            tr(
                "The card is changed at Stripe and the answer is lost. The desk asks again with"
                " the same key and gets the first answer: one change, not two."
            ),
        ),
        "trouble": (
            tr("Done, but Stripe answers “server error”"),
            tr(
                "The desk says that the outcome is not known and reads the card again. The card"
                " has changed: do not order a second time."
            ),
        ),
        "cut": (
            tr("Done, but half of the answer is missing"),
            tr("As with a broken line: the desk asks again with the same key."),
        ),
        "portal": (
            tr("A web page answers in place of Stripe"),
            tr(
                "What a guest network or a filter does. The desk says that the answer cannot be"
                " read; behind it the change may have been done."
            ),
        ),
        "slow": (
            tr("Stripe answers slowly"),
            tr("Four seconds for each answer. Keep talking; nothing is shown before it is sure."),
        ),
        "stale": (
            tr("Lists show what was two minutes ago"),
            tr(
                "New cards and disputes are missing from lists, although they exist. Opened by"
                " themselves they are right."
            ),
        ),
    }


def _limits() -> Mapping[str, tuple[str, str]]:
    """Refusals before anything is done, because others are at work."""
    return {
        "in_use": (
            tr("Stripe still works on the first try"),
            tr("The desk waits a moment and asks again with the same key."),
        ),
        "locked": (
            tr("Somebody else holds the card"),
            tr("Another request changes the same object. The desk waits and tries again."),
        ),
        "global-rate": (
            tr("Too many requests in a second"),
            tr("The whole company asks too much at once. The desk slows down by itself."),
        ),
        "endpoint-rate": (
            tr("Too many requests of one kind in a second"),
            tr("The desk slows down this kind of request only."),
        ),
        "global-concurrency": (
            tr("Too many requests at the same time"),
            tr("The desk waits half a second and tries again."),
        ),
        "endpoint-concurrency": (
            tr("Too many requests of one kind at the same time"),
            tr("The desk waits half a second and tries again."),
        ),
        "resource-specific": (
            tr("Too many changes of one card"),
            tr("The desk waits two seconds and tries again; surely nothing was done before."),
        ),
    }


def strikes(lesson: str) -> str:
    """Return which requests a lesson strikes."""
    params = LESSONS[lesson]
    if params["kind"] == "stale_list":
        return tr("strikes lists")
    return tr("strikes changes") if "method" in params else tr("strikes changes and reading")


def often() -> Sequence[tuple[str, str]]:
    """Return how often a drill can strike, in the order of the choices."""
    words = {
        "once": tr("Once"),
        "thrice": tr("3 times"),
        "half": tr("Every other request, 2 min"),
        "always": tr("Every request, 1 min"),
    }
    return [(name, words[name]) for name in OFTEN]


def where() -> Sequence[tuple[str, str]]:
    """Return what a drill can strike, in the order of the choices."""
    words = {
        "all": tr("Everything"),
        "cards": tr("Cards"),
        "cardholders": tr("Cardholders"),
        "disputes": tr("Disputes"),
    }
    return [(name, words[name]) for name in WHERE]


def lesson_of(drill: Drill) -> str:
    """Return the lesson a running drill plays; "" for one that the page does not offer."""
    for name, params in LESSONS.items():
        own = {word: params[word] for word in OWN if word in params}
        if params["kind"] == drill.kind and own.items() <= drill.params.items():
            return name
    return ""


def left(drill: Drill) -> str:
    """Return when a drill ends: "3 left", or the time until then."""
    if drill.left is not None:
        return tr("{n} left", n=number(drill.left))
    minutes, seconds = divmod(drill.ends_in, 60)
    return tr("ends in {time}", time=f"{minutes}:{seconds:02d}")


def title(drill: Drill) -> str:
    """Return what a running drill does."""
    lesson = lesson_of(drill)
    said = lessons()[lesson][0] if lesson else tr("Stripe has trouble ({kind})", kind=drill.kind)
    on = next((words for name, words in where()[1:] if WHERE[name] == drill.path), "")
    return tr("{what} · {where} only", what=said, where=on) if on else said


def status(drills: Sequence[Drill]) -> str:
    """Return the status bar's words; "" when no drill runs."""
    if not drills:
        return ""
    first = drills[0]
    said = tr("Drill: {what}, {left}", what=title(first), left=left(first))
    more = len(drills) - 1
    return tr("{first} (+{n})", first=said, n=more) if more else said
