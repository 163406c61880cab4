"""A chat on pages: nothing is lost, lines are never cut, and what belongs together stays together."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSizeF
from PySide6.QtGui import QFont, QPageSize, QPdfWriter
from PySide6.QtWidgets import QApplication

from desktop.core.errors import StorageError
from desktop.core.transcript import Entry, Transcript, file_name, to_markdown
from desktop.services.files import write_for_user
from desktop.ui.export.page_breaks import lines_of
from desktop.ui.export.page_pieces import entry_pieces, head_pieces
from desktop.ui.export.pages import PagePainter, Piece, PieceDocument
from desktop.ui.markdown_html import to_html
from tests.ui.message_views import DRAWER


class Watched(PagePainter):
    """Notes what is painted where: (page, top, bottom)."""

    def __init__(self, device: QPdfWriter) -> None:
        super().__init__(device, "Title")
        self.painted: list[tuple[int, float, float]] = []

    def _paint_slice(self, document: PieceDocument, start: float, end: float) -> None:
        self.painted.append((self._number, self._y, self._y + end - start))
        super()._paint_slice(document, start, end)


@pytest.fixture
def pages(qapp: QApplication) -> Watched:
    buffer = QBuffer(qapp)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QPdfWriter(buffer)
    device.setPageSize(QPageSize(QSizeF(100, 120), QPageSize.Unit.Millimeter))
    pages = Watched(device)
    pages.device = device  # type: ignore[attr-defined]  # lives as long as what paints on it
    return pages


def test_a_long_text_goes_on_on_the_next_page_and_stays_inside(pages: Watched) -> None:
    pages.add(Piece("<p>" + "<br>".join(f"Line {number}" for number in range(200)) + "</p>"))
    pages.finish()
    assert [page for page, _, _ in pages.painted] == list(range(1, len(pages.painted) + 1))
    assert all(bottom <= pages._bottom + 0.01 for _, _, bottom in pages.painted)
    whole = PieceDocument(pages._font, pages.width)
    whole.setHtml("<p>" + "<br>".join(f"Line {number}" for number in range(200)) + "</p>")
    assert sum(bottom - top for _, top, bottom in pages.painted) == pytest.approx(whole.size().height())


def test_a_card_of_code_moves_to_the_next_page_rather_than_be_cut(pages: Watched) -> None:
    code = to_html("```\n" + "\n".join("line" for _ in range(12)) + "\n```")
    pages.add(Piece("<br>".join("x" for _ in range(18))))
    pages.add(Piece(code, stays_whole=True))
    pages.finish()
    assert [page for page, _, _ in pages.painted] == [1, 2]


def test_a_heading_stays_with_what_follows_it(pages: Watched) -> None:
    pages.add(Piece("<br>".join("x" for _ in range(21))))
    pages.add(Piece("<h2>Heading</h2>", stays_with_next=True))
    pages.add(Piece("<p>one<br>two<br>three<br>four<br>five</p>"))
    pages.finish()
    assert [page for page, _, _ in pages.painted] == [1, 2, 2]


def test_a_table_is_cut_between_its_rows_only(qapp: QApplication) -> None:
    document = PieceDocument(QFont(), 200)
    document.setHtml(
        "<table><tr><td>a<br>b<br>c</td><td>d</td></tr><tr><td>e</td><td>f<br>g</td></tr></table><p>h<br>i</p>"
    )
    assert len(lines_of(document)) == 2 + 2


def test_every_part_of_a_message_becomes_a_piece(qapp: QApplication) -> None:
    chat = Transcript("A & B", "today", ())
    assert "A &amp; B" in next(head_pieces(chat)).html
    entry = Entry("gpt", "# Head\n\n```py\nx\n```\n\n$a$", thinking="Hm.", thinking_label="Thought", notice="Stopped.")
    pieces = list(entry_pieces(entry, lambda _: pytest.fail("no picture"), DRAWER, 500))
    assert [piece.stays_with_next for piece in pieces] == [True, True, False, True, False, False, False]
    assert [len(piece.pictures) for piece in pieces] == [0, 0, 0, 0, 0, 1, 0]


def test_long_code_is_laid_out_in_pieces_with_nothing_lost(qapp: QApplication) -> None:
    code = "\n".join(f"x = {number}  # < &" for number in range(500))
    pieces = list(
        entry_pieces(Entry("gpt", f"```python\n{code}\n```"), lambda _: pytest.fail("no picture"), DRAWER, 500)
    )[1:]
    texts = []
    for piece in pieces:
        document = PieceDocument(QFont(), 500)
        document.setHtml(piece.html)
        texts.append(document.toPlainText().strip("\n").replace("\u2028", "\n"))
    assert len(pieces) > 5
    assert "\n".join(texts) == code


@pytest.mark.parametrize(
    ("title", "name"),
    [("A/B: c?", "A B c"), ("  ..", "Chat"), ("über Brücken", "über Brücken"), ("x" * 200, "x" * 80), ("a\nb", "a b")],
)
def test_a_title_becomes_a_name_for_every_system(title: str, name: str) -> None:
    assert file_name(title) == name


def test_markdown_says_who_said_what() -> None:
    entries = (Entry("You", "Why?", asks=True), Entry("gpt", "*So.*", caption="14:02", notice="Stopped."))
    assert to_markdown(Transcript("T", "today", entries)) == (
        "# T\n\ntoday\n\n## You\n\nWhy?\n\n## gpt · 14:02\n\n*So.*\n\n*Stopped.*\n"
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"chat\.md could not be written"):
        asyncio.run(asyncio.to_thread(write_for_user, tmp_path / "gone" / "chat.md", b"x"))
