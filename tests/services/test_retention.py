"""A person leaves both files: everything that tells of them, and only when nothing keeps it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from supportdesk.domain.complaints import Complaint
from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Record,
    Transaction,
)
from supportdesk.services.calls import Calls
from supportdesk.services.changes import Changes
from supportdesk.services.retention import Retention
from supportdesk.store.calls import Call
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.dispute_steps import StepRow
from supportdesk.store.journal import Entry
from supportdesk.store.search import search
from tests.services.test_complaints import DAY, NOV_5, SEAL, Desk, at_desk, refused
from tests.support.store import sql

YEAR = 366 * DAY


async def a_person(desk: Desk, book: Casebook, reported_at: float) -> tuple[Call, Entry]:
    """A person with all that a desk keeps of one besides complaints."""
    records: list[Record] = [
        Cardholder(id="ich_1", name="Zofia Wisniewska", email="zofia@mail.example"),
        Cardholder(id="ich_2", name="Lena Hoffmann"),
        Card(id="ic_1", cardholder_id="ich_1", last4="4711", currency="eur"),
        Authorization(id="iauth_1", cardholder_id="ich_1", card_id="ic_1"),
        Transaction(id="ipi_1", cardholder_id="ich_1", card_id="ic_1"),
    ]
    await desk.mirror.put(records, NOV_5)
    calls = Calls(book.calls, book.journal, Changes(), account="practice", agent=lambda: "Ann")
    call = await calls.start("ich_1")
    await calls.keep_note(call.id, "Zofia waits")
    await calls.end(call.id)
    entry = Entry(
        account="practice", agent="Ann", action="card.freeze", object_id="ic_1",
        params={"name": "Zofia Wisniewska"},
    )  # fmt: skip
    exported = Entry(
        account="practice", agent="Ann", action="complaint.exported", object_id="",
        params={"reason": "the lawyer of Zofia Wisniewska asks"},
    )  # fmt: skip
    for each in (entry, exported):
        await book.journal.intend(each)
        await book.journal.sent(each.id)
        if each is exported:
            await book.journal.answered(each.id, "confirmed", at=NOV_5)
    other = Cardholder(id="ich_3", name="Zofia Nowak")
    await desk.mirror.put([other], NOV_5)
    await desk.mirror.put([replace(other, name="Ewa Nowak")], NOV_5 + 1)
    line: dict[str, Any] = {
        name: "" if column.annotation is str else 0 for name, column in StepRow.model_fields.items()
    }
    line |= {"transaction_id": "ipi_1", "cardholder_id": "ich_1", "cardholder": "Zofia Wisniewska"}
    await desk.mirror.database.run(lambda session: session.add(StepRow(**line)))
    await desk.complaints.keep_draft("new:ich_1", {"verbatim": "Zofia began to say"})
    for statement in (
        "INSERT INTO dispute_notes VALUES"
        " (1, 'practice', 'ipi_1', 'note', 'Zofia called', '', 1.0, '', 'Ann')",
        "INSERT INTO dispute_approvals VALUES"
        " ('practice', 'ipi_1', 'Ann', 1.0, '', 'ask Zofia again')",
        "INSERT INTO dispute_reminders VALUES ('practice', 'iauth_9', 'ich_1', 'Ann', 1.0, NULL)",
        "INSERT INTO lost_reports VALUES"
        f" ('1', 'practice', 'LST-1', 'ic_1', 'ich_1', {reported_at}, 2.0, 'Zofia lost 4711')",
    ):
        await book.database.run(sql(statement))
    return call, entry


def test_a_person_is_erased_from_both_files(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        book = Casebook(desk.complaints._store._database, SEAL)
        call, entry = await a_person(desk, book, desk.now + 6 * YEAR)
        typed = await desk.complaints.start({"cardholder_id": "ich_1"})
        said: dict[str, object] = {"verbatim": "Zofia Wisniewska is angry"}
        filled: Complaint = replace(desk.say(), **{**_of(typed), **said})  # type: ignore[arg-type]
        made = await desk.complaints.log(filled)
        made = await desk.complaints.steps.resolve(desk.resolved(made))
        retention = Retention(
            book, desk.mirror.database, desk.complaints, Changes(),
            settings=lambda: desk.settings, account="practice",
        )  # fmt: skip
        await refused(retention.erase_person("ich_1"), "complaint_kept")
        desk.now += 6 * YEAR + DAY
        await refused(retention.erase_person("ich_1"), "report_kept")  # its proof for 18 months
        assert await book.calls.get(call.id) is not None
        desk.now += 2 * YEAR
        await refused(retention.erase_person("ich_1"), "person_kept")  # what came of the freeze?
        await book.journal.answered(entry.id, "confirmed", at=NOV_5)
        assert await retention.erase_person("ich_1") == 1
        assert await book.calls.get(call.id) is None
        kept = await book.journal.get(entry.id)
        assert kept is not None
        assert (kept.params, kept.object_id, kept.action) == ({}, "", "card.freeze")
        assert await desk.mirror.cardholder("ich_1") is None
        assert await desk.mirror.cardholder("ich_2") is not None
        assert await search(desk.mirror, "zofia") == []
        assert len(await search(desk.mirror, "lena")) == 1
        for database in (book.database, desk.mirror.database):
            ids = (b"iauth_9", b"ich_1", b"ic_1", b"ipi_1", b"iauth_1", call.id.encode())
            for trace in (b"zofia", b"wisniewska", b"4711", *ids):
                assert trace not in (await plain(database, tmp_path)).lower(), trace
        assert b"nowak" in (await plain(desk.mirror.database, tmp_path)).lower()
        assert (await book.chain.verify()).breaks == ()
        # What was emptied stays empty: a name put there by hand is found.
        await book.database.run(sql("UPDATE journal SET object_id = 'ich_1' WHERE seq = 1"))
        (found,) = (await book.chain.verify()).breaks
        assert (found.why, found.kind, found.ref) == ("changed", "entry", 1)

    at_desk(tmp_path, work)


async def plain(database: Database, folder: Path) -> bytes:
    """A file's pages as they are under the cipher."""
    target = folder / f"{database.kind}.plain"
    target.unlink(missing_ok=True)

    def work() -> None:
        driver = database._writing.driver
        assert driver is not None
        assert driver.execute("PRAGMA freelist_count").fetchone()[0] == 0
        driver.execute(f"ATTACH DATABASE '{target}' AS plain KEY ''")
        driver.execute("SELECT sqlcipher_export('plain')")
        driver.execute("DETACH DATABASE plain")

    await database._writing.do(work)
    wal = database.path.with_name(f"{database.path.name}-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    return target.read_bytes()


def _of(complaint: Complaint) -> dict[str, object]:
    names = ("cardholder_id", "cardholder_name", "card_id", "card_last4")
    return {name: getattr(complaint, name) for name in names}


def test_what_is_not_over_keeps_a_person(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        book = Casebook(desk.complaints._store._database, SEAL)
        retention = Retention(
            book, desk.mirror.database, desk.complaints, Changes(),
            settings=lambda: desk.settings, account="practice",
        )  # fmt: skip
        disputed = Dispute(id="idp_1", transaction_id="ipi_1", status="submitted")
        bought = Transaction(id="ipi_1", cardholder_id="ich_1")
        await desk.mirror.put([Cardholder(id="ich_1", name="Zofia"), bought, disputed], NOV_5)
        calls = Calls(
            book.calls, book.journal, Changes(), account="practice", agent=lambda: "Ann",
            clock=lambda: desk.now,
        )  # fmt: skip
        call = await calls.start("ich_1")
        desk.now += 7 * YEAR

        async def why() -> list[str]:
            return [problem.detail for problem in (await retention.person("ich_1")).kept]

        assert await why() == [
            "A call with them has not ended.",
            "A dispute of theirs has not ended.",
        ]
        await calls.end(call.id)
        await desk.mirror.put([replace(disputed, status="lost")], desk.now)
        assert await why() == []
        again = await calls.start("ich_1")
        await calls.end(again.id)
        assert await why() == ["Their last call must be kept until 10 Nov 2039."]
        await refused(retention.erase_person("ich_1"), "person_kept")
        assert await desk.mirror.cardholder("ich_1") is not None
        desk.now += 7 * YEAR
        assert await retention.erase_person("ich_1") == 0
        assert await desk.mirror.cardholder("ich_1") is None

    at_desk(tmp_path, work)
