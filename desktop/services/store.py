"""The database: everything that survives the program.

One thread writes and one reads, each with its own connection, so that nobody waits for a disk but them: the methods
are coroutines for any asyncio loop. What was asked to be written is written even if the caller is cancelled meanwhile.

Streams call `journal()`, which returns at once; the writer commits what came in groups, at most 250 ms or 2 KB behind.
`end_run()` folds it into the answer. On opening, runs that never ended are folded in as interrupted, and questions
that still waited for their turn go back to the composer (see `store_messages.unqueue`).

One process owns a database: whoever builds a Store holds the data folder's lock.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from desktop.core.conversation import (
    Chat,
    Message,
    MessageHead,
    Part,
    Run,
    Source,
    Status,
)
from desktop.core.deltas import ToolCallDelta
from desktop.core.errors import StorageError, UserError
from desktop.core.find import FindTexts
from desktop.core.open_chat import OpenChat
from desktop.services import store_chats, store_messages, store_open, store_rows, store_runs, store_search
from desktop.services.migrations import Connection, open_database, open_for_reading, storage_errors, transaction
from desktop.services.store_journal import Journal, JournalRow
from desktop.services.store_messages import Removed
from desktop.services.store_runs import Ending
from desktop.services.store_search import Found
from desktop.services.store_worker import Worker, result_of

Result = TypeVar("Result")

UNDO_S = 10.0  # how long a deleted chat can be put back


class Store:
    """Chats, messages, runs, and what the program remembers.

    `on_failure` is told, on the writer's thread, when the journal cannot be written; the text is kept in memory
    and tried again every second. `on_recovery` is told there which errors are over, once it can be written.
    """

    def __init__(self, path: Path, *, on_failure: Callable[[UserError], None] | None = None) -> None:
        self._path = path
        self.on_failure = on_failure
        self.on_recovery: Callable[[Sequence[UserError]], None] | None = None
        self._failures: list[UserError] = []  # since anything could be written
        self._write_connection = open_database(path)
        try:
            with storage_errors(path), transaction(self._write_connection):
                _recover(self._write_connection)
                self._memory = dict(self._write_connection.execute("SELECT key, value FROM memory"))
            self._read_connection = open_for_reading(path)
        except BaseException:
            self._write_connection.close()
            raise
        self._journal = Journal(self._write_journal, self._report_failure)
        self._writer = Worker("store-writer", self._journal)
        self._reader = Worker("store-reader")
        self._closed = False

    def close(self) -> None:
        """Writes all that is still to be written, and lets the file go. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._reader.close()
        self._writer.close()
        self._journal.do()
        self._read_connection.close()
        self._write_connection.close()

    # Chats

    def first_chats(self, limit: int = -1) -> list[Chat]:
        """The pinned chats and those used last. Blocks, and is for the start only, before anything else is read."""
        return self._reading(partial(store_chats.read_all, limit=limit))

    async def chats(self) -> list[Chat]:
        """All chats, the one used last first."""
        return await self._read(store_chats.read_all)

    async def chat(self, chat_id: int) -> Chat:
        """One chat; KeyError if there is none."""
        return await self._read(lambda db: store_chats.read(db, chat_id))

    async def open_chat(self, chat_id: int, *, text_count: int) -> OpenChat:
        """A chat with its whole tree, and with so many texts at the end of its line; KeyError if there is none."""
        return await self._read(lambda db: store_open.open_chat(db, chat_id, text_count))

    async def create_chat(
        self,
        *,
        endpoint_id: str = "",
        model: str = "",
        parameters: Mapping[str, Any] | None = None,
        features: Mapping[str, Any] | None = None,
        title: str = "",
    ) -> Chat:
        """A new chat without messages."""
        values = {
            "endpoint_id": endpoint_id,
            "model": model,
            "parameters": parameters or {},
            "features": features or {},
            "title": title,
        }
        return await self._write(lambda db: store_chats.create(db, values))

    async def update_chat(self, chat_id: int, **changes: object) -> Chat:
        """Changes fields of Chat by their names; its place in the list stays."""
        return await self._write(lambda db: store_chats.update(db, chat_id, changes))

    async def delete_chat(self, chat_id: int) -> None:
        """Takes a chat out of the list and the search; `restore_chat` puts it back until it is purged."""
        await self._write(lambda db: store_chats.delete(db, chat_id))

    async def restore_chat(self, chat_id: int) -> Chat:
        """Undoes `delete_chat`."""
        return await self._write(lambda db: store_chats.restore(db, chat_id))

    async def purge_deleted(self, *, kept_s: float = UNDO_S) -> None:
        """Removes for good what was deleted longer ago than that; in short transactions, so that streams go on."""
        deleted_before = time.time() - kept_s
        while await self._write(lambda db: store_chats.purge_some(db, deleted_before)):
            pass

    # Messages

    async def heads(self, chat_id: int) -> list[MessageHead]:
        """The whole tree of a chat without its texts, oldest first."""
        return await self._read(lambda db: store_messages.heads(db, chat_id))

    async def line(self, leaf_id: int) -> list[int]:
        """The ids from a chat's first message to this one, oldest first."""
        return await self._read(lambda db: store_messages.line(db, leaf_id))

    async def next_queued(self, chat_id: int) -> int | None:
        """The first question of a chat's line that waits for its turn."""
        return await self._read(lambda db: store_messages.next_queued(db, chat_id))

    async def messages(self, ids: Sequence[int]) -> list[Message]:
        """Messages with their texts, in the order of `ids`; what streams has what it was begun with."""
        return await self._read(lambda db: store_messages.read(db, tuple(ids)))

    async def add_question(
        self, chat_id: int, parent_id: int | None, parts: Sequence[Part], *, status: Status = Status.DONE
    ) -> Message:
        """The user's message: becomes the chat's leaf, gives it a title if it has none, empties the draft."""
        return await self._write(
            lambda db: store_messages.add_question(db, chat_id, parent_id, tuple(parts), status), durable=True
        )

    async def add_result(self, chat_id: int, parent_id: int, parts: Sequence[Part]) -> Message:
        """What a tool gave: becomes the chat's leaf."""
        return await self._write(
            lambda db: store_messages.add_result(db, chat_id, parent_id, tuple(parts)), durable=True
        )

    async def set_message(
        self,
        message_id: int,
        *,
        status: Status | None = None,
        in_context: bool | None = None,
        pinned: bool | None = None,
        parts: Sequence[Part] | None = None,
    ) -> Message:
        """Changes what is given of a message."""
        given = {
            "status": None if status is None else status.value,
            "in_context": None if in_context is None else int(in_context),
            "pinned": None if pinned is None else int(pinned),
        }
        columns = {name: value for name, value in given.items() if value is not None}
        return await self._write(lambda db: store_messages.change(db, message_id, columns, parts), durable=True)

    async def delete_message(self, message_id: int) -> Removed:
        """Removes one message; what follows it moves up to its parent. What its run has cost stays counted."""
        return await self._write(lambda db: store_messages.delete(db, message_id), durable=True)

    async def put_back(self, removed: Removed) -> int | None:
        """Undoes the last `delete_message`; returns where the chat's line ends then."""
        return await self._write(lambda db: store_messages.put_back(db, removed), durable=True)

    # Runs

    async def runs(self, chat_id: int) -> list[Run]:
        """All runs of a chat, oldest first."""
        return await self._read(lambda db: store_runs.read(db, chat_id))

    async def begin_run(
        self,
        chat_id: int,
        parent_message_id: int | None,
        *,
        endpoint_id: str,
        model: str,
        parameters: Mapping[str, Any],
        stage: str = "answer",
        parent_run_id: int | None = None,
        choices: int = 1,
    ) -> tuple[Run, list[Message]]:
        """A request begins: its answers are siblings under the question, and the first is the chat's leaf."""
        values = {
            "chat_id": chat_id,
            "parent_id": parent_run_id,
            "stage": stage,
            "endpoint_id": endpoint_id,
            "model": model,
            "parameters": parameters,
        }
        return await self._write(lambda db: store_runs.begin(db, parent_message_id, choices, values))

    async def begin_continuation(
        self,
        message_id: int,
        *,
        endpoint_id: str,
        model: str,
        parameters: Mapping[str, Any],
        stage: str = "continue",
        choices: int = 1,
        before: tuple[int, Ending] | None = None,
    ) -> tuple[Run, list[Message]]:
        """A request that goes on with an answer: the message streams again, as the new run's choice 0.

        The run before becomes the new one's parent. With `stage="answer"` it is the second stage of a fused answer,
        whose first stage was begun by `begin_run(stage="think")`; further choices then begin with the same thinking.
        If `before` is given, that run ends in the same transaction: no kill finds an answer between the two.
        """
        values = {"stage": stage, "endpoint_id": endpoint_id, "model": model, "parameters": parameters}
        begin = partial(store_runs.begin_continuation, message_id=message_id, choices=choices, values=values)
        if before is None:
            return await self._write(begin)
        run_id, ending = before
        ending = replace(ending, finished_at=time.time())
        return await result_of(self._writer.submit(partial(self._moving_on, run_id, ending, begin)))

    def journal(self, run_id: int, choice: int, kind: str, text: str) -> None:
        """Keeps a chunk of an answer safe; returns at once."""
        if self._journal.add(run_id, choice, kind, text):
            self._writer.wake()

    def journal_sources(self, run_id: int, choice: int, sources: Sequence[Source]) -> None:
        """Keeps the sources of an answer safe, in place of those before."""
        self.journal(run_id, choice, "sources", store_rows.sources_row(sources) + "\n")

    def journal_call(self, run_id: int, choice: int, fragment: ToolCallDelta) -> None:
        """Keeps a fragment of a tool call safe."""
        self.journal(run_id, choice, "tool_calls", store_rows.call_row(fragment) + "\n")

    async def end_run(self, run_id: int, ending: Ending | None = None, **fields: Any) -> list[Message]:
        """Folds the journal into the answers of a run, appended to what a continued one had; they end as it says.

        Without an `ending`, its fields are given by their names.
        """
        ending = replace(ending or Ending(**fields), finished_at=time.time())
        return await result_of(self._writer.submit(partial(self._ending_run, run_id, ending)))

    async def set_exact_cost(self, run_id: int, dollars: float) -> Run | None:
        """Keeps what the endpoint says a run has cost; None if the run is gone."""
        return await self._write(lambda db: store_runs.set_exact_cost(db, run_id, dollars))

    # Memory, search, attachments

    def remembered(self, key: str, default: Result) -> Result:
        """What was remembered under `key`; never blocks."""
        return json.loads(self._memory[key]) if key in self._memory else default

    async def remember(self, key: str, value: object) -> None:
        """Keeps a value that JSON can say; `remembered` gives it from now on."""
        text = self._memory[key] = store_rows.to_json(value)
        await self._write(lambda db: _remember(db, key, text))

    async def search(self, text: str, limit: int = 50) -> list[Found]:
        """Chats by title and messages by text that hold all words of `text`."""
        return await self._read(lambda db: store_search.search(db, text, limit))

    async def line_texts(self, ids: Sequence[int]) -> dict[int, FindTexts]:
        """What is searched of these messages when something is looked for in one chat."""
        return await self._read(lambda db: store_search.line_texts(db, ids))

    async def attachments_in_use(self) -> set[str]:
        """The sha256 of every attachment that a message or a draft names."""
        return await self._read(store_messages.attachments_in_use)

    # The threads' side

    async def _read(self, work: Callable[[Connection], Result]) -> Result:
        return await result_of(self._reader.submit(partial(self._reading, work), cancellable=True))

    async def _write(self, work: Callable[[Connection], Result], *, durable: bool = False) -> Result:
        return await result_of(self._writer.submit(partial(self._writing, work, durable=durable)))

    def _reading(self, work: Callable[[Connection], Result]) -> Result:
        with storage_errors(self._path):
            return work(self._read_connection)

    def _writing(self, work: Callable[[Connection], Result], *, durable: bool) -> Result:
        try:
            with storage_errors(self._path), transaction(self._write_connection, durable=durable):
                result = work(self._write_connection)
        except StorageError as error:
            self._failures.append(error)
            raise
        if self._failures:
            failures, self._failures = self._failures, []
            if self.on_recovery is not None:
                self.on_recovery(failures)
        return result

    def _ending_run(self, run_id: int, ending: Ending) -> list[Message]:
        self._journal.flush()
        return self._writing(lambda db: store_runs.end(db, run_id, ending), durable=True)

    def _moving_on(self, run_id: int, ending: Ending, begin: Callable[[Connection], Result]) -> Result:
        """Not durable, as the journal: the answer that follows is, at its end."""

        def end_and_begin(connection: Connection) -> Result:
            store_runs.end(connection, run_id, ending)
            return begin(connection)

        self._journal.flush()
        return self._writing(end_and_begin, durable=False)

    def _report_failure(self, error: UserError) -> None:
        if self.on_failure is not None:
            self.on_failure(error)

    def _write_journal(self, rows: Sequence[JournalRow]) -> None:
        try:
            self._writing(lambda db: store_runs.write_journal(db, rows), durable=False)
        except sqlite3.Error as error:  # nothing may end the thread that saves everything else
            raise StorageError(f"The answer cannot be saved: {error}.") from error


def _recover(connection: Connection) -> None:
    """What the last session left open is closed: its streams, its queue, its journal."""
    for run_id in store_runs.open_runs(connection):
        store_runs.interrupt(connection, run_id)
    store_messages.unqueue(connection)
    connection.execute("DELETE FROM journal")


def _remember(connection: Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO memory (key, value) VALUES (?, ?)", (key, value))
