"""The lines of the house: who may import whom, what may be called where, how long files get.

Each rule is a plain function from a file to its offences, so that the examples at the end can
show that it does find what it forbids.
"""

import ast
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = re.compile(r"\.git|\.venv|build|dist|\.hypothesis|.*cache(__)?|.*\.egg-info")

# What each room of the package may import, besides itself. Rooms without an entry here
# (app, __main__, tour: what starts the program) know all the others.
GROUND = {"errors", "paths", "logs"}
BELOW = {
    "errors": set[str](),
    "paths": {"errors"},
    "logs": set[str](),
    "secrets": {"errors"},
    "config": GROUND,
    "aio": GROUND,
    "domain": GROUND,
    "store": GROUND | {"domain", "config", "aio"},
    "stripe_gateway": GROUND | {"domain", "config"},
    "services": GROUND | {"domain", "store", "stripe_gateway", "secrets", "config", "aio"},
    "ui": GROUND | {"domain", "store", "services", "secrets", "config", "aio"},
    "practice": set[str](),
}
STARTS_PRACTICE = {"app", "__main__", "practice"}
# Libraries that one room wraps for all the others.
ONE_IMPORTER = {
    "qasync": "aio",
    "stripe": "stripe_gateway",
    "sqlmodel": "store",
    "sqlalchemy": "store",
    "alembic": "store",
    "sqlcipher3": "store",
    "keyring": "secrets",
    "holidays": "domain",
}
WITHOUT_QT = {"domain", "stripe_gateway", "store", "practice", "secrets", "config", "paths", "logs"}
# These run an event loop of their own inside a coroutine, and the program hangs at its end.
STATIC_DIALOGS = {
    "QMessageBox": {"question", "information", "warning", "critical", "about", "aboutQt"},
    "QFileDialog": {
        *("getOpenFileName", "getOpenFileNames", "getOpenFileUrl", "getOpenFileUrls"),
        *("getSaveFileName", "getSaveFileUrl", "getExistingDirectory", "getExistingDirectoryUrl"),
    },
    "QInputDialog": {"getText", "getMultiLineText", "getInt", "getDouble", "getItem"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
BROAD = {"Exception", "BaseException"}
MAY_CATCH_ALL = {"supportdesk/app.py", "supportdesk/aio.py"}
# Boundaries to code that raises anything: the practice server's handlers, the system's keyrings.
CATCH_ALL_COUNTS = {"supportdesk/practice": 3, "supportdesk/secrets.py": 1}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50

Offences = Iterator[str]
Rule = Callable[[str, ast.Module], Offences]


def files(suffix: str = "") -> list[Path]:
    """All files of the checkout with this ending, without what tools leave behind."""
    found = []
    for place, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not NOT_OURS.fullmatch(name)]
        found += [Path(place, name) for name in names if name.endswith(suffix)]
    return found


def room(path: str) -> str:
    """First part below the package: `ui` for supportdesk/ui/tab.py."""
    return path.split("/")[1].removesuffix(".py")


def in_package(path: str) -> bool:
    return path.startswith("supportdesk/")


def imported(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything imported, at any depth of the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.split("/")[: -node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{source}.{name.name}") for name in node.names)


def imports_point_down(path: str, tree: ast.Module) -> Offences:
    here = room(path) if in_package(path) else None
    for line, name in imported(path, tree):
        if here is None or not name.startswith("supportdesk."):
            continue
        there = name.split(".")[1]
        if there == "practice" and here not in STARTS_PRACTICE:
            yield f"{line}: only the command line and app.py start the practice Stripe"
        elif here in BELOW and there != here and there not in BELOW[here]:
            yield f"{line}: {here} may not import {there}"


def libraries_stay_in_their_room(path: str, tree: ast.Module) -> Offences:
    for line, name in imported(path, tree):
        library = name.split(".")[0]
        if not in_package(path):
            continue
        if room(path) != ONE_IMPORTER.get(library, room(path)):
            yield f"{line}: {library} belongs to {ONE_IMPORTER[library]}"
        if library in {"PySide6", "shiboken6"} and room(path) in WITHOUT_QT:
            yield f"{line}: no Qt in {room(path)}"
        if name.startswith(("PySide6.QtWidgets", "PySide6.QtGui")) and room(path) == "services":
            yield f"{line}: services never know a widget"


def nothing_blocks_the_loop(path: str, tree: ast.Module) -> Offences:
    sql = path.startswith("supportdesk/store/")  # SQLModel's own Session.exec
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in {"exec", "exec_"} and not sql and path.startswith("supportdesk/"):
                yield f"{node.lineno}: .exec() hangs the program; open and await"
            if node.attr in STATIC_DIALOGS.get(owner, ()):
                yield f"{node.lineno}: {owner}.{node.attr} is an .exec()"
            if node.attr == "processEvents" and in_package(path):
                yield f"{node.lineno}: processEvents"
            if node.attr == "setStyleSheet" and path != "supportdesk/ui/theme.py":
                yield f"{node.lineno}: style sheets belong to ui/theme.py"
    for line, name in imported(path, tree):
        if name in {"qasync.asyncSlot", "qasync.asyncClose"}:
            yield f"{line}: {name}"


def errors_are_not_swallowed(path: str, tree: ast.Module) -> Offences:
    if path in MAY_CATCH_ALL:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_again(node):
            yield f"{node.lineno}: a broad except"


def no_test_is_left_out(path: str, tree: ast.Module) -> Offences:
    for node in ast.walk(tree) if path.startswith("tests/") else ():
        name = node.attr if isinstance(node, ast.Attribute) else ""
        if name in {"skip", "skipif", "xfail", "importorskip"}:
            yield f"{node.lineno}: {name}"  # type: ignore[attr-defined]


def functions_are_short(path: str, tree: ast.Module) -> Offences:
    if "/migrations/" in path:  # one frozen list of columns, not to be cut up for its length
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.lineno}: {node.name} has {lines} lines"


RULES: list[Rule] = [
    imports_point_down,
    libraries_stay_in_their_room,
    nothing_blocks_the_loop,
    no_test_is_left_out,
    functions_are_short,
]


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(n, ast.Name) and n.id in BROAD for n in ast.walk(handler.type))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """Every Python file of the checkout by its path from the top, with forward slashes."""
    return {
        file.relative_to(ROOT).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in files(".py")
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Rule, trees: dict[str, ast.Module]) -> None:
    assert trees
    assert [f"{path}:{found}" for path, tree in trees.items() for found in rule(path, tree)] == []


def test_broad_excepts_only_at_known_boundaries(trees: dict[str, ast.Module]) -> None:
    for place, allowed in CATCH_ALL_COUNTS.items():
        found = [
            f"{path}:{line}"
            for path, tree in trees.items()
            if path.startswith(place)
            for line in errors_are_not_swallowed(path, tree)
        ]
        assert len(found) <= allowed, found
    elsewhere = [
        f"{path}:{found}"
        for path, tree in trees.items()
        if not path.startswith(tuple(CATCH_ALL_COUNTS))
        for found in errors_are_not_swallowed(path, tree)
    ]
    assert elsewhere == []


def test_files_are_short() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files(".py")}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


