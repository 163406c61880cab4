"""What is shown of Markdown, and what is never done with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.core.conversation import FilePart, PicturePart, Status
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.document_parts import fragments
from desktop.ui.message_view.markdown_row import MarkdownRow
from desktop.ui.message_view.table_row import TableRow
from desktop.ui.message_view.text_row import QuietDocument
from desktop.ui.theme import Theme
from tests.ui.message_views import all_rows, answer, ask, color_codes, painted, texts


def shown(view: MessageView, markdown: str) -> list[str]:
    """What can be read of an answer."""
    view.set_items([answer(1, markdown)], follow_end=False)
    return texts(view)


def test_raw_html_is_shown_as_text(view: MessageView) -> None:
    html = '<b>bold</b> <script>alert(1)</script> <img src="/etc/passwd">'
    assert shown(view, html) == [html]


def test_a_picture_is_a_link_that_names_its_target(view: MessageView) -> None:
    assert shown(view, "See ![the plan](/etc/passwd) and ![](file:///etc/hosts).") == [
        "See the plan and file:///etc/hosts."
    ]


@pytest.mark.parametrize("target", ["/etc/hosts", "file:///etc/hosts", "https://example.org/a.png", "//host/share.png"])
def test_nothing_is_ever_loaded(view: MessageView, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    original = QuietDocument.loadResource

    def noting(document: QuietDocument, kind: int, name: QUrl | str) -> None:
        assert original(document, kind, name) is None
        loaded.append(name)

    monkeypatch.setattr(QuietDocument, "loadResource", noting)
    shown(view, f"![x]({target}) text\n\n- ![y]({target})\n\n| a |\n|--|\n| ![z]({target}) |\n")
    painted(view)
    document = next(row.document() for row in all_rows(view) if hasattr(row, "document"))
    assert document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl(target)) is None
    assert loaded == [QUrl(target)]  # only what this test asked for itself


def test_formulas_keep_their_backslashes(view: MessageView) -> None:
    assert shown(view, r"It is \(E = mc^2\) and `\[x\]`.") == [r"It is \(E = mc^2\) and \[x\]."]
    assert shown(view, r"It is \[E = mc^2\] here.") == ["It is\n\\[E = mc^2\\]\nhere."]


def test_lists_tasks_and_quotes_are_read_without_their_marks(view: MessageView) -> None:
    assert shown(view, "1. one\n2. two\n   - deep\n\n- [x] done\n\n> said\n> again") == [
        "one",
        "two\ndeep",
        "done",
        "said again",
    ]


def test_underscores_emphasise_as_asterisks_do(view: MessageView) -> None:
    shown(view, "_a_ __b__")
    document = next(row.document() for row in all_rows(view) if isinstance(row, MarkdownRow))
    assert document is not None
    looks = [fragment.charFormat() for fragment in fragments(document.firstBlock())]
    assert [(look.fontItalic(), look.fontWeight() > 400, look.fontUnderline()) for look in looks] == [
        (True, False, False),
        (False, False, False),
        (False, True, False),
    ]


def test_code_stands_in_a_card_of_its_own_also_inside_a_list(view: MessageView) -> None:
    shown(view, "1. Run:\n   ```sh\n   make\n   ```\n2. Done.")
    (card,) = [row for row in all_rows(view) if isinstance(row, CodeRow)]
    assert card.block.code == "make"
    assert card.text == "make"


def colors_of(view: MessageView, theme: Theme, markdown: str) -> set[str]:
    """Which tokens of the theme an answer's code is painted in."""
    shown(view, markdown)
    color_codes(view)
    card = next(row for row in all_rows(view) if isinstance(row, CodeRow))
    document = card.document()
    assert document is not None
    names = {theme.color(token).name(): token for token in ("keyword", "string", "number", "comment")}
    found = set()
    block = document.begin()
    while block.isValid():
        found |= {names[span.format.foreground().color().name()] for span in block.layout().formats()}
        block = block.next()
    return found


@pytest.mark.parametrize(
    ("markdown", "colors"),
    [
        ("```python\ndef f():\n    return '1' + 2  # no\n```", {"keyword", "string", "number", "comment"}),
        ("```js\n/* over\n two lines */\nlet x = 1\n```", {"keyword", "number", "comment"}),
        ('```json\n{"a": [1, true]}\n```', {"keyword", "number"}),
        ("```nonsense\nif x\n```", set()),
        ("```\nif x\n```", set()),
    ],
)
def test_code_is_highlighted_in_the_colours_of_the_theme(
    view: MessageView, theme: Theme, markdown: str, colors: set[str]
) -> None:
    assert colors_of(view, theme, markdown) == colors


def test_a_comment_over_several_lines_stays_a_comment(view: MessageView) -> None:
    shown(view, "```c\n/* one\ntwo\nthree */ int x;\n```")
    color_codes(view)
    card = next(row for row in all_rows(view) if isinstance(row, CodeRow))
    document = card.document()
    assert document is not None
    second = document.findBlockByNumber(1)
    assert [(span.start, span.length) for span in second.layout().formats()] == [(0, 4)]


