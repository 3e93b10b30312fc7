from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.config import REGIMES
from supportdesk.domain.clocks import Programme
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import Authorization, Cardholder, Merchant, Transaction
from supportdesk.domain.refund_clocks import circumstances, refunds

RULES = load(Path(__file__).parents[2] / "resources" / "disputes").refunds
EVERYWHERE = Programme(regimes=REGIMES, country="DE")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
AROUND = st.frozensets(st.sampled_from(["new_account", "point_of_sale", "abroad"]))


def test_every_regime_of_the_rules_is_one_a_programme_can_choose() -> None:
    named = {rule.regime for rule in RULES.clocks} | {rule.regime for rule in RULES.notices}
    assert named <= set(REGIMES)
    assert named == {"eu_psd2", "uk_psrs", "us_reg_e", "us_reg_z"}


def test_a_weekend_and_a_holiday_move_the_refund_day() -> None:
    """PSD2 art. 73: told on Thursday before Good Friday, due on Tuesday after Easter Monday."""
    place = Programme(regimes=("eu_psd2",), country="DE")
    told = date(2026, 4, 2)
    [clock] = refunds(RULES, place, "fraudulent", told, told).clocks
    assert clock.due == date(2026, 4, 7)
    own = Programme(regimes=("eu_psd2",), country="DE", closed=frozenset({date(2026, 4, 7)}))
    [clock] = refunds(RULES, own, "fraudulent", told, told).clocks
    assert clock.due == date(2026, 4, 8)


@pytest.mark.parametrize(
    ("bought", "last"),
    [
        (date(2026, 2, 28), date(2027, 3, 28)),
        (date(2026, 1, 31), date(2027, 2, 28)),  # a shorter month ends it
        (date(2026, 12, 15), date(2028, 1, 15)),
    ],
)
def test_thirteen_months_to_tell_us(bought: date, last: date) -> None:
    """PSD2 art. 71: 13 months from the debit."""
    place = Programme(regimes=("eu_psd2",), country="DE")
    for told, in_time in ((last, True), (last + timedelta(1), False)):
        [notice] = refunds(RULES, place, "fraudulent", told, bought).notices
        assert (notice.last, notice.in_time) == (last, in_time)


@given(DAYS, st.integers(-30, 900), AROUND, st.sampled_from(["fraudulent", "duplicate", "other"]))
def test_clocks_run_from_the_day_we_were_told_and_only_forward(
    bought: date, later: int, around: frozenset[str], reason: str
) -> None:
    told = bought + timedelta(days=later)
    law = refunds(RULES, EVERYWHERE, reason, told, bought, around)
    assert all(clock.due > told for clock in law.clocks)
    assert [c.due for c in law.clocks] == sorted(c.due for c in law.clocks)
    assert all(notice.in_time == (told <= notice.last) for notice in law.notices)
    decide = [c for c in law.clocks if c.rule.startswith("us.reg_e.decide")]
    final = [c for c in law.clocks if c.rule.startswith("us.reg_e.final")]
    expected = 1 if reason != "other" else 0
    assert (len(decide), len(final)) == (expected, expected)  # one of each pair, never both


def test_nothing_runs_without_a_reason_or_a_regime() -> None:
    today = date(2026, 11, 2)
    assert refunds(RULES, EVERYWHERE, "", today, today).clocks == ()
    place = Programme(regimes=("stripe",), country="DE")
    assert refunds(RULES, place, "fraudulent", today, today).clocks == ()


def test_circumstances_that_lengthen_an_american_clock() -> None:
    bought = Transaction(id="ipi_1", created=100 * 86_400, merchant=Merchant(country="FR"))
    shop = Authorization(id="iauth_1", method="chip")
    new, old = Cardholder(id="a", created=90 * 86_400), Cardholder(id="b", created=0)
    assert circumstances(bought, shop, new, RULES, "US") == {
        "new_account",
        "point_of_sale",
        "abroad",
    }
    assert circumstances(bought, None, None, RULES, "FR") == frozenset()
    old_one = Cardholder(id="b", created=1)
    assert circumstances(bought, None, old_one, RULES, "FR") == frozenset()
    assert old.created == 0
