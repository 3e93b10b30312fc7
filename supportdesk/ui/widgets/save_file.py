"""Ask for a file: where to save one and write it there, or which one to read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from supportdesk import aio
from supportdesk.errors import UserFacing
from supportdesk.paths import write_whole
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
    path = await _chosen(dialog)
    if path is None:
        return None
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


async def ask_file(parent: QWidget, title: str, kinds: str, name: str) -> Path | None:
    """Return which file to read, None when it was called off.

    Args:
        kinds: the dialog's filters, such as "Tables (*.csv *.xlsx)".
        name: object name of the dialog.
    """
    dialog = QFileDialog(parent, title, "", kinds)
    dialog.setObjectName(name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    accepted = await aio.ask(dialog)
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if accepted and chosen else None


async def write_file(path: Path, content: bytes) -> None:
    """Write a file whole; raises UserFacing (`export_failed`) when folder or disk refuse."""
    try:
        await aio.in_thread(write_whole, path, content)
    except OSError as error:
        raise UserFacing(
            tr("The file could not be written."),
            detail=error.strerror or "",
            remedy=tr("Choose another folder, or check its rights and the space left."),
            retry=True,
            code="export_failed",
        ) from error
