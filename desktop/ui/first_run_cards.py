"""The three cards of the first run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.labels import IconLabel, Paragraph, text_label
from desktop.ui.theme import Theme

PADDING = 18

LocalState = Literal["ready", "starting", "missing", "failed"]


class _Card(QFrame):
    """An icon, a title, what it is about, and a button; `more` takes what a card shows between."""

    def __init__(self, theme: Theme, icons: Icons, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self.setProperty("look", "card")
        self.title = text_label("", "strong")
        self.title.setWordWrap(True)
        self.text = Paragraph("")
        self.more = QVBoxLayout()
        self.button = QPushButton()
        self.button.setProperty("look", "outline")
        foot = QHBoxLayout()
        foot.addWidget(self.button)
        foot.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(IconLabel(icons, icon, "accent", 22))
        self._column.addWidget(self.title)
        self._column.addWidget(self.text)
        self._column.addLayout(self.more)
        self._column.addLayout(foot)
        self._column.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(PADDING), px(PADDING), px(PADDING), px(PADDING))
        self.title.setContentsMargins(0, px(14), 0, px(8))
        self.text.setContentsMargins(0, 0, 0, px(12))
        self.more.setSpacing(px(10))


class LocalCard(_Card):
    """The model on this computer."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, icons, "cpu")
        self.title.setText(self.tr("On this computer"))
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        direction = Qt.LayoutDirection.LeftToRight if mirrored else Qt.LayoutDirection.RightToLeft
        self.button.setLayoutDirection(direction)  # the tick stands behind the word
        name(self.button, "useLocal")
        self.set_state("ready", "")

    def set_state(self, state: LocalState, text: str) -> None:
        """Shows whether the model can be used."""
        usual = self.tr("A small demo model, offline, no key. It shows how things work; its answers are weak.")
        self.text.say(text or usual)
        said = {
            "ready": self.tr("Ready"),
            "starting": self.tr("Starting…"),
            "missing": "",
            "failed": self.tr("Try again"),
        }[state]
        self.button.setText(said)
        self.button.setAccessibleName(self.tr("Use the model on this computer: {state}").format(state=said))
        self.button.setIcon(self._icons.icon("check", "text") if state == "ready" else QIcon())
        self.button.setEnabled(state != "starting")
        self.button.setVisible(state != "missing")


class ServiceCard(_Card):
    """A service on the network, which wants a key."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, icons, "key-round")
        self.title.setText(self.tr("302.AI or another service"))
        self.text.say(
            self.tr(
                "OpenAI, DeepSeek, OpenRouter, Anthropic, Gemini, SiliconFlow and more. "
                "The key stays in your system's keyring."
            )
        )
        self.button.setText(self.tr("Add a key"))
        name(self.button, "addKey", self.tr("Add a key"))


class ServersCard(_Card):
    """Servers on this computer: looked for when asked, each added by its own button."""

    chosen = Signal(str)  # the address

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme, icons, "server")
        self.title.setText(self.tr("Your own server"))
        self._usual = self.tr("Ollama, LM Studio, llama.cpp, vLLM: found on this computer by themselves.")
        self.text.say(self._usual)
        self.button.setText(self.tr("Look for servers"))
        name(self.button, "lookForServers", self.tr("Look for servers on this computer"))

    def set_servers(self, servers: Sequence[tuple[str, str]], searching: bool) -> None:
        """Shows what was found."""
        while (item := self.more.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for server_name, url in servers:
            self.more.addWidget(self._row(server_name, url))
        self.more.setContentsMargins(0, 0, 0, self._theme.px(14) if servers else 0)
        nothing = self.tr(
            "None answers on this computer. A server elsewhere is added by its address, under “Add a key”."
        )
        self.text.say(self._usual if searching or servers else nothing)
        self.button.setText(self.tr("Looking…") if searching else self.tr("Look again"))
        self.button.setEnabled(not searching)

    def _row(self, server_name: str, url: str) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self._theme.px(8))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(text_label(server_name, "label", "serverName"))
        texts.addWidget(text_label(_host_and_port(url), "small", "serverAddress"))
        add = QPushButton(self.tr("Add"))
        add.setProperty("look", "outline")
        name(add, "addServer", self.tr("Add {server}").format(server=server_name))
        add.clicked.connect(lambda: self.chosen.emit(url))
        layout.addLayout(texts, 1)
        layout.addWidget(add)
        return row


def _host_and_port(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0]
