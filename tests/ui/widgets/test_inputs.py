from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from supportdesk.ui import text, theme
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.long_text import LongText
from supportdesk.ui.widgets.money_edit import MoneyEdit


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    text.set_language("en")


@pytest.fixture
def note(qtbot: QtBot) -> LongText:
    made = LongText(limit=100)
    qtbot.addWidget(made)
    made.show()
    return made


def paste(note: LongText, content: str) -> None:
    data = QMimeData()
    data.setText(content)
    note.editor.insertFromMimeData(data)


def said(note: LongText) -> str:
    return note._message.text() if note._message.isVisible() else ""


def test_a_card_number_is_stopped_and_masked_with_one_click(note: LongText, qtbot: QtBot) -> None:
    QTest.keyClicks(note.editor, "card 4242 4242 4242 4242 please")
    assert "full card number" in note.problem()
    assert said(note) == note.problem()
    QTest.mouseClick(note._mask, Qt.MouseButton.LeftButton)
    assert note.text() == "card •••• 4242 please"
    assert note.problem() == ""
    note.editor.undo()
    assert note.text() == "card •••• 4242 please"


def test_a_pin_is_stopped_and_masked_with_one_click(note: LongText, qtbot: QtBot) -> None:
    QTest.keyClicks(note.editor, "his PIN is 123")
    assert note.problem() == ""
    QTest.keyClicks(note.editor, "4, he says")
    assert "security code or PIN" in note.problem()
    assert note._mask.text() == "Mask it"
    QTest.mouseClick(note._mask, Qt.MouseButton.LeftButton)
    assert (note.text(), note.problem()) == ("his PIN is •••, he says", "")


def test_a_megabyte_is_not_taken_and_what_was_typed_stays(note: LongText, qtbot: QtBot) -> None:
    QTest.keyClicks(note.editor, "typed")
    paste(note, "x" * 1_000_000)
    assert note.text() == "typed"
    assert "1,000,000" in said(note)
    QTest.keyClicks(note.editor, "!")
    assert said(note) == ""


def test_a_text_that_is_too_long_stays_and_is_named(note: LongText) -> None:
    paste(note, "a" * 130)
    assert len(note.text()) == 130
    assert "30" in note.problem()
    assert note.editor.property("invalid") is True


def test_control_characters_never_arrive(note: LongText) -> None:
    paste(note, "a\x00b\x07\u202ec\r\nשלום 👩‍🚀")
    assert note.text() == "abc\nשלום 👩‍🚀"


def test_tab_leaves_the_text_and_ctrl_enter_is_the_forms(qtbot: QtBot) -> None:
    form = QWidget()
    layout = QVBoxLayout(form)
    note, send = LongText(), KeyButton("Send", "Ctrl+Return")
    layout.addWidget(note)
    layout.addWidget(send)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    assert QTest.qWaitForWindowActive(form)
    clicks: list[bool] = []
    send.clicked.connect(lambda: clicks.append(True))
    note.editor.setFocus()
    QTest.keyClick(note.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(clicks) == 1
    assert note.text() == ""
    QTest.keyClick(note.editor, Qt.Key.Key_Tab)
    assert note.text() == ""


def test_a_letter_is_a_shortcut_only_outside_text(qtbot: QtBot) -> None:
    form = QWidget()
    layout = QVBoxLayout(form)
    money, freeze, other = MoneyEdit("eur"), KeyButton("Freeze", "F"), KeyButton("Other")
    for widget in (money, freeze, other):
        layout.addWidget(widget)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    assert QTest.qWaitForWindowActive(form)
    clicks: list[bool] = []
    freeze.clicked.connect(lambda: clicks.append(True))
    money.setFocus()
    QTest.keyClick(money, Qt.Key.Key_F)
    assert (clicks, money.text()) == ([], "f")
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_F)
    assert len(clicks) == 1
    freeze.setText("Unfreeze")
    QTest.keyClick(other, Qt.Key.Key_F)
    assert len(clicks) == 2


@pytest.mark.parametrize(
    ("typed", "amount", "words"),
    [
        ("249.00", 24900, ""),
        ("1,234.50", 123450, ""),
        ("€12", 1200, ""),
        ("2500.00", None, "At most"),
        ("12,5", None, "not clear"),
        ("", None, "Enter an amount"),
        ("-1", None, "without a sign"),
        ("1.234", None, "decimals"),
        ("👍", None, "not an amount"),
    ],
)
def test_amounts(qtbot: QtBot, typed: str, amount: int | None, words: str) -> None:
    edit = MoneyEdit("eur", most=200_000)
    qtbot.addWidget(edit)
    edit.setText(typed)
    assert edit.amount() == amount
    assert words in edit.problem()
    assert bool(words) == bool(edit.problem())
    assert edit.text() == typed


