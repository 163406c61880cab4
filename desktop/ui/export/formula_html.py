"""Formulas in what leaves the program: SVG inside a web page, pictures on pages; what cannot be drawn stays source.

For threads: each formula is waited for.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.core.drawn_formula import SPARE, Drawing
from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.markdown_html import formula_source
from desktop.ui.theme import LIGHT

PAGE_TEXT_PX = 16.0
PAPER_TEXT_PX = 13.0
PAPER_DOTS = 4  # of a formula's picture for each pixel of the page
_NAMESPACES = re.compile(r' xmlns(?::\w+)?="[^"]*"')


def svg_formula(drawer: FormulaDrawer, source: str, alone: bool) -> str:
    """A formula as SVG that takes the colour of the text around it."""
    drawing = drawer.draw(source, PAGE_TEXT_PX, display=alone).result()
    if not isinstance(drawing, Drawing):
        return formula_source(source, alone)
    svg = _NAMESPACES.sub("", drawing.svg_in("currentColor"))
    look = f'role="img" aria-label="{escape(source)}" style="vertical-align:-{drawing.descent + SPARE:.2f}px"'
    tag = "div" if alone else "span"
    return f'<{tag} class="formula">{svg.replace("<svg", f"<svg {look}", 1)}</{tag}>'


class FormulaPictures:
    """Draws the formulas of one text for paper, and keeps their pictures under the names that its HTML has."""

    def __init__(self, drawer: FormulaDrawer) -> None:
        self._drawer = drawer
        self._pictures: dict[str, QImage] = {}

    def html(self, source: str, alone: bool) -> str:
        """What stands in the HTML for a formula."""
        drawing = self._drawer.draw(source, PAPER_TEXT_PX, display=alone).result()
        if not isinstance(drawing, Drawing):
            return formula_source(source, alone)
        image = _image(drawing)
        key = f"formula-{len(self._pictures)}"
        self._pictures[key] = image
        size = f'width="{image.width() / PAPER_DOTS:.0f}" height="{image.height() / PAPER_DOTS:.0f}"'
        picture = f'<img src="{key}" {size} style="vertical-align: middle">'
        return f'<p align="center">{picture}</p>' if alone else picture

    def in_html(self, html: str) -> tuple[tuple[str, QImage], ...]:
        """The pictures that a piece of the HTML names."""
        return tuple((key, image) for key, image in self._pictures.items() if f'"{key}"' in html)


def _image(drawing: Drawing) -> QImage:
    renderer = QSvgRenderer(QByteArray(drawing.svg_in(LIGHT.text).encode()))
    image = QImage(renderer.defaultSize() * PAPER_DOTS, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image
