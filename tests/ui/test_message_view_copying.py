"""What copying puts into the clipboard: Markdown, and the same as rich text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Theme
from tests.ui.message_views import answer, ask, click, close, make_view, point_in, top_of

RICH = """# Head

Some **bold** and *slanted* words with `code`, a [link](https://example.org/a), <b>tags</b>.

- one
- two
    - below two

| Cause | Sag |
|--|--:|
| Weight | 31 |

```py
x = "<1>"
```
"""


@pytest.fixture
def view(theme: Theme, icons: Icons) -> Iterator[MessageView]:
    view = make_view(theme, icons, 820, 900)
    view.setFocus()
    yield view
    close(view)


def copied() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


def select(view: MessageView, start: QPoint, end: QPoint) -> None:
    """Drags over text and presses Ctrl+C."""
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)


def menu_at(view: MessageView, point: QPoint) -> dict[str, QAction]:
    """Right-clicks and gives the menu's entries by name."""
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point))
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return {action.objectName(): action for action in menu.actions() if action.objectName()}


def test_a_copied_message_is_markdown_and_rich_text(view: MessageView) -> None:
    view.set_items([ask(1, "Well?"), answer(2, RICH)], follow_end=False)
    click(view, "copy", 2)
    data = copied()
    assert data.text() == RICH
    assert bytes(data.data("text/markdown").data()).decode() == RICH
    html = data.html()
    for piece in (
        "<h1>Head</h1>", "<strong>bold</strong>", "<em>slanted</em>", "<code>code</code>",
        '<a href="https://example.org/a">link</a>', "&lt;b&gt;", "<li>below two</li>", "<th>Cause</th>",
        "<code>x = &quot;&lt;1&gt;&quot;</code></pre>",
    ):  # fmt: skip
        assert piece in html
    assert "font" not in html
    assert "<span" not in html


def test_a_selection_over_messages_is_rich_text_too(view: MessageView) -> None:
    items = [answer(1, "First **words**.\n\n- one\n- two"), ask(2, "a < b\nc"), answer(3, "Last *words*.")]
    view.set_items(items, follow_end=False)
    select(view, point_in(view, "First words", 6), point_in(view, "Last words", 4))
    assert copied().text() == "words.\n\n- one\n- two\n\na < b\nc\n\nLast"
    html = copied().html()
    assert "<p>words.</p>" in html
    assert "<li>one</li>" in html
    assert "a &lt; b<br>" in html
    assert html.index("</ul>") < html.index("a &lt;") < html.index("<p>Last</p>")


def test_all_blocks_are_copied_just_as_they_came(view: MessageView) -> None:
    view.set_items([answer(1, f"Begin.\n\n{RICH}\n---\nAfter it.\n\n\nEnd.")], follow_end=False)
    select(view, point_in(view, "Begin.", 0), QPoint(760, top_of(view, "End.") + 30))
    assert copied().text() == f"Begin.\n\n{RICH}\n---\nAfter it.\n\n\nEnd."


def test_a_long_question_is_copied_as_it_was_typed(view: MessageView) -> None:
    text = "\n".join(f"Line {number} of what I have pasted here." for number in range(300)) + " " + "x" * 7000
    view.set_items([ask(1, text)], follow_end=False)
    start = point_in(view, "Line 0", 5)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    view.jump_to_end()
    end = QPoint(760, view.viewport().height() - 2)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, end)
    view.copy_selection()
    assert copied().text() == text[5:]


def test_code_selected_alone_is_copied_without_its_fences(view: MessageView) -> None:
    code = "\n".join([*(f"line {number}" for number in range(90)), "", "x" * 4000, "end"])
    view.set_items([answer(1, f"```py\n{code}\n```\n\nText.")], follow_end=False)
    start = point_in(view, "line 0", 0)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    view.jump_to_end()
    QApplication.processEvents()
    end = QPoint(760, top_of(view, "Text.") - 20)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, end)
    view.copy_selection()
    assert copied().text() == code
    assert copied().html().startswith("<pre><code>line 0\n")


def test_a_part_of_a_table_stays_a_table(view: MessageView) -> None:
    view.set_items([answer(1, "| A | B |\n|--|--|\n| one | two |\n| 3 | 4 |")], follow_end=False)
    row = top_of(view, "one") + 60
    select(view, QPoint(view.stage.left + 2, row), QPoint(700, row + 34))
    assert copied().text().startswith("one\ttwo")
    assert "<td>one</td><td>two</td>" in copied().html()


def test_the_menu_copies_a_whole_long_table(view: MessageView) -> None:
    lines = [f"| row {number} | a, **b** | {'x' if number else 'say &quot;x&quot;'} |" for number in range(90)]
    table = "\n".join(["| Name | Two | Three |", "|---|:-:|--:|", *lines])
    view.set_items([answer(1, f"Text.\n\n{table}\n\nMore.")], follow_end=False)
    rows = [["Name", "Two", "Three"], *([f"row {number}", "a, b", "x"] for number in range(90))]
    rows[1][2] = 'say "x"'
    entries = menu_at(view, QPoint(200, top_of(view, "row 3") + 100))
    entries["copyTableAsCSV"].trigger()
    assert list(csv.reader(io.StringIO(copied().text()))) == rows
    assert 'row 0,"a, b","say ""x"""' in copied().text()
    entries["copyTableAsTSV"].trigger()
    assert "row 1\ta, b\tx" in copied().text()
    assert list(csv.reader(io.StringIO(copied().text()), delimiter="\t")) == rows
    entries["copyTableAsMarkdown"].trigger()
    assert copied().text() == table + "\n"
    assert copied().html().count("<tr>") == 91


def test_only_what_stands_there_is_offered(view: MessageView) -> None:
    view.set_items([answer(1, f"Text.\n\n{RICH}")], follow_end=False)
    assert not {"copyCode", "wrapCode", "copyTableAsCSV"} & menu_at(view, point_in(view, "Text.", 2)).keys()
    code = menu_at(view, point_in(view, 'x = "', 2))
    assert {"copyCode", "wrapCode"} <= code.keys()
    assert "copyTableAsCSV" not in code
    code["wrapCode"].trigger()
    assert view.wraps_code


def test_the_keyboard_copies_a_table(view: MessageView) -> None:
    view.set_items([answer(1, RICH)], follow_end=False)
    QTest.keyClick(view, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.objectName() == "copyTableAsCSV").trigger()
    assert copied().text() == "Cause,Sag\nWeight,31\n"
