"""The pictures that stand in the composer, as tiles in rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from desktop.core.conversation import Attachment
from desktop.ui.attachment_tile import HEIGHT_PX, WIDTH_PX, AttachmentTile
from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

GAP_PX = 8
MOST_ROWS = 2.5  # half a row shows that there is more to scroll to

ThumbnailPath = Callable[[str], Path]  # sha256 → file


class AttachmentList(QScrollArea):
    """Tiles, each under a key; hidden while there are none. Tab reaches them before the widget `tab_before`."""

    removed = Signal(str)  # the key of a tile that the user took out
    emptied = Signal()  # the last one was taken out by keyboard: the focus has to go elsewhere

    def __init__(self, theme: Theme, icons: Icons, tab_before: QWidget) -> None:
        super().__init__()
        self._tab_before = tab_before
        self._theme = theme
        self._icons = icons
        self.thumbnail_path: ThumbnailPath | None = None  # set before there is anything to show
        self._tiles: dict[str, AttachmentTile] = {}
        name(self, "attachmentList", self.tr("Attachments"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        theme.changed.connect(self._arrange)
        self.hide()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """What is ready, in the order in which it was added."""
        return tuple(tile.attachment for tile in self._tiles.values() if tile.attachment is not None)

    @property
    def has_pending(self) -> bool:
        """True while one is still prepared."""
        return any(tile.attachment is None for tile in self._tiles.values())

    def add(self, key: str, file_name: str) -> None:
        """A new tile, whose picture is still prepared."""
        tile = AttachmentTile(self._theme, self._icons, file_name)
        tile.remove_pressed.connect(lambda: self._remove_by_user(key))
        tile.step_pressed.connect(lambda step: self._move_focus(key, step))
        self._tiles[key] = tile
        self._arrange()
        self.setTabOrder(_tab_stop_before(self._tab_before), tile.remove_button)

    def show_attachment(self, key: str, attachment: Attachment) -> bool:
        """Puts what was prepared into its tile; False if the user has taken it out meanwhile."""
        tile = self._tiles.get(key)
        if tile is not None and self.thumbnail_path is not None:
            tile.show_attachment(attachment, self.thumbnail_path(attachment.sha256))
        return tile is not None

    def remove(self, key: str) -> bool:
        """Takes a tile out; False if there is none."""
        tile = self._tiles.pop(key, None)
        if tile is None:
            return False
        self._grid.removeWidget(tile)
        tile.hide()
        tile.deleteLater()
        self._arrange()
        return True

    def clear(self) -> None:
        """Takes all tiles out."""
        for key in list(self._tiles):
            self.remove(key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def _arrange(self) -> None:
        gap, width, height = (self._theme.px(size) for size in (GAP_PX, WIDTH_PX, HEIGHT_PX))
        self._grid.setSpacing(gap)
        columns = max(1, (self.width() + gap) // (width + gap))
        for index, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, index // columns, index % columns)
        rows = -(-len(self._tiles) // columns)
        self.setFixedHeight(round(min(rows, MOST_ROWS) * (height + gap)))
        self.setVisible(bool(self._tiles))

    def _remove_by_user(self, key: str) -> None:
        keys = list(self._tiles)
        position = keys.index(key)
        had_focus = self._tiles[key].remove_button.hasFocus()
        keys.remove(key)
        if had_focus and keys:
            self._tiles[keys[min(position, len(keys) - 1)]].remove_button.setFocus()
        self.remove(key)
        if had_focus and not keys:
            self.emptied.emit()
        self.removed.emit(key)

    def _move_focus(self, key: str, step: int) -> None:
        keys = list(self._tiles)
        position = keys.index(key) + step
        if 0 <= position < len(keys):
            tile = self._tiles[keys[position]]
            tile.remove_button.setFocus()
            self.ensureWidgetVisible(tile)


def _tab_stop_before(widget: QWidget) -> QWidget:
    """Qt puts nothing behind a widget that does not take the focus."""
    before = widget.previousInFocusChain()
    while before is not None and not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
        before = before.previousInFocusChain()
    return before or widget
