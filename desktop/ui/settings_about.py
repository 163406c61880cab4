"""The page of the settings that says what Ligature is, whose work it stands on, and what it runs on."""

from __future__ import annotations

from functools import partial

import PySide6
from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop import __version__
from desktop.services.licences import Notice, read_notices
from desktop.services.system_information import system_lines
from desktop.ui.controls import look, name
from desktop.ui.icons import Icons
from desktop.ui.labels import Paragraph
from desktop.ui.licences_card import LicencesCard
from desktop.ui.settings_page import SettingsPage, SettingsRow, outline_button
from desktop.ui.update_row import UpdateRow

QT_PACKAGE = "pyside6-essentials"


class AboutPage(SettingsPage):
    """Name, version, licences and system. What others' licences say is read when somebody asks for it."""

    def __init__(self, icons: Icons) -> None:
        super().__init__(icons.theme, "settingsAbout")
        self.set_title(self.tr("Ligature {version}").format(version=__version__))
        self._icons = icons
        self._card: LicencesCard | None = None
        self._copy = outline_button(self.tr("Copy"), "copySystem", self.tr("Copy what a bug report should say"))
        self._copy.clicked.connect(self._copy_system)
        self.updates = UpdateRow(self.theme)
        self.add(Paragraph(self.tr("A desktop chat client in which one model thinks and another answers.")))
        self.add_row(self.updates)
        self.add_row(SettingsRow(self.theme, self.tr("Licence"), self.tr("MIT: use it, change it, pass it on.")))
        self._add_qt()
        self._add_others()
        self.add_row(SettingsRow(self.theme, self.tr("This system"), "\n".join(_system()), self._copy))

    def _add_qt(self) -> None:
        text = self.tr(
            "Qt {version} and PySide6 are used under the LGPL, version 3. They are libraries of their own in the"
            " program's folder, which you may replace by your own builds."
        )
        licence = outline_button(self.tr("Licence"), "licenceOfQt", self.tr("Licence of Qt"))
        licence.clicked.connect(lambda: self._open_licences(QT_PACKAGE))
        self.add_row(SettingsRow(self.theme, self.tr("Made with Qt"), text.format(version=qVersion()), licence))
        links = QHBoxLayout()
        links.setContentsMargins(0, 0, 0, 0)
        links.setSpacing(self.theme.px(16))
        for archive, object_name, label in (
            ("qt-everywhere", "sourceOfQt", self.tr("Source code of Qt")),
            ("pyside-setup", "sourceOfPySide", self.tr("Source code of PySide6")),
        ):
            link = QPushButton(label)
            name(link, object_name, label)
            look(link, "link")
            link.setAutoDefault(False)
            link.clicked.connect(partial(self._open_source, archive))
            links.addWidget(link)
        links.addStretch(1)
        sources = QWidget()
        sources.setLayout(links)
        self.add(sources)

    def _add_others(self) -> None:
        show = outline_button(self.tr("Show…"), "showLicences", self.tr("Licences of the packages"))
        show.clicked.connect(lambda: self._open_licences(""))
        text = self.tr("What Ligature is made of, each with its version, licence and the licence's full text.")
        self.add_row(SettingsRow(self.theme, self.tr("Licences of others' work"), text, show))

    def _open_licences(self, package: str) -> None:
        notices = read_notices()
        if self._card is None:
            self._card = LicencesCard(self._icons, self, notices)
        self._card.show_notice(f"/{package or notices[0].name}")

    def _open_source(self, archive: str, _checked: bool = False) -> None:
        """The sources of exactly the version that runs."""
        QDesktopServices.openUrl(QUrl(source_link(read_notices(), archive, PySide6.__version__)))

    def _copy_system(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(_system()))
        self._copy.setText(self.tr("Copied"))


def source_link(notices: tuple[Notice, ...], archive: str, version: str) -> str:
    """Where the sources of one version are, or of the version that packages are made with."""
    [qt] = [notice for notice in notices if notice.name == QT_PACKAGE]
    links = [link for link in qt.sources if f"/{archive}" in link]
    return next((link for link in links if link.endswith(f"-{version}.tar.xz")), links[-1])


def _system() -> list[str]:
    """What the computer runs, with Qt and how it reaches the screen."""
    ratios = ", ".join(f"{screen.devicePixelRatio():g}" for screen in QGuiApplication.screens())
    qt = f"Qt {qVersion()}, PySide6 {PySide6.__version__}, {QGuiApplication.platformName()}, scale {ratios}"
    version, python, *others = system_lines()
    return [version, python, qt, *others]
