from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from supportdesk.domain.disputes import Draft
from supportdesk.domain.evidence_files import Evidence
from supportdesk.store.dispute_drafts import DisputeDrafts
from tests.support.store import with_database

T = TypeVar("T")
PDF = Evidence("police-report.pdf", "application/pdf", b"%PDF-1.7 Lena %%EOF")
DRAFT = Draft(
    transaction_id="ipi_1",
    reason="fraudulent",
    amount="249,0o",
    told_us_on="tomorrow",
    evidence={"explanation": "Took no part. 😀 שלום"},
)


def in_casebook(path: Path, work: Callable[[DisputeDrafts], Awaitable[T]]) -> T:
    return with_database(path, "casebook", lambda database: work(DisputeDrafts(database)))


def test_a_discarded_draft_leaves_its_files_to_those_taken_in_with_it(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        for name in ("ipi_1", "ipi_2"):
            draft = Draft(transaction_id=name, intake="together")
            await drafts.save("practice", draft, agent="Ann", at=1.0)
        kept = await drafts.add_file("practice", "ipi_1", PDF, agent="Ann", at=2.0)
        assert await drafts.files("practice", "ipi_2") == [kept]
        await drafts.discard("practice", "ipi_1")
        assert await drafts.files("practice", "ipi_2") == [kept]
        assert await drafts.content("practice", kept.id) == PDF.content
        await drafts.discard("practice", "ipi_2")
        with pytest.raises(KeyError):
            await drafts.content("practice", kept.id)

    in_casebook(file, work)


def test_what_was_typed_is_there_after_a_restart(file: Path) -> None:
    async def type_it(drafts: DisputeDrafts) -> None:
        await drafts.save("practice", Draft(transaction_id="ipi_1"), agent="Ann", at=1.0)
        await drafts.save("practice", DRAFT, agent="Ben", at=2.0)

    async def look(drafts: DisputeDrafts) -> None:
        kept = await drafts.get("practice", "ipi_1")
        assert kept is not None
        assert kept.draft == DRAFT
        assert (kept.agent, kept.created_at, kept.updated_at) == ("Ben", 1.0, 2.0)
        assert await drafts.get("practice", "ipi_2") is None
        assert await drafts.get("live", "ipi_1") is None

    in_casebook(file, type_it)
    in_casebook(file, look)


def test_a_late_keystroke_does_not_undo_what_stripe_said(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        at_stripe = replace(DRAFT, dispute_id="idp_1")
        await drafts.save("practice", at_stripe, agent="", at=1.0)
        await drafts.save("practice", DRAFT.typed("amount", "5"), agent="", at=2.0)
        kept = await drafts.get("practice", "ipi_1")
        assert kept is not None
        assert (kept.draft.dispute_id, kept.draft.amount) == ("idp_1", "5")
        sent = replace(at_stripe, submitted_at=3.0)
        await drafts.save("practice", sent, agent="", at=3.0)
        await drafts.save("practice", DRAFT.typed("amount", "6"), agent="", at=4.0)
        kept = await drafts.get("practice", "ipi_1")
        assert kept is not None
        assert kept.draft == sent

    in_casebook(file, work)


def test_half_a_character_does_not_lose_the_rest(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        await drafts.save("practice", DRAFT.typed("explanation", "a\ud83d b"), agent="", at=1.0)
        kept = await drafts.get("practice", "ipi_1")
        assert kept is not None
        assert kept.draft.evidence["explanation"].startswith("a")
        assert kept.draft.evidence["explanation"].endswith(" b")

    in_casebook(file, work)


def test_intakes_are_listed_last_typed_first(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        for at, name in enumerate(("ipi_1", "ipi_2", "ipi_3")):
            await drafts.save("practice", Draft(transaction_id=name), agent="", at=float(at))
        await drafts.save("practice", Draft(transaction_id="ipi_1"), agent="", at=9.0)
        kept = await drafts.all("practice")
        assert [k.draft.transaction_id for k in kept] == ["ipi_1", "ipi_3", "ipi_2"]
        assert await drafts.all("live") == []

    in_casebook(file, work)


def test_a_file_is_kept_with_its_bytes_and_once(file: Path) -> None:
    async def add(drafts: DisputeDrafts) -> None:
        first = await drafts.add_file("practice", "ipi_1", PDF, agent="Ann", at=1.0)
        again = await drafts.add_file("practice", "ipi_1", PDF, agent="Ann", at=2.0)
        other = await drafts.add_file("practice", "ipi_2", PDF, agent="Ann", at=3.0)
        assert first == again
        assert other.id != first.id
        assert first.size == len(PDF.content)
        # a file alone is no intake yet
        assert await drafts.get("practice", "ipi_1") is None
        await drafts.save("practice", DRAFT, agent="Ann", at=4.0)

    async def look(drafts: DisputeDrafts) -> None:
        [kept] = await drafts.files("practice", "ipi_1")
        assert kept.name == "police-report.pdf"
        assert await drafts.content("practice", kept.id) == PDF.content
        with pytest.raises(KeyError):
            await drafts.content("live", kept.id)
        assert await drafts.files("practice", "ipi_9") == []

    in_casebook(file, add)
    in_casebook(file, look)


def test_an_upload_is_remembered(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        kept = await drafts.add_file("practice", "ipi_1", PDF, agent="", at=1.0)
        await drafts.uploaded("practice", kept.id, "file_1", 99.0)
        [seen] = await drafts.files("practice", "ipi_1")
        assert (seen.stripe_file_id, seen.expires_at) == ("file_1", 99.0)
        assert await drafts.content("practice", kept.id) == PDF.content

    in_casebook(file, work)


def test_a_discarded_intake_takes_its_files_along(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        await drafts.save("practice", DRAFT, agent="", at=1.0)
        kept = await drafts.add_file("practice", "ipi_1", PDF, agent="", at=1.0)
        await drafts.discard("practice", "ipi_1")
        await drafts.discard("practice", "ipi_1")
        assert await drafts.all("practice") == []
        with pytest.raises(KeyError):
            await drafts.content("practice", kept.id)

    in_casebook(file, work)


def test_neither_words_nor_files_can_be_read_from_the_disk(file: Path) -> None:
    async def work(drafts: DisputeDrafts) -> None:
        await drafts.save("practice", DRAFT, agent="", at=1.0)
        await drafts.add_file("practice", "ipi_1", PDF, agent="", at=1.0)

    in_casebook(file, work)
    raw = b"".join(path.read_bytes() for path in file.parent.glob("casebook.db*"))
    assert len(raw) > 4096
    for secret in (b"Took no part", b"police-report", b"%PDF", b"ipi_1"):
        assert secret not in raw
