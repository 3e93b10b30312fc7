"""What the steps of the flow say."""

from __future__ import annotations

from supportdesk.domain import cards
from supportdesk.domain.lost import STEPS, Report, Standing, Step
from supportdesk.domain.lost_texts import Service
from supportdesk.domain.records import Card
from supportdesk.ui import text, words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.row_list import Row


def frozen(at: float) -> str:
    """That a card is off, with the time of Stripe's answer (Unix seconds)."""
    return tr("Frozen at {time}, confirmed by Stripe", time=text.at_second(at))


def state(report: Report, standing: Standing, freezing: str) -> tuple[str, Tone]:
    """What the header says of the card: off, or dead, with the time of Stripe's answer."""
    if freezing:
        return freezing, "info"
    if standing.cancelled_at is not None:
        at = text.at_second(standing.cancelled_at)
        how = outcome(report.outcome)
        return tr("Cancelled as {how} at {time}, confirmed by Stripe", how=how, time=at), "bad"
    if standing.cancelled:
        return tr("Cancelled"), "bad"
    off_at = report.frozen_at or standing.off_at
    if off_at is None or standing.on_at is not None:
        return "", "warn"
    return frozen(off_at), "warn"


def outcome(value: str) -> str:
    """What happened to a card, in words."""
    known = {"lost": tr("lost"), "stolen": tr("stolen"), "found": tr("found again")}
    return known.get(value, tr("lost or stolen"))


def count_of_claims(count: int) -> str:
    """How many purchases were not theirs."""
    return tr("1 not theirs") if count == 1 else tr("{n} not theirs", n=text.number(count))


def prepare(count: int) -> str:
    """The button that keeps fraud drafts."""
    if count == 1:
        return tr("Prepare 1 fraud draft")
    return tr("Prepare {n} fraud drafts", n=text.number(count))


def ordered(report: Report, standing: Standing) -> bool:
    """Whether everything that was wanted of the third step is done."""
    if report.replacement == "both" and standing.replacement:
        return bool(standing.beside)
    on_again = report.outcome == "found" and standing.on_at is not None
    return bool(standing.replacement) or on_again


def over(report: Report, standing: Standing) -> bool:
    """Whether the third step has nothing to send: all done, or cancelled and no card wanted."""
    nothing = standing.cancelled and report.replacement in ("", "none")
    return ordered(report, standing) or nothing


def allow(choice: Segmented, card: Card, standing: Standing) -> None:
    """Allow what can still be said to have happened to a card."""
    for value in cards.CANCEL_REASONS:
        ended_so = card.status != "canceled" or card.cancellation_reason == value
        why = tr("The card was cancelled as {how}.", how=outcome(card.cancellation_reason))
        choice.set_allowed(value, ended_so, "" if ended_so else why)
    alive = not standing.cancelled
    choice.set_allowed("found", alive, "" if alive else tr("A cancelled card stays cancelled."))


def service(name: str, known: Service | None) -> str:
    """A delivery service with the days it takes."""
    said = words.delivery_service(name)
    if known is None or known.least is None or known.most is None:
        return said
    return tr("{service} · {a}–{b} business days", service=said, a=known.least, b=known.most)


def meaning(report: Report, card: Card, standing: Standing) -> tuple[str, Tone]:
    """In plain words, what the main button will do."""
    name = words.card_name(card)
    if ordered(report, standing) and report.outcome != "found":
        return tr("This is done. Nothing is ordered twice."), "good"
    if standing.unsure:
        return tr("A step has no sure answer yet; Stripe is asked. Nothing is sent twice."), "warn"
    if not report.outcome:
        return tr("Say first what happened. The card stays frozen meanwhile."), "info"
    if report.outcome == "found":
        said = [tr("{card} is switched on again, and the report ends.", card=name)]
        if report.claimed:
            said.append(
                tr("Purchases were not theirs: its number is known to somebody. Better replace it.")
            )
        return " ".join(said), "warn"
    return " ".join(_ends(report, card)), "warn"


