"""Figures of complaints in words and as rows of tables."""

from __future__ import annotations

from babel.numbers import format_decimal, format_percent

from supportdesk.domain.complaint_figures import Bar, Figures, Rate
from supportdesk.services.workbook import Cell, Row, Table
from supportdesk.ui.complaints.words import many
from supportdesk.ui.text import locale, money, month, number, tr

Rows = list[tuple[str, ...]]
#: Tables with one bar a row, in the order they stand.
LISTS = ("ages", "causes", "channels", "categories", "merchants", "repeats")


def title(name: str) -> str:
    """What a table shows."""
    return {
        "months": tr("Received per month"),
        "over_time": tr("Causes over time"),
        "ages": tr("Open ones by age"),
        "causes": tr("By root cause"),
        "channels": tr("By channel"),
        "categories": tr("By category"),
        "merchants": tr("By merchant"),
        "repeats": tr("Who complained more than once"),
    }[name]


def head(name: str) -> str:
    """Title of a table's first column."""
    return {
        "months": tr("Month"),
        "over_time": tr("Month"),
        "ages": tr("Business days"),
        "causes": tr("Root cause"),
        "channels": tr("Channel"),
        "categories": tr("Category"),
        "merchants": tr("Merchant"),
        "repeats": tr("Cardholder"),
    }[name]


def bar(name: str, one: Bar) -> tuple[str, str]:
    """A row: what it is and how many."""
    shown = month(one.name) if name in ("months", "over_time") else one.name
    return shown, number(len(one.ids))


def share(rate: Rate | None) -> str:
    """The part that was on time, a dash when nothing was due."""
    if rate is None or rate.share is None:
        return "–"
    return str(format_percent(rate.share, locale=locale()))


def months(figures: Figures) -> tuple[tuple[str, ...], Rows]:
    """Head and rows: received, per 1,000 cards, on time within 5 and 15 business days."""
    titles = (tr("Month"), tr("Received"), tr("Per 1,000 cards"), tr("5 BD"), tr("15 BD"))
    rows: Rows = [
        (
            month(one.name),
            number(len(one.ids)),
            _decimal(figures.per_thousand.get(one.name)),
            share(figures.acknowledged.get(one.name)),
            share(figures.resolved.get(one.name)),
        )
        for one in figures.months
    ]
    return titles, rows


def _decimal(value: float | None) -> str:
    return "–" if value is None else str(format_decimal(round(value, 2), locale=locale()))


def over_time(figures: Figures) -> Rows:
    """The commonest causes in each month."""
    return [
        (month(name), *(number(count) for count in counts.values()))
        for name, counts in figures.causes_by_month.items()
    ]


def whole(rates: dict[str, Rate]) -> Rate:
    """The rate over all months."""
    missed = tuple(key for rate in rates.values() for key in rate.missed)
    return Rate(sum(rate.met for rate in rates.values()), missed)


def tiles(figures: Figures) -> list[tuple[str, str, str]]:
    """Name, value and note of each figure that stands alone."""
    acknowledged, resolved = whole(dict(figures.acknowledged)), whole(dict(figures.resolved))
    sums = [money(total, currency) for currency, total in sorted(figures.redress.items())]
    count, median, longest = figures.held
    held = tr("median of {n}, longest {most}", n=number(count), most=_decimal(round(longest, 1)))
    opened = sum(len(one.ids) for one in figures.ages)
    received = sum(len(one.ids) for one in figures.months)
    return [
        (tr("Received"), number(received), tr("{n} open now", n=number(opened))),
        (tr("Acknowledged"), share(acknowledged), tr("within 5 business days")),
        (tr("Resolved"), share(resolved), tr("within 15 business days")),
        (
            tr("Missed"),
            number(len(acknowledged.missed) + len(resolved.missed)),
            tr("clocks of 5 or 15 business days"),
        ),
        (
            tr("Redress"),
            ", ".join(sums) or "–",
            many(len(figures.redressed)),
        ),
        (
            tr("Days on hold"),
            _decimal(round(median, 1)) if count else "–",
            held if count else tr("no executive complaint waited"),
        ),
        (tr("Waiting for Stripe"), number(len(figures.waiting)), tr("executive, not cleared")),
    ]


def bad(figures: Figures) -> set[str]:
    """Names of the tiles that should be nought and are not."""
    resolved, acknowledged = whole(dict(figures.resolved)), whole(dict(figures.acknowledged))
    return {tr("Missed")} if resolved.missed or acknowledged.missed else set()


def tables(figures: Figures) -> list[Table]:
    """All figures as tables of numbers, for a file; people in them are counted, not named."""
    made: list[Table] = [
        (tr("Figures"), (tr("Figure"), tr("Value"), tr("Note")), tiles(figures)),
        (title("months"), months(figures)[0], [_month(figures, one) for one in figures.months]),
    ]
    causes = tuple(next(iter(figures.causes_by_month.values()), {}))
    over: list[Row] = [(name, *counts.values()) for name, counts in figures.causes_by_month.items()]
    made.append((title("over_time"), (tr("Month"), *causes), over))
    for name in LISTS:
        rows: list[Row] = [
            (one.name if name != "repeats" else tr("Person {n}", n=at), len(one.ids))
            for at, one in enumerate(bars(figures, name), start=1)
        ]
        made.append((title(name), (head(name), tr("Complaints")), rows))
    return made


def bars(figures: Figures, name: str) -> tuple[Bar, ...]:
    """The bars of a table of `LISTS`."""
    found: tuple[Bar, ...] = getattr(figures, name)
    return found


def _month(figures: Figures, one: Bar) -> tuple[Cell, ...]:
    rates = (figures.acknowledged.get(one.name), figures.resolved.get(one.name))
    per = figures.per_thousand.get(one.name)
    return (one.name, len(one.ids), per, *(rate.share if rate else None for rate in rates))


def known_merchants(figures: Figures) -> str:
    """Of how many complaints the merchant is known, and why not of all."""
    whole = sum(len(one.ids) for one in figures.months)
    return tr(
        "The merchant is known of {n} of {whole}: those whose purchase was given and is in this "
        "desk's copy.",
        n=number(figures.with_merchant),
        whole=many(whole),
    )
