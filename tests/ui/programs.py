"""The whole program on a loopback gateway, and someone who uses it: types, presses keys, clicks, and reads."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QListView, QPlainTextEdit

from desktop.core.conversation import Role, Status
from desktop.first_window import open_window
from desktop.running import complete
from desktop.services.paths import Paths
from desktop.ui.instance import Instance
from desktop.ui.message_view import Item
from desktop.ui.program import Program
from tests.gateway import Gateway
from tests.ui.acting import find, press, rows
from tests.ui.message_views import click
from tests.until import until

KEY = "test-key-0123456789"
ENVIRONMENT = {"LIGATURE_KEY_LOOP": KEY, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
CONFIG = """
[chat]
endpoint = "loop"
model = "echo"

[[endpoint]]
id = "loop"
name = "Loop"
base_url = "{base_url}"
"""


def write_config(data_dir: Path, gateway: Gateway, more: str = "") -> None:
    """Lets a data folder know the gateway as its one endpoint, which needs a key."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "config.toml").write_text(CONFIG.format(base_url=gateway.base_url) + more, encoding="utf-8")


@asynccontextmanager
async def running(
    data_dir: Path, gateway: Gateway | None = None, environment: Mapping[str, str] | None = None
) -> AsyncIterator[User]:
    """The program with a data folder, shown; ended in good order afterwards.

    Its keyring is none at all, and the key of the gateway's endpoint comes from the environment.
    """
    if gateway is not None and not (data_dir / "config.toml").exists():
        write_config(data_dir, gateway)
    paths = Paths.under(data_dir)
    paths.create()
    instance = Instance(paths.lock_file)
    assert instance.acquire(), "another program has this data folder"
    wanted = {
        "LIGATURE_KEY_LOOP": KEY,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **(environment or {}),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    program = complete(open_window(paths, instance))
    task = asyncio.create_task(program.run())
    try:
        await until(program.window.isVisible)
        program.window.activateWindow()
        yield User(program)
    finally:
        program.quit()
        await asyncio.wait_for(task, 20)
        assert not program.has_bug, (paths.logs_dir / "ligature.log").read_text(encoding="utf-8")
        program.window.deleteLater()
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


class User:
    """Someone in front of the window."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window = program.window
        self.view = program.window.message_view

    @property
    def editor(self) -> QPlainTextEdit:
        """Where questions are written."""
        return self.window.composer.editor

    def types(self, text: str) -> None:
        """Writes into the composer, by keys where the text is plain."""
        self.editor.setFocus()
        if text.isascii():
            QTest.keyClicks(self.editor, text)
        else:
            self.editor.insertPlainText(text)

    def presses(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key in the composer."""
        QTest.keyClick(self.editor, key, modifier)

    def asks(self, text: str) -> None:
        """Writes a question and sends it."""
        self.types(text)
        self.presses(Qt.Key.Key_Return)

    async def asks_and_reads(self, text: str) -> str:
        """Asks, waits for the whole answer, and reads it."""
        count = len(self.items())
        self.asks(text)
        await self.sees(lambda: len(self.items()) >= count + 2 and self.has_ended(), f"an answer to {text}")
        return self.items()[-1].text or ""

    def clicks(self, name: str) -> None:
        """A button, by its name."""
        QTest.mouseClick(find(self.window, QAbstractButton, name), Qt.MouseButton.LeftButton)

    def clicks_text(self, text: str) -> None:
        """A button, by what it says."""
        [button] = [each for each in self.window.findChildren(QAbstractButton) if each.text().strip() == text]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def clicks_on_message(self, action: str, message_id: int | None = None) -> None:
        """A button under or in a message: "continue", "retry", "next" …"""
        click(self.view, action, message_id)

    def chooses_chat(self, title: str) -> None:
        """A row of the list of chats."""
        press(find(self.window, QListView, "chatList"), title)

    def chat_titles(self) -> list[str]:
        """The list of chats, headings left out."""
        headings = {"Pinned", "Today", "Yesterday", "Previous 7 days"}
        return [row for row in rows(find(self.window, QListView, "chatList")) if row not in headings]

    def items(self) -> list[Item]:
        """The messages on the screen."""
        return self.view.items()

    def texts(self) -> list[str]:
        """What the messages say."""
        return [item.text or "" for item in self.items()]

    def answer(self) -> Item:
        """The newest answer."""
        return [item for item in self.items() if item.role is Role.ASSISTANT][-1]

    def has_ended(self) -> bool:
        """Whether nothing streams in this chat."""
        streams = self.program.turns.streams(self.program.chats.chat.id)
        return not streams and all(item.status is not Status.STREAMING for item in self.items())

    def notices(self) -> list[str]:
        """What the notices above the conversation say."""
        bar = self.window.notices
        return [label.text() for label in bar.findChildren(QLabel) if label.text() and bar.isVisible()]

    async def sees(self, predicate: Any, what: str = "", timeout_s: float = 15.0) -> None:
        """Waits until something is to be seen."""
        try:
            await until(predicate, timeout_s, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; on the screen: {self.items()}; notices: {self.notices()}") from None
