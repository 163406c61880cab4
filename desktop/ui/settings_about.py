"""The page of the settings that says what Ligature is, and whose work it stands on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QBrush, QDesktopServices, QShowEvent, QTextFrameFormat, QTextLength, QTextTable
from PySide6.QtWidgets import QSizePolicy, QTextBrowser

from desktop import __version__
from desktop.resources import resources_dir
from desktop.ui.controls import name
from desktop.ui.labels import Paragraph
from desktop.ui.settings_page import SettingsPage, SettingsRow
from desktop.ui.theme import Theme

NOTICES_FILE = "THIRD_PARTY_NOTICES.md"
NOTICES_HEIGHT = 260


class AboutPage(SettingsPage):
    """Name, version, licence, and the notices of third parties, which are read when they are first shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "settingsAbout")
        self.set_title(self.tr("Ligature {version}").format(version=__version__))
        self._notices_path = notices_path()
        self._notices = QTextBrowser()
        name(self._notices, "thirdPartyNotices", self.tr("Third-party notices"))
        self._notices.setProperty("look", "field")
        self._notices.setOpenLinks(False)
        self._notices.anchorClicked.connect(_open_link)
        self._notices.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add(Paragraph(self.tr("A desktop chat client in which one model thinks and another answers.")))
        self.add_row(SettingsRow(theme, self.tr("Licence"), self.tr("MIT: use it, change it, pass it on.")))
        if self._notices_path is not None:
            self.add_row(SettingsRow(theme, self.tr("Third-party notices")))
            self.add(self._notices)
        theme.changed.connect(self._resize_notices)
        theme.changed.connect(self._rule_tables)
        self._resize_notices()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._notices_path is not None and self._notices.document().isEmpty():
            _heading, _, text = self._notices_path.read_text(encoding="utf-8").partition("\n")
            self._notices.setMarkdown(text)
            self._rule_tables()

    def _rule_tables(self) -> None:
        """Gives tables hairlines between their rows, as those of the conversation have, instead of Qt's grid."""
        line = QBrush(self.theme.color("line"))
        for frame in self._notices.document().rootFrame().childFrames():
            if not isinstance(frame, QTextTable):
                continue
            table = frame.format().toTableFormat()
            table.setBorder(0)
            table.setBorderCollapse(True)
            table.setCellPadding(self.theme.px(5))
            table.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(table)
            for row in range(frame.rows()):
                for column in range(frame.columns()):
                    cell = frame.cellAt(row, column)
                    ruled = cell.format().toTableCellFormat()
                    ruled.setBottomBorder(1)
                    ruled.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                    ruled.setBottomBorderBrush(line)
                    cell.setFormat(ruled)

    def _resize_notices(self) -> None:
        self._notices.setFixedHeight(self.theme.px(NOTICES_HEIGHT))
        self._notices.document().setDefaultFont(self.theme.font(12))


def notices_path() -> Path | None:
    """The notices, which stand beside resources/ in a checkout and inside it in a package."""
    for folder in (resources_dir(), resources_dir().parent):
        if (folder / NOTICES_FILE).is_file():
            return folder / NOTICES_FILE
    return None


def _open_link(url: QUrl) -> None:
    if url.scheme() == "https":
        QDesktopServices.openUrl(url)
