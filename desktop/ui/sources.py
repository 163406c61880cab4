"""What a drop or the clipboard brings, told apart.

Programs offer the same thing in many ways at once. Looked for in this order: files on this computer, image data, the
picture of an HTML fragment, text. Nothing is downloaded here, and a file is read only where its owner would delete
it right after the drop.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

COPIED_FILES = "x-special/gnome-copied-files"
COPIED_FILES_AS_TEXT = "x-special/nautilus-clipboard"
# Best first; what is offered in none of these is taken as the image that Qt makes of it.
IMAGE_FORMATS = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/svg+xml")
PICTURE_PATTERNS = "*.png *.jpg *.jpeg *.jpe *.webp *.gif *.bmp *.svg"  # for file dialogs
LARGEST_TEMPORARY_BYTES = 100_000_000
LARGEST_LOOK = 50_000  # characters of HTML that are enough to see whether it is a passage or a picture


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file on this computer."""

    path: Path

    @property
    def name(self) -> str:
        """What to call it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A picture file's bytes."""

    data: bytes
    name: str


Source = FileSource | BytesSource


@dataclass(frozen=True, slots=True)
class Taken:
    """What came: sources to attach, a web address to ask about, or text."""

    sources: tuple[Source, ...] = ()
    link: str = ""
    text: str = ""


class Kind(Enum):
    """What something that is still held over the window seems to be."""

    NOTHING = auto()
    PICTURES = auto()
    TEXT = auto()


def kind_of(mime: QMimeData) -> Kind:
    """A cheap look that fetches nothing large from the other program."""
    if mime.hasFormat(COPIED_FILES) or _offers_image(mime) or _local_paths(mime.urls()):
        return Kind.PICTURES
    return Kind.TEXT if mime.hasText() or mime.hasHtml() else Kind.NOTHING


def take(mime: QMimeData) -> Taken:
    """Reads a drop or the clipboard."""
    text = mime.text() if mime.hasFormat("text/plain") else ""
    paths = _local_paths(mime.urls()) or _copied_files(mime, text)
    if paths:
        return take_files(paths)
    html = mime.html()
    if text and not _offers_image(mime) and "<img" not in html:
        return Taken(text=text)
    fragment = _Fragment(html[:LARGEST_LOOK] if text else html)
    # A passage copied out of an office program or a page comes with a picture of itself: the text is what is meant.
    if not (text and fragment.text.strip()):
        if image := _image(mime, fragment.picture):
            return Taken((image,))
        if fragment.picture:
            return _from_reference(fragment.picture, text)
    return Taken(text=text or fragment.text.strip())


def take_files(paths: Iterable[Path]) -> Taken:
    """Files that came in another way, taken as if they had been dropped."""
    return Taken(tuple(_file_source(path) for path in paths))


def _offers_image(mime: QMimeData) -> bool:
    return mime.hasImage() or any(mime.hasFormat(name) for name in IMAGE_FORMATS)


def _local_paths(urls: Iterable[QUrl]) -> list[Path]:
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _copied_files(mime: QMimeData, text: str) -> list[Path]:
    """File managers of the GNOME family may offer only their own format: "copy" or "cut", then an address a line."""
    listed = bytes(mime.data(COPIED_FILES).data()).decode("utf-8", "replace")
    if not listed and text.startswith(COPIED_FILES_AS_TEXT):
        listed = text
    return _local_paths(QUrl(line.strip()) for line in listed.splitlines() if line.startswith("file:"))


def _file_source(path: Path) -> Source:
    """Browsers delete their temporary copy right after the drop: it is read now."""
    temporary = Path(tempfile.gettempdir()).resolve()
    try:
        if temporary in path.resolve().parents and path.is_file() and path.stat().st_size <= LARGEST_TEMPORARY_BYTES:
            return BytesSource(path.read_bytes(), path.name)
    except OSError:  # whoever opens it later says what is wrong with it
        pass
    return FileSource(path)


def _image(mime: QMimeData, address: str) -> BytesSource | None:
    name = _name_in(address) or QCoreApplication.translate("Sources", "Pasted picture")
    for format_name in IMAGE_FORMATS:
        data = bytes(mime.data(format_name).data())
        if data:
            return BytesSource(data, name)
    image = mime.imageData() if mime.hasImage() else None
    if not isinstance(image, QImage):
        return None
    # A null image is passed on as bytes that are none: whoever decodes pictures says so in the same words as always.
    return BytesSource(as_png(image) or b"\0", name)


def as_png(image: QImage) -> bytes:
    """A picture as a PNG file; nothing for one without pixels."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # the stubs want bytes where str works
    return bytes(buffer.data().data())


def _from_reference(address: str, text: str) -> Taken:
    """The picture that an HTML fragment shows; never one that it names on this computer."""
    scheme = urlsplit(address).scheme.casefold()
    if scheme in {"http", "https"}:
        return Taken(link=address)
    if scheme == "data" and (data := _data_of(address)):
        return Taken((BytesSource(data, QCoreApplication.translate("Sources", "Pasted picture")),))
    return Taken(text=text)


def _data_of(address: str) -> bytes:
    head, _, body = address.partition(",")
    if not head.rstrip().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(unquote_to_bytes(body))
    except (binascii.Error, ValueError):
        return b""


def _name_in(address: str) -> str:
    if not address.startswith(("http:", "https:")):
        return ""
    return unquote_to_bytes(urlsplit(address).path.rpartition("/")[2]).decode("utf-8", "replace")


class _Fragment(HTMLParser):
    """Finds the first picture and the visible text of an HTML fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.picture = ""
        self._texts: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img" and not self.picture:
            self.picture = (dict(attrs).get("src") or "").strip()
        elif tag in {"style", "script", "title"}:
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "title"} and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._texts.append(data)
