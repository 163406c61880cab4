"""A chat leaves the program: as Markdown, as a web page, as PDF, and on paper."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QListView, QMenu

from desktop.ui import export_controller
from tests.gateway import Gateway, answer
from tests.ui.acting import find, row_of
from tests.ui.programs import KEY, User, running
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]
TEXT = """Some **bold** text,
[a link](https://example.org), [a trap](javascript:alert(1)) and <script>alert(2)</script>.

```python
def sag(): return 1  # metres
```

| a | b |
|---|---|
| 1 | 2 |

Since $e^x$.

![far](https://example.org/far.png)
"""


@asynccontextmanager
async def told(tmp_path: Path, gateway: Gateway) -> AsyncIterator[User]:
    """A program with one answered question that had a picture."""
    gateway.then(answer(TEXT, thinking="First *this*."))
    async with running(tmp_path / "data", gateway) as user:
        image = QImage(320, 200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.darkCyan)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes where str works
        picture = await user.program.services.attachments.add_bytes(bytes(buffer.data().data()), "deck.png")
        user.window.composer.add_pending("p", "deck.png")
        user.window.composer.pending_done("p", picture)
        await user.asks_and_reads("How <b>long</b>?")
        yield user


def chooses(user: User, entry: str) -> None:
    """An entry of the first chat's menu."""
    view = find(user.window, QListView, "chatList")
    place = view.visualRect(row_of(view, "How <b>long</b>?")).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    menu = find(user.window, QMenu, "chatMenu")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(find(menu, QAction, entry)).center())


async def exports(user: User, folder: Path, kind: str) -> Path:
    """Chooses the kind of file in the dialog, keeps the name it suggests, and saves."""
    chooses(user, "exportChat")
    dialog = find(user.window, QFileDialog, "exportDialog")
    dialog.setDirectory(str(folder))
    kinds = find(dialog, QComboBox, "fileTypeCombo")
    kinds.setCurrentIndex(next(number for number in range(kinds.count()) if f"*{kind}" in kinds.itemText(number)))
    kinds.activated.emit(kinds.currentIndex())
    name = find(dialog, QLineEdit, "fileNameEdit")
    assert name.text() == f"How b long b{kind}"
    QTest.keyClick(name, Qt.Key.Key_Return)
    path = folder / name.text()
    await user.sees(lambda: any("exported" in notice for notice in user.notices()), "the end of the export")
    return path


def test_a_chat_is_exported_as_markdown(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with told(tmp_path, gateway) as user:
            written = (await exports(user, tmp_path, ".md")).read_text(encoding="utf-8")
        assert written.startswith("# How <b>long</b>?\n\n")
        assert "\n## You\n\n*📎 deck.png*\n\nHow <b>long</b>?\n\n## echo · " in written
        assert "<details>\n<summary>Thought for " in written
        assert "First *this*." in written
        assert TEXT.strip() in written
        assert KEY not in written

    run(scenario())


def test_a_web_page_is_one_file_that_loads_and_runs_nothing(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with told(tmp_path, gateway) as user:
            written = (await exports(user, tmp_path, ".html")).read_text(encoding="utf-8")
        assert re.findall(r'<img src="([^,]*),', written) == ["data:image/png;base64"]
        assert "<script" not in written
        assert "javascript:" not in written
        assert not re.findall(r'(?:src|srcset|@import|url\()\s*=?\s*"?https?:', written)
        assert re.findall(r'href="([^"]*)"', written) == ["https://example.org", "https://example.org/far.png"]
        for part in (
            "prefers-color-scheme: dark", "<strong>bold</strong>",
            '<span class="formula"><svg role="img" aria-label="e^x"', "&lt;script&gt;", "How &lt;b&gt;long&lt;/b&gt;?",
            '<span class="keyword">def</span>', "<details><summary>Thought for ", "<em>this</em>", "<td>2</td>",
        ):  # fmt: skip
            assert part in written
        assert KEY not in written

    run(scenario())


def test_a_pdf_is_written_and_its_folder_remembered(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with told(tmp_path, gateway) as user:
            written = (await exports(user, tmp_path, ".pdf")).read_bytes()
            assert written.startswith(b"%PDF-")
            assert b"/Subtype /Image" in written
            assert len(re.findall(rb"/Type /Page\b", written)) == 1
            user.window.activateWindow()
            await user.sees(user.window.isActiveWindow)
            user.presses(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            dialog = find(user.window, QFileDialog, "exportDialog")
            assert dialog.directory().absolutePath() == str(tmp_path)
            dialog.reject()

    run(scenario())


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(
    run: Run, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    async def scenario() -> None:
        async with told(tmp_path, gateway) as user:
            monkeypatch.setattr(Path, "write_bytes", full)
            chooses(user, "exportChat")
            dialog = find(user.window, QFileDialog, "exportDialog")
            dialog.setDirectory(str(tmp_path))
            QTest.keyClick(find(dialog, QLineEdit, "fileNameEdit"), Qt.Key.Key_Return)
            await user.sees(lambda: any("no room on the disk" in notice for notice in user.notices()), "a notice")

    run(scenario())
    assert list(tmp_path.iterdir()) == [tmp_path / "data"]


def test_printing_asks_for_a_printer_and_paints_pages(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrintDialog

    paper = tmp_path / "paper.pdf"

    async def scenario() -> None:
        async with told(tmp_path, gateway) as user:
            chooses(user, "printChat")
            dialog = find(user.window, QPrintDialog, "printDialog")
            field = find(dialog, QLineEdit, "filename")
            assert field.text().endswith("How b long b.pdf")
            field.setText(str(paper))
            dialog.accept()
            await until(
                lambda: paper.exists() and paper.read_bytes().rstrip().endswith(b"%%EOF"), what="a printed page"
            )

    run(scenario())


def test_a_long_export_says_how_far_it_is_and_can_be_cancelled(
    run: Run, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_controller, "TOLD_AFTER_MS", 0)
    gateway.then(answer(TEXT * 60))

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.asks_and_reads("How <b>long</b>?")
            chooses(user, "exportChat")
            dialog = find(user.window, QFileDialog, "exportDialog")
            dialog.setDirectory(str(tmp_path))
            name = find(dialog, QLineEdit, "fileNameEdit")
            name.setText("chat.pdf")
            QTest.keyClick(name, Qt.Key.Key_Return)
            await user.sees(lambda: any("Exporting" in notice for notice in user.notices()), "a notice")
            user.clicks_text("Cancel")
            await user.sees(lambda: not any("Exporting" in notice for notice in user.notices()), "no notice")
            assert await user.asks_and_reads("Still there?") == "You said: Still there?"

    run(scenario())
    assert not (tmp_path / "chat.pdf").exists()