# Written so that this file does not find itself.
PACKAGE_INDEX = re.compile(r"--(extra-)?index-[u]rl|--find-[l]inks|https?://[^\s\"']+/simple\b")
MARKS = re.compile("TO" + r"DO\b|FIX" + r"ME\b|X" + r"XX\b")


def test_no_file_names_a_package_index_or_somebodys_machine() -> None:
    found = []
    for file in files():
        text = file.read_bytes().decode("utf-8", errors="ignore")
        if index := PACKAGE_INDEX.search(text):
            found.append(f"{file.relative_to(ROOT)}: {index[0]}")
        if f"{ROOT}/" in text:
            found.append(f"{file.relative_to(ROOT)}: the folder of this checkout")
        if file.suffix in {".py", ".json", ".toml", ".md"} and MARKS.search(text):
            found.append(f"{file.relative_to(ROOT)}: an open mark")
    assert found == []


def test_resources_can_be_read() -> None:
    lists = [file for file in files(".json") if "resources" in file.parts]
    assert lists
    for file in lists:
        json.loads(file.read_text(encoding="utf-8"))


BAD = [
    (imports_point_down, "supportdesk/domain/a.py", "from supportdesk.services import lookup"),
    (imports_point_down, "supportdesk/services/a.py", "import supportdesk.ui.theme"),
    (imports_point_down, "supportdesk/store/a.py", "from supportdesk import stripe_gateway"),
    (imports_point_down, "supportdesk/ui/a.py", "from supportdesk.stripe_gateway import client"),
    (imports_point_down, "supportdesk/ui/a.py", "from supportdesk.practice import app"),
    (imports_point_down, "supportdesk/practice/a.py", "from supportdesk.errors import UserFacing"),
    (
        imports_point_down,
        "supportdesk/practice/a.py",
        "def f():\n  import supportdesk.domain",
    ),
    (imports_point_down, "supportdesk/domain/a.py", "from ..services import lookup"),
    (imports_point_down, "supportdesk/domain/b/a.py", "from ... import services"),
    (libraries_stay_in_their_room, "supportdesk/ui/a.py", "import stripe"),
    (libraries_stay_in_their_room, "supportdesk/app.py", "from qasync import QEventLoop"),
    (libraries_stay_in_their_room, "supportdesk/services/a.py", "from sqlmodel import select"),
    (libraries_stay_in_their_room, "supportdesk/ui/a.py", "import keyring.errors"),
    (libraries_stay_in_their_room, "supportdesk/domain/a.py", "from PySide6.QtCore import QDate"),
    (libraries_stay_in_their_room, "supportdesk/services/a.py", "from PySide6 import QtWidgets"),
    (nothing_blocks_the_loop, "supportdesk/ui/a.py", "dialog.exec()"),
    (nothing_blocks_the_loop, "supportdesk/ui/a.py", "QMessageBox.question(None, '', '')"),
    (nothing_blocks_the_loop, "supportdesk/ui/a.py", "ask = QFileDialog.getOpenFileName"),
    (nothing_blocks_the_loop, "supportdesk/ui/a.py", "QApplication.processEvents()"),
    (nothing_blocks_the_loop, "supportdesk/ui/a.py", "from qasync import asyncSlot"),
    (nothing_blocks_the_loop, "supportdesk/ui/a.py", "self.setStyleSheet('')"),
    (errors_are_not_swallowed, "supportdesk/ui/a.py", "try: f()\nexcept Exception: pass"),
    (errors_are_not_swallowed, "supportdesk/ui/a.py", "try: f()\nexcept: pass"),
    (errors_are_not_swallowed, "supportdesk/ui/a.py", "try: f()\nexcept (A, BaseException): pass"),
    (no_test_is_left_out, "tests/test_a.py", "pytest.mark.skipif(True)"),
    (functions_are_short, "tests/test_a.py", "def f():\n" + "  a()\n" * LONGEST_FUNCTION),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_each_rule_finds_what_it_forbids(rule: Rule, path: str, text: str) -> None:
    assert list(rule(path, ast.parse(text)))
