"""Documents as PDF files, drawn by Qt because it has fonts for every script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final, assert_never

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
    QTextOption,
)

from supportdesk.domain.document import Block, Document, Facts, Heading, Paragraph, Table

_DPI: Final = 300
_MARGIN: Final = 18.0  # millimetres
_FOOT: Final = 2.2  # lines of text kept free for the footer
_POINTS: Final = 10
# What neither a line nor a PDF can hold: controls and halves of characters.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LABEL: Final = 30  # percent of the width for the labels of facts


def render(document: Document) -> bytes:
    """Return `document` as a PDF file, A4 with page numbers.

    Needs a QGuiApplication, but neither a window nor the window's thread.

    Raises:
        OSError: The file could not be drawn.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(_clean(document.title))
    writer.setCreator("Supportdesk")
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN),
            QPageLayout.Unit.Millimeter,
        )
    )
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the PDF could not be begun")
    try:
        _draw(document, writer, painter)
    finally:
        painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def _draw(document: Document, writer: QPdfWriter, painter: QPainter) -> None:
    font = QFont()
    font.setPointSize(_POINTS)
    font.setFeature(QFont.Tag("liga"), 0)  # or who searches the file for "notification" finds none
    painter.setFont(font)
    foot = painter.fontMetrics().height() * _FOOT
    size = QSizeF(writer.width(), writer.height() - foot)
    text = QTextDocument()
    text.documentLayout().setPaintDevice(writer)
    text.setDefaultFont(font)
    text.setDocumentMargin(0)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    text.setDefaultTextOption(option)
    text.setHtml(_html(document))
    text.setPageSize(size)
    pages = text.pageCount()
    context = QAbstractTextDocumentLayout.PaintContext()
    # Black on white, whatever the window looks like.
    context.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * size.height())
        context.clip = QRectF(0, page * size.height(), size.width(), size.height())
        painter.setClipRect(context.clip)
        text.documentLayout().draw(painter, context)
        painter.restore()
        _footer(document.footer, f"{page + 1} / {pages}", writer, painter)


def _footer(text: str, number: str, writer: QPdfWriter, painter: QPainter) -> None:
    line = painter.fontMetrics().height() * 1.4
    place = QRectF(0, writer.height() - line, writer.width(), line)
    painter.setPen(Qt.GlobalColor.black)
    beside = painter.fontMetrics().horizontalAdvance(number) * 1.5
    kept = painter.fontMetrics().elidedText(
        _clean(text).replace("\n", " "), Qt.TextElideMode.ElideRight, int(writer.width() - beside)
    )
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(place, bottom | Qt.AlignmentFlag.AlignLeft, kept)
    painter.drawText(place, bottom | Qt.AlignmentFlag.AlignRight, number)


def _html(document: Document) -> str:
    title = f'<p style="font-size:16pt; font-weight:600">{_text(document.title)}</p>'
    return title + "".join(_block(block) for block in document.blocks)


def _block(block: Block) -> str:
    match block:
        case Heading():
            style = "font-size:12pt; font-weight:600; margin-top:14px; margin-bottom:4px"
            return f'<p style="{style}">{_text(block.text)}</p>'
        case Paragraph():
            return f'<p style="margin-top:4px; margin-bottom:6px">{_text(block.text)}</p>'
        case Facts():
            return _facts(block.rows)
        case Table():
            return _table(block)
        case _:
            assert_never(block)


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f'<tr><td width="{_LABEL}%">{_text(label)}</td>'
        f'<td width="{100 - _LABEL}%"><b>{_text(value)}</b></td></tr>'
        for label, value in rows
    )
    return f'<table width="100%" cellspacing="0" cellpadding="3">{lines}</table>'


def _table(table: Table) -> str:
    width = len(table.head)
    if not width:
        return ""
    share = 100 // width
    side = ["right" if column in table.right else "left" for column in range(width)]

    def line(cells: Sequence[str], tag: str) -> str:
        filled = [*cells, *[""] * (width - len(cells))][:width]
        return "<tr>{}</tr>".format(
            "".join(
                f'<{tag} width="{share}%" align="{side[at]}">{_text(cell)}</{tag}>'
                for at, cell in enumerate(filled)
            )
        )

    body = "".join(line(row, "td") for row in table.rows)
    return (
        '<table width="100%" border="1" cellspacing="0" cellpadding="4" '
        'style="border-collapse:collapse; border-style:solid; border-color:#999999">'
        f"<thead>{line(table.head, 'th')}</thead>{body}</table>"
    )


def _text(text: str) -> str:
    return escape(_clean(text)).replace("\n", "<br>")


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("�", text.replace("\r\n", "\n"))
