"""The real program, started on the tests' screen, and someone in front of it with keyboard, mouse and screen reader."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.desktop.screen import CHECKOUT, Program, Screen, wait_until
from tests.desktop.screen_reader import SEEN, Node, ScreenReader

FROM_THE_CHECKOUT = (sys.executable, "-m", "desktop")
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


class Ligature:
    """One run of the program, with a data folder."""

    def __init__(
        self, reader: ScreenReader, screen: Screen, command: Sequence[str], data_dir: Path, env: Mapping[str, str]
    ) -> None:
        self.reader = reader
        self.screen = screen
        self.data_dir = data_dir
        self._command = [*command, "--data-dir", str(data_dir.absolute())]
        self.program: Program = screen.start(self._command, {**SEEN, **env}, python=False)
        screen.xdotool("windowactivate", "--sync", screen.window("Ligature"))
        reader.shown("composer")

    def types(self, text: str) -> None:
        """Types with the keyboard, wherever the focus is."""
        self.screen.xdotool("type", "--delay", 5, text)

    def presses(self, *keys: str) -> None:
        """Presses keys, such as "Return" or "ctrl+q"."""
        self.screen.xdotool("key", "--delay", 30, *keys)

    def asks(self, question: str) -> None:
        """Types a question into the window and sends it."""
        self.types(question)
        self.reader.wait("composer", lambda node: node.text == question, "has the question")
        self.presses("Return")

    def messages(self) -> list[Node]:
        """The conversation on the screen, as a screen reader has it."""
        return self.reader.children("messageView")

    def answer(self, count: int = 2, timeout_s: float = 20.0) -> Node:
        """The last of `count` messages, as soon as it is complete."""

        def complete() -> Node | None:
            messages = self.messages()
            return messages[-1] if len(messages) == count and not messages[-1].busy else None

        try:
            return wait_until(complete, timeout_s, "an answer")
        except AssertionError as error:
            raise AssertionError(f"{error}; messages: {self.messages()}; {self.story()}") from None

    def presses_in_answer(self, label: str) -> None:
        """Presses a button or follows a link of the last message, as assistive technology does."""
        [part] = [part for part in self.reader.children(self.messages()[-1].id) if part.name == label]
        self.reader.press(part.id)

    def second_start(self, *items: str, folder: Path | None = None) -> int:
        """Starts the program once more, as a click on a link or file does; gives the exit status."""
        done = subprocess.run(
            [*self._command, *items],
            env={**self.screen.env, "PYTHONPATH": str(CHECKOUT)},
            cwd=folder or CHECKOUT,
            timeout=30,
            check=False,
        )
        return done.returncode

    def children(self) -> list[int]:
        """The processes that the program has started and that still run."""
        tasks = Path(f"/proc/{self.program.process.pid}/task")
        return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]

    def quits(self) -> int:
        """Presses Ctrl+Q; gives the exit status."""
        self.presses("ctrl+q")
        return self.program.process.wait(15)

    def story(self) -> str:
        """What the program wrote about itself, for a test that fails."""
        log = self.data_dir / "logs" / "ligature.log"
        own = log.read_text(encoding="utf-8") if log.exists() else ""
        return f"log: {own[-3000:]}; standard error: {self.program.log.read_text(errors='replace')[-2000:]}"


Start = Callable[[Path, Mapping[str, str]], Ligature]
