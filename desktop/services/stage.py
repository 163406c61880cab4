"""One run of a turn while it streams, and how it ends."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from desktop.core.conversation import Finish, Run, Status, Usage
from desktop.core.errors import ContextFull, UserError
from desktop.core.money import cost
from desktop.services.answers import Answer, Answers
from desktop.services.asking import Asking
from desktop.services.question import ModelCall
from desktop.services.store_runs import Ending


@dataclass(slots=True)
class Stage:
    """One run of a turn while it streams. `note` is a line to be told although the run did its work."""

    run: Run
    call: ModelCall
    asking: Asking
    answers: Answers
    usage: Usage | None = None
    first_token_at: float | None = None
    error: UserError | None = None
    note: str = ""

    @property
    def healed(self) -> str:
        """What was changed in the request because the endpoint refused it, in one line."""
        if not self.asking.healed:
            return ""
        changes = " and ".join(cure.text for cure in self.asking.healed)
        return f"{self.call.model} refused the request as it was. It was sent again with {changes}."

    def estimated_usage(self) -> Usage:
        """Tokens by guess: the endpoint told none, or was cut off before it could."""
        return self.answers.estimated_usage(self.asking.prompt_tokens if self.first_token_at is not None else 0)

    def end(self, status: Status, error: UserError | None) -> Ending:
        """How the run ends, which it then knows itself."""
        usage = self.usage or self.estimated_usage()
        note = self.note or (error.text if error else "")
        every = list(enumerate(self.answers.every))
        ending = Ending(
            status,
            usage=usage,
            cost=cost(usage, self.call.price, self.call.thinker_price),
            first_token_at=self.first_token_at,
            error_text=" ".join(filter(None, [note, self.asking.left_out, self.healed])),
            error_hint=error.hint if error and not self.note else "",
            finishes={choice: _finish(answer, error) for choice, answer in every},
            thinking_durations_s={choice: answer.thinking_duration_s for choice, answer in every if answer.thinking},
        )
        self.run = replace(
            self.run,
            usage=usage,
            cost=ending.cost,
            first_token_at=ending.first_token_at,
            finished_at=time.time(),
            status=status,
            error_text=ending.error_text,
            error_hint=ending.error_hint,
        )
        return ending


def _finish(answer: Answer, error: UserError | None) -> Finish:
    asks = isinstance(error, ContextFull) and error.can_leave_out
    return Finish.NO_ROOM if asks else answer.finish