def test_colours_stand_right_behind_an_emoji(view: MessageView) -> None:
    shown(view, '```py\n"🚚🌉" + 1\n```\n\n```json\n["🚚", 1]\n```')
    color_codes(view)
    spans = []
    for card in (row for row in all_rows(view) if isinstance(row, CodeRow)):
        document = card.document()
        assert document is not None
        spans += [(span.start, span.length) for span in document.firstBlock().layout().formats()]
    assert spans == [(0, 6), (9, 1), (1, 4), (7, 1)]


def test_tables_fill_the_column_and_align_their_cells(view: MessageView) -> None:
    shown(view, "| Cause | Sag |\n|:--|--:|\n| **Own** weight | 31 mm |\n| a \\| b | `x` |")
    (table,) = [row for row in all_rows(view) if isinstance(row, TableRow)]
    assert table.text == "Cause\tSag\nOwn weight\t31 mm\na | b\tx"
    assert sum(table._widths) == 720


def test_a_ragged_table_shows_what_it_has(view: MessageView) -> None:
    shown(view, "| a | b |\n|--|--|\n| 1 |\n| 1 | 2 | 3 |")
    (table,) = [row for row in all_rows(view) if isinstance(row, TableRow)]
    assert table.text == "a\tb\n1\t\n1\t2"


def test_a_question_is_shown_as_it_was_typed(view: MessageView) -> None:
    text = "# not a heading\n  two  spaces\n\n*no* <b>"
    view.set_items([ask(1, text)], follow_end=False)
    assert texts(view) == [text]


def test_a_bubble_is_as_wide_as_its_text(view: MessageView, theme: Theme) -> None:
    def width(text: str) -> int:
        view.set_items([ask(1, text)], follow_end=False)
        image = painted(view)
        y = 22 + 5
        bubble = theme.color("bubble")
        return sum(image.pixelColor(x, y) == bubble for x in range(image.width()))

    assert 40 < width("Hi?") < 80
    assert width("word " * 200) > 560


def test_a_pasted_book_is_laid_out_only_where_it_is_seen(view: MessageView) -> None:
    text = "A line of a very long log file, over and over again.\n" * 4000
    view.set_items([ask(1, text)], follow_end=False)
    rows = [row for row in all_rows(view) if row.source]
    assert "".join(row.source for row in rows) == text
    assert sum(row.heavy for row in rows) < 5


def test_a_waiting_question_says_so(view: MessageView) -> None:
    view.set_items([ask(1, "Later.")], follow_end=False)
    plain = painted(view)
    view.replace_item(ask(1, "Later.", status=Status.QUEUED))
    assert painted(view) != plain


def test_thinking_is_one_line_with_its_time(view: MessageView) -> None:
    view.set_items(
        [answer(1, "Text.", thinking="Hm.", thinking_duration_s=72.4, thinking_caption="r1 · 812 tokens")],
        follow_end=False,
    )
    assert texts(view) == ["Text."]
    assert view.stage.conversation.style.words.thought(72.4) == "Thought for 1 min 12 s"


def test_pictures_are_read_in_the_background_and_shown(view: MessageView, tmp_path: Path) -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.save(str(tmp_path / "abc.png"))
    view.picture_path = lambda sha256: tmp_path / f"{sha256}.png"
    picture = PicturePart("abc", "image/png", 300, 200, 100, "red.png")
    missing = PicturePart("none", "image/png", 300, 200, 100, "gone.png")
    notes = FilePart("def", "text/plain", 10, "notes.txt")
    view.set_items([ask(1, "Look.", attachments=(picture, missing, notes))], follow_end=False)
    height = view.stage.scroller.placed[0].row.height

    def red() -> bool:
        shown_now = painted(view)
        return any(shown_now.pixelColor(x, 60) == QColor("#ff0000") for x in range(shown_now.width()))

    for _ in range(200):
        if red():
            break
        QTest.qWait(10)
    assert red()
    assert view.stage.scroller.placed[0].row.height == height


def test_works_from_480_pixels_on(view: MessageView) -> None:
    view.resize(480, 600)
    shown(
        view,
        "| a | b | c |\n|--|--|--|\n| " + "long words here " * 9 + "| x | y |\n\n```py\n" + "x = 1; " * 40 + "\n```",
    )
    QApplication.processEvents()
    assert all(row.height for row in all_rows(view))
    assert view.stage.conversation.width == 480 - 10 - 40


def test_a_table_whose_text_was_read_out_of_sight_is_painted_when_it_comes_back(view: MessageView) -> None:
    view.set_items([answer(1, "| a | b |\n|---|---|\n| 1 | [2](https://x.org) |")], follow_end=False)
    before = painted(view)
    [table] = [placed.row for placed in view.stage.scroller.placed if "1\t2" in placed.row.text]
    table.release()
    assert "1\t2" in table.text
    view.scroll_by(1)
    view.scroll_by(-1)
    assert painted(view) == before
