"""Fonts, lengths and colours of the conversation, worked out once for each theme and font size."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette, QTextCharFormat

from desktop.ui.icons import Icons
from desktop.ui.message_view.formulas import Formulas
from desktop.ui.message_view.languages import Languages
from desktop.ui.message_view.words import Words
from desktop.ui.theme import Colors, Theme

COLUMN_WIDTH = 720
SMALLEST_SIDE = 20


@dataclass(frozen=True, slots=True)
class Tone:
    """How running text looks: that of an answer, or the smaller and quieter one of thinking."""

    font: QFont
    line_height: int
    lift: int  # Qt sets text low in lines of a fixed height; so many pixels up is the middle
    color: QColor
    code_font: QFont


class Style:
    """What rows need to lay themselves out and to paint."""

    def __init__(
        self, theme: Theme, icons: Icons, languages: Languages, formulas: Formulas, *, wraps_code: bool = False
    ) -> None:
        self.icons = icons
        self.formulas = formulas
        self.wraps_code = wraps_code  # long lines of code are broken, else they are moved sideways
        self.languages = languages
        self.words = Words()
        self.px = theme.px
        self.colors: Colors = theme.colors
        self.dark = theme.dark
        self.answer = _tone(theme.font(14), theme.px(22), theme.color("text"), theme.font(13, code=True))
        self.thinking = _tone(theme.font(13.5), theme.px(21), theme.color("dim"), theme.font(12.5, code=True))
        self.strong = theme.font(13, weight=QFont.Weight.DemiBold)
        self.label = theme.font(13)
        self.section = theme.font(11, weight=QFont.Weight.DemiBold)
        self.button = theme.font(12, weight=QFont.Weight.Medium)
        self.small = theme.font(12.5)
        self.code = theme.font(12.5, code=True)
        self.code_line_height = theme.px(20)
        self.code_lift = lift(self.code, self.code_line_height)
        self.chip = theme.font(11)
        self.table_head = theme.font(13.5, weight=QFont.Weight.DemiBold)
        self.table = theme.font(13.5)
        self.headings = {level: theme.font(size, weight=QFont.Weight.DemiBold) for level, size in _HEADINGS.items()}
        self.selection_format = _ground(self.selection)
        self.found_format = _ground(self.color("found"))
        self.found_current_format = _ground(self.color("found_current"))
        self.found_current_format.setForeground(self.color("on_found"))
        self.marked_formats = {token: _ground(self.color(token)) for token in ("only_here", "only_there")}
        self.character_width = QFontMetricsF(self.answer.font).averageCharWidth()

    def color(self, token: str) -> QColor:
        """A colour by its name in `Colors`."""
        return QColor(getattr(self.colors, token))

    def palette(self, text: QColor) -> QPalette:
        """What a QTextDocument is drawn with."""
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, text)
        return palette

    @property
    def selection(self) -> QColor:
        """The ground of selected text, on which all text colours stay readable."""
        return QColor("#c9c5fb") if not self.dark else QColor("#3d3a78")


def lift(font: QFont, line_height: int) -> int:
    """How far text must be raised to stand in the middle of lines whose baseline Qt sets at four fifths."""
    metrics = QFontMetricsF(font)
    middle = (line_height - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent()
    return round(line_height * 0.8 - middle)


def _ground(color: QColor) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setBackground(color)
    return look


def _tone(font: QFont, line_height: int, color: QColor, code_font: QFont) -> Tone:
    return Tone(font, line_height, lift(font, line_height), color, code_font)


_HEADINGS = {1: 22, 2: 18, 3: 16, 4: 14.5, 5: 14, 6: 14}
