"""The first stage of a fused answer: one model thinks (or drafts, or criticises) before another answers.

Nothing that goes wrong here is raised: the answer can be given without, so a fault is a line to be told. The request
is closed on the wire as soon as there is enough: at the thinker's first answer token if only its thinking is wanted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from desktop.core.conversation import Finish, Message, ThoughtKind, Usage
from desktop.core.deltas import (
    Delta,
    FinishDelta,
    RefusalDelta,
    TextDelta,
    TextWasThinkingDelta,
    ThinkingDelta,
    UsageDelta,
)
from desktop.core.errors import ContextFull, UserError
from desktop.core.request import token_weight
from desktop.services.asking import Asking
from desktop.services.pacing import READ_SOON_S
from desktop.services.question import ModelCall
from desktop.services.stages import needs_eyes, to_think_about


class Thinker:
    """Asks one model and gathers what it thinks and answers. `think()` once; `hurry()` at any time.

    `show` gets each piece of text in its order. `error` is why it failed, `note` a line about a limit or a picture.
    """

    def __init__(
        self,
        call: ModelCall,
        asking: Asking,
        show: Callable[[ThoughtKind, str], None],
        *,
        only_thinking: bool = False,
        budget_tokens: int | None = None,
        time_limit_s: float | None = None,
    ) -> None:
        self.usage: Usage | None = None
        self.error: UserError | None = None
        self.note = ""
        self._call = call
        self._asking = asking
        self._show = show
        self._only_thinking = only_thinking
        self._budget_tokens = budget_tokens
        self._time_limit_s = time_limit_s
        self._thinking: list[str] = []
        self._answer: list[str] = []
        self._weight = 0.0  # of everything so far, in tokens
        self._hurried = False
        self._limit: asyncio.Timeout | None = None

    @property
    def thinking(self) -> str:
        """What was thought so far."""
        return "".join(self._thinking)

    @property
    def answer(self) -> str:
        """What was answered so far."""
        return "".join(self._answer)

    @property
    def tokens(self) -> int:
        """What was thought and answered so far, by a guess."""
        return round(self._weight)

    @property
    def was_hurried(self) -> bool:
        """True if the user has ended it."""
        return self._hurried

    def hurry(self) -> None:
        """Ends the thinking now; what came so far is passed on."""
        self._hurried = True
        if self._limit is not None:
            self._limit.reschedule(asyncio.get_running_loop().time())

    async def think(self, messages: Sequence[Message]) -> None:
        """Returns when there is enough, or when there will be no more."""
        if needs_eyes(self._call, messages):
            messages = to_think_about(self._call, messages)
            self.note = f"{self._call.model} does not see pictures, and thought without them."
        try:
            async with asyncio.timeout(self._time_limit_s) as self._limit:
                await self._read(self._asking.deltas(self._call, messages, read_every_s=READ_SOON_S))
        except TimeoutError:
            self._take_unfinished_text()
            if not self._hurried:
                self.note = f"{self._call.model} reached its time limit of {self._time_limit_s:g} s."
        except UserError as error:
            if isinstance(error, ContextFull) and error.can_leave_out:
                raise  # the user wants to be asked
            self._take_unfinished_text()
            self.error = error

    async def _read(self, deltas: AsyncGenerator[Delta]) -> None:
        async with aclosing(deltas):
            async for delta in deltas:
                if self._is_enough(delta):
                    return
                self._take(delta)
                if self._budget_tokens is not None and self._weight > self._budget_tokens:
                    self._take_unfinished_text()
                    self.note = f"{self._call.model} reached its thinking budget of {self._budget_tokens} tokens."
                    return

    def _is_enough(self, delta: Delta) -> bool:
        """True at the first answer token if that is not wanted.

        Text before any thinking may be thinking whose opening tag the server kept; only of a model that is known not
        to think is it an answer for sure.
        """
        answers = isinstance(delta, TextDelta | RefusalDelta)
        return answers and self._only_thinking and (bool(self._thinking) or self._call.thinks is False)

    def _take(self, delta: Delta) -> None:
        match delta:
            case ThinkingDelta():
                self._add(self._thinking, ThoughtKind.THINKING, delta.text)
            case TextWasThinkingDelta():
                self._thinking, self._answer = self._thinking + self._answer, []
            case TextDelta():
                self._add(self._answer, self._kind_of_text(), delta.text)
            case RefusalDelta():
                self._refuse(delta.text)
            case FinishDelta(finish=Finish.LENGTH):
                self._take_unfinished_text()
            case UsageDelta():
                self.usage = delta.usage

    def _refuse(self, text: str) -> None:
        """A refusal is seen, but is no draft: it would only teach the other model to refuse."""
        self.note = f"{self._call.model} refused to answer."
        self._show(ThoughtKind.OWN, text)

    def _take_unfinished_text(self) -> None:
        """What was cut off before a closing tag could come is what it was shown as."""
        if self._kind_of_text() is ThoughtKind.THINKING:
            self._thinking, self._answer = self._answer, []

    def _kind_of_text(self) -> ThoughtKind:
        """What text is shown as: before any thinking, of a model that is asked for its thinking, as that."""
        may_be_thinking = not self._thinking and (self._only_thinking or self._call.thinks)
        return ThoughtKind.THINKING if may_be_thinking else ThoughtKind.ANSWER

    def _add(self, texts: list[str], kind: ThoughtKind, text: str) -> None:
        self._weight += token_weight(text)
        texts.append(text)
        self._show(kind, text)
