"""One Markdown block as a QTextDocument in the theme's look.

Qt parses; what it gives is then dressed: fonts, heights, quotes, code. Raw HTML stays text. A picture becomes a link
that names its target, because an answer may not make the program load anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextListFormat,
    QTextTable,
)

from desktop.core.citations import source_number
from desktop.core.markdown_blocks import Block, Kind
from desktop.core.math_spans import with_stand_ins
from desktop.ui.message_view.document_parts import blocks, fragments, is_code
from desktop.ui.message_view.formula_document import STAND_IN, FormulaLayer, Shown
from desktop.ui.message_view.markdown_source import (
    SEPARATOR,
    link_text,
    shown_literally,
    with_citations,
    with_definitions,
)
from desktop.ui.message_view.style import Style, Tone
from desktop.ui.message_view.text_row import QuietDocument, line_format

_Feature = QTextDocument.MarkdownFeature
_TABLES, _UNDERLINES, _FRONT_MATTER = 0x100, 0x4000, 0x100000  # bits of GitHub's dialect that Qt gives no name
FEATURES = _Feature(
    _Feature.MarkdownDialectGitHub.value & ~_UNDERLINES & ~_FRONT_MATTER | _Feature.MarkdownNoHTML.value
)
_NO_TABLES = _Feature(FEATURES.value & ~_TABLES)


def fill(
    document: QuietDocument, block: Block, style: Style, tone: Tone, width: int, *, formulas: Sequence[Shown] = ()
) -> FormulaLayer | None:
    """Parses `block` into `document`, laid out for `width` pixels; gives what knows its formulas, if it has any."""
    document.setLayoutEnabled(False)
    if block.kind is Kind.MATH and not formulas:
        source = block.markdown
        document.setPlainText(source)
    else:
        source = with_stand_ins(block.markdown, block.formulas if formulas else (), STAND_IN)
        source = with_definitions(shown_literally(with_citations(source, block)), block.definitions)
        may_have_tables = block.indent or block.kind in {Kind.ITEM, Kind.QUOTE}  # the splitter finds the others
        document.setMarkdown(source, FEATURES if may_have_tables else _NO_TABLES)
    document.setIndentWidth(style.px(24))
    document.set_line_height(tone.line_height)
    if block.kind is not Kind.PARAGRAPH or block.indent:
        _dress_blocks(document, style, tone)
        if "|" in source:
            _dress_tables(document, style)
    if any(mark in source for mark in "`![<:@."):
        _dress_fragments(document, style, tone, source)
    layer = None
    if formulas:
        if document.toPlainText().count(STAND_IN) != len(formulas):  # one stood where nothing is shown
            return fill(document, block, style, tone, width)
        layer = FormulaLayer(document)
        code = _font_format(tone.code_font)
        code.setFontFixedPitch(True)
        layer.place(formulas, code)
    document.setTextWidth(width)  # before the layout, or everything would be laid out twice
    document.setLayoutEnabled(True)
    return layer


def main_font(block: Block, style: Style, tone: Tone) -> QFont:
    """The font of most of a block's text."""
    if block.kind is not Kind.HEADING:
        return tone.font
    lines = block.markdown.strip().split("\n")
    underlined = {"=": 1, "-": 2}.get(lines[-1].strip()[:1], 0) if len(lines) > 1 else 0
    return style.headings[underlined or max(1, min(6, len(lines[0]) - len(lines[0].lstrip("#"))))]


def _dress_tables(document: QTextDocument, style: Style) -> None:
    """Tables inside quotes and nested lists, which Qt lays out."""
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            look = frame.format().toTableFormat()
            look.setLeftMargin(style.px(16))
            look.setTopMargin(style.px(8))
            look.setCellPadding(style.px(4))
            look.setBorderBrush(style.color("line"))
            frame.setFormat(look)


