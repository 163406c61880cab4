"""A message view on a screen of another scale: prints where the screen is not what a repaint gives.

QT_SCALE_FACTOR holds for a whole process, so the tests of the view cannot set it themselves.
"""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.theme import Appearance, Theme
from tests.benchmarks import chat_text
from tests.ui.message_views import answer, ask, chunks, color_codes, make_view, streaming


class Watch:
    """Compares after each step."""

    def __init__(self, view: MessageView) -> None:
        self._view = view
        self.differences: list[str] = []
        self.steps = 0

    def expect(self, holds: bool, what: str) -> None:
        """Notes what does not hold."""
        if not holds:
            self.differences.append(f"{self.steps} {what}")

    def look(self, step: str) -> None:
        """What stands on the screen must be what painting it all afresh gives."""
        self.steps += 1
        QApplication.processEvents()
        shown = self._view.backingStore().paintDevice()  # the offscreen platform's own screen is cut off
        assert isinstance(shown, QImage)
        shown, fresh = shown.copy(), self._view.grab().toImage()
        if shown == fresh:
            return
        rows = [
            y
            for y in range(fresh.height())
            if any(shown.pixel(x, y) != fresh.pixel(x, y) for x in range(fresh.width()))
        ]
        self.differences.append(f"{self.steps} {step}: lines {rows[:3]}…{rows[-1:]} of {fresh.height()}")


def reader_goes_through(watch: Watch, view: MessageView, theme: Theme) -> None:
    """Everything that moves, grows, folds or changes what is seen."""
    text = chat_text.stream("mixed", 5000)
    view.set_items(
        [ask(1, "Well?"), answer(2, text, thinking="Hm.\n\nSo."), ask(3, "And?"), streaming(4)], follow_end=True
    )
    watch.look("shown")
    for number, part in enumerate(chunks(text[:2500], 3, longest=120)):
        view.feed(4, "thinking" if number < 4 else "text", part)
        view.flush()
        watch.look("flush")
    for distance in (-1, -7, -33, -150, 12, 5, -400, 61, 1, -3):
        view.scroll_by(distance)
        watch.look(f"scroll {distance}")
        view.feed(4, "text", "more `text` ")
        view.flush()
        watch.look("flush above")
    view.scroll_to_message(2)
    for _ in range(2):
        view.toggle_thinking(2)
        watch.look("fold")
    view.scroll_by(300)
    top = view.stage.scroller.placed[0].row.key
    for width in (701, 553, 820):
        view.resize(width, 600)
        watch.look("resize")
        watch.expect(view.stage.scroller.placed[0].row.key == top, "resize keeps the place")
    for appearance, scale in ((Appearance.DARK, 1.0), (Appearance.DARK, 1.3), (Appearance.LIGHT, 1.0)):
        theme.choose(appearance, scale)
        QApplication.processEvents()
        watch.look("theme")
        watch.expect(view.stage.scroller.placed[0].row.key == top, "theme and font size keep the place")
        view.scroll_by(-1)
        watch.look("scroll after theme")
    view.jump_to_end()
    watch.look("end")


def main() -> None:
    """Prints one line of JSON."""
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    theme = Theme()
    theme.choose(Appearance.LIGHT, 1.0)
    view = make_view(theme, Icons(theme))
    color_codes(view, *chat_text.CODE)
    watch = Watch(view)
    reader_goes_through(watch, view, theme)
    print(json.dumps({"ratio": view.devicePixelRatioF(), "steps": watch.steps, "differences": watch.differences}))


if __name__ == "__main__":
    main()
