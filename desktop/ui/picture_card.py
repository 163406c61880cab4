"""A picture of a message, as large as the window lets it be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.core.conversation import PicturePart
from desktop.ui.controls import icon_button, name
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.icons import Icons
from desktop.ui.labels import text_label
from desktop.ui.modal_card import ModalCard
from desktop.ui.picture_canvas import STEP, PictureCanvas
from desktop.ui.picture_files import PictureFiles
from desktop.ui.theme import Theme

SIDE = 4000  # more than a screen has: the card is as large as its window


class PictureCard(ModalCard):
    """Goes through the pictures of one message."""

    def __init__(self, theme: Theme, icons: Icons, files: PictureFiles, parent: QWidget) -> None:
        super().__init__(theme, parent, SIDE, SIDE)
        name(self, "pictureCard", self.tr("Picture"))
        self._files = files
        self._pictures: Sequence[PicturePart] = ()
        self._index = 0
        self._canvas = PictureCanvas(theme)
        self._title = ElidedLabel("label", "pictureName")
        self._message = text_label("", "small", "pictureMessage")
        self._count = text_label("", "small", "pictureCount")
        self._previous = self._button(icons, "chevron-left", "previousPicture", self.tr("Previous picture"))
        self._next = self._button(icons, "chevron-right", "nextPicture", self.tr("Next picture"))
        self._smaller = self._button(icons, "minus", "zoomOut", self.tr("Smaller"))
        self._larger = self._button(icons, "plus", "zoomIn", self.tr("Larger"))
        self._whole = self._button(icons, "maximize", "fitPicture", self.tr("Show all of it"))
        self._actual = QPushButton()
        name(self._actual, "actualSize")
        self._actual.setToolTip(self.tr("Show it at 100 %"))
        self._save = self._button(icons, "download", "savePicture", self.tr("Save as…"))
        self._copy = self._button(icons, "copy", "copyPicture", self.tr("Copy picture"))
        self._close = self._button(icons, "x", "closePicture", self.tr("Close"))
        self._bar = QHBoxLayout()
        self._frame = QHBoxLayout()
        self._lay_out()
        self._connect()
        theme.changed.connect(self._restyle)
        self._restyle()

    def first_focus(self) -> QWidget:
        return self._canvas

    def show_pictures(self, pictures: Sequence[PicturePart], index: int) -> None:
        """Opens the card with one of the pictures."""
        self._pictures = pictures
        self._go_to(index)
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if event.key() in steps:
            self._go_to(self._index + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _button(self, icons: Icons, icon: str, object_name: str, text: str) -> QToolButton:
        button: QToolButton = icon_button(icons, icon, object_name, text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        self._bar.addWidget(self._title, 1)
        widgets = (
            self._message, self._previous, self._count, self._next, self._smaller, self._actual, self._larger,
            self._whole, self._save, self._copy, self._close,
        )  # fmt: skip
        for widget in widgets:
            self._bar.addWidget(widget)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar)
        self._frame.addWidget(self._canvas)
        column.addLayout(self._frame, 1)

    def _connect(self) -> None:
        self._previous.clicked.connect(lambda: self._go_to(self._index - 1))
        self._next.clicked.connect(lambda: self._go_to(self._index + 1))
        self._smaller.clicked.connect(lambda: self._canvas.zoom_by(1 / STEP))
        self._larger.clicked.connect(lambda: self._canvas.zoom_by(STEP))
        self._actual.clicked.connect(lambda: self._canvas.zoom_to(1.0))
        self._whole.clicked.connect(self._canvas.fit)
        self._save.clicked.connect(lambda: self._files.save_as(self._picture))
        self._copy.clicked.connect(lambda: self._files.copy(self._picture))
        self._close.clicked.connect(self.reject)
        self._canvas.zoomed.connect(self._show_zoom)
        self._canvas.turned.connect(lambda step: self._go_to(self._index + step))
        self._files.read.connect(self._show)
        self._files.saved.connect(self._tell_saved)

    @property
    def _picture(self) -> PicturePart:
        return self._pictures[self._index]

    def _go_to(self, index: int) -> None:
        if not 0 <= index < len(self._pictures):
            return
        self._index = index
        several = len(self._pictures) > 1
        title = self._picture.name or self.tr("Picture")
        self._title.setText(title)
        self._canvas.setAccessibleName(title)
        self._canvas.show_words("")
        self._message.clear()
        self._count.setText(self.tr("{index} / {count}").format(index=index + 1, count=len(self._pictures)))
        for widget in (self._previous, self._count, self._next):
            widget.setVisible(several)
        self._previous.setEnabled(index > 0)
        self._next.setEnabled(index < len(self._pictures) - 1)
        self._allow(False)
        self._files.ask_for(self._picture)

    def _show(self, sha256: str, image: QImage) -> None:
        if not self._pictures or sha256 != self._picture.sha256:
            return
        self._allow(not image.isNull())
        if image.isNull():
            self._canvas.show_words(self.tr("The picture’s file is missing or damaged."))
        else:
            self._canvas.show_picture(image)

    def _allow(self, there: bool) -> None:
        for widget in (self._smaller, self._larger, self._actual, self._whole, self._save, self._copy):
            widget.setEnabled(there)

    def _show_zoom(self) -> None:
        text = self.tr("{percent} %").format(percent=QLocale().toString(round(self._canvas.zoom * 100)))
        self._actual.setText(text)
        self._actual.setAccessibleName(self.tr("{zoom}, show it at 100 %").format(zoom=text))

    def _tell_saved(self, saved: bool) -> None:
        self._message.setText(self.tr("Saved") if saved else self.tr("Could not be saved there"))

    def _restyle(self) -> None:
        px = self._theme.px
        self._bar.setContentsMargins(px(16), px(8), px(10), px(8))
        self._bar.setSpacing(px(4))
        self._frame.setContentsMargins(px(14), 0, px(14), px(14))  # clear of the card's round corners
        self._actual.setMinimumWidth(px(64))
