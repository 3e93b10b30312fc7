"""The queue's table: paging, filters, counts, and that no change passes it by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.dispute_queue import WHICH, Asked, Line, SortBy
from supportdesk.domain.dispute_steps import Step
from supportdesk.domain.records import Card, Cardholder, Dispute, Merchant, Record, Transaction
from supportdesk.store.dispute_steps import DisputeSteps
from supportdesk.store.mirror import Mirror
from tests.support.store import with_mirror

TODAY = date(2026, 11, 26)
STEPS = st.builds(
    Step,
    kind=st.sampled_from(["submit", "decide", "done", "tell_won"]),
    turn=st.sampled_from(["act", "wait", "over"]),
    due=st.none() | st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=9)),
    detail=st.text(max_size=5),
)
LINES = st.lists(
    st.builds(
        Line,
        transaction_id=st.integers(0, 40).map(lambda n: f"ipi_{n}"),
        dispute_id=st.sampled_from(["", "idp_1"]),
        merchant=st.sampled_from(["", "Belle Étagère", "belle", "ZOO 50%", "a_b"]),
        cardholder=st.sampled_from(["", "Lena", "ßtraße"]),
        status=st.sampled_from(["local", "submitted", "won", "lost", "expired"]),
        reason=st.sampled_from(["", "fraudulent", "other"]),
        amount=st.none() | st.integers(0, 99),
        currency=st.sampled_from(["eur", "usd"]),
        created=st.none() | st.integers(1, 5),
        owner=st.sampled_from(["", "Ann"]),
        step=STEPS,
    ),
    max_size=40,
    unique_by=lambda line: line.transaction_id,
)


def asked(**more: Any) -> Asked:
    return Asked(agent="Ann", today=TODAY, **more)


async def stale(steps: DisputeSteps, day: date = TODAY) -> dict[str, int]:
    marks, _ = await steps.stale(day, 9)
    return marks


@settings(max_examples=15, deadline=None)
@given(LINES, st.integers(1, 7))
def test_paging_shows_every_line_once_in_order(
    tmp_path_factory: Any, lines: list[Line], size: int
) -> None:
    async def work(mirror: Mirror) -> None:
        steps = DisputeSteps(mirror.database)
        await steps.put(lines, {})
        for sort in get_args(SortBy):
            for descending in (False, True):
                want = asked(which="all", sort=sort, descending=descending)
                seen: list[Line] = []
                while page := await steps.page(want, seen[-1] if seen else None, size):
                    seen += page
                assert sorted(line.transaction_id for line in seen) == sorted(
                    line.transaction_id for line in lines
                )
                assert {x.transaction_id: x for x in seen} == {x.transaction_id: x for x in lines}
                if sort == "due":
                    days = [line.step.due or date.max for line in seen]
                    assert days == sorted(days, reverse=descending)

    with_mirror(tmp_path_factory.mktemp("m") / "mirror.db", work)


@settings(max_examples=15, deadline=None)
@given(LINES, st.sampled_from(["", "fraudulent"]), st.sampled_from(["", "BELLE", "0%", "_"]))
def test_filters_and_counts_agree_with_plain_reading(
    tmp_path_factory: Any, lines: list[Line], reason: str, merchant: str
) -> None:
    def fits(line: Line) -> bool:
        named = merchant.casefold() in line.merchant.casefold()
        return named and reason in ("", line.reason)

    def shows(which: str, line: Line) -> bool:
        step = line.step
        late = step.turn == "act" and step.due is not None and step.due <= TODAY
        return {
            "mine": line.owner == "Ann" and step.turn != "over",
            "open": step.turn != "over",
            "waiting": step.turn == "wait",
            "due": late,
            "ended": line.status in ("won", "lost", "expired"),
            "all": True,
        }[which]

    async def work(mirror: Mirror) -> None:
        steps = DisputeSteps(mirror.database)
        await steps.put(lines, {})
        counts = await steps.counts(asked(reason=reason, merchant=merchant))
        for which in WHICH:
            want = {x.transaction_id for x in lines if fits(x) and shows(which, x)}
            got = await steps.page(asked(which=which, reason=reason, merchant=merchant), None, 99)
            assert {line.transaction_id for line in got} == want
            assert getattr(counts, which) == len(want)
        due = [line for line in lines if shows("due", line)]
        assert len(await steps.reminders(TODAY)) == len(due)

    with_mirror(tmp_path_factory.mktemp("m") / "mirror.db", work)


def test_whatever_a_line_rests_on_marks_it(tmp_path: Path) -> None:
    bought = Transaction(
        id="ipi_1", type="capture", card_id="ic_1", cardholder_id="ich_1",
        authorization_id="iauth_1", amount=-100, currency="eur", merchant=Merchant(name="Shop"),
    )  # fmt: skip
    dispute = Dispute(id="idp_1", transaction_id="ipi_1", status="submitted")
    line = Line(
        transaction_id="ipi_1", authorization_id="iauth_1", card_id="ic_1", cardholder_id="ich_1",
        step=Step(kind="decide", turn="wait"),
    )  # fmt: skip
    refund = replace(bought, id="ipi_2", type="refund", amount=50, card_id="ic_9")
    told: list[Record] = [
        dispute,
        replace(dispute, status="lost"),
        bought,
        replace(bought, amount=-90),
        refund,
        Card(id="ic_1"),
        Cardholder(id="ich_1", name="Lena"),
        Cardholder(id="ich_1", name="Lena H"),
    ]
    other: list[Record] = [replace(bought, id="ipi_3", authorization_id="iauth_3"), Card(id="ic_3")]

    async def work(mirror: Mirror) -> None:
        steps = DisputeSteps(mirror.database)
        for at, record in enumerate(told, start=1):
            await mirror.put([record], float(at))
            marks = await stale(steps)
            assert list(marks) == ["ipi_1"], record
            await steps.put([line], marks)
            assert await stale(steps) == {}
            await mirror.put([record], at + 0.5)  # the same once more is no change
            assert await stale(steps) == {}
        await mirror.put(other, 99.0)
        assert await stale(steps) == {}
        assert list(await steps.ends(["idp_1"])) == ["idp_1"]

    with_mirror(tmp_path / "mirror.db", work)


def test_what_comes_while_a_line_is_worked_out_is_not_lost(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        steps = DisputeSteps(mirror.database)
        await mirror.put([Dispute(id="idp_1", transaction_id="ipi_1", status="submitted")], 1.0)
        marks = await stale(steps)
        bought = Transaction(id="ipi_1", type="capture", card_id="ic_1", cardholder_id="ich_1")
        await mirror.put([bought, Cardholder(id="ich_1")], 2.0)  # after the line was read for
        line = Line(transaction_id="ipi_1", step=Step(kind="decide", turn="wait"))
        await steps.put([line], marks)
        assert list(await stale(steps)) == ["ipi_1"]
        marks = await stale(steps)
        later = replace(line, cardholder_id="ich_1", card_id="ic_1")
        await steps.put([later], marks, [("ipi_1", "cardholders", "ich_1")])
        assert list(await stale(steps)) == ["ipi_1"]
        await steps.put([later], await stale(steps), [("ipi_1", "cards", "ic_1")])
        assert await stale(steps) == {}

    with_mirror(tmp_path / "mirror.db", work)


def test_a_line_is_worked_out_again_on_its_day_and_goes_with_its_dispute(tmp_path: Path) -> None:
    async def work(mirror: Mirror) -> None:
        steps = DisputeSteps(mirror.database)
        step = Step(kind="wait", turn="wait", again=TODAY)
        await steps.put([Line(transaction_id="ipi_1", step=step)], {})
        assert await stale(steps, TODAY - timedelta(days=1)) == {}
        assert await stale(steps) == {"ipi_1": 0}
        await steps.put([], {"ipi_1": 0})
        assert await steps.line("ipi_1") is None

    with_mirror(tmp_path / "mirror.db", work)
