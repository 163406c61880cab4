"""Draws the icon as Windows and macOS want it, into build/icons/: `icons.py`. Needs the program's own packages."""

from __future__ import annotations

import io

from PIL import Image
from product import ICONS, ROOT
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

WINDOWS_PX = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MACOS_PX = (16, 32, 64, 128, 256, 512, 1024)
SIDEBAR_PX = (328, 628)  # of the Windows installer's last page; twice as large as on an ordinary screen
SIDEBAR_COLOUR = "#eef0fb"


def main() -> None:
    """Draws each size by itself, so that the small ones are as sharp as they can be."""
    ICONS.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(ROOT / "resources" / "icons" / "ligature.svg"))
    pictures = {side_px: _draw(renderer, side_px) for side_px in {*WINDOWS_PX, *MACOS_PX}}
    pictures[256].save(
        ICONS / "ligature.ico",
        sizes=[(side_px, side_px) for side_px in WINDOWS_PX],
        append_images=[pictures[side_px] for side_px in WINDOWS_PX],
        bitmap_format="bmp",  # small pictures as PNG are not understood everywhere
    )
    sidebar = Image.new("RGB", SIDEBAR_PX, SIDEBAR_COLOUR)
    sidebar.paste(pictures[128], ((SIDEBAR_PX[0] - 128) // 2, 200), pictures[128])
    sidebar.save(ICONS / "sidebar.bmp")
    pictures[1024].save(ICONS / "ligature.icns", append_images=[pictures[side_px] for side_px in MACOS_PX])


def _draw(renderer: QSvgRenderer, side_px: int) -> Image.Image:
    paper = QImage(side_px, side_px, QImage.Format.Format_ARGB32)
    paper.fill(Qt.GlobalColor.transparent)
    painter = QPainter(paper)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    paper.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.data().data()))


if __name__ == "__main__":
    main()
