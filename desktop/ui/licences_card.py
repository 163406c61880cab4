"""Whose work Ligature stands on: a list of packages, and beside it the full text of the chosen one's licence."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent, QTextOption
from PySide6.QtWidgets import QBoxLayout, QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.services.licences import Notice, licence_text
from desktop.ui.controls import icon_button, look, name
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph, text_label
from desktop.ui.list_card import ListCard
from desktop.ui.nav_list import NavList
from desktop.ui.settings_page import outline_button

WIDTH = 860
HEIGHT = 560
SIDE_WIDTH = 230
NARROW = 620  # in a narrower window the list stands above the text


class LicencesCard(ListCard):
    """Everything is read and shown inside the program: no editor and no browser is needed for it."""

    def __init__(self, icons: Icons, parent: QWidget, notices: Sequence[Notice]) -> None:
        super().__init__(icons.theme, parent, WIDTH, HEIGHT, SIDE_WIDTH)
        name(self, "licencesCard", self.tr("Licences"))
        self._notices = {f"{notice.part_of}/{notice.name}": notice for notice in notices}
        self._list = NavList("licencesList", self.tr("Packages"))
        self._title = ElidedLabel("title", "licenceTitle")
        self._about = Paragraph("", "small")
        name(self._about, "licenceAbout")
        self._homepage = outline_button(self.tr("Homepage"), "licenceHomepage")
        self._text = _LicenceText(self.tr("Text of the licence"))
        self._close = icon_button(icons, "x", "licencesClose", self.tr("Close"), token="text")
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._list.chosen.connect(self._show)
        self._homepage.clicked.connect(self._open_homepage)
        self._close.clicked.connect(self.reject)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def first_focus(self) -> QWidget:
        return self._list

    def show_notice(self, key: str) -> None:
        """Opens the card with one of the notices, named by what it is part of and its own name."""
        self._list.choose(key)
        self._show(key)
        self.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show(self, key: str) -> None:
        notice = self._notices[key]
        self._title.setText(" ".join((notice.name, " / ".join(notice.versions))).strip())
        where = self.tr("in {package}").format(package=notice.part_of) if notice.part_of else notice.why
        self._about.say(" · ".join(part for part in (notice.licence, where, notice.author) if part))
        self._homepage.setToolTip(notice.homepage)
        self._text.setPlainText(licence_text(notice))

    def _open_homepage(self) -> None:
        QDesktopServices.openUrl(QUrl(self._homepage.toolTip()))

    def _lay_out(self) -> None:
        # what is inside a package follows it, and begins farther in
        entries = [
            (key, f"    {notice.name}" if notice.part_of else notice.name) for key, notice in self._notices.items()
        ]
        self._list.set_entries(entries)
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._side_column.addWidget(text_label(self.tr("Licences"), "section"))
        self._side_column.addWidget(self._list, 1)
        right = QWidget()
        self._column = QVBoxLayout(right)
        self._column.addWidget(self._title)
        self._column.addWidget(self._about)
        self._column.addWidget(self._text, 1)
        self._column.addWidget(self._homepage, 0, Qt.AlignmentFlag.AlignLeft)
        self._join(right)

    def _arrange(self) -> None:
        self._arrange_list(WIDTH, HEIGHT, SIDE_WIDTH, NARROW)

    def _restyle(self) -> None:
        px = self._theme.px
        self._side_column.setContentsMargins(px(8), px(20), px(8), px(12))
        self._side_column.setSpacing(px(6))
        self._column.setContentsMargins(px(22), px(20), px(22), px(16))
        self._column.setSpacing(px(10))
        self._text.document().setDefaultFont(self._theme.font(11.5, code=True))
        self._arrange()


class _LicenceText(QPlainTextEdit):
    """Read only; the arrow keys scroll it, Tab leaves it, and what is selected can be copied."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        name(self, "licenceText", accessible_name)
        look(self, "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def event(self, event: QEvent) -> bool:
        """The card hears Escape, which a text field would keep."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.ignore()
            return False
        return super().event(event)
