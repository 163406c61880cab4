"""Colours, fonts and sizes: the one place that says how Ligature looks.

A `Theme` is made once in first_window.py and handed to whoever paints. It follows the system's light or dark, or the
user's choice, and the user's font size; `changed` tells widgets that paint by themselves to paint again. Standard
widgets need nothing: palette and style sheet are set on the application.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.ui.stylesheet import stylesheet

SMALLEST_SCALE = 0.7
LARGEST_SCALE = 2.0
SCALE_STEP = 0.1
LINE_HEIGHT = 1.55
TEXT_FAMILY = "Inter"
CODE_FAMILY = "JetBrains Mono"


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours by what they are for, as `#rrggbb`."""

    bg: str
    side: str
    panel: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    on_accent: str
    accent_soft: str
    bubble: str
    code: str
    good: str
    warn: str
    found: str
    found_current: str
    on_found: str
    only_here: str  # what only one of several answers says, and
    only_there: str  # what only the other one says
    keyword: str
    string: str
    number: str
    comment: str


LIGHT = Colors(
    bg="#ffffff",
    side="#f6f6f4",
    panel="#fafaf8",
    line="#e7e6e2",
    text="#1f1f1d",
    dim="#6c6b66",
    faint="#898882",
    accent="#4f46e5",
    on_accent="#ffffff",
    accent_soft="#eeedfd",
    bubble="#f1f0ec",
    code="#f7f6f3",
    good="#1a7f4b",
    warn="#b45309",
    found="#fbeec4",
    found_current="#f5c04a",
    on_found="#1f1f1d",
    only_here="#e2f2e9",
    only_there="#fcebdd",
    keyword="#8250df",
    string="#0a7d55",
    number="#b4540a",
    comment="#6c6b66",
)
DARK = Colors(
    bg="#1b1b1a",
    side="#141413",
    panel="#181817",
    line="#2e2e2c",
    text="#ecebe6",
    dim="#a09f98",
    faint="#78776f",
    accent="#8b85ff",
    on_accent="#141413",
    accent_soft="#2a2850",
    bubble="#282826",
    code="#232321",
    good="#54c58a",
    warn="#e0a458",
    found="#4a3d1c",
    found_current="#e0a458",
    on_found="#141413",
    only_here="#163021",
    only_there="#3a2716",
    keyword="#c4a7ff",
    string="#7bd6a8",
    number="#efb27a",
    comment="#a09f98",
)


class Appearance(StrEnum):
    """Light or dark."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The current look."""

    changed = Signal()  # colours or scale are others now

    def __init__(self, appearance: Appearance = Appearance.SYSTEM, scale: float = 1.0) -> None:
        super().__init__()
        self._appearance = appearance
        self._scale = scale
        self._system_family = QApplication.font().family()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    @property
    def dark(self) -> bool:
        """True where light text stands on a dark ground."""
        if self._appearance is Appearance.SYSTEM:
            return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        return self._appearance is Appearance.DARK

    @property
    def colors(self) -> Colors:
        """The colours of now."""
        return DARK if self.dark else LIGHT

    @property
    def scale(self) -> float:
        """The user's font size, 1.0 for body text of 14 px."""
        return self._scale

    def color(self, token: str) -> QColor:
        """A colour by its name in `Colors`."""
        return QColor(getattr(self.colors, token))

    def px(self, size: float) -> int:
        """A length that grows with the font size, in logical pixels."""
        return round(size * self._scale)

    def font(self, size: float = 14, *, weight: int = QFont.Weight.Normal, code: bool = False) -> QFont:
        """A font of `size` pixels at scale 1."""
        font = QFont()
        if code:
            font.setFamilies([CODE_FAMILY, QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
            font.setStyleHint(QFont.StyleHint.Monospace)
            font.setFixedPitch(True)
        else:
            font.setFamilies([TEXT_FAMILY, self._system_family])
        font.setPixelSize(max(1, self.px(size)))
        font.setWeight(QFont.Weight(weight))
        return font

    def choose(self, appearance: Appearance, scale: float) -> None:
        """Takes the user's choice and shows it everywhere."""
        self._appearance = appearance
        self._scale = min(LARGEST_SCALE, max(SMALLEST_SCALE, scale))
        self.apply()

    def apply(self) -> None:
        """Shows the look everywhere, and tells who paints by himself."""
        self.prepare()
        self.dress()
        self.changed.emit()

    def prepare(self) -> None:
        """Sets font and palette on the application."""
        application = _application()
        application.setFont(self.font())
        application.setPalette(self._palette())

    def dress(self) -> None:
        """Sets the style sheet on the application: once the first widgets are there, or each is styled many times."""
        _application().setStyleSheet(stylesheet(self.colors, self.px))

    def _system_changed(self, _scheme: Qt.ColorScheme) -> None:
        if self._appearance is Appearance.SYSTEM:
            self.apply()

    def _palette(self) -> QPalette:
        colors = self.colors
        palette = QPalette()
        role = QPalette.ColorRole
        for target, value in {
            role.Window: colors.bg,
            role.Base: colors.bg,
            role.AlternateBase: colors.panel,
            role.Button: colors.bg,
            role.WindowText: colors.text,
            role.Text: colors.text,
            role.ButtonText: colors.text,
            role.BrightText: colors.warn,
            role.PlaceholderText: colors.faint,
            role.Highlight: colors.accent,
            role.HighlightedText: colors.on_accent,
            role.Link: colors.accent,
            role.LinkVisited: colors.accent,
            role.ToolTipBase: colors.panel,
            role.ToolTipText: colors.text,
            role.Mid: colors.line,
            role.Midlight: colors.line,
            role.Dark: colors.line,
            role.Light: colors.bg,
            role.Accent: colors.accent,
        }.items():
            palette.setColor(target, QColor(value))
        for target in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(colors.faint))
        return palette


def _application() -> QApplication:
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("a QApplication is needed before a theme can be shown")
    return application
