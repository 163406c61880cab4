"""One picture that stands in the composer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.core.conversation import Attachment, PicturePart
from desktop.ui.controls import icon_button, look, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

WIDTH_PX = 232
HEIGHT_PX = 60
PICTURE_SIDE_PX = 44
RADIUS_PX = 10
PICTURE_RADIUS_PX = 6
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class AttachmentTile(QWidget):
    """Small picture, name, size, and a button to take it out.

    The button carries the focus: arrows walk to the next tile, Delete and Backspace remove.
    """

    remove_pressed = Signal()
    step_pressed = Signal(int)  # -1 or 1

    def __init__(self, theme: Theme, icons: Icons, file_name: str) -> None:
        super().__init__()
        self.attachment: Attachment | None = None
        self._theme = theme
        self._icons = icons
        self._file_name = file_name
        self._thumbnail: QPixmap | None = None
        self._picture = QLabel()
        self._name_label = QLabel()
        self._details_label = QLabel()
        self.remove_button: QToolButton = icon_button(icons, "x", "removeAttachment", self.tr("Remove"))
        self.remove_button.clicked.connect(self.remove_pressed)
        self.remove_button.installEventFilter(self)
        self.setToolTip(file_name)
        self._lay_out()
        self._describe(self.tr("Preparing…"))
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def show_attachment(self, attachment: Attachment, thumbnail: Path) -> None:
        """Shows what was prepared."""
        self.attachment = attachment
        decimals = 1 if attachment.size_bytes >= 1024 * 1024 else 0
        from PySide6.QtCore import QLocale  # its enumerations would cost every start some milliseconds

        traditional = QLocale.DataSizeFormat.DataSizeTraditionalFormat
        size = QLocale().formattedDataSize(attachment.size_bytes, decimals, traditional)
        if isinstance(attachment, PicturePart):
            pixmap = QPixmap(str(thumbnail))
            self._thumbnail = None if pixmap.isNull() else pixmap
            size = f"{attachment.width} × {attachment.height} · {size}"
        self._describe(size)
        self._apply_theme()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in STEPS:
                self.step_pressed.emit(STEPS[key])
                return True
            if key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.remove_pressed.emit()
                return True
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.remove_button.hasFocus()
        painter.setPen(QPen(self._theme.color("accent" if focused else "line"), 1))
        painter.setBrush(self._theme.color("panel"))
        radius = self._theme.px(RADIUS_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _lay_out(self) -> None:
        look(self._name_label, "label")
        look(self._details_label, "small")
        for label in (self._picture, self._name_label, self._details_label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setTextFormat(Qt.TextFormat.PlainText)
        name(self._name_label, "attachmentName")
        name(self._details_label, "attachmentDetails")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch()
        texts.addWidget(self._name_label)
        texts.addWidget(self._details_label)
        texts.addStretch()
        row = QHBoxLayout(self)
        row.addWidget(self._picture)
        row.addLayout(texts, 1)
        row.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignTop)

    def _describe(self, details: str) -> None:
        self._details_label.setText(details)
        self.remove_button.setAccessibleName(self.tr("Remove {name}").format(name=self._file_name))
        self.remove_button.setAccessibleDescription(details)

    def _apply_theme(self) -> None:
        px = self._theme.px
        self.setFixedSize(px(WIDTH_PX), px(HEIGHT_PX))
        self._picture.setFixedSize(px(PICTURE_SIDE_PX), px(PICTURE_SIDE_PX))
        self.remove_button.setIconSize(QSize(px(14), px(14)))
        row = self.layout()
        if row is not None:
            row.setContentsMargins(px(8), px(4), px(4), px(4))
            row.setSpacing(px(8))
        self._picture.setPixmap(self._drawn_picture())
        room = px(WIDTH_PX - PICTURE_SIDE_PX - 62)
        metrics = self._name_label.fontMetrics()
        self._name_label.setText(metrics.elidedText(self._file_name, Qt.TextElideMode.ElideMiddle, room))
        self.update()

    def _drawn_picture(self) -> QPixmap:
        """The middle of the picture in a rounded square; an icon while there is none."""
        ratio = self.devicePixelRatioF()
        side = self._theme.px(PICTURE_SIDE_PX)
        drawn = QPixmap(round(side * ratio), round(side * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        square = QRectF(0, 0, side, side)
        painter = QPainter(drawn)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(square, self._theme.px(PICTURE_RADIUS_PX), self._theme.px(PICTURE_RADIUS_PX))
        painter.setClipPath(shape)
        painter.fillRect(square, self._theme.color("bubble"))
        if self._thumbnail is not None:
            painter.drawPixmap(square, self._thumbnail, _middle_square(self._thumbnail))
        else:
            icon = self._icons.pixmap(self._icon_name(), "faint", self._theme.px(16), ratio)
            corner = (side - icon.deviceIndependentSize().width()) / 2
            painter.drawPixmap(round(corner), round(corner), icon)
        painter.end()
        return drawn

    def _icon_name(self) -> str:
        if self.attachment is None:
            return "hourglass"
        return "image-off" if isinstance(self.attachment, PicturePart) else "file"


def _middle_square(pixmap: QPixmap) -> QRectF:
    side = min(pixmap.width(), pixmap.height())
    return QRectF((pixmap.width() - side) / 2, (pixmap.height() - side) / 2, side, side)