@pytest.mark.parametrize(
    ("language", "typed", "wanted"),
    [
        ("en", "23/11/2026", date(2026, 11, 23)),
        ("en", "3.1.26", date(2026, 1, 3)),
        ("en_US", "11/23/2026", date(2026, 11, 23)),
        ("de", "23.11.2026", date(2026, 11, 23)),
        ("de", "2026-11-23", date(2026, 11, 23)),
        ("en", "31/02/2026", None),
        ("en", "tomorrow", None),
        ("en", "23/11", None),
        ("en", "1/1/123", None),
        ("en", "٢٣/١١/٢٠٢٦", None),
    ],
)
def test_dates(qtbot: QtBot, language: str, typed: str, wanted: date | None) -> None:
    text.set_language(language)
    edit = DateEdit()
    qtbot.addWidget(edit)
    edit.setText(typed)
    assert edit.day() == wanted
    assert bool(edit.problem()) == (wanted is None)
    assert edit.text() == typed


@pytest.mark.parametrize("language", ["en", "en_US", "de", "fr", "es", "it", "sv", "hu"])
def test_a_written_date_can_be_read_back(language: str) -> None:
    text.set_language(language)
    for offset in range(0, 800, 37):
        value = date(2026, 1, 1) + timedelta(days=offset)
        assert text.parse_day(text.typed_day(value)) == value


def test_a_date_outside_its_range_is_named(qtbot: QtBot) -> None:
    today = datetime.now().astimezone().date()
    edit = DateEdit(earliest=date(2026, 1, 1), latest=today)
    qtbot.addWidget(edit)
    edit.set_day(today + timedelta(days=1))
    assert "future" in edit.problem()
    edit.set_day(date(2025, 12, 31))
    assert "Not earlier" in edit.problem()
    edit.set_day(today)
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert edit.day() == today - timedelta(days=1)


def test_a_file_can_be_dropped_pasted_or_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    zone = DropZone("PDF or JPEG", (".pdf", ".jpg"))
    qtbot.addWidget(zone)
    zone.show()
    got: list[list[Path]] = []
    pictures: list[bytes] = []
    zone.files.connect(got.append)
    zone.image.connect(pictures.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.pdf")), QUrl("https://x.example/b.pdf")])
    assert zone.take(data)
    clip = QApplication.clipboard()
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(QColor("red"))
    clip.setImage(picture)
    QTest.keyClick(zone, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    dialog = zone.open_dialog()
    assert isinstance(dialog, QFileDialog)
    assert dialog.isVisible()
    dialog.filesSelected.emit([str(tmp_path / "c.pdf")])
    dialog.close()
    assert got == [[tmp_path / "a.pdf"], [tmp_path / "c.pdf"]]
    assert QImage.fromData(pictures[0]).size() == picture.size()
    assert not zone.take(QMimeData())


def test_listed_files_can_be_removed_by_name(qtbot: QtBot) -> None:
    zone = DropZone("PDF")
    qtbot.addWidget(zone)
    zone.set_items([("a.pdf", "12 kB", "good"), ("b.pdf", "0 bytes", "bad")])
    gone: list[int] = []
    zone.removed.connect(gone.append)
    buttons = [b for b in zone.findChildren(KeyButton) if b.accessibleName() == "Remove b.pdf"]
    buttons[0].click()
    assert gone == [1]


def test_a_field_speaks_its_error(qtbot: QtBot) -> None:
    edit = MoneyEdit("eur")
    field = Field("Disputed amount", edit, "of 249.00")
    qtbot.addWidget(field)
    assert edit.accessibleName() == "Disputed amount"
    assert edit.accessibleDescription() == "of 249.00"
    field.set_error("Enter an amount.")
    assert edit.accessibleDescription() == "Enter an amount."
    assert edit.property("invalid") is True
    field.clear_error()
    assert edit.accessibleDescription() == "of 249.00"
    assert edit.property("invalid") is False


def test_a_field_offers_to_mask_a_card_number(qtbot: QtBot) -> None:
    line = QLineEdit("my card 4242 4242 4242 4242, please")
    field = Field("Addition", line)
    qtbot.addWidget(field)
    field.show()
    assert not field.findChildren(KeyButton)
    field.set_error("This looks like a full card number.")
    (offer,) = field.findChildren(KeyButton)
    assert offer.isVisible()
    assert "4242 4242" in line.text()
    offer.click()
    assert line.text() == "my card •••• 4242, please"
    line.undo()
    assert line.text() == "my card •••• 4242, please"
    assert not field.error()
    assert not offer.isVisible()


def test_a_choice_is_moved_with_the_arrow_keys(qtbot: QtBot) -> None:
    choice = Segmented([("stolen", "Stolen"), ("lost", "Lost")], "What happened")
    qtbot.addWidget(choice)
    choice.show()
    choice.activateWindow()
    assert QTest.qWaitForWindowActive(choice)
    told: list[str] = []
    choice.changed.connect(told.append)
    choice.set_value("stolen")
    assert (choice.value(), told) == ("stolen", [])
    stolen = next(b for b in choice.findChildren(KeyButton) if b.text() == "Stolen")
    stolen.setFocus()
    QTest.keyClick(stolen, Qt.Key.Key_Right)
    assert choice.value() == "lost"
    assert told == ["lost"]
    choice.set_value("unknown")
    assert choice.value() == ""
