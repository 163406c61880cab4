"""Draws the program's icon: for Windows and macOS into build/icons/, `icons.py`, and as pixels for desktops on Linux.

Needs the program's own packages.
"""

from __future__ import annotations

import io

from PIL import Image
from product import ICON, ICONS
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

WINDOWS_PX = (16, 20, 24, 32, 40, 48, 64, 128, 256)
MACOS_PX = (16, 32, 64, 128, 256, 512, 1024)
SIDEBAR_PX = (328, 628)  # of the Windows installer's last page; twice as large as on an ordinary screen
SIDEBAR_COLOUR = "#eef0fb"


def main() -> None:
    """Draws each size by itself, so that the small ones are as sharp as they can be."""
    ICONS.mkdir(parents=True, exist_ok=True)
    pictures = {side_px: Image.open(io.BytesIO(png_icon(side_px))) for side_px in {*WINDOWS_PX, *MACOS_PX}}
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


def png_icon(side_px: int) -> bytes:
    """The drawing as a PNG of this size."""
    paper = QImage(side_px, side_px, QImage.Format.Format_ARGB32)
    paper.fill(Qt.GlobalColor.transparent)
    painter = QPainter(paper)
    QSvgRenderer(str(ICON)).render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    paper.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes where str works
    return bytes(content.data())


if __name__ == "__main__":
    main()
