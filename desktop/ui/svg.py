"""Draws SVG files that come from anywhere, without letting them reach anything else on this computer.

Qt's renderer loads the local files that a drawing names, so a dropped SVG could carry private pictures out with the
question. The drawing is therefore written anew first, without any reference but those into itself and to pictures
that it carries along.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSizeF, Qt, QXmlStreamReader, QXmlStreamWriter
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.core.errors import AttachmentError

SMALLEST_SIDE_PX = 1024  # an icon is drawn larger, so that a model sees more than its 16 pixels
LARGEST_SIDE_PX = 2000
MOST_ELEMENTS = 300_000
RASTER_BEGINNINGS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def draw_svg(data: bytes) -> bytes:
    """The drawing on white paper, as PNG; raises `AttachmentError` if it cannot be drawn. Any thread may call it."""
    renderer = QSvgRenderer(QByteArray(without_references(data)))
    if not renderer.isValid():
        raise _damaged()
    size = _paper_size(renderer)
    image = QImage(size.toSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter, QRectF(image.rect()))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # the stubs want bytes where str works
    return bytes(buffer.data().data())


def without_references(data: bytes) -> bytes:
    """The same drawing without links to anything outside itself."""
    source = QBuffer()
    source.setData(QByteArray(data))
    source.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QXmlStreamReader(source)
    reader.setNamespaceProcessing(False)  # names are copied as they are written
    written = QByteArray()
    writer = QXmlStreamWriter(written)
    count = _ElementCount()
    token = QXmlStreamReader.TokenType
    while not reader.atEnd():
        match reader.readNext():
            case token.StartElement:
                _copy_start(reader, writer, count)
            case token.EndElement:
                writer.writeEndElement()
                count.leave()
            case token.Characters:
                writer.writeCharacters(reader.text())
            case _:  # comments, document types and style sheet links are left out
                pass
    if reader.hasError():
        raise _damaged()
    if count.exceeds(MOST_ELEMENTS):
        raise AttachmentError("The SVG drawing has too many parts.", "Save it as PNG and attach that.")
    return bytes(written.data())


def _copy_start(reader: QXmlStreamReader, writer: QXmlStreamWriter, count: _ElementCount) -> None:
    writer.writeStartElement(reader.qualifiedName())
    identity = ""
    target = ""
    attributes = reader.attributes()
    for index in range(attributes.size()):
        attribute = attributes.at(index)
        name, value = attribute.qualifiedName(), attribute.value()
        if name.rpartition(":")[2].casefold() == "href":
            value = _safe_reference(value.strip())
            target = value
        elif name == "id":
            identity = value
        if value:
            writer.writeAttribute(name, value)
    count.enter(identity, target)


def _safe_reference(reference: str) -> str:
    """A reference into the drawing itself, or a raster picture carried along, encoded anew; else nothing.

    An SVG inside the SVG could refer to files again, so what a `data:` URL says of its type is not believed.
    """
    if reference.startswith("#"):
        return reference
    head, found, encoded = reference.rpartition("base64,")
    if not (found and head.startswith("data:")):
        return ""
    try:
        picture = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return ""
    if not picture.startswith(RASTER_BEGINNINGS):
        return ""
    return f"data:image/png;base64,{base64.b64encode(picture).decode('ascii')}"


class _ElementCount:
    """How many elements are drawn when every reference is followed: a few nested ones can make billions."""

    def __init__(self) -> None:
        self._own: defaultdict[str, int] = defaultdict(int)
        self._parts: defaultdict[str, list[str]] = defaultdict(list)
        self._open = [""]

    def enter(self, identity: str, target: str) -> None:
        owner = self._open[-1]
        if identity:
            self._parts[owner].append(identity)
            owner = identity
        self._own[owner] += 1
        if target.startswith("#"):
            self._parts[owner].append(target[1:])
        self._open.append(owner)

    def leave(self) -> None:
        self._open.pop()

    def exceeds(self, limit: int) -> bool:
        total = 0
        waiting = [""]
        while waiting and total <= limit:
            identity = waiting.pop()
            total += max(1, self._own[identity])
            waiting.extend(self._parts[identity])
        return total > limit


def _paper_size(renderer: QSvgRenderer) -> QSizeF:
    size = QSizeF(renderer.defaultSize())
    if size.isEmpty():
        size = QSizeF(SMALLEST_SIDE_PX, SMALLEST_SIDE_PX)
    side = min(LARGEST_SIDE_PX, max(SMALLEST_SIDE_PX, size.width(), size.height()))
    return size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSizeF(1, 1))


def _damaged() -> AttachmentError:
    return AttachmentError("The SVG drawing is damaged.", "Save it as PNG and attach that.")
