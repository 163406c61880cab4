"""The chat on the screen: its whole tree, the texts read so far, and the runs that made it.

It follows what happens (a question was asked, an answer began or ended) without reading a long chat again.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import nlargest
from typing import NamedTuple

from desktop.core.conversation import Chat, Message, MessageHead, Role, Run, Usage, head_of, line_to

NEWEST_RUNS = 50


class Spent(NamedTuple):
    """What runs have used together; `dollars` is None where no price is known."""

    usage: Usage = Usage()
    dollars: float | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A chat as the store has it, without its texts: `lengths` are the characters of text and of thinking."""

    heads: MutableMapping[int, MessageHead]
    runs: MutableMapping[int, Run]
    parents: dict[int, int | None]
    lengths: dict[int, tuple[int, int]]
    spent: Spent


@dataclass(slots=True)
class OpenChat:
    """A chat and what is known of it. `line` holds the ids of its current line, oldest first."""

    chat: Chat
    heads: MutableMapping[int, MessageHead] = field(default_factory=dict)
    runs: MutableMapping[int, Run] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    lengths: dict[int, tuple[int, int]] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)  # by all runs of the chat, other lines included: what was paid for
    _parents: dict[int, int | None] = field(default_factory=dict)
    _children: dict[int | None, list[int]] = field(default_factory=dict)

    def load(self, tree: Tree) -> None:
        """Takes the whole tree as the store has it."""
        self.heads, self.runs, self.lengths, self.spent = tree.heads, tree.runs, tree.lengths, tree.spent
        self._parents = tree.parents
        self._children = {}
        for message_id, parent_id in tree.parents.items():
            self._children.setdefault(parent_id, []).append(message_id)
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
        self.lengths[message.id] = len(message.text), len(message.thinking)

    def remove(self, message_id: int, leaf_id: int | None) -> None:
        """A message is gone; what followed it moved up to its parent, and the line ends at `leaf_id` now."""
        parent_id = self._parents.pop(message_id)
        self._children[parent_id].remove(message_id)
        self._move(self._children.pop(message_id, []), parent_id)
        del self.heads[message_id]
        del self.lengths[message_id]
        self.messages.pop(message_id, None)
        self.turn_to(leaf_id)

    def put_back(self, message: Message, child_ids: Sequence[int], leaf_id: int | None) -> None:
        """Undoes `remove`: `child_ids` are those that followed it."""
        for child_id in child_ids:
            self._children[message.parent_id].remove(child_id)
        self.put(message)
        self._move(child_ids, message.id)
        self.turn_to(leaf_id)

    def _move(self, message_ids: Sequence[int], parent_id: int | None) -> None:
        self._children.setdefault(parent_id, []).extend(message_ids)
        for message_id in message_ids:
            self._parents[message_id] = parent_id
            self.heads[message_id] = self.heads[message_id]._replace(parent_id=parent_id)
            if message_id in self.messages:
                self.messages[message_id] = replace(self.messages[message_id], parent_id=parent_id)

    def put_run(self, run: Run) -> None:
        """Takes a new or changed run; what it has used is counted when it becomes known."""
        before = self.runs.get(run.id)
        usage, dollars = self.spent
        if run.usage is not None and (before is None or before.usage is None):
            usage += run.usage
        if run.paid is not None:
            dollars = (dollars or 0.0) + run.paid - ((before.paid if before else None) or 0.0)
        self.spent = Spent(usage, dollars)
        self.runs[run.id] = run

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

    def newest_runs(self) -> list[Run]:
        """The last runs of the chat, newest first: of ten thousand, few are worth making."""
        return [self.runs[run_id] for run_id in nlargest(NEWEST_RUNS, self.runs)]

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
