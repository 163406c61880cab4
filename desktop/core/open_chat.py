"""The chat on the screen: its whole tree, the texts read so far, and the runs that made it.

It follows what happens (a question was asked, an answer began or ended) without reading a long chat again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from desktop.core.conversation import Chat, Message, MessageHead, Role, Run, Usage, head_of, line_to


@dataclass(slots=True)
class OpenChat:
    """A chat and what is known of it. `line` holds the ids of its current line, oldest first."""

    chat: Chat
    heads: dict[int, MessageHead] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)
    _parents: dict[int, int | None] = field(default_factory=dict)
    _children: dict[int | None, list[int]] = field(default_factory=dict)

    def load(self, heads: Iterable[MessageHead], runs: Iterable[Run]) -> None:
        """Takes the whole tree as the store has it."""
        self.heads = {head.id: head for head in heads}
        self.runs = {run.id: run for run in runs}
        self._parents = {head.id: head.parent_id for head in self.heads.values()}
        self._children = {}
        for head in self.heads.values():
            self._children.setdefault(head.parent_id, []).append(head.id)
        self.turn_to(self.chat.leaf_id)

    def turn_to(self, leaf_id: int | None) -> None:
        """Makes the line to `leaf_id` the current one."""
        self.chat = replace(self.chat, leaf_id=leaf_id)
        self.line = line_to(leaf_id, self._parents)

    def put(self, message: Message) -> None:
        """Takes a new or changed message; a new one under the leaf makes the line longer."""
        if message.id not in self.heads:
            self._parents[message.id] = message.parent_id
            self._children.setdefault(message.parent_id, []).append(message.id)
        self.heads[message.id] = head_of(message)
        self.messages[message.id] = message

    def siblings(self, message_id: int) -> list[int]:
        """All messages under the same parent, oldest first."""
        return sorted(self._children[self.heads[message_id].parent_id])

    def newest_leaf(self, message_id: int) -> int:
        """Where the line goes on from a message: always to the newest child."""
        while children := self._children.get(message_id):
            message_id = max(children)
        return message_id

    def runs_of(self, message_id: int) -> list[Run]:
        """The run that made an answer and those it goes on from, newest first."""
        runs: list[Run] = []
        run = self.runs.get(self.heads[message_id].run_id or 0)
        while run is not None and run not in runs:
            runs.append(run)
            run = self.runs.get(run.parent_id or 0)
        return runs

    def usage(self) -> Usage:
        """Tokens of all runs of the chat, other lines included: what was paid for."""
        return sum((run.usage for run in self.runs.values() if run.usage), Usage())

    def cost(self) -> float | None:
        """Dollars of all runs of the chat, or None where no price is known."""
        costs = [run.cost for run in self.runs.values() if run.cost is not None]
        return sum(costs) if costs else None

    def context_tokens(self) -> int:
        """How full the model's context is: what the newest answer of the line read and wrote."""
        for message_id in reversed(self.line):
            for run in self.runs_of(message_id)[:1]:
                if run.usage and run.usage.total_tokens:  # a failed answer has counted nothing
                    return run.usage.total_tokens
        return 0

    def last(self, role: Role) -> int | None:
        """The newest message of the line with a role."""
        return next((id_ for id_ in reversed(self.line) if self.heads[id_].role is role), None)
