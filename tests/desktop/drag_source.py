"""A window from which one thing can be dragged. Run as a program of its own.

The first argument is JSON: {"urls": [...], "html": "...", "text": "...", "image": path, "data": {type: base64}}.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


def mime_data(offer: dict[str, Any]) -> QMimeData:
    mime = QMimeData()
    if urls := offer.get("urls"):
        mime.setUrls([QUrl(url) for url in urls])
    if html := offer.get("html"):
        mime.setHtml(html)
    if text := offer.get("text"):
        mime.setText(text)
    if image := offer.get("image"):
        mime.setImageData(QImage(image))
    for name, encoded in offer.get("data", {}).items():
        mime.setData(name, base64.b64decode(encoded))
    return mime


class Source(QLabel):
    """Everything on it can be dragged away."""

    def __init__(self, offer: dict[str, Any]) -> None:
        super().__init__("Drag me")
        self.offer = offer
        self.setWindowTitle("Drag source")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = QDrag(self)
        drag.setMimeData(mime_data(self.offer))
        action = drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.MoveAction)
        print(json.dumps({"event": "dragged", "action": action.name}), flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    source = Source(json.loads(sys.argv[1]))
    source.setGeometry(40, 40, 300, 200)
    source.show()
    corner = source.mapToGlobal(QPoint(0, 0))
    print(json.dumps({"event": "ready", "x": corner.x(), "y": corner.y()}), flush=True)
    application.exec()
