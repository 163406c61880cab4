"""What the tests of turns share: a chat in a real store, asked through a real loopback gateway."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.core.conversation import Chat, Message, PicturePart, TextPart
from desktop.core.endpoints import Endpoint, Price
from desktop.core.errors import StorageError
from desktop.core.fusion import Splice
from desktop.core.pass_on import PassOn
from desktop.services.api import Api, Waiting
from desktop.services.attachments import Attachments
from desktop.services.cures import Cures
from desktop.services.question import Fusion, ModelCall, Question
from desktop.services.splices import Splices
from desktop.services.store import Store
from desktop.services.turn import Turn
from tests.gateway.wire import Request

QUESTION = "Why is the sky blue?"


class Watcher:
    """Who looks at a turn while it runs."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.moves = 0
        self.unsaved: list[StorageError] = []

    def turn_began(self, turn: Turn) -> None:
        pass

    def turn_delta(self, turn: Turn, message_id: int, kind: str, text: str) -> None:
        self.shown.append((kind, text))

    def turn_cited(self, turn: Turn, message_id: int) -> None:
        """Not looked at here."""

    def turn_rewrote(self, turn: Turn, message_id: int) -> None:
        pass

    def turn_moved_on(self, turn: Turn) -> None:
        self.moves += 1

    def turn_waits(self, turn: Turn, waiting: Waiting) -> None:
        pass

    def turn_unsaved(self, turn: Turn, error: StorageError) -> None:
        self.unsaved.append(error)

    def text(self, kind: str) -> str:
        return "".join(text for shown_as, text in self.shown if shown_as == kind)


class Desk:
    """A chat in a store, and whatever turns need."""

    def __init__(self, tmp_path: Path, api: Api, endpoint: Endpoint) -> None:
        self.store = Store(tmp_path / "test.db")
        self.attachments = Attachments(tmp_path / "attachments")
        self.watcher = Watcher()
        self.endpoint = endpoint
        self.splices = Splices(tmp_path)
        self.cures = Cures(self.store)
        self.api = api

    async def chat(self, *parts: TextPart | PicturePart) -> tuple[Chat, Message]:
        chat = await self.store.create_chat()
        return chat, await self.store.add_question(chat.id, None, parts or (TextPart(QUESTION),))

    def fusion(self, pass_on: PassOn = PassOn.THINKING, **how: Any) -> Fusion:
        thinker = ModelCall(self.endpoint, "thinker", price=Price(1.0, 2.0))
        splices = {splice: self.splices.text(splice) for splice in Splice}
        return replace(Fusion(thinker, pass_on, splices), **how)

    def turn(
        self,
        question: Message,
        fusion: Fusion | None = None,
        continues: int | None = None,
        line: tuple[int, ...] = (),
        **parameters: object,
    ) -> Turn:
        line = line or ((question.id,) if continues is None else (question.id, continues))
        call = ModelCall(self.endpoint, "answerer", parameters, price=Price(10.0, 20.0))
        return self.turn_of(Question(question.chat_id, line, call, fusion, continues))

    def turn_of(self, question: Question) -> Turn:
        return Turn(
            question,
            store=self.store,
            api=self.api,
            attachments=self.attachments,
            connect=self.connect,
            cures=self.cures,
            listener=self.watcher,
        )

    async def connect(self, endpoint: Endpoint) -> tuple[Endpoint, str | None]:
        return endpoint, "key"


def asked(request: Request) -> str:
    """The last message that a request sent, as text."""
    content = request.json["messages"][-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
