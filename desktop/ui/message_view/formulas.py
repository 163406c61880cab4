"""Drawn formulas, made one after the other by another process: until one is there, its source is shown."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.core.drawn_formula import SPARE, Drawing, Failure
from desktop.services.formula_drawer import FormulaDrawer

MOST_DRAWINGS = 600
MOST_PIXMAPS = 200
MOST_WAITING = 300  # more than a screen ever needs; what is left out is asked for again when it is seen
START_DELAY_MS = 40  # the source is painted before the process is started
TOGETHER_MS = 60  # formulas that are ready within this time change the page once


class Wanted(NamedTuple):
    """A formula in letters of a size."""

    latex: str
    size_px: float
    display: bool


class Formulas(QObject):
    """Gives what is there, else draws it and says so."""

    drawn = Signal()  # some that were asked for are there

    def __init__(self, drawer: FormulaDrawer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drawer = drawer
        self._drawings: OrderedDict[Wanted, Drawing | Failure] = OrderedDict()
        self._pixmaps: OrderedDict[tuple[Drawing, str, float, float], QPixmap] = OrderedDict()
        self._waiting: OrderedDict[Wanted, None] = OrderedDict()  # the last one is drawn first
        self._in_work: Wanted | None = None
        self._arrivals = _Arrivals()
        self._arrivals.drawn.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._start = _timer(self, START_DELAY_MS)
        self._start.timeout.connect(self._next)
        self._together = _timer(self, TOGETHER_MS)
        self._together.timeout.connect(self.drawn)

    @property
    def busy(self) -> bool:
        """True while something that was asked for is not drawn."""
        return bool(self._waiting or self._in_work)

    @property
    def idle(self) -> bool:
        """True if everything that was asked for is there, and said."""
        return not (self.busy or self._together.isActive())

    def get(self, wanted: Wanted, *, urgent: bool = True) -> Drawing | Failure | None:
        """The drawing; None while it is made, before what was asked for earlier if it is `urgent`."""
        found = self._drawings.get(wanted)
        if found is not None:
            self._drawings.move_to_end(wanted)
            return found
        if wanted != self._in_work:
            self._waiting.setdefault(wanted)
            self._waiting.move_to_end(wanted, last=urgent)
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        if self._in_work is None and not self._start.isActive():
            self._start.start()
        return None

    def pixmap(self, drawing: Drawing, color: str, ratio: float, scale: float) -> QPixmap:
        """The drawing as a pixmap of whole pixels, its baseline between two of them."""
        key = (drawing, color, ratio, scale)
        if key not in self._pixmaps:
            self._pixmaps[key] = _pixmap(drawing, color, ratio, scale)
        self._pixmaps.move_to_end(key)
        if len(self._pixmaps) > MOST_PIXMAPS:
            self._pixmaps.popitem(last=False)
        return self._pixmaps[key]

    def paint(self, painter: QPainter, drawing: Drawing, color: str, foot: QPointF, width: float) -> None:
        """Paints a formula, on whole pixels; `foot` is the left end of its baseline, `width` the room that it has."""
        ratio = painter.device().devicePixelRatioF()
        scale = min(1.0, width / (drawing.width + 2 * SPARE))
        transform = painter.deviceTransform()
        on_screen = transform.map(foot)
        above, _below = lines_of(drawing, ratio, scale)
        corner = QPointF(round(on_screen.x()), round(on_screen.y()) - above)
        painter.drawPixmap(transform.inverted()[0].map(corner), self.pixmap(drawing, color, ratio, scale))

    def _next(self) -> None:
        if self._in_work is None and self._waiting:
            wanted = self._in_work = self._waiting.popitem()[0]
            arrivals = self._arrivals

            def tell(drawn: Future[Drawing | Failure]) -> None:  # in the drawer's thread, perhaps after all views
                arrivals.drawn.emit(wanted, drawn.result())

            self._drawer.draw(wanted.latex, wanted.size_px, display=wanted.display).add_done_callback(tell)

    def _keep(self, wanted: Wanted, drawing: Drawing | Failure) -> None:
        self._in_work = None
        self._drawings[wanted] = drawing
        if len(self._drawings) > MOST_DRAWINGS:
            self._drawings.popitem(last=False)
        if not self._together.isActive():
            self._together.start()
        self._next()


def lines_of(drawing: Drawing, ratio: float, scale: float) -> tuple[int, int]:
    """How many pixels the drawing's pixmap has above and below the baseline."""
    spare = SPARE * scale
    return _ceil((drawing.ascent * scale + spare) * ratio), _ceil((drawing.descent * scale + spare) * ratio)


def _pixmap(drawing: Drawing, color: str, ratio: float, scale: float) -> QPixmap:
    above, below = lines_of(drawing, ratio, scale)
    width = (drawing.width + 2 * SPARE) * scale * ratio
    image = QImage(QSize(_ceil(width), max(1, above + below)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = above - (drawing.ascent + SPARE) * scale * ratio
    height = (drawing.ascent + drawing.descent + 2 * SPARE) * scale * ratio
    QSvgRenderer(QByteArray(drawing.svg_in(color).encode())).render(painter, QRectF(0, top, width, height))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


def _ceil(length: float) -> int:
    return -int(-length // 1)


def _timer(parent: QObject, interval_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    return timer


class _Arrivals(QObject):
    drawn = Signal(object, object)  # Wanted, Drawing or Failure
