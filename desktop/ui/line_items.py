"""Turns the line of an open chat into what the message view shows: names, times, notices, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QLocale, QObject, QTime

from desktop.core.conversation import (
    Finish,
    Message,
    MessageHead,
    Role,
    Run,
    Source,
    Status,
    ThinkingPart,
    ToolCallPart,
    Usage,
)
from desktop.core.endpoints import Model, ModelRef
from desktop.core.healing import Cure
from desktop.core.money import money_text
from desktop.core.open_chat import OpenChat
from desktop.core.tool_calls import open_calls, pretty_arguments, results_after, shown_text
from desktop.services.question import KEPT_THINKER
from desktop.services.questions import STAGES_BEFORE
from desktop.services.stages import THINK
from desktop.services.turn import Turn
from desktop.ui.message_view import Item, Items
from desktop.ui.message_view.footer_row import WITH_THINKING, WITHOUT_THINKING
from desktop.ui.message_view.item import CallItem, CallState
from desktop.ui.thought_labels import ThoughtLabels


class LineItems(QObject):
    """Makes items; `model` looks up what a run names, and `cures` what is changed in requests to a model and when."""

    def __init__(self, model: Callable[[ModelRef], Model], cures: Callable[[ModelRef], Mapping[Cure, float]]) -> None:
        super().__init__()
        self.offers_thinking = False  # somebody is there who could think before a plain answer
        self._model = model
        self._cures = cures
        self.running_calls: set[tuple[int, str]] = set()  # ids of a message and of a call on which a command works
        self._thought_labels = ThoughtLabels()
        self._times: dict[int, str] = {}  # of day, by minutes since 1970
        self._notices = {
            Finish.LENGTH: (self.tr("The answer reached its length limit."), "continue"),
            Finish.CONTENT_FILTER: (
                self.tr("The endpoint's content filter ended this answer. Try other words."),
                "retry",
            ),
            Finish.REFUSAL: (self.tr("The model refused to answer."), "retry"),
            Finish.ERROR: (self.tr("The endpoint reported an error in mid-answer."), "continue"),
        }

    def items(self, chat: OpenChat, turns: Sequence[Turn]) -> Items:
        """The whole current line; `turns` are what streams in it now."""
        line = chat.line
        items = Items(line, [chat.lengths[message_id] for message_id in line], lambda id_: self.item(chat, id_, ()))
        arriving = {answer.message_id for turn in turns for answer in turn.answers}
        for number in [number for number, message_id in enumerate(line) if message_id in arriving]:
            items[number] = self.item(chat, line[number], turns)
        return items

    def item(self, chat: OpenChat, message_id: int, turns: Sequence[Turn]) -> Item:
        """One message of the line."""
        head = chat.heads[message_id]
        message = chat.messages.get(message_id)
        text, thinking = self._texts(message, message_id, turns)
        runs = self._runs(chat, message_id, turns) if head.role is Role.ASSISTANT else []
        siblings = chat.siblings(message_id)
        notice, action = self._notice(head, runs)
        return Item(
            id=message_id,
            role=head.role,
            author=self._author(chat, head, runs, turns),
            caption=self._caption_of(head, message, runs),
            status=head.status,
            text=text,
            thinking=thinking,
            text_length=head.text_length if text is None else len(text),
            thinking_length=head.thinking_length if thinking is None else len(thinking),
            thinking_caption=self._thinking_caption(runs) if message is not None or head.thinking_length else "",
            thinking_duration_s=self._thinking_duration_s(message, turns),
            thinking_labels=self._thinking_labels(chat, message, runs, turns),
            thinks_first=any(run.stage in STAGES_BEFORE and run.status is Status.STREAMING for run in runs[:1]),
            thought_length=len(message.thinking) if message and message.status is Status.STREAMING else 0,
            attachments=message.attachments if message else (),
            sources=self._sources(message, turns),
            calls=self._calls(chat, message, turns),
            follows_on=self._follows_on(chat, head),
            can_retry=head.role is not Role.TOOL,
            can_edit=head.role is not Role.TOOL,
            notice=notice,
            notice_action=action,
            footer=self._footer(runs),
            choice=(siblings.index(message_id) + 1, len(siblings)),
            pinned=head.pinned,
            in_context=head.in_context,
            other_way=self._other_way(head, runs),
        )

    def thinker(self, chat: OpenChat, message_id: int) -> str:
        """The model that thought before the one that answered, if another did."""
        return self._thinker(chat.runs_of(message_id))

    def _other_way(self, head: MessageHead, runs: list[Run]) -> str:
        """How the question of an answer can be asked again: without the thinking before it, or with it."""
        if head.role is Role.USER or head.status is Status.STREAMING or not head.text_length:
            return ""
        if head.thinking_length and self._thinker(runs):
            return WITHOUT_THINKING
        return WITH_THINKING if self.offers_thinking and not head.thinking_length else ""

    def thinking_caption(self, chat: OpenChat, message_id: int, turns: Sequence[Turn]) -> str:
        """What the thinking of an answer takes, with what it has taken so far."""
        return self._thinking_caption(self._runs(chat, message_id, turns))

    def _runs(self, chat: OpenChat, message_id: int, turns: Sequence[Turn]) -> list[Run]:
        """What made an answer, newest first, with what a model that thinks first has taken so far."""
        running = {run.id: run for turn in turns if (run := turn.run_before) is not None}
        return [running.get(run.id, run) for run in chat.runs_of(message_id)]

    def _thinking_labels(
        self, chat: OpenChat, message: Message | None, runs: list[Run], turns: Sequence[Turn]
    ) -> tuple[str, ...]:
        """What each text on the thinking card is, where it is not just the thinking."""
        if message is None or message.role is Role.USER:
            return ()
        kinds = [part.kind for part in message.parts if isinstance(part, ThinkingPart)]
        answers = [answer for turn in turns for answer in turn.answers if answer.message_id == message.id]
        kinds += [kind for answer in answers for kind in answer.kinds]
        answerer = self._author(chat, chat.heads[message.id], runs, turns)
        return self._thought_labels.of(kinds, answerer, self._thinker(runs))

    def _thinking_duration_s(self, message: Message | None, turns: Sequence[Turn]) -> float:
        """How long it was thought about until now."""
        if message is None:
            return 0.0
        answers = (answer for turn in turns for answer in turn.answers if answer.message_id == message.id)
        return message.thinking_duration_s + sum(answer.thinking_duration_s for answer in answers)

    def _texts(self, message: Message | None, message_id: int, turns: Sequence[Turn]) -> tuple[str | None, str | None]:
        """Text and thinking, with what has come of them so far; None where they were not read yet."""
        if message is None:
            return None, None
        text, thinking = shown_text(message), message.thinking
        for answer in (answer for turn in turns for answer in turn.answers):
            if answer.message_id == message_id:
                text += "".join(answer.text)
                thinking += "".join(answer.thinking)
        return text, thinking

    def _sources(self, message: Message | None, turns: Sequence[Turn]) -> tuple[Source, ...]:
        """What an answer rests on, with what has come so far."""
        if message is None:
            return ()
        came = [answer.sources for turn in turns for answer in turn.answers if answer.message_id == message.id]
        new = [source for sources in came for source in sources]
        return message.sources + tuple(source for source in new if source not in message.sources)

    def _follows_on(self, chat: OpenChat, head: MessageHead) -> bool:
        above = chat.heads.get(head.parent_id or 0)
        return head.role is not Role.USER and above is not None and above.role is not Role.USER

    def _calls(self, chat: OpenChat, message: Message | None, turns: Sequence[Turn]) -> tuple[CallItem, ...]:
        """What an answer asks to have done, and how far that has come."""
        if message is None or message.role is not Role.ASSISTANT:
            return ()
        new = [answer.tool_calls for turn in turns for answer in turn.answers if answer.message_id == message.id]
        calls = [*message.tool_calls, *(call for calls in new for call in calls)]
        if not calls:
            return ()
        line = [chat.messages[id_] for id_ in chat.line if id_ in chat.messages]
        places = [place for place, other in enumerate(line) if other.id == message.id]
        results = {result.answers_call for place in places for result in results_after(line, place)}
        waiting = {call.id for call in open_calls(line)} if line and self._is_last(line, message) else set()
        running = {id_ for message_id, id_ in self.running_calls if message_id == message.id}
        return tuple(self._call(call, results, waiting, running, message.status) for call in calls)

    def _is_last(self, line: list[Message], message: Message) -> bool:
        """Whether nothing but results stand behind a message."""
        return next(other for other in reversed(line) if other.role is not Role.TOOL) is message

    def _call(
        self, call: ToolCallPart, results: set[str], waiting: set[str], running: set[str], status: Status
    ) -> CallItem:
        if status is Status.STREAMING:
            state, told = CallState.ARRIVING, self.tr("arrives…")
        elif call.id in results:
            state, told = CallState.ANSWERED, self.tr("answered")
        elif call.id in running:
            state, told = CallState.RUNNING, self.tr("a command works on it…")
        elif call.id in waiting:
            state, told = CallState.WAITING, self.tr("waits for a result")
        else:
            state, told = CallState.GONE, self.tr("not answered") if call.complete else self.tr("broken off")
        return CallItem(call.id, call.name, pretty_arguments(call.arguments), state, told)

    def _author(self, chat: OpenChat, head: MessageHead, runs: list[Run], turns: Sequence[Turn]) -> str:
        """Who answers; while another model still thinks first, that is whom the turn is to ask."""
        if head.role is Role.USER:
            return self.tr("You")
        if head.role is Role.TOOL:
            message = chat.messages.get(head.id)
            return message.tool_result.name if message and message.tool_result else self.tr("Result")
        if not runs:
            return self.tr("Assistant")
        for turn in turns:
            if any(message.id == head.id for message in turn.messages):
                return self._model(turn.question.call.ref).label
        if runs[0].stage == THINK:
            return self._model(ModelRef(chat.chat.endpoint_id, chat.chat.model)).label
        return self._label(runs[0])

    def _label(self, run: Run) -> str:
        return self._model(ModelRef(run.endpoint_id, run.model)).label

    def _caption_of(self, head: MessageHead, message: Message | None, runs: list[Run]) -> str:
        if head.role is not Role.TOOL:
            return self._caption(head, runs) if head.role is Role.ASSISTANT else ""
        result = message.tool_result if message else None
        words = self.tr("result from {command} · {time}") if result and result.by else self.tr("result · {time}")
        return words.format(command=result.by if result else "", time=self._time(head.created_at))

    def _caption(self, head: MessageHead, runs: list[Run]) -> str:
        time = self._time(head.created_at)
        did_without = head.status is Status.DONE and not head.thinking_length
        thinker = "" if did_without else self._thinker(runs)
        return self.tr("with {thinker} · {time}").format(thinker=thinker, time=time) if thinker else time

    def _thinker(self, runs: list[Run]) -> str:
        """The model that thought before the one that answered, if another did."""
        for run in runs:
            if run.stage == THINK:
                return self._label(run)
            if KEPT_THINKER in run.parameters:
                return str(run.parameters[KEPT_THINKER])
        return ""

    def _time(self, created_at: float) -> str:
        minute = int(created_at // 60)
        if minute not in self._times:  # a long chat has thousands of messages
            moment = datetime.fromtimestamp(created_at).astimezone()
            time = QTime(moment.hour, moment.minute)
            self._times[minute] = QLocale().toString(time, QLocale.FormatType.ShortFormat)
        return self._times[minute]

    def _thinking_caption(self, runs: list[Run]) -> str:
        """Who thought, how much, and what it cost; of a model that thinks for itself, how much."""
        before = [run for run in runs if run.stage in STAGES_BEFORE]
        figures = [self._thinker(runs)]
        if before:
            usage = sum((run.usage for run in before if run.usage), Usage())
            figures.append(self._tokens(usage.completion_tokens, estimated=usage.estimated))
            figures.append(self._money(before))
        else:
            usage = sum((run.usage for run in runs if run.usage), Usage())
            figures.append(self._tokens(usage.reasoning_tokens, estimated=usage.estimated))
        return " · ".join(filter(None, figures))

    def _tokens(self, tokens: int, *, estimated: bool) -> str:
        if not tokens:
            return ""
        words = self.tr("{approximately}{tokens} token") if tokens == 1 else self.tr("{approximately}{tokens} tokens")
        return words.format(approximately="≈ " if estimated else "", tokens=QLocale().toString(tokens))

    def _money(self, runs: list[Run]) -> str:
        """What runs cost by their prices and, where the endpoint has said so for all of them, what was billed."""
        dollars = sum(run.cost for run in runs if run.cost is not None)
        estimate = money_text(dollars) if dollars else ""
        billed = [run.exact_cost for run in runs if run.exact_cost is not None]
        if not billed or len(billed) < len(runs):
            return estimate
        told = self.tr("billed {dollars}").format(dollars=money_text(sum(billed)))
        return " · ".join(filter(None, (estimate, told)))

    def _footer(self, runs: list[Run]) -> str:
        usage = sum((run.usage for run in runs if run.usage and run.stage not in STAGES_BEFORE), Usage())
        if not usage.total_tokens:
            return ""
        figures = self.tr("{approximately}{read} in · {written} out").format(
            approximately="≈ " if usage.estimated else "",
            read=QLocale().toString(usage.prompt_tokens),
            written=QLocale().toString(usage.completion_tokens),
        )
        return " · ".join(filter(None, (figures, self._money(runs))))

    def _notice(self, head: MessageHead, runs: list[Run]) -> tuple[str, str]:
        """Why a message ended as it did, and what can be done: (text, "continue", "retry" or "")."""
        if head.role is not Role.ASSISTANT:
            return (self.tr("Waits for its turn"), "") if head.status is Status.QUEUED else ("", "")
        if head.status is Status.STREAMING:
            return "", ""
        action = "continue" if head.text_length or head.thinking_length else "retry"
        if head.status is Status.STOPPED:
            return self._with_notes(self.tr("Stopped."), runs), action
        if head.status is Status.INTERRUPTED:
            return self.tr("Interrupted: Ligature ended in the middle of this answer."), action
        if head.status is Status.FAILED:
            action = "leave_out" if head.finish is Finish.NO_ROOM else action
            text = f"{runs[0].error_text} {runs[0].error_hint}".strip() if runs else ""
            return text or self.tr("The answer failed."), action
        notice, action = self._finish_notice(head)
        notes = self._notes(runs)
        if notes and not action and any(map(self._was_healed, runs)):
            action = "about_model"
        return " ".join(filter(None, [notice, notes])), action

    def _was_healed(self, run: Run) -> bool:
        """Whether requests to the model have been changed since this run, so that it can be undone."""
        ended_at = run.finished_at or 0.0
        return any(
            run.started_at <= at <= ended_at for at in self._cures(ModelRef(run.endpoint_id, run.model)).values()
        )

    def _with_notes(self, text: str, runs: list[Run]) -> str:
        notes = " ".join(run.error_text for run in reversed(runs) if run.error_text)
        return f"{text} {notes}".strip()

    def _notes(self, runs: list[Run]) -> str:
        """What is to be told of runs that did their work: limits, a thinker that failed, what was sent otherwise."""
        if not any(run.error_text for run in runs):
            return ""
        told = [run for run in runs if run.status is Status.DONE or run.stage in STAGES_BEFORE]
        return " ".join(run.error_text for run in reversed(told) if run.error_text)

    def _finish_notice(self, head: MessageHead) -> tuple[str, str]:
        if head.finish in self._notices:
            return self._notices[head.finish]
        if not head.text_length and not head.attachment_count and head.finish is not Finish.TOOL_CALLS:
            if head.thinking_length:
                return self.tr("The model thought, but gave no answer."), "continue"
            return self.tr("The model sent an empty answer."), "retry"
        return "", ""
