"""The figures around a conversation: tokens and cost of the chat, tokens of what is typed, and what the model sees."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QLabel

from desktop.core import request
from desktop.core.comparison import variants
from desktop.core.conversation import Chat, PicturePart
from desktop.core.endpoints import ModelRef
from desktop.core.estimate import Lengths, Thinking, answer_cost, limited, total, usual_lengths
from desktop.core.fusion import reasoning_of
from desktop.core.money import context_text, money_text, tokens_text
from desktop.core.open_chat import OpenChat
from desktop.core.trimming import Weighed, limits_of, outlook, weigh, weigh_head
from desktop.ui.chat_controller import ChatController
from desktop.ui.composer import Composer
from desktop.ui.model_controller import ModelController
from desktop.ui.picture_hints import PictureHints


class FiguresController(QObject):
    """Keeps labels true while chats, drafts and models change."""

    def __init__(
        self,
        *,
        chats: ChatController,
        models: ModelController,
        composer: Composer,
        label: QLabel,
        thinking: Callable[[Chat], Thinking | None],
        picture_hints: PictureHints,
    ) -> None:
        super().__init__()
        self._chats = chats
        self._models = models
        self._composer = composer
        self._label = label
        self._line: list[Weighed] | None = None  # what the messages weigh, once somebody writes the next one
        self._thinking = thinking
        self._picture_hints = picture_hints
        self._lengths = Lengths()
        chats.figures_changed.connect(self._show_chat)
        composer.draft_changed.connect(self._weigh_draft)
        composer.draft_shown.connect(self._weigh_draft)
        models.names_known.connect(self.refresh)

    def refresh(self) -> None:
        """Another model may have another context, and may see or not."""
        self._show_chat(self._chats.open_chat)
        self._weigh_draft()

    def _show_chat(self, chat: OpenChat) -> None:
        """`3.2k of 128k · $0.0141`: how full the context is, and what the chat has cost."""
        self._line = None
        usage, dollars = chat.spent
        self._lengths = usual_lengths(chat.newest_runs())
        self._label.setVisible(usage.total_tokens > 0)
        if not usage.total_tokens:
            return
        context = tokens_text(chat.context_tokens())
        limit = self._models.find(self._chats.model).context_tokens
        figures = [
            self.tr("{used} of {limit}").format(used=context, limit=tokens_text(limit))
            if limit
            else self.tr("{used} tokens").format(used=context)
        ]
        if dollars:
            figures.append(money_text(dollars))
        approximately = "≈ " if usage.estimated else ""
        self._label.setText(approximately + " · ".join(figures))
        total = self.tr("This chat: {read} tokens read, {written} written").format(
            read=QLocale().toString(usage.prompt_tokens), written=QLocale().toString(usage.completion_tokens)
        )
        self._label.setToolTip(total)
        self._label.setAccessibleDescription(f"{self._label.text()}. {total}")

    def _weigh_draft(self) -> None:
        draft = self._composer.draft()
        attached = [part for part in draft.attachments if isinstance(part, PicturePart)]
        tokens = request.estimate_tokens(draft.text) + sum(
            request.estimate_picture_tokens(part.width, part.height) for part in attached
        )
        cost = self._estimated_cost(tokens) if draft else None
        self._composer.set_token_estimate(tokens, money_text(cost) if cost else "")
        if not self._chats.is_editing:
            hints = [self._picture_hints.hint(has_pictures=bool(attached)), self._context_hint(tokens) if draft else ""]
            self._composer.set_hint(" ".join(filter(None, hints)))

    def _context_hint(self, tokens: int) -> str:
        """What the model will not read if this is sent."""
        chat = self._chats.open_chat
        model = self._models.find(self._chats.model)
        limits = limits_of(model.label, model.context_tokens, model.max_output_tokens, chat.chat.parameters)
        if limits is None:
            return ""
        if self._line is None:
            messages, heads = chat.messages, chat.heads
            self._line = [weigh(messages[id_]) if id_ in messages else weigh_head(heads[id_]) for id_ in chat.line]
        count, fits = outlook([*self._line, Weighed(tokens, begins_turn=True)], limits)
        context = context_text(limits.context_tokens)
        if not fits:
            text = self.tr("This is longer than the {context} tokens that {model} reads.")
        elif count == 1:
            text = self.tr("1 message will be left out: no more than {context} tokens fit {model}.")
        else:
            text = self.tr("{count} messages will be left out: no more than {context} tokens fit {model}.")
        return text.format(count=count, context=context, model=model.label) if count or not fits else ""

    def _estimated_cost(self, draft_tokens: int) -> float | None:
        """What the next question would cost, asked of all that the chat asks at once; None if a price is not known."""
        chat, open_chat = self._chats.chat, self._chats.open_chat
        read = open_chat.context_tokens() or request.estimate_tokens(chat.parameters.get("system_prompt", ""))
        prompt_tokens = read + draft_tokens + request.MESSAGE_OVERHEAD_TOKENS
        return total([self._cost_of(variant, prompt_tokens) for variant in variants(chat)])

    def _cost_of(self, variant: Chat, prompt_tokens: int) -> float | None:
        lengths = limited(
            self._lengths,
            answer=variant.parameters.get("max_tokens"),
            thinking=reasoning_of(variant.features).budget_tokens,
        )
        model = self._models.find(ModelRef(variant.endpoint_id, variant.model))
        choices = int(variant.parameters.get("n", 1))
        return answer_cost(model, prompt_tokens, lengths, self._thinking(variant), choices)
