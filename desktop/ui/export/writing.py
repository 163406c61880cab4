"""Makes the bytes of a chat's export, in steps that hold nobody up.

Text is worked on in a thread; what needs Qt's text layout is done piece by piece between the window's own events.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPagedPaintDevice, QPageLayout, QPageSize, QPdfWriter

from desktop.core.conversation import PicturePart
from desktop.core.errors import AttachmentError, StorageError
from desktop.core.transcript import Entry, Transcript, to_markdown
from desktop.services.attachments import Attachments
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.export import html_document
from desktop.ui.export.formula_html import svg_formula
from desktop.ui.export.page_pieces import entry_pieces, head_pieces
from desktop.ui.export.pages import PagePainter, Piece

STEP_S = 0.008  # so long the window may wait
LARGEST_PICTURE_SIDE = 1600  # pixels; more is not seen on paper
MARGINS_MM = QMarginsF(20, 18, 20, 14)

Progress = Callable[[float], None]  # how much is done, from 0 to 1


async def markdown_bytes(transcript: Transcript) -> bytes:
    """The chat as Markdown."""
    return (await asyncio.to_thread(to_markdown, transcript)).encode()


async def html_bytes(transcript: Transcript, attachments: Attachments, drawer: FormulaDrawer) -> bytes:
    """The chat as a web page in one file."""
    language = QLocale().bcp47Name()
    picture_url, formula = partial(_data_url, attachments), partial(svg_formula, drawer)
    return (await asyncio.to_thread(html_document.page, transcript, language, picture_url, formula)).encode()


async def pdf_bytes(
    transcript: Transcript, attachments: Attachments, drawer: FormulaDrawer, progress: Progress
) -> bytes:
    """The chat as PDF, on this country's paper."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(transcript.title)
    writer.setCreator("Ligature")
    imperial = QLocale().measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter if imperial else QPageSize.PageSizeId.A4))
    writer.setPageMargins(MARGINS_MM, QPageLayout.Unit.Millimeter)
    await paint(transcript, attachments, drawer, writer, progress)
    return bytes(buffer.data().data())


async def paint(
    transcript: Transcript,
    attachments: Attachments,
    drawer: FormulaDrawer,
    device: QPagedPaintDevice,
    progress: Progress,
) -> None:
    """Paints the chat on the pages of `device`."""
    pages = PagePainter(device, transcript.title)
    if not pages.is_active:
        raise StorageError("The printer could not be started.", "Look whether it is switched on and connected.")
    try:
        for piece in head_pieces(transcript):
            pages.add(piece)
        last_pause = time.monotonic()
        for number, entry in enumerate(transcript.entries):
            for piece in await asyncio.to_thread(_pieces, entry, attachments, drawer, pages.width):
                pages.add(piece)
                if time.monotonic() - last_pause > STEP_S:
                    await asyncio.sleep(0)
                    last_pause = time.monotonic()
            progress((number + 1) / len(transcript.entries))
        pages.finish()
    except BaseException:
        pages.abandon()
        raise


def _pieces(entry: Entry, attachments: Attachments, drawer: FormulaDrawer, width: float) -> list[Piece]:
    return list(entry_pieces(entry, partial(_picture, attachments), drawer, width))


def _data_url(attachments: Attachments, picture: PicturePart) -> str:
    try:
        data = attachments.read(picture.sha256)
    except AttachmentError:
        return ""
    return f"data:{picture.mime};base64,{base64.b64encode(data).decode('ascii')}"


def _picture(attachments: Attachments, picture: PicturePart) -> QImage:
    reader = QImageReader(str(attachments.path(picture.sha256)))
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if max(size.width(), size.height()) > LARGEST_PICTURE_SIDE:
        largest = QSize(LARGEST_PICTURE_SIDE, LARGEST_PICTURE_SIDE)
        reader.setScaledSize(size.scaled(largest, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
