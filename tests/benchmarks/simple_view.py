"""The rival: one QTextBrowser, whose last block is put in again at each flush."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextBrowser

from desktop.core.markdown_blocks import BlockSplitter
from tests.benchmarks import chat_text


class SimpleView(QTextBrowser):
    """As simple as a view of Markdown can be that is not quadratic."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._splitter = BlockSplitter()
        self._waiting: list[str] = []
        self.setMarkdown("\n\n".join(chat_text.chat(count)))
        self._cursor = QTextCursor(self.document())
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._last_block_at = self._cursor.position()

    def feed(self, _message_id: int, _kind: str, text: str) -> None:
        """More of the answer."""
        self._waiting.append(text)

    def flush(self) -> None:
        """Puts in what has come."""
        finished = self._splitter.feed("".join(self._waiting))
        self._waiting.clear()
        self._cursor.setPosition(self._last_block_at)
        self._cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        self._cursor.removeSelectedText()
        for block in finished:
            self._cursor.insertMarkdown(block.source)
            self._cursor.insertBlock()
            self._last_block_at = self._cursor.position()
        for block in self._splitter.pending():
            self._cursor.insertMarkdown(block.source)
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
