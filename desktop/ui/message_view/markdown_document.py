"""One Markdown block as a QTextDocument in the theme's look.

Qt parses; what it gives is then dressed: fonts, heights, quotes, code. Raw HTML stays text. A picture becomes a link
that names its target, because an answer may not make the program load anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextListFormat,
    QTextTable,
)

from desktop.core.citations import cited, source_number
from desktop.core.markdown_blocks import Block, Definitions, Kind
from desktop.core.markdown_definitions import FOOTNOTE_LINK
from desktop.core.math_spans import with_stand_ins
from desktop.ui.message_view.formula_document import STAND_IN, FormulaLayer, Shown
from desktop.ui.message_view.positions import line_x
from desktop.ui.message_view.style import Style, Tone
from desktop.ui.message_view.text_row import QuietDocument, line_format

_Feature = QTextDocument.MarkdownFeature
_TABLES, _UNDERLINES, _FRONT_MATTER = 0x100, 0x4000, 0x100000  # bits of GitHub's dialect that Qt gives no name
FEATURES = _Feature(
    _Feature.MarkdownDialectGitHub.value & ~_UNDERLINES & ~_FRONT_MATTER | _Feature.MarkdownNoHTML.value
)
_NO_TABLES = _Feature(FEATURES.value & ~_TABLES)
_FORMULA = re.compile(r"(?<!\\)(?<!\]\()\\(?:\(.+?\\\)|\[.+?\\\])", re.DOTALL)  # no formula is a link's target
_NAMELESS_PICTURE = re.compile(r"!\[\]\(([^)\s]+)")
CHIP_EDGE = "\u202f\u202f\u202f"  # beside a source's number; no line breaks there
_SEPARATOR = "\ufdd5"  # stands for no character anywhere; taken out again
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_CODE_SPAN = re.compile(r"(`+)(?:.*?)\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands before a list's item: a number, a bullet (by depth), or a task's box."""

    left: float  # of the item's first line
    baseline: float
    text: str
    depth: int
    checked: bool | None


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
        source = with_definitions(_shown_literally(with_citations(source, block)), block.definitions)
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


def with_definitions(source: str, definitions: Definitions) -> str:
    """The text with what other blocks of the message say about its labels.

    Footnotes are links to the parser. Two in a row would be one link with a label, so something is put between them.
    """
    if not definitions or "[" not in source:
        return source
    if any(label.startswith("^") for label, _ in definitions):
        source = source.replace("][^", f"]{_SEPARATOR}[^")
    return "\n".join(definition for _, definition in definitions) + "\n\n" + source


def with_citations(markdown: str, block: Block) -> str:
    """The text, all of the block's or some of it, with marks that point at sources made links."""
    if not block.source_count:
        return markdown
    return cited(markdown, block.source_count, frozenset(label for label, _ in block.definitions))


def link_text(text: str, target: str) -> str:
    """What is shown of a link: of one to a footnote its raised number, of one to a source a number with room."""
    if source_number(target) is not None:
        return f"{CHIP_EDGE}{text}{CHIP_EDGE}"
    if not target.startswith(FOOTNOTE_LINK):
        return text
    number = target.removeprefix(FOOTNOTE_LINK).translate(_SUPERSCRIPT)
    return number if text.startswith("^") else text + number


def without_separators(text: str) -> str:
    """The text as it was."""
    return text.replace(_SEPARATOR, "")


def _shown_literally(source: str) -> str:
    r"""Keeps what would be lost: the backslashes of formulas, `\[x\]` and `\(x\)`, and pictures without a name."""
    if "\\" not in source and "![](" not in source:
        return source
    result, start = [], 0
    for span in _CODE_SPAN.finditer(source):
        result += [_kept(source[start : span.start()]), span[0]]
        start = span.end()
    return "".join([*result, _kept(source[start:])])


def _kept(source: str) -> str:
    return _NAMELESS_PICTURE.sub(r"![\1](\1", _FORMULA.sub(_with_its_brackets, source))


