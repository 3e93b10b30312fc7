"""One purchase as a row of the activity list, in words."""

from __future__ import annotations

from supportdesk.domain.activity import Line
from supportdesk.domain.declines import Answer
from supportdesk.domain.line_history import Disputable
from supportdesk.ui import text, words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.row_list import Row


def amount(line: Line) -> str:
    """The amount as a person reads it: money that came back has a plus."""
    sign = "+" if line.state == "refund" else ""
    shown = sign + text.money(line.amount, line.currency)
    if line.merchant_currency and line.merchant_currency != line.currency:
        shown += f" ({text.money(line.merchant_amount, line.merchant_currency)})"
    return shown


def explained(answer: Answer) -> str:
    """A decline in words: what happened, what may be said, what not."""
    parts = [answer.what]
    if answer.say:
        parts.append(tr("Say: “{words}”", words=answer.say))
    if answer.never_say:
        parts.append(answer.never_say)
    return " ".join(parts)


def note(line: Line, answer: Answer | None) -> str:
    """The paragraph below a row."""
    if answer is not None:
        return explained(answer)
    said = []
    if line.unasked:
        said.append(tr("charged without an authorisation"))
    if line.over:
        more = text.money(line.over, line.currency)
        said.append(tr("{amount} more than was approved", amount=more))
    if line.held:
        held = text.money(line.held, line.currency)
        said.append(tr("{amount} more is held, not charged yet", amount=held))
    if line.refunded and line.captures:
        back = text.money(line.refunded, line.currency)
        said.append(tr("{amount} came back", amount=back))
    return " · ".join(said)


def row(line: Line, answer: Answer | None, limit: Disputable | None, mark: str = "") -> Row:
    """One line of the list; `mark` says what is new about it."""
    said, tone = words.line_state(line)
    when = text.when(line.at) if line.at is not None else tr("time unknown")
    until = short = ""
    if limit is not None and limit.until is not None:
        until = tr("disputable until {day}", day=text.day(limit.until))
        # Less than a year ahead: without its year it is the same day.
        short = tr("until {day}", day=text.day(limit.until, today=limit.until))
    declined = line.state == "declined"
    return Row(
        key=line.key,
        title=words.merchant_name(line.merchant),
        chip=said,
        tone=tone,
        chip_below=True,
        subtitle=until,
        short=short,
        trailing=amount(line),
        trailing_note=" · ".join(part for part in (mark, when, words.how(line)) if part),
        note=note(line, answer),
        tint="info_soft" if mark else "bad_wash" if declined else "",
    )
