"""Figures of disputes in words and as rows of tables."""

from __future__ import annotations

from babel.numbers import format_percent

from supportdesk.domain.dispute_figures import Figures, Period, Tally
from supportdesk.domain.disputes_rules import Rules
from supportdesk.ui.disputes.queue import case_words
from supportdesk.ui.text import locale, money, month, number, spoken, tr

Rows = list[tuple[str, ...]]


def period(name: Period) -> str:
    """Name of a period."""
    names = {
        "quarter": tr("This quarter"),
        "last_quarter": tr("Last quarter"),
        "year": tr("This year"),
        "twelve_months": tr("12 months"),
        "all": tr("All"),
    }
    return spoken(name, names)


def recovered(figures: Figures) -> str:
    """What came back, per currency."""
    sums = sorted(figures.recovered.items(), key=lambda item: -item[1])
    return ", ".join(money(total, currency) for currency, total in sums)


def summary(figures: Figures) -> str:
    """All of it in one line, for the foot of the queue."""
    parts = [
        tr("Filed {n}", n=number(figures.filed)),
        tr("won {n}", n=number(figures.won)),
        tr("lost {n}", n=number(figures.lost)),
        tr("open {n}", n=number(figures.open)),
    ]
    if back := recovered(figures):
        parts.append(tr("recovered {sum}", sum=back))
    return tr("{figures} this quarter", figures=" · ".join(parts))


def rate(tally: Tally) -> str:
    """Share that was won, in percent; a dash when nothing was decided."""
    found = tally.rate
    return "–" if found is None else str(format_percent(found, locale=locale()))


def tiles(figures: Figures) -> list[tuple[str, str, str]]:
    """Name, value and note of each figure that stands alone."""
    whole = Tally(won=figures.won, lost=figures.lost)
    days = figures.days
    took = tr("median of {n}", n=number(days.count)) if days else tr("nothing decided yet")
    span = tr("{least} to {most}", least=days.shortest, most=days.longest) if days else ""
    unasked = tr("{n} not asked yet", n=number(figures.unasked)) if figures.unasked else ""
    return [
        (tr("Filed"), number(figures.filed), tr("of {n} begun", n=number(figures.begun))),
        (tr("Won"), number(figures.won), tr("{rate} of those decided", rate=rate(whole))),
        (tr("Lost"), number(figures.lost), ""),
        (tr("Open"), number(figures.open), ""),
        (tr("Expired"), number(figures.expired), ""),
        (
            tr("Expired without submission"),
            number(figures.unfiled),
            tr("there should be none") if figures.unfiled else tr("as it should be"),
        ),
        (tr("Recovered"), recovered(figures) or "–", unasked),
        (
            tr("Days to decision"),
            number(days.median) if days else "–",
            " · ".join(part for part in (took, span) if part),
        ),
    ]


def head(first: str) -> tuple[str, ...]:
    """The head of a table of tallies."""
    return first, tr("Won"), tr("Lost"), tr("Open"), tr("Win rate")


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    counts = (tally.won, tally.lost, tally.open)
    return name, *(number(count) for count in counts), rate(tally)


def reasons(figures: Figures, rules: Rules) -> Rows:
    """Won and lost by reason."""
    return [
        _row(tr(rules.reason_label(name)) or tr("not known"), tally)
        for name, tally in figures.reasons.items()
    ]


def methods(figures: Figures) -> Rows:
    """Won and lost by how the purchase was made."""
    return [_row(case_words.method(name), tally) for name, tally in figures.methods.items()]


def months(figures: Figures) -> Rows:
    """Won and lost by the month of submission."""
    return [_row(month(name), tally) for name, tally in figures.months.items()]
