"""Every migration: up, down, with data, the same as the models, and never without a copy."""

from __future__ import annotations

import ast
import asyncio
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

import supportdesk.store
from supportdesk.domain.records import Authorization, Card, Cardholder, Record, Shipping
from supportdesk.store import migrate
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry
from supportdesk.store.mirror import Mirror
from supportdesk.store.problems import Kind
from supportdesk.store.search import search
from supportdesk.store.tables import CasebookTable, MirrorTable
from tests.support.store import KEY, KINDS, names, problem, rows, sql, with_database

for module in pkgutil.iter_modules(supportdesk.store.__path__):
    if module.name != "migrations":
        importlib.import_module(f"supportdesk.store.{module.name}")  # so that all tables are known

MODELS = {"mirror": MirrorTable.metadata, "casebook": CasebookTable.metadata}
VERSION = "SELECT version_num FROM alembic_version"
# What SQLModel cannot say: the full-text index and the triggers that feed it or guard a table.
BY_HAND = ("search_", "sqlite_", "alembic_")
ENTRY = Entry(account="desk", agent="Ann", action="card.freeze", object_id="ic_1")


def downgrade(path: Path, kind: Kind, version: str) -> None:
    def work(session: Session) -> None:
        command.downgrade(migrate.config(kind, session.connection()), version)

    with_database(path, kind, lambda database: database.run(work))


def schema(path: Path, kind: Kind) -> set[tuple[object, ...]]:
    """Return everything the file defines, as its own SQL."""
    found = rows(path, kind, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(kept, name, " ".join(str(text).split())) for kept, name, text in found}


