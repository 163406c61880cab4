"""A window with the composer and its drop area, which tells as JSON lines what arrives. Run as a program of its own.

Orders come as JSON lines on standard input: {"grab": path} writes a picture of the window.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.core.errors import AttachmentError
from desktop.services.attachments import Attachments
from desktop.ui.composer import Composer
from desktop.ui.drop_area import DropArea
from desktop.ui.event_loop import EventLoop
from desktop.ui.icons import Icons
from desktop.ui.sources import FileSource, Source
from desktop.ui.svg import draw_svg
from desktop.ui.theme import Theme
from tests.until import until


def tell(event: str, **facts: Any) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


class Orders(QObject):
    """Lines of standard input, brought to the thread that paints."""

    came = Signal(str)

    def start(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line)


class Host(QWidget):
    """A search field, a conversation and the composer, as the real window has them."""

    def __init__(self, attachments: Attachments) -> None:
        super().__init__()
        self.setWindowTitle("Composer host")
        self.attachments = attachments
        self.tasks: set[asyncio.Task[None]] = set()
        theme = Theme()
        theme.apply()
        icons = Icons(theme)
        layout = QVBoxLayout(self)
        layout.addWidget(QLineEdit())
        layout.addWidget(QLabel("conversation"), 1)
        self.composer = Composer(theme, icons)
        self.composer.set_thumbnails(attachments.thumbnail)
        layout.addWidget(self.composer)
        self.drop_area = DropArea(theme, icons, self, self)
        self.drop_area.taken.connect(self.composer.take)
        self.composer.sources_dropped.connect(self._take)
        self.composer.many_sources_dropped.connect(lambda sources: tell("many", count=len(sources)))
        self.composer.link_dropped.connect(lambda link: tell("link", link=link))
        self.composer.submitted.connect(lambda: tell("submitted", text=self.composer.draft().text))
        self.composer.draft_changed.connect(lambda: tell("draft", text=self.composer.draft().text))

    def obey(self, line: str) -> None:
        order = json.loads(line)
        if path := order.get("grab"):
            self.grab().save(path)
            tell("grabbed", veiled=self.drop_area.isVisible())

    def announce(self) -> None:
        """Says where things are on the screen."""
        corner = self.mapToGlobal(QPoint(0, 0))
        tell("ready", x=corner.x(), y=corner.y(), width=self.width(), height=self.height())

    def _take(self, sources: list[Source]) -> None:
        tell("taken", kinds=[type(source).__name__ for source in sources])
        for number, source in enumerate(sources):
            key = f"{id(sources)}-{number}"
            self.composer.add_pending(key, source.name)
            task = asyncio.get_running_loop().create_task(self._prepare(key, source))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _prepare(self, key: str, source: Source) -> None:
        try:
            if isinstance(source, FileSource):
                part = await self.attachments.add_file(source.path)
            else:
                part = await self.attachments.add_bytes(source.data, source.name)
        except AttachmentError as problem:
            self.composer.pending_failed(key)
            tell("refused", text=problem.text, hint=problem.hint)
        else:
            self.composer.pending_done(key, part)
            tell("attached", name=part.name, mime=part.mime, width=part.width, height=part.height)


async def main(attachments_dir: Path) -> None:
    attachments = Attachments(attachments_dir, draw_svg)
    host = Host(attachments)
    orders = Orders(host)
    orders.came.connect(host.obey)
    host.setGeometry(620, 40, 700, 760)
    host.show()
    await until(host.isActiveWindow)
    host.composer.focus()
    orders.start()
    host.announce()
    await asyncio.Event().wait()


if __name__ == "__main__":
    application = QApplication(sys.argv)
    application.setStyle("Fusion")
    with asyncio.Runner(loop_factory=lambda: EventLoop(application)) as runner:
        runner.run(main(Path(sys.argv[1])))
