"""A person leaves both files: everything that tells of them, and only when nothing keeps it."""

from __future__ import annotations

import re
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
            left = (await plain(database, tmp_path)).lower()
            for trace in (b"zofia", b"wisniewska", *ids):
                assert trace not in left, trace
            assert not re.search(rb"(?<![0-9a-f])4711(?![0-9a-f])", left)  # but in a hash
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


async def nobodys(desk: Desk, calls: Calls) -> dict[str, Complaint]:
    """Complaints without a person, and by what each names Zofia, if it does."""
    call = await calls.start()
    await calls.keep_note(call.id, "a woman waits for her refund from Lodz")
    await calls.end(call.id)
    told = {
        "name": "WISNIEWSKA, Zofia: her refund is late",
        "email": "write to zofia at mail dot example",
        "phone": "she can be called on 0048 22-123 45 67",
        "history": "Nothing but this stands here now",
        "nobody": "Somebody called Zofia, or was it Wisniewski, wants a refund",
        "other": "Ewa Nowak waits, 022 123 45 68",
    }
    made = {}
    for why, said in told.items():
        typed = desk.say(cardholder_name="Zofia Wiśniewska" if why == "history" else "")
        one = await desk.complaints.log(replace(typed, verbatim=said, call_id=call.id))
        if why == "history":
            one = await desk.complaints.edit(replace(one, cardholder_name="", cardholder_id=""))
        one = await desk.complaints.steps.attach(one, "letter.txt", "", f"{why} 4711".encode())
        made[why] = await desk.complaints.steps.withdraw(one, desk.now, "It has arrived.")
    return made


def test_a_complaint_without_a_person_is_listed_and_erased_only_when_chosen(
    tmp_path: Path,
) -> None:
    async def work(desk: Desk) -> None:
        book = Casebook(desk.complaints._store._database, SEAL)
        zofia = Cardholder(
            id="ich_1", name="Zofia Wiśniewska", email="zofia@mail.example",
            phone_number="+48221234567",
        )  # fmt: skip
        await desk.mirror.put([zofia], NOV_5)
        calls = Calls(
            book.calls, book.journal, Changes(), account="practice", agent=lambda: "Ann",
            clock=lambda: desk.now,
        )  # fmt: skip
        made = await nobodys(desk, calls)
        retention = Retention(
            book, desk.mirror.database, desk.complaints, Changes(),
            settings=lambda: desk.settings, account="practice",
        )  # fmt: skip

        async def listed() -> dict[str, tuple[tuple[str, ...], bool]]:
            found = (await retention.person("ich_1")).perhaps
            return {one.complaint.id: (one.by, bool(one.kept)) for one in found}

        named = {made[why].id: (why,) for why in ("name", "email", "phone")}
        named[made["history"].id] = ("name",)
        assert await listed() == {id_: (by, True) for id_, by in named.items()}
        chosen = [made["name"].id]
        await refused(retention.erase_person("ich_1", chosen), "complaint_kept")
        desk.now += 8 * YEAR
        assert await listed() == {id_: (by, False) for id_, by in named.items()}
        for not_listed in (made["nobody"].id, "unknown"):
            wrong = retention.erase_person("ich_1", [*chosen, not_listed])
            await refused(wrong, "complaint_not_listed")
        assert (await desk.complaints.get(made["name"].id)).verbatim
        traces = ("zofia", "wiśniewska", "wi\\u015bniewska", "123 45 67", "lodz", "phone 4711")
        await retention.scour()
        before = (await plain(book.database, tmp_path)).decode("utf-8", "replace").lower()
        assert [trace for trace in traces if trace not in before] == ["wiśniewska"]
        assert await retention.erase_person("ich_1", list(named)) == 4
        assert (await desk.complaints.get(made["other"].id)).verbatim == made["other"].verbatim
        assert (await desk.complaints.get(made["nobody"].id)).verbatim
        await retention.erase(await desk.complaints.get(made["nobody"].id))
        for database in (book.database, desk.mirror.database):
            left = (await plain(database, tmp_path)).decode("utf-8", "replace").lower()
            assert [trace for trace in (*traces, "wisniewska") if trace in left] == []
        assert (await book.chain.verify()).breaks == ()

    at_desk(tmp_path, work)
