"""What an answer says reads no file, fetches nothing and runs nothing, and a click asks the system for little."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Theme
from tests.ui.message_views import all_rows, answer, chunks, close, make_view, painted, streaming, texts

IN_OPEN = 0x20  # of inotify(7)
PLACES = """![a]({0}) and ![]({0}) and [b]({0}) and ![c][d] and [d] and <{0}>

# ![a]({0})

- ![a]({0})
  - ![]({0})

> ![a]({0})
>
> | x |
> |---|
> | ![a]({0}) |

| x | y |
|---|---|
| ![a]({0}) | <img src="{0}"> |

<img src="{0}"> <iframe src="{0}"></iframe> <link rel="stylesheet" href="{0}">
<style>@import url("{0}")</style> <object data="{0}"></object> <script src="{0}"></script>

Note[^1]

[d]: {0}
[^1]: ![a]({0}) <img src="{0}">
"""


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons, 820, 1200)
    yield view
    close(view)


class Trap:
    """A picture's file; the kernel tells when anybody opens it."""

    def __init__(self, path: Path) -> None:
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        image.fill(QColor("#ff0000"))
        image.save(str(path))
        self.path = path
        libc = ctypes.CDLL(None, use_errno=True)
        self._events = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._events, os.fsencode(path), IN_OPEN) >= 0

    def was_opened(self) -> bool:
        try:
            return bool(os.read(self._events, 1 << 12))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._events)


@pytest.fixture
def trap(tmp_path: Path) -> Iterator[Trap]:
    if sys.platform != "linux":
        pytest.skip("needs Linux' inotify")
    trap = Trap(tmp_path / "picture.png")
    yield trap
    trap.close()


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """The address of a real server, and the paths that were asked of it."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class calls it so
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/picture.png", paths
    server.shutdown()
    thread.join()
    server.server_close()


def show_in_every_place(view: MessageView, target: str) -> None:
    """Shows a target in each way that Markdown and HTML have, streamed and at once, and points at all of it."""
    text = PLACES.replace("{0}", target)
    view.set_items([streaming(1)], follow_end=True)
    for part in chunks(text, 2):
        view.feed(1, "text", part)
        view.flush()
    view.set_items([answer(2, text, thinking=text)], follow_end=True)
    view.toggle_thinking(2)
    painted(view)
    for y in range(0, view.viewport().height(), 8):
        point = QPoint(view.stage.left + 6, y)
        QTest.mouseMove(view.viewport(), point)
        view.stage.tooltip_of_link(QPointF(point))
    QApplication.processEvents()


def test_the_trap_catches_a_document_that_reads_pictures(trap: Trap, qapp: QApplication) -> None:
    document = QTextDocument()
    document.setMarkdown(f"![a]({trap.path})")
    document.size()
    assert trap.was_opened()


@pytest.mark.parametrize("form", ["{0}", "file://{0}", "file:{0}", "FILE:///{0}", "//localhost{0}", "qrc:/../..{0}"])
def test_no_file_is_read(view: MessageView, trap: Trap, form: str) -> None:
    show_in_every_place(view, form.replace("{0}", str(trap.path)))
    assert not trap.was_opened()


def test_nothing_is_fetched(view: MessageView, visits: tuple[str, list[str]]) -> None:
    address, paths = visits
    show_in_every_place(view, address)
    QTest.qWait(50)
    assert not paths


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "data:text/html,<script>1</script>", r"\\\\host\\share\\x.png"]
)
def test_html_is_read_as_it_was_written(view: MessageView, target: str) -> None:
    show_in_every_place(view, target)
    assert any("<script src=" in text and "</script>" in text for text in texts(view))


class Opener(QObject):
    """What the system would be asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Notes it."""
        self.opened.append(url.toString())


TARGETS = [
    "http://example.org/a", "https://example.org/b", "HTTPS://example.org/c", "mailto:a@example.org",
    "javascript:alert(1)", "data:text/html,x", "file:///etc/hosts", "/etc/hosts", "//host/share", "ftp://example.org/",
    "smb://host/x", "vbscript:x", "ms-settings:x", "footnote:1", "#top", "about:blank", "tel:123", "ssh://host/",
]  # fmt: skip


def test_a_click_asks_the_system_for_web_and_mail_addresses_only(view: MessageView) -> None:
    opener = Opener()
    schemes = {QUrl(target).scheme() for target in TARGETS} - {""}
    for scheme in schemes:
        QDesktopServices.setUrlHandler(scheme, opener, "open")  # type: ignore[arg-type]  # the stubs want bytes, Qt a str
    try:
        for target in TARGETS:
            for text in (f"[words]({target})", f"![words]({target})", f"| a |\n|---|\n| [words]({target}) |"):
                view.set_items([answer(1, text)], follow_end=False)
                painted(view)
                QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place_of_link(view, target))
    finally:
        for scheme in schemes:
            QDesktopServices.unsetUrlHandler(scheme)
    assert opener.opened == [QUrl(target).toString() for target in TARGETS[:4] for _ in range(3)]


def place_of_link(view: MessageView, target: str) -> QPoint:
    """Where a link is on the screen."""
    for y in range(0, view.viewport().height(), 6):
        for x in range(0, 100, 3):
            point = QPoint(view.stage.left + x, y)
            if view.stage.link_at(QPointF(point)) == target:
                return point
    raise AssertionError(f"{target} is not on the screen: {[row.text for row in all_rows(view)]}")
