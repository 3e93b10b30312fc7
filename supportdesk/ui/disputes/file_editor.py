"""The files of one field of evidence: dropped, pasted or chosen, in the order they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.days import from_unix
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, number, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.label import label

SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png")


class FileEditor(QWidget):
    """Several files become one PDF; who listens checks them.

    Signals:
        offered: list of what was put there: paths, or the PNG bytes of a pasted picture.
        look: the files shall be shown as the bank will see them.
    """

    edited = Signal()
    offered = Signal(object)
    look = Signal()

    def __init__(self, hint: str, drop_name: str) -> None:
        super().__init__()
        self._files: list[str] = []
        self._known: dict[str, Kept] = {}
        self._checking: list[str] = []
        self._refused: list[str] = []
        self._size = 0  # bytes of the one PDF they become, 0 while that is not known
        self.is_weighed = False
        self._misfit = ""  # why they cannot be sent together
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.drop = DropZone(hint, SUFFIXES)
        self.drop.setObjectName(drop_name)
        self.drop.files.connect(self.offered)
        self.drop.image.connect(lambda picture: self.offered.emit([picture]))
        self.drop.removed.connect(self._remove)
        self.drop.moved.connect(self._move_up)
        self.preview = KeyButton(tr("As the bank sees it…"), kind="link")
        self.preview.setObjectName(f"{drop_name}_preview")
        self.preview.clicked.connect(self.look)
        self.drop.beside.insertWidget(1, self.preview)
        layout.addWidget(self.drop)
        self._sum = label("", "small", wrap=True)
        layout.addWidget(self._sum)
        self.setFocusProxy(self.drop)
        self._show()

    def set_known(self, files: Sequence[Kept]) -> None:
        """Tell which files are kept, to show their names."""
        self._known = {file.id: file for file in files}
        self._show()

    def text(self) -> str:
        """Return the ids of the kept files in order, or of one at Stripe; "" for none."""
        return " ".join(self._files)

    def put(self, text: str) -> None:
        """Show files."""
        if text.split() != self._files:
            self.is_weighed, self._size, self._misfit, self._refused = False, 0, "", []
        self._files = text.split()
        self._show()

    def take(self, kept: Kept) -> None:
        """Add a file that was checked and kept just now; one of Stripe's alone gives way."""
        self._known[kept.id] = kept
        self._files = [name for name in self._files if name in self._known and name != kept.id]
        self._files.append(kept.id)
        self._changed()

    def checking(self, offered: Sequence[Path | bytes], refused: Sequence[str] = ()) -> None:
        """Say which files are being read; none when all are, and why some were not taken."""
        pasted = tr("Pasted picture")
        self._checking = [one.name if isinstance(one, Path) else pasted for one in offered]
        self._refused = list(refused)
        self._show()

    def weighed(self, text: str, size: int, misfit: str) -> None:
        """Take the size (bytes) that the files `text` have together, or why they cannot be sent."""
        if text == self.text():
            self.is_weighed, self._size, self._misfit = True, size, misfit
            self._show()

    def problem(self) -> str:
        """Return what keeps files from being taken or sent, "" if nothing does."""
        return "\n".join(said for said in (*self._refused, self._misfit) if said)

    def _changed(self) -> None:
        self.is_weighed, self._size, self._misfit = False, 0, ""
        self._show()
        self.edited.emit()

    def _remove(self, at: int) -> None:
        if at < len(self._files):
            del self._files[at]
            self._refused = []
            self._changed()

    def _move_up(self, at: int) -> None:
        if 0 < at < len(self._files):
            above, moved = self._files[at - 1 : at + 1]
            self._files[at - 1 : at + 1] = [moved, above]
            self._changed()

    def _show(self) -> None:
        if self._checking:
            rows: list[tuple[str, str, Tone]] = [
                (name, tr("being read…"), "neutral") for name in self._checking
            ]
            self.drop.set_items(rows, removable=False)
        else:
            self.drop.set_items([self._row(name) for name in self._files])
        kept = [self._known[name] for name in self._files if name in self._known]
        self.preview.setVisible(bool(kept) and not self._checking)
        pages = number(sum(file.pages for file in kept))
        together = tr("They become one PDF of {n} pages, in this order.", n=pages)
        if self._size:
            size = number(round(self._size / 1e6, 1))
            together += " " + tr("{n} MB of the 5 MB that Stripe takes.", n=size)
        self._sum.setText(together if len(kept) > 1 else "")
        self._sum.setVisible(len(kept) > 1)

    def _row(self, name: str) -> tuple[str, str, Tone]:
        kept = self._known.get(name)
        if kept is None:
            return tr("A file at Stripe"), tr("added before"), "good"
        kind = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
        size = tr("{n} kB", n=number(max(1, round(kept.size / 1000))))
        found = [note_words(note) for note in kept.notes]
        last = " · ".join(found) if found else f"{self._where(kept)} ✓"
        parts = (kind.get(kept.content_type, ""), size, last)
        return kept.name, " · ".join(parts), "warn" if found else "good"

    def _where(self, kept: Kept) -> str:
        """Say where a file is; Stripe has what was put together, and not for ever."""
        whole = [file for file in self._known.values() if file.parts == tuple(self._files)]
        sent = next((file for file in (kept, *whole) if file.stripe_file_id), None)
        if sent is None:
            return tr("kept on this desk")
        if sent.expires_at is None:
            return tr("at Stripe")
        return tr("at Stripe until {day}", day=day(from_unix(sent.expires_at)))


def note_words(note: str) -> str:
    """What was found on a page in words; `note` is such as "faint 2"."""
    what, _, page = note.partition(" ")
    words = {
        "blank": tr("page {n} arrives blank", n=page),
        "faint": tr("page {n} is pale", n=page),
        "blurred": tr("page {n} is blurred", n=page),
        "small": tr("small: look whether it can be read"),
    }
    return words.get(what, note)