def _ends(report: Report, card: Card) -> list[str]:
    name, said = words.card_name(card), []
    if cards.may_cancel(card).allowed:
        said.append(
            tr(
                "This cannot be undone: {card} is cancelled as {how}, its number dies now.",
                card=name,
                how=outcome(report.outcome),
            )
        )
    kind = report.replacement
    if kind in ("", "none"):
        return [*said, tr("No new card is ordered.")] if kind else said
    said.append(tr("Subscriptions saved with shops stop: the new card has a new number."))
    if kind in ("physical", "both"):
        said.append(tr("The card that is posted has a new PIN and must be activated on arrival."))
    if kind == "virtual":
        said.append(tr("The virtual card can be used at once."))
    if kind == "both":
        said.append(
            tr(
                "The posted card is the replacement; the virtual one is a further card, usable at"
                " once. Each has the limits of the old card, so together twice as much."
            )
        )
    return said


def main_button(step: Step, report: Report, card: Card, standing: Standing) -> str:
    """What the main button says; "" when nothing can be done yet."""
    if not report.open:
        return tr("Done")
    if step == "readback":
        return tr("End the report")
    if step != "replace" or over(report, standing):
        return tr("Next")
    name = words.card_name(card)
    if report.outcome == "found":
        return tr("Switch on and end")
    if not report.outcome or not report.replacement:
        return ""
    cancels = cards.may_cancel(card).allowed
    if report.replacement == "none":
        return tr("Cancel {card}", card=name)
    if cancels and report.replacement == "both":
        return tr("Cancel {card} and order both cards", card=name)
    if cancels:
        return tr("Cancel {card} and order replacement", card=name)
    return tr("Order replacement")


def steps(
    current: Step, report: Report, standing: Standing, prepared: int, freezing: str
) -> list[Row]:
    """The list of steps, each with what was done and when."""
    off_at = (report.frozen_at or standing.off_at) if standing.on_at is None else None
    off = freezing or (tr("Stripe, {time}", time=text.at_second(off_at)) if off_at else "")
    rows = [_step(0, tr("Freeze"), off or tr("not confirmed"), done=bool(off_at))]
    claimed = count_of_claims(len(report.claimed)) if report.asked else tr("recent ones")
    wallets = standing.wallets
    told = {
        "purchases": (tr("Which purchases?"), claimed, report.asked),
        "replace": (tr("Cancel and replace"), _replaced(report, standing), standing.cancelled),
        "disputes": (tr("Disputes"), _drafts(report, prepared), prepared > 0),
        "wallets": (
            tr("Wallets"),
            tr("{n} switched off", n=wallets) if wallets else tr("phones and watches"),
            wallets > 0,
        ),
        "readback": (tr("Read back"), report.number, not report.open),
    }
    for at, step in enumerate(STEPS, start=1):
        title, note, done = told[step]
        rows.append(_step(at, title, note, done=done, current=step == current, key=step))
    return rows


def _step(
    at: int, title: str, note: str, *, done: bool, current: bool = False, key: str = "freeze"
) -> Row:
    sign = "✓ " if done else "● " if current else ""
    return Row(key=key, title=f"{sign}{at + 1} {title}", subtitle=note)


def _drafts(report: Report, prepared: int) -> str:
    if prepared:
        one = tr("1 fraud draft")
        return one if prepared == 1 else tr("{n} fraud drafts", n=text.number(prepared))
    return tr("for what was not theirs") if report.claimed else tr("none named")


def _replaced(report: Report, standing: Standing) -> str:
    if standing.on_at is not None:
        return tr("on again, {time}", time=text.at_second(standing.on_at))
    if standing.replaced_at is not None:
        return tr("ordered, {time}", time=text.at_second(standing.replaced_at))
    if standing.cancelled_at is not None:
        return tr("cancelled, {time}", time=text.at_second(standing.cancelled_at))
    return tr("cancelled") if standing.cancelled else tr("old number dies")