@pytest.mark.parametrize("kind", KINDS)
def test_versions_are_numbered_without_gaps(kind: Kind) -> None:
    known = migrate.known_versions(kind)
    assert known == [f"{number:04}" for number in range(1, len(known) + 1)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_version_is_what_the_models_say(tmp_path: Path, kind: Kind) -> None:
    def hand_made(name: str | None) -> bool:
        return name is not None and name.startswith(BY_HAND)

    def differences(session: Session) -> list[object]:
        context = MigrationContext.configure(
            session.connection(),
            opts={
                "compare_type": True,
                "include_object": lambda _object, name, *_: not hand_made(name),
            },
        )
        return list(compare_metadata(context, MODELS[kind]))

    def columns(session: Session) -> dict[str, list[tuple[object, ...]]]:
        return {
            table.name: sql(f"PRAGMA table_xinfo({table.name})")(session)
            for table in MODELS[kind].sorted_tables
        }

    def expected(table: Table) -> list[tuple[str, bool]]:
        return [(column.name, not column.nullable) for column in table.columns]

    path = tmp_path / "desk.db"
    assert with_database(path, kind, lambda database: database.run(differences)) == []
    found = with_database(path, kind, lambda database: database.run(columns))
    for table in MODELS[kind].sorted_tables:
        got = [(column[1], bool(column[3])) for column in found[table.name]]
        assert sorted(map(str, got)) == sorted(map(str, expected(table))), table.name


@pytest.mark.parametrize("kind", KINDS)
def test_down_and_up_again_changes_nothing(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "desk.db"
    newest = schema(path, kind)
    for version in reversed(migrate.known_versions(kind)[:-1]):
        downgrade(path, kind, version)
        assert schema(path, kind) == newest


@pytest.mark.parametrize("kind", KINDS)
def test_all_the_way_down_nothing_is_left(tmp_path: Path, kind: Kind) -> None:
    def work(session: Session) -> list[tuple[object, ...]]:
        command.downgrade(migrate.config(kind, session.connection()), "base")
        left = sql("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")(session)
        command.upgrade(migrate.config(kind, session.connection()), "head")
        return left

    left = with_database(tmp_path / "desk.db", kind, lambda database: database.run(work))
    assert left == [("alembic_version",)]


def test_an_older_casebook_keeps_its_entries_and_is_copied_first(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"

    async def write(database: Database) -> None:
        await Casebook(database).journal.intend(ENTRY)

    async def read(database: Database) -> Entry | None:
        return await Casebook(database).journal.get(ENTRY.id)

    with_database(path, "casebook", write)
    for _ in range(5):
        downgrade(path, "casebook", "0001")
        assert with_database(path, "casebook", read) == ENTRY
        assert rows(path, "casebook", VERSION) == [(migrate.known_versions("casebook")[-1],)]
    copies = migrate.copies_of(path)
    assert len(copies) == 3
    assert names(tmp_path) == {"desk.db", *(copy.name for copy in copies)}
    for copy in copies:
        assert copy.name.endswith(".0001.copy")
        if sys.platform != "win32":
            assert copy.stat().st_mode & 0o777 == 0o600
        content = copy.read_bytes()
        assert not [word for word in (b"card.freeze", b"SQLite", b"Ann") if word in content]
    restored = tmp_path / "restored" / "desk.db"
    restored.parent.mkdir()
    copies[-1].rename(restored)
    assert with_database(restored, "casebook", read) == ENTRY


def test_an_older_mirror_keeps_its_rows_and_learns_what_is_open(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    sent = Shipping(status="shipped")
    records: list[Record] = [
        Cardholder(id="ich_1", name="Ann"),
        Card(id="ic_1", cardholder_id="ich_1", shipping=sent),
        Authorization(id="iauth_1", status="pending"),
    ]

    async def write(database: Database) -> None:
        await Mirror(database).put(records, 1.0)

    async def read(database: Database) -> tuple[object, ...]:
        mirror = Mirror(database)
        found = await search(mirror, "ann")
        held, on_their_way = (
            await mirror.open_authorizations(2.0, 9),
            await mirror.cards_on_their_way(2.0, 9),
        )
        seen = await mirror.card("ic_1")
        assert seen is not None
        return [hit.cardholder_id for hit in found], held, on_their_way, seen.how

    with_database(path, "mirror", write)
    downgrade(path, "mirror", "0001")
    assert with_database(path, "mirror", read) == (["ich_1"], ["iauth_1"], ["ic_1"], "read")
    assert names(tmp_path) == {"desk.db"}, "a mirror is not copied: it can be read again"


def test_a_step_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"

    def obstruct(session: Session) -> None:
        command.downgrade(migrate.config("casebook", session.connection()), "0001")
        sql("CREATE TABLE complaints (in_the_way)")(session)

    with_database(path, "casebook", lambda database: database.run(obstruct))
    before = path.read_bytes()
    with pytest.raises(DBAPIError):
        asyncio.run(Database.open(path, KEY, "casebook"))
    assert path.read_bytes() == before
    (copy,) = migrate.copies_of(path)
    assert names(tmp_path) == {"desk.db", copy.name}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["9999", "abc"])
def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path, kind: Kind, version: str) -> None:
    path = tmp_path / "desk.db"
    rows(path, kind, f"UPDATE alembic_version SET version_num = '{version}'")
    before = path.read_bytes()
    found = problem(path, kind)
    assert found.code == "db_newer"
    assert "newer Supportdesk" in found.title
    assert path.read_bytes() == before
    assert names(tmp_path) == {"desk.db"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spoil", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
def test_a_file_without_a_version_is_damaged(tmp_path: Path, kind: Kind, spoil: str) -> None:
    rows(tmp_path / "desk.db", kind, spoil)
    assert problem(tmp_path / "desk.db", kind).code == "db_damaged"


@pytest.mark.parametrize("kind", KINDS)
def test_the_start_does_not_wait_for_alembic(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "desk.db"
    rows(path, kind, "SELECT 1")
    script = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from supportdesk.store.casebook import Casebook\n"
        "from supportdesk.store.database import Database\n"
        "from supportdesk.store.search import search\n"
        "async def main():\n"
        "    database = await Database.open(Path(sys.argv[1]), sys.argv[2], sys.argv[3])\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
        "print([name for name in sys.modules if name.startswith(('alembic', 'mako'))])\n"
    )
    arguments = [sys.executable, "-c", script, str(path), KEY, kind]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert done.stderr == ""


def test_migrations_stand_alone() -> None:
    """A step must do the same for ever, so it may not use what the program is today."""
    files = sorted(Path(migrate.__file__).parent.glob("migrations/**/*.py"))
    assert len(files) >= 4
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                modules = [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
                assert not [name for name in modules if name.startswith("supportdesk")], file.name
                assert getattr(node, "level", 0) == 0, file.name


def test_an_older_mirror_is_searched_like_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    people = [
        Cardholder(id="ich_1", name="Jürgen Groß", email="j@x.de", phone_number="+4915123456789"),
        Cardholder(id="ich_2", name="No Phone"),
        Cardholder(id="ich_3", name="Odd", phone_number="0800 12"),
    ]
    card = Card(id="ic_1", cardholder_id="ich_1", last4="4242")
    kept = "SELECT id, email, phone, national, folded, body FROM cardholders ORDER BY id"
    texts = ("0151 2345", "+49151", "0800", "4242", "grosz", "ürge", "phone")

    async def fill(database: Database) -> None:
        await Mirror(database).put([*people, card], 1.0)

    async def look(database: Database) -> list[set[str]]:
        mirror = Mirror(database)
        return [{hit.cardholder_id for hit in await search(mirror, text)} for text in texts]

    with_database(path, "mirror", fill)
    newest = rows(path, "mirror", kept)
    downgrade(path, "mirror", "0001")
    assert with_database(path, "mirror", look) == [
        *({"ich_1"}, {"ich_1"}, {"ich_3"}, {"ich_1"}, {"ich_1"}, {"ich_1"}, {"ich_2"})
    ]
    assert rows(path, "mirror", kept) == newest
    assert migrate.copies_of(path) == []


def test_a_mirror_without_both_numbers_gets_them(tmp_path: Path) -> None:
    """As a mirror was written before the second version."""
    path = tmp_path / "desk.db"

    def old(session: Session) -> None:
        command.downgrade(migrate.config("mirror", session.connection()), "0001")
        sql(
            "INSERT INTO cardholders (id, created, email, folded, read_at, body) VALUES "
            "('ich_1', 0, '', ' ann' || char(10) || char(10) || ' 390669821234', 1.0, "
            '\'{"id":"ich_1","name":"Ann","phone_number":"+390669821234"}\')'
        )(session)

    with_database(path, "mirror", lambda database: database.run(old))
    assert rows(path, "mirror", "SELECT phone, national, folded FROM cardholders") == [
        ("390669821234", "669821234", " ann\n\n 390669821234 669821234")
    ]
    assert rows(path, "mirror", "SELECT word, back FROM name_words") == [("ann", "nna")]
