"""From intake to the network's decision, each reason, with requests as Stripe describes them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from supportdesk.domain.days import format_day
from supportdesk.domain.dispute_answers import answered
from supportdesk.domain.dispute_talk import talk, ways
from supportdesk.domain.disputes import Draft
from tests.contract.recorder import RecordingProxy
from tests.services.desk_at_practice import RULES, Place, Programme, place
from tests.support.evidence import picture, text_pdf

REASONS = [entry.reason for entry in RULES.reasons.reasons]


@pytest.fixture
def proxy(stripe: Programme) -> Iterator[RecordingProxy]:
    with RecordingProxy(stripe.url) as made:
        yield made


def day(ago: int) -> str:
    return format_day(date.today() - timedelta(ago), "de_DE")  # noqa: DTZ011  (the desk's day)


def typed(draft: Draft, other: str, files: list[str]) -> Draft:
    """Fill every field of the reason; the answers may have settled some."""
    reason = RULES.reason(draft.reason)
    assert reason is not None
    values = {"date": day(1), "bool": "yes", "text": "Black shoes, size 42"}
    for entry in reason.fields:
        what = RULES.field(entry.field)
        if entry.field in reason.one_of or draft.evidence.get(entry.field):
            continue
        text = values.get(what.kind, "")
        if what.kind == "choice":
            text = what.choices[0].value
        if what.kind == "file":
            text = " ".join(files)
        draft = draft.typed(entry.field, text) if text else draft
    if reason.one_of:
        draft = draft.typed("original_transaction", other)
    return draft.typed("told_us_on", day(0))


async def take_in(desk: Place, stripe: Programme, reason: str, files: list[Path]) -> list[str]:
    """Take in two purchases together and submit one dispute each; return the purchases."""
    said = next(
        way for way in ways(RULES.conversation) if talk(RULES.conversation, way).reason == reason
    )
    ids = [stripe.capture(), stripe.capture()]
    assert await desk.disputes.start(ids) == ids
    intake = await desk.disputes.open(ids[0])
    assert intake is not None
    draft = intake.draft
    for question, value in said.items():
        draft = answered(draft, question, value, RULES.conversation)
    await desk.disputes.keep(desk.disputes.explained(intake, draft))
    kept = [(await desk.disputes.evidence.add(ids[0], path)).id for path in files]
    for transaction_id, text in zip(ids, ("winning_evidence", "losing_evidence"), strict=True):
        intake = await desk.disputes.open(transaction_id)
        assert intake is not None
        draft = typed(intake.draft, stripe.capture(), kept)
        assert draft.reason == reason
        assert draft.evidence["explanation"].startswith("On ")  # drafted from the answers
        draft = draft.typed("explanation", text)
        if text == "winning_evidence":  # saved first; the other one is made when it is submitted
            saved = await desk.disputes.save(draft)
            assert saved.status == "unsubmitted"
            draft = replace(draft, dispute_id=saved.id)
        submitted = await desk.disputes.submit(draft)
        assert submitted.status == "submitted"
    return ids


def test_each_reason_from_the_conversation_to_won_and_to_lost(
    stripe: Programme, proxy: RecordingProxy, tmp_path: Path
) -> None:
    scan, report = tmp_path / "scan of Lena.png", tmp_path / "report.pdf"
    scan.write_bytes(picture())
    report.write_bytes(text_pdf(2))
    filed: dict[str, list[str]] = {}

    async def whole() -> None:
        async with place(tmp_path, stripe, url=proxy.url) as desk:
            for reason in REASONS:
                filed[reason] = await take_in(desk, stripe, reason, [scan, report])
            stripe.post("/_practice/clock", advance=120)
            for ids in filed.values():
                for transaction_id, outcome in zip(ids, ("won", "lost"), strict=True):
                    seen = await desk.disputes.refresh(transaction_id)
                    assert seen is not None
                    assert seen.dispute is not None
                    assert seen.dispute.status == outcome
                    assert bool(seen.dispute.loss_reason) == (outcome == "lost")

    asyncio.run(whole())
    assert set(filed) == set(REASONS)
    for reason, ids in filed.items():
        evidence = [stripe.disputes(one)[0]["evidence"][reason] for one in ids]
        [sent] = {one["additional_documentation"] for one in evidence}  # one file for both
        file = stripe.get(f"/v1/files/{sent}")
        assert (file["type"], file["filename"]) == ("pdf", "evidence.pdf")
    uploads = [e for e in proxy.exchanges if e.method == "POST" and e.path == "/v1/files"]
    assert len(uploads) == len(REASONS)
    assert proxy.violations() == []
    assert not any(b"Lena" in exchange.content for exchange in uploads)