def _with_its_brackets(formula: re.Match[str]) -> str:
    if not any(map(str.isalnum, formula[0])):
        return formula[0]
    return f"\\\\{formula[0][1:-2]}\\\\{formula[0][-1]}"


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """The paragraphs of a document."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    """The runs of one look in a paragraph."""
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


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
    if _SEPARATOR in source:
        _remove_separators(document)


def _replace(document: QTextDocument, position: int, length: int, text: str, look: QTextCharFormat) -> None:
    cursor = QTextCursor(document)
    cursor.setPosition(position)
    cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text, look)


def _remove_separators(document: QTextDocument) -> None:
    cursor = document.find(_SEPARATOR)
    while not cursor.isNull():
        cursor.removeSelectedText()
        cursor = document.find(_SEPARATOR, cursor)


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


def is_code(block: QTextBlock) -> bool:
    """True for a line of a fence inside a quote."""
    block_format = block.blockFormat()
    return block_format.hasProperty(QTextFormat.Property.BlockCodeFence) or block_format.hasProperty(
        QTextFormat.Property.BlockCodeLanguage
    )


def code_spans(document: QTextDocument) -> list[QRectF]:
    """Where inline code stands: one rectangle a line."""
    rects: list[QRectF] = []
    for block in blocks(document):
        if is_code(block):
            continue
        for fragment in fragments(block):
            if fragment.charFormat().fontFixedPitch():
                start = fragment.position() - block.position()
                rects += _line_rects(document, block, start, start + fragment.length())
    return rects


def source_chips(document: QTextDocument) -> list[QRectF]:
    """Where numbers of sources stand: one rectangle each."""
    rects: list[QRectF] = []
    for block in blocks(document):
        for fragment in fragments(block):
            if source_number(fragment.charFormat().anchorHref()) is not None:
                start = fragment.position() - block.position()
                rects += _line_rects(document, block, start, start + fragment.length())
    return rects


def _line_rects(document: QTextDocument, block: QTextBlock, start: int, end: int) -> Iterator[QRectF]:
    corner = document.documentLayout().blockBoundingRect(block).topLeft()
    layout = block.layout()
    metrics = QFontMetricsF(document.defaultFont())
    raised = block.blockFormat().lineHeightType() == QTextBlockFormat.LineHeightTypes.MinimumHeight.value
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first < last:
            left, right = line_x(line, first), line_x(line, last)
            rect = QRectF(min(left, right), line.y(), abs(right - left), line.height())
            if raised:  # by a formula: the letters take less
                rect.setTop(line.y() + line.ascent() - metrics.ascent())
                rect.setHeight(metrics.height())
            yield rect.translated(corner)


def links(document: QTextDocument) -> list[tuple[str, str]]:
    """Text and address of every link; a link's parts of different looks are one."""
    found: list[tuple[str, str]] = []
    end = -1
    for block in blocks(document):
        for fragment in fragments(block):
            address = fragment.charFormat().anchorHref()
            if address and found and found[-1][1] == address and end == fragment.position():
                found[-1] = (found[-1][0] + fragment.text(), address)
            elif address:
                found.append((fragment.text(), address))
            end = fragment.position() + fragment.length() if address else -1
    return found


def markers(document: QTextDocument, number: int) -> list[Marker]:
    """What to draw before the items of a list; `number` is that of the outermost item."""
    found: list[Marker] = []
    for block in blocks(document):
        text_list = block.textList()
        if text_list is None or block.layout().lineCount() == 0:
            continue
        list_format = text_list.format()
        depth = list_format.indent()
        text = ""
        if list_format.property(QTextFormat.Property.UserProperty):
            start = number if number and depth == 1 else list_format.start()
            text = f"{start + text_list.itemNumber(block)}."
        corner = document.documentLayout().blockBoundingRect(block).topLeft()
        box = block.blockFormat().marker()
        checked = None if box is QTextBlockFormat.MarkerType.NoMarker else box is QTextBlockFormat.MarkerType.Checked
        line = block.layout().lineAt(0)
        found.append(Marker(corner.x() + line.x(), corner.y() + line.y() + line.ascent(), text, depth, checked))
    return found


def _whole_lines(block: QTextBlock, rect: QRectF) -> QRectF:
    """A paragraph's rectangle with its last line as high as the others: Qt's ends at the letters."""
    height = block.layout().lineCount() * block.blockFormat().lineHeight()
    return QRectF(rect.x(), rect.y(), rect.width(), max(rect.height(), height))


def quotes(document: QTextDocument) -> list[tuple[int, QRectF]]:
    """(depth, rectangle) of every quoted paragraph."""
    return [
        (depth, _whole_lines(block, document.documentLayout().blockBoundingRect(block)))
        for block in blocks(document)
        if (depth := block.blockFormat().property(QTextFormat.Property.BlockQuoteLevel))
    ]


def code_lines(document: QTextDocument) -> list[QRectF]:
    """Rectangles of the lines of fences inside quotes and lists, from where their text begins."""
    rects = []
    for block in blocks(document):
        if is_code(block) and block.layout().lineCount():
            rect = document.documentLayout().blockBoundingRect(block)
            rects.append(rect.adjusted(block.layout().lineAt(0).x(), 0, 0, 0))
    return rects
