from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from supportdesk.domain.days import format_day
from supportdesk.domain.dispute_case import Note
from supportdesk.domain.disputes import Draft
from supportdesk.errors import UserFacing
from tests.services.desk_at_practice import PDF, Place, Play, Programme, place, player


@pytest.fixture
def play(tmp_path: Path, stripe: Programme) -> Play:
    return player(tmp_path, stripe)


def today() -> str:
    return format_day(date.today(), "de_DE")  # noqa: DTZ011  (the day at the desk)


async def fraud(desk: Place, transaction_id: str, explanation: str = "Took no part.") -> Draft:
    intake = await desk.disputes.refresh(transaction_id)
    assert intake is not None
    draft = intake.draft.typed("reason", "fraudulent").typed("told_us_on", today())
    return draft.typed("explanation", explanation)


def code(error: pytest.ExceptionInfo[UserFacing]) -> str:
    return error.value.code


def test_an_intake_knows_the_purchase_and_what_is_left(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(24900)
    stripe.refund(bought, 7000)

    async def scenario(desk: Place) -> None:
        assert await desk.disputes.open(bought) is None
        intake = await desk.disputes.refresh(bought)
        assert intake is not None
        assert (intake.ceiling.captured, intake.ceiling.left) == (24900, 17900)
        assert intake.draft.amount == "179,00"
        assert intake.case.card is not None
        assert intake.case.authorization is not None
        assert intake.dispute is None
        assert intake.editable
        assert await desk.disputes.open(bought) is not None

    play(scenario)


def test_saving_creates_one_dispute_and_then_changes_it(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought)
        made = await desk.disputes.save(draft)
        assert made.status == "unsubmitted"
        kept = await desk.disputes.open(bought)
        assert kept is not None
        assert kept.draft.dispute_id == made.id
        await desk.disputes.save(kept.draft.typed("amount", "100,00"))
        [held] = stripe.disputes(bought)
        assert (held["id"], held["amount"]) == (made.id, 10000)
        assert held["evidence"]["fraudulent"]["explanation"] == "Took no part."
        entries = await desk.casebook.journal.recent()
        assert [e.action for e in entries] == ["dispute.update", "dispute.create"]
        assert {e.state for e in entries} == {"confirmed"}
        assert frozenset({made.id}) in desk.told

    play(scenario)


def test_another_reason_clears_the_evidence_of_the_first(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        await desk.disputes.save(await fraud(desk, bought))
        kept = await desk.disputes.open(bought)
        assert kept is not None
        other = kept.draft.typed("reason", "other").typed("product_type", "service")
        await desk.disputes.save(other)
        [held] = stripe.disputes(bought)
        assert held["evidence"]["reason"] == "other"
        assert not (held["evidence"].get("fraudulent") or {}).get("explanation")
        assert held["evidence"]["other"]["product_type"] == "service"

    play(scenario)


def test_a_dispute_is_submitted_once(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought)
        both = await asyncio.gather(
            desk.disputes.submit(draft), desk.disputes.submit(draft), return_exceptions=True
        )
        done = [one for one in both if not isinstance(one, BaseException)]
        refused = [one for one in both if isinstance(one, UserFacing)]
        assert [one.status for one in done] == ["submitted"]
        assert [one.code for one in refused] == ["dispute_already_submitted"]
        [held] = stripe.disputes(bought)
        assert held["status"] == "submitted"
        assert stripe.events("issuing_dispute.submitted", held["id"]) == 1
        intake = await desk.disputes.open(bought)
        assert intake is not None
        assert not intake.editable
        assert intake.draft.submitted_at is not None
        with pytest.raises(UserFacing) as error:
            await desk.disputes.save(draft.typed("amount", "1,00"))
        assert code(error) == "dispute_already_submitted"

    play(scenario)


def test_fraud_reported_before_is_warned_about_and_stripe_s_refusal_comes_through(
    play: Play, stripe: Programme
) -> None:
    card = stripe.card()
    first = stripe.capture(1000, card)

    async def scenario(desk: Place) -> None:
        await desk.disputes.submit(await fraud(desk, first))
        stripe.post("/_practice/clock", advance=60)
        draft = await fraud(desk, second := stripe.capture(2000, card))
        intake = await desk.disputes.open(second)
        assert intake is not None
        assert (intake.case.fraud_disputes, intake.case.reported_before) == (1, True)
        said = desk.disputes.checks(intake, draft)
        assert any("Bought after fraud" in check.text for check in said)
        assert "refuse" not in {check.level for check in said}
        with pytest.raises(UserFacing) as error:
            await desk.disputes.submit(draft)
        assert "earlier fraud report" in error.value.detail
        assert error.value.field == "evidence[reason]"
        [held] = stripe.disputes(second)
        assert held["status"] == "unsubmitted"

    play(scenario)


def test_what_is_missing_is_named_before_anything_is_sent(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought, explanation="")
        with pytest.raises(UserFacing) as error:
            await desk.disputes.submit(draft)
        assert (code(error), error.value.field) == ("dispute_not_ready", "explanation")
        with pytest.raises(UserFacing) as error:
            await desk.disputes.save(draft.typed("amount", "249,01"))
        assert error.value.field == "amount"
        assert stripe.disputes(bought) == []
        assert await desk.casebook.journal.recent() == []

    play(scenario)


def test_a_dispute_begun_elsewhere_is_found_and_never_doubled(
    play: Play, stripe: Programme
) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought)
        elsewhere = stripe.post("/v1/issuing/disputes", transaction=bought, amount=5000)
        with pytest.raises(UserFacing) as error:
            await desk.disputes.save(draft)
        assert code(error) == "dispute_exists"
        intake = await desk.disputes.open(bought)
        assert intake is not None
        assert intake.draft.dispute_id == elsewhere["id"]
        assert intake.draft.evidence["explanation"] == "Took no part."
        await desk.disputes.submit(intake.draft)
        [held] = stripe.disputes(bought)
        assert (held["id"], held["status"], held["amount"]) == (elsewhere["id"], "submitted", 24900)

    play(scenario)


def test_a_file_is_checked_kept_and_uploaded_once_under_a_neutral_name(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()
    path = tmp_path / "Lena Hoffmann police report.pdf"
    path.write_bytes(PDF)

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought)
        file = await desk.disputes.evidence.add(bought, path)
        path.unlink()  # what was added is kept
        draft = draft.typed("additional_documentation", file.id)
        await desk.disputes.save(draft)
        kept = await desk.disputes.open(bought)
        assert kept is not None
        await desk.disputes.save(kept.draft.typed("amount", "10,00"))
        [held] = stripe.disputes(bought)
        uploaded = stripe.get(f"/v1/files/{held['evidence']['fraudulent'][field]}")
        assert uploaded["size"] == len(PDF)
        assert uploaded["purpose"] == "dispute_evidence"
        assert "Lena" not in str(uploaded)
        actions = [e.action for e in await desk.casebook.journal.recent()]
        assert actions.count("dispute.evidence") == 1
        await desk.disputes.save(replace(kept.draft, evidence={"explanation": "No file."}))
        [held] = stripe.disputes(bought)
        assert held["evidence"]["fraudulent"][field] is None

    field = "additional_documentation"
    play(scenario)


def test_a_bad_file_is_refused_and_nothing_is_kept(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()
    path = tmp_path / "empty.pdf"
    path.touch()

    async def scenario(desk: Place) -> None:
        with pytest.raises(UserFacing) as error:
            await desk.disputes.evidence.add(bought, path)
        assert code(error) == "evidence_empty"
        assert await desk.casebook.disputes.files("practice", bought) == []

    play(scenario)


def test_what_was_typed_survives_but_a_card_number_does_not(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought, "Paid with 4242 4242 4242 4242, he said")
        await desk.disputes.keep(draft.typed("amount", "12,3x"))
        intake = await desk.disputes.open(bought)
        assert intake is not None
        assert intake.draft.amount == "12,3x"
        assert "4242 4242" not in intake.draft.evidence["explanation"]
        assert intake.draft.evidence["explanation"].endswith("4242, he said")
        with pytest.raises(UserFacing) as error:
            await desk.disputes.save(draft)
        assert error.value.field == "explanation"

    play(scenario)


def test_the_list_says_what_comes_next(play: Play, stripe: Programme) -> None:
    local, saved, sent = stripe.capture(1000), stripe.capture(2000), stripe.capture(3000)

    async def scenario(desk: Place) -> None:
        await desk.disputes.refresh(local)
        await desk.disputes.keep(Draft(transaction_id=local, amount="10,00"))
        await desk.disputes.save(await fraud(desk, saved, ""))
        await desk.disputes.submit(await fraud(desk, sent))
        await desk.mirror.put([await desk.gateway.cardholder(stripe.cardholder)], 1.0)
        for refunded in (saved, sent):  # what the law asks for comes first
            assert (await desk.queue.line(refunded)).step.kind == "refund"  # type: ignore[union-attr]
            await desk.queue.write(refunded, Note(kind="credited"))
        lines = {line.transaction_id: line for line in await desk.lines("open")}
        assert [lines[n].status for n in (local, saved, sent)] == [
            "local",
            "unsubmitted",
            "submitted",
        ]
        steps = {name: line.step for name, line in lines.items()}
        assert (steps[local].kind, steps[local].detail) == ("finish", "wrong:reason")
        assert (steps[saved].kind, steps[saved].detail) == ("finish", "missing:explanation")
        assert steps[sent].kind == "decide"
        assert (steps[saved].firm, steps[sent].firm) == (True, False)
        assert steps[saved].due is not None
        assert lines[local].cardholder == "Lena Hoffmann"
        assert lines[saved].amount == 2000
        ended = [line.transaction_id for line in await desk.lines("ended")]
        assert not {local, saved, sent} & set(ended)

    play(scenario)


def test_a_lost_dispute_is_listed_as_ended(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        await desk.disputes.submit(await fraud(desk, bought, "losing_evidence"))
        stripe.post("/_practice/clock", advance=60)
        await desk.disputes.refresh_list()
        [line] = [x for x in await desk.lines("ended") if x.transaction_id == bought]
        assert (line.status, line.step.kind) == ("lost", "tell_lost")
        intake = await desk.disputes.refresh(bought)
        assert intake is not None
        assert intake.dispute is not None
        assert intake.dispute.loss_reason

    play(scenario)


def test_an_intake_can_be_forgotten_until_it_is_at_stripe(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place) -> None:
        draft = await fraud(desk, bought)
        await desk.disputes.keep(draft)
        await desk.disputes.discard(draft)
        assert bought not in {x.transaction_id for x in await desk.lines("open")}
        await desk.disputes.save(draft)
        kept = await desk.disputes.open(bought)
        assert kept is not None
        await desk.disputes.discard(kept.draft)
        assert await desk.casebook.disputes.get("practice", bought) is not None

    play(scenario)


def test_only_captures_are_offered(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()
    stripe.refund(bought, 100)

    async def scenario(desk: Place) -> None:
        page = await desk.gateway.transactions(cardholder=stripe.cardholder)
        await desk.mirror.put(page.records, 1.0)
        offered = await desk.disputes.captures(stripe.cardholder)
        assert bought in {t.id for t in offered}
        assert {t.type for t in offered} == {"capture"}

    play(scenario)


def test_offline_everything_typed_stays_and_nothing_is_sent(
    tmp_path: Path, stripe: Programme
) -> None:
    bought = stripe.capture()

    async def whole() -> None:
        async with place(tmp_path, stripe) as desk:
            await desk.disputes.refresh(bought)
        async with place(tmp_path, stripe, url="http://127.0.0.1:9") as desk:
            intake = await desk.disputes.open(bought)
            assert intake is not None
            draft = intake.draft.typed("reason", "fraudulent")
            with pytest.raises(UserFacing):
                await desk.disputes.save(draft)
            with pytest.raises(UserFacing):
                await desk.disputes.refresh_list()
            kept = await desk.disputes.open(bought)
            assert kept is not None
            assert kept.draft.reason == "fraudulent"
            assert await desk.casebook.journal.recent() == []

    asyncio.run(whole())
    assert stripe.disputes(bought) == []