def _dress_blocks(document: QTextDocument, style: Style, tone: Tone) -> None:
    previous: QTextBlock | None = None
    for block in blocks(document):
        block_format = block.blockFormat()
        look = QTextBlockFormat()
        quote_depth = block_format.property(QTextFormat.Property.BlockQuoteLevel) or 0
        if quote_depth:
            look.setLeftMargin(style.px(16) * quote_depth)
            look.setRightMargin(0)
        if is_code(block):
            _dress_code(block, style, tone)
            look.setLeftMargin(look.leftMargin() + style.px(10))
            look.setLineHeight(style.code_line_height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        if level := block_format.headingLevel():
            _dress_heading(block, style, level)
            look.merge(line_format(round(style.headings[level].pixelSize() * 1.4)))
        if previous is not None and not (is_code(previous) and is_code(block)):
            look.setTopMargin(style.px(4 if block.textList() is not None else 8))
        if look.propertyCount():
            QTextCursor(block).mergeBlockFormat(look)
        if (text_list := block.textList()) is not None and text_list.itemNumber(block) == 0:
            _hide_markers(block)
        previous = block


def _hide_markers(block: QTextBlock) -> None:
    """Remembers a list's style and takes it from Qt, whose bullets and boxes look of another time."""
    text_list = block.textList()
    list_format = QTextListFormat(text_list.format())
    if list_format.style() is QTextListFormat.Style.ListStyleUndefined:
        return
    ordered = list_format.style() is QTextListFormat.Style.ListDecimal
    list_format.setProperty(QTextFormat.Property.UserProperty, ordered)
    list_format.setStyle(QTextListFormat.Style.ListStyleUndefined)
    text_list.setFormat(list_format)


def _dress_heading(block: QTextBlock, style: Style, level: int) -> None:
    for fragment in list(fragments(block)):
        look = fragment.charFormat()
        look.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        look.merge(_font_format(style.headings[level]))
        look.setFontWeight(style.headings[level].weight())
        cursor = QTextCursor(block)
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(look)


def _dress_code(block: QTextBlock, style: Style, tone: Tone) -> None:
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(_font_format(tone.code_font))
    look = QTextBlockFormat()
    look.setProperty(QTextFormat.Property.UserProperty, style.code_line_height)
    cursor.mergeBlockFormat(look)


def _dress_fragments(document: QTextDocument, style: Style, tone: Tone, source: str) -> None:
    changes: list[tuple[int, int, QTextCharFormat]] = []
    texts: list[tuple[int, int, str, QTextCharFormat]] = []
    for block in blocks(document):
        for fragment in fragments(block):
            char_format = fragment.charFormat()
            if char_format.isImageFormat():
                alternative = str(char_format.property(QTextFormat.Property.ImageAltText) or "")
                target = char_format.toImageFormat().name()
                texts.append((fragment.position(), 1, alternative or target, _picture_format(target, style)))
            elif char_format.isAnchor():
                look = _anchor_format(char_format.anchorHref(), style)
                changes.append((fragment.position(), fragment.length(), look))
                shown = link_text(fragment.text(), char_format.anchorHref())
                if shown != fragment.text():
                    char_format.merge(look)
                    texts.append((fragment.position(), fragment.length(), shown, char_format))
            elif char_format.fontFixedPitch():
                changes.append((fragment.position(), fragment.length(), _font_format(tone.code_font)))
    for position, length, look in changes:
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)
    for position, length, text, look in reversed(texts):
        _replace(document, position, length, text, look)
    if SEPARATOR in source:
        _remove_separators(document)


def _replace(document: QTextDocument, position: int, length: int, text: str, look: QTextCharFormat) -> None:
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text, look)


def _remove_separators(document: QTextDocument) -> None:
    cursor = document.find(SEPARATOR)
    while not cursor.isNull():
        cursor.removeSelectedText()
        cursor = document.find(SEPARATOR, cursor)


def _picture_format(target: str, style: Style) -> QTextCharFormat:
    look = QTextCharFormat()
    if target:
        look.merge(link_format(style))
        look.setAnchor(True)
        look.setAnchorHref(target)
    return look


def link_format(style: Style) -> QTextCharFormat:
    """How links look."""
    look = QTextCharFormat()
    look.setForeground(style.color("accent"))
    look.setFontUnderline(False)
    return look


def _anchor_format(target: str, style: Style) -> QTextCharFormat:
    """A link's look; that of a source's number is small and quiet."""
    look = link_format(style)
    if source_number(target) is not None:
        look.merge(_font_format(style.chip))
        look.setForeground(style.color("dim"))
    return look


def _font_format(font: QFont) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setFontFamilies([font.family()])
    look.setProperty(QTextFormat.Property.FontPixelSize, font.pixelSize())
    return look
