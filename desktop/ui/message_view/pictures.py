"""Opens, saves and copies the pictures of messages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.core.conversation import PicturePart
from desktop.ui.icons import Icons
from desktop.ui.message_view.thumbnails import Thumbnails
from desktop.ui.picture_files import PictureFiles


class Pictures:
    """The card is made when the first picture is opened."""

    def __init__(self, icons: Icons, thumbnails: Thumbnails, view: QWidget) -> None:
        self._icons = icons
        self._thumbnails = thumbnails
        self._view = view
        self._files: PictureFiles | None = None

    @property
    def files(self) -> PictureFiles:
        """What reads, saves and copies them."""
        if self._files is None:
            self._files = PictureFiles(self._path, self._view)
        return self._files

    def open(self, pictures: Sequence[PicturePart], index: int) -> None:
        """Shows one of a message's pictures over the window."""
        from desktop.ui.picture_card import PictureCard  # a dialog's modules are not needed before

        card = PictureCard(self._icons.theme, self._icons, self.files, self._view)
        card.finished.connect(card.deleteLater)
        card.show_pictures(pictures, index)

    def _path(self, sha256: str) -> Path:
        path = self._thumbnails.picture_path
        return path(sha256) if path is not None else Path()
