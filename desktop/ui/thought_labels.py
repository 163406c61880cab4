"""What the texts on a thinking card are, where two models made an answer and several texts stand there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from desktop.core.conversation import ThoughtKind

NO_THINKING = frozenset({ThoughtKind.DRAFT, ThoughtKind.ANSWER})


class ThoughtLabels(QObject):
    """Words for kinds of texts."""

    def of(self, kinds: Sequence[ThoughtKind], answerer: str, thinker: str) -> tuple[str, ...]:
        """One label for each text; none for thinking that stands alone."""
        if len(kinds) < 2 and NO_THINKING.isdisjoint(kinds):
            return ()
        answered = self.tr("Critique by {model}") if ThoughtKind.DRAFT in kinds else self.tr("Answer by {model}")
        words = {
            ThoughtKind.DRAFT: self.tr("Draft by {model}").format(model=answerer),
            ThoughtKind.OWN: self.tr("Thinking by {model}").format(model=answerer),
            ThoughtKind.THINKING: self.tr("Thinking by {model}").format(model=thinker or answerer),
            ThoughtKind.ANSWER: answered.format(model=thinker),
        }
        return tuple(words[kind] for kind in kinds)
