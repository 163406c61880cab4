"""Turns the line of an open chat into what the message view shows: names, times, notices, figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QLocale, QObject, QTime

from desktop.core.conversation import Finish, Message, MessageHead, Role, Run, Status, Usage
from desktop.core.endpoints import Model, ModelRef
from desktop.core.money import money_text
from desktop.core.open_chat import OpenChat
from desktop.services.turn import Turn
from desktop.ui.message_view import Item


class LineItems(QObject):
    """Makes items; `model` looks up what a run names."""

    def __init__(self, model: Callable[[ModelRef], Model]) -> None:
        super().__init__()
        self._model = model
        self._notices = {
            Finish.LENGTH: (self.tr("The answer reached its length limit."), "continue"),
            Finish.CONTENT_FILTER: (
                self.tr("The endpoint's content filter ended this answer. Try other words."),
                "retry",
            ),
            Finish.REFUSAL: (self.tr("The model refused to answer."), "retry"),
            Finish.ERROR: (self.tr("The endpoint reported an error in mid-answer."), "continue"),
        }

    def items(self, chat: OpenChat, turn: Turn | None) -> list[Item]:
        """The whole current line; `turn` is what streams in it now."""
        return [self.item(chat, message_id, turn) for message_id in chat.line]

    def item(self, chat: OpenChat, message_id: int, turn: Turn | None) -> Item:
        """One message of the line."""
        head = chat.heads[message_id]
        message = chat.messages.get(message_id)
        text, thinking = self._texts(message, message_id, turn)
        runs = chat.runs_of(message_id)
        siblings = chat.siblings(message_id)
        notice, action = self._notice(head, runs[0] if runs else None)
        return Item(
            id=message_id,
            role=head.role,
            author=self._author(head, runs),
            caption=self._time(head.created_at) if head.role is Role.ASSISTANT else "",
            status=head.status,
            text=text,
            thinking=thinking,
            text_length=head.text_length if text is None else len(text),
            thinking_length=head.thinking_length if thinking is None else len(thinking),
            thinking_caption=self._thinking_caption(runs),
            thinking_duration_s=message.thinking_duration_s if message else 0.0,
            attachments=message.attachments if message else (),
            notice=notice,
            notice_action=action,
            footer=self._footer(runs),
            choice=(siblings.index(message_id) + 1, len(siblings)),
        )

    def _texts(self, message: Message | None, message_id: int, turn: Turn | None) -> tuple[str | None, str | None]:
        """Text and thinking, with what has come of them so far; None where they were not read yet."""
        if message is None:
            return None, None
        text, thinking = message.text, message.thinking
        for answer in turn.answers if turn else ():
            if answer.message_id == message_id:
                text += "".join(answer.text)
                thinking += "".join(answer.thinking)
        return text, thinking

    def _author(self, head: MessageHead, runs: list[Run]) -> str:
        if head.role is Role.USER:
            return self.tr("You")
        return self._model(ModelRef(runs[0].endpoint_id, runs[0].model)).label if runs else self.tr("Assistant")

    def _time(self, created_at: float) -> str:
        moment = datetime.fromtimestamp(created_at).astimezone()
        return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)

    def _thinking_caption(self, runs: list[Run]) -> str:
        tokens = sum(run.usage.reasoning_tokens for run in runs if run.usage)
        if not runs or not tokens:
            return ""
        estimated = any(run.usage.estimated for run in runs if run.usage)
        words = self.tr("{approximately}{tokens} token") if tokens == 1 else self.tr("{approximately}{tokens} tokens")
        return words.format(approximately="≈ " if estimated else "", tokens=QLocale().toString(tokens))

    def _footer(self, runs: list[Run]) -> str:
        usage = sum((run.usage for run in runs if run.usage and run.stage != "think"), Usage())
        if not usage.total_tokens:
            return ""
        figures = self.tr("{approximately}{read} in · {written} out").format(
            approximately="≈ " if usage.estimated else "",
            read=QLocale().toString(usage.prompt_tokens),
            written=QLocale().toString(usage.completion_tokens),
        )
        costs = [run.cost for run in runs if run.cost is not None]
        return f"{figures} · {money_text(sum(costs))}" if sum(costs) else figures

    def _notice(self, head: MessageHead, run: Run | None) -> tuple[str, str]:
        """Why a message ended as it did, and what can be done: (text, "continue", "retry" or "")."""
        if head.role is Role.USER:
            return (self.tr("Waits for its turn"), "") if head.status is Status.QUEUED else ("", "")
        if head.status is Status.STREAMING:
            return "", ""
        action = "continue" if head.text_length or head.thinking_length else "retry"
        if head.status is Status.STOPPED:
            return self.tr("Stopped."), action
        if head.status is Status.INTERRUPTED:
            return self.tr("Interrupted: Ligature ended in the middle of this answer."), action
        if head.status is Status.FAILED:
            text = f"{run.error_text} {run.error_hint}".strip() if run else ""
            return text or self.tr("The answer failed."), action
        return self._finish_notice(head)

    def _finish_notice(self, head: MessageHead) -> tuple[str, str]:
        if head.finish in self._notices:
            return self._notices[head.finish]
        if not head.text_length and not head.attachment_count:
            if head.thinking_length:
                return self.tr("The model thought, but gave no answer."), "continue"
            return self.tr("The model sent an empty answer."), "retry"
        return "", ""
