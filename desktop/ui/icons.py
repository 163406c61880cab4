"""Line icons from resources/icons/, drawn once for each size, colour and screen, in the theme's colours.

An icon looks up its colour when it is painted, so a change of theme needs nothing but a repaint.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.resources import resource
from desktop.ui.theme import Theme

PROGRAM_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


class Icons:
    """Makes icons by their Lucide name; the colour is a token of `theme.Colors`."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def icon(self, name: str, token: str = "dim", *, checked_token: str = "accent") -> QIcon:
        """An icon that follows the theme; `checked_token` colours it while its button is on."""
        return QIcon(_ThemedIconEngine(self, name, token, checked_token))

    def program_icon(self) -> QIcon:
        """The program's own, for title bars, task bars and notifications: the same in every theme."""
        icon = QIcon()
        for size in PROGRAM_ICON_SIZES:
            icon.addPixmap(self._draw("ligature", "", size, 1.0))
        return icon

    def pixmap(self, name: str, token: str = "dim", size: int = 16, ratio: float | None = None) -> QPixmap:
        """A square picture of `size` logical pixels for a screen with device pixel `ratio`."""
        if ratio is None:
            ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        color = self.theme.color(token).name()
        key = (name, color, size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._draw(name, color, size, ratio)
        return self._pixmaps[key]

    def _draw(self, name: str, color: str, size: int, ratio: float) -> QPixmap:
        if size <= 0:  # a button that is not laid out yet
            return QPixmap()
        if name not in self._sources:
            self._sources[name] = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
        renderer = QSvgRenderer(self._sources[name].replace("currentColor", color).encode())
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


class _ThemedIconEngine(QIconEngine):
    def __init__(self, icons: Icons, name: str, token: str, checked_token: str) -> None:
        super().__init__()
        self._icons = icons
        self._name = name
        self._token = token
        self._checked_token = checked_token

    def clone(self) -> QIconEngine:
        return _ThemedIconEngine(self._icons, self._name, self._token, self._checked_token)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._icons.pixmap(self._name, self._color(mode, state), min(rect.width(), rect.height()), ratio)
        size = pixmap.deviceIndependentSize()
        corner = QPoint(
            rect.x() + round((rect.width() - size.width()) / 2), rect.y() + round((rect.height() - size.height()) / 2)
        )
        painter.drawPixmap(corner, pixmap)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._icons.pixmap(self._name, self._color(mode, state), min(size.width(), size.height()), 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        logical = round(min(size.width(), size.height()) / scale)
        return self._icons.pixmap(self._name, self._color(mode, state), logical, scale)

    def _color(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode is QIcon.Mode.Disabled:
            return "faint"
        return self._checked_token if state is QIcon.State.On else self._token
