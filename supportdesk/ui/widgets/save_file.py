"""Ask where to save a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from supportdesk import aio
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.read_back import ReadBack


async def ask_path(parent: QWidget, title: str, name: str, kind: str) -> Path | None:
    """Return where to save, None when it was called off.

    A file that is there is replaced only after a question of our own: the dialog's would block
    the window's loop.

    Args:
        name: offered file name, with its ending.
        kind: the dialog's filter, such as "PDF file (*.pdf)"; what it names the file ends with.
    """
    ending = name.rpartition(".")[2]
    dialog = QFileDialog(parent, title, str(Path.home()), kind)
    dialog.setObjectName("save_file")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(ending)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(name)
    accepted = await aio.ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    if not accepted or not chosen:
        return None
    path = Path(chosen[0])
    if f"*.{ending}" in kind and path.suffix.casefold() != f".{ending}":
        path = path.with_name(f"{path.name}.{ending}")
    if await aio.in_thread(path.exists):
        asking = ReadBack(
            tr("Replace the file?"),
            [(tr("File"), path.name)],
            tr("Replace"),
            kind="primary",
            parent=parent,
        )
        if not await aio.ask(asking):
            return None
    return path
