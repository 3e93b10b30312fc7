"""Figures of complaints to act on; each bar knows which complaints it is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from supportdesk.domain.complaints import EXECUTIVE, local_day

ACKNOWLEDGE, RESOLVE = "stripe.acknowledge", "stripe.resolve"
_MOST = 12  # bars of a list; what is rarer is not shown
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What counts of one complaint. Instants are Unix seconds, `due` maps rule to last day."""

    id: str
    received: date
    open: bool
    is_complaint: bool
    complaint_category: str
    complaint_channel: str
    complaint_classification: str
    root_cause: str
    cardholder_id: str
    cardholder_name: str
    transaction_id: str
    redress_amount: int | None
    redress_currency: str
    zone: str
    date_input: float
    date_received: float
    acknowledged_at: float | None
    stripe_cleared_at: float | None
    told_at: float | None
    executed_at: float | None
    due: Mapping[str, date] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """YYYY-MM in which it was received."""
        return self.received.isoformat()[:7]  # many times quicker than strftime

    @property
    def resolved_at(self) -> float | None:
        """When it was told and executed."""
        if self.told_at is None or self.executed_at is None:
            return None
        return max(self.told_at, self.executed_at)


@dataclass(frozen=True, slots=True)
class Bar:
    """A count and the complaints behind it."""

    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of those due met their clock, and those that did not."""

    met: int
    missed: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The part that was on time, None when nothing was due."""
        whole = self.met + len(self.missed)
        return self.met / whole if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures of a period.

    Attributes:
        months: received per month (YYYY-MM), none left out between the first and the last.
        per_thousand: of each month, per 1,000 cards that are active now; empty without cards.
        ages: open ones by age band.
        acknowledged, resolved: by month of receipt, within 5 and 15 business days.
        causes: by root cause; `causes_by_month` has the commonest over time.
        merchants: of the purchases the mirror has; `with_merchant` counts these complaints.
        repeats: people with more than one complaint, by name.
        redress: minor units by currency; `redressed` are the complaints.
        held: days that executive ones waited for Stripe: count, median and longest.
        waiting: executive ones that wait for Stripe now.
    """

    months: tuple[Bar, ...]
    per_thousand: Mapping[str, float]
    ages: tuple[Bar, ...]
    acknowledged: Mapping[str, Rate]
    resolved: Mapping[str, Rate]
    causes: tuple[Bar, ...]
    causes_by_month: Mapping[str, Mapping[str, int]]
    channels: tuple[Bar, ...]
    categories: tuple[Bar, ...]
    merchants: tuple[Bar, ...]
    with_merchant: int
    repeats: tuple[Bar, ...]
    redress: Mapping[str, int]
    redressed: tuple[str, ...]
    held: tuple[int, float, float]
    waiting: tuple[str, ...]


def figures(
    facts: Sequence[Fact],
    *,
    now: float,
    active_cards: int,
    merchants: Mapping[str, str],
    band: Callable[[date], str],
    bands: Sequence[str],
) -> Figures:
    """Work out the figures; inquiries are left out.

    Args:
        active_cards: cards that are active now; 0 when that is not known.
        merchants: name by id of the purchase.
        band: the age band of a day of receipt; `bands` are all of them in order.
    """
    found = [fact for fact in facts if fact.is_complaint]
    months = _months(found)
    ages = _by(found, lambda fact: band(fact.received) if fact.open else "")
    causes = _ranked(_by(found, lambda fact: fact.root_cause))
    given = [fact for fact in found if fact.redress_amount]
    redress: dict[str, int] = defaultdict(int)
    for fact in given:
        redress[fact.redress_currency] += fact.redress_amount or 0
    return Figures(
        months=months,
        per_thousand={
            bar.name: 1000 * len(bar.ids) / active_cards for bar in months if active_cards
        },
        ages=tuple(Bar(name, tuple(ages.get(name, ()))) for name in bands),
        acknowledged=_rates(found, ACKNOWLEDGE, _answered, now),
        resolved=_rates(found, RESOLVE, lambda fact: fact.resolved_at, now),
        causes=causes,
        causes_by_month=_over_time(found, months, [bar.name for bar in causes[:4]]),
        channels=_ranked(_by(found, lambda fact: fact.complaint_channel)),
        categories=_ranked(_by(found, lambda fact: fact.complaint_category)),
        merchants=_ranked(_by(found, lambda fact: merchants.get(fact.transaction_id, ""))),
        with_merchant=sum(fact.transaction_id in merchants for fact in found),
        repeats=_repeats(found),
        redress=dict(redress),
        redressed=tuple(fact.id for fact in given),
        held=_held(found, now),
        waiting=tuple(fact.id for fact in found if _waits(fact)),
    )


def _by(found: Iterable[Fact], name: Callable[[Fact], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for fact in found:
        if key := name(fact):
            groups[key].append(fact.id)
    return groups


def _ranked(groups: Mapping[str, Sequence[str]]) -> tuple[Bar, ...]:
    bars = [Bar(name, tuple(ids)) for name, ids in groups.items()]
    return tuple(sorted(bars, key=lambda bar: (-len(bar.ids), bar.name))[:_MOST])


def _months(found: Sequence[Fact]) -> tuple[Bar, ...]:
    groups = _by(found, lambda fact: fact.month)
    if not groups:
        return ()
    day, last, bars = date.fromisoformat(f"{min(groups)}-01"), max(groups), []
    while (name := f"{day:%Y-%m}") <= last:
        bars.append(Bar(name, tuple(groups.get(name, ()))))
        day = (day + timedelta(days=32)).replace(day=1)
    return tuple(bars)


def _answered(fact: Fact) -> float | None:
    done = [at for at in (fact.acknowledged_at, fact.resolved_at) if at is not None]
    return min(done, default=None)


def _rates(
    found: Iterable[Fact], rule: str, done: Callable[[Fact], float | None], now: float
) -> dict[str, Rate]:
    met: dict[str, int] = defaultdict(int)
    missed: dict[str, list[str]] = defaultdict(list)
    for fact in found:
        due, at, month = fact.due.get(rule), done(fact), fact.month
        if due is None:
            continue
        if at is not None and local_day(at, fact.zone) <= due:
            met[month] += 1
        elif at is not None or local_day(now, fact.zone) > due:
            missed[month].append(fact.id)
    return {
        month: Rate(met[month], tuple(missed[month]))
        for month in sorted(met.keys() | missed.keys())
    }


def _over_time(
    found: Iterable[Fact], months: Sequence[Bar], causes: Sequence[str]
) -> dict[str, dict[str, int]]:
    counts = {bar.name: dict.fromkeys(causes, 0) for bar in months}
    for fact in found:
        if fact.root_cause in causes:
            counts[fact.month][fact.root_cause] += 1
    return counts


def _repeats(found: Sequence[Fact]) -> tuple[Bar, ...]:
    names = {fact.cardholder_id: fact.cardholder_name or fact.cardholder_id for fact in found}
    groups = _by(found, lambda fact: fact.cardholder_id)
    bars = [Bar(names[who], tuple(ids)) for who, ids in groups.items() if len(ids) > 1]
    return tuple(sorted(bars, key=lambda bar: (-len(bar.ids), bar.name))[:_MOST])


def _waits(fact: Fact) -> bool:
    executive = fact.complaint_classification == EXECUTIVE
    return fact.open and executive and fact.stripe_cleared_at is None


def _held(found: Iterable[Fact], now: float) -> tuple[int, float, float]:
    days = sorted(
        ((fact.stripe_cleared_at or now) - fact.date_input) / _DAY
        for fact in found
        if fact.complaint_classification == EXECUTIVE
        and (fact.stripe_cleared_at is not None or _waits(fact))
    )
    if not days:
        return 0, 0.0, 0.0
    return len(days), days[len(days) // 2], days[-1]
