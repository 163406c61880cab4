"""What is to be said about pictures before they are sent: who does not see them, and who looks at them instead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.core.conversation import Chat
from desktop.core.endpoints import Model, ModelRef
from desktop.core.estimate import Thinking
from desktop.core.features import Feature, is_on
from desktop.services.endpoint_book import EndpointBook
from desktop.ui.chat_controller import ChatController
from desktop.ui.composer import Composer
from desktop.ui.feature_words import feature_word
from desktop.ui.model_controller import ModelController


class PictureHints(QObject):
    """A line for the composer. Why image analysis is off is told when the model is changed, or pictures are there."""

    def __init__(
        self,
        chats: ChatController,
        models: ModelController,
        book: EndpointBook,
        composer: Composer,
        thinking: Callable[[Chat], Thinking | None],
    ) -> None:
        super().__init__()
        self._chats = chats
        self._models = models
        self._book = book
        self._thinking = thinking
        self._asked_last: tuple[int, ModelRef] | None = None
        self._is_changed = False  # another model was chosen for this chat, and nothing sent since
        composer.draft_shown.connect(self._sent)  # an empty one, or another chat's

    def hint(self, *, has_pictures: bool) -> str:
        """What is to be said, or nothing."""
        self._watch_model()
        chat, model = self._chats.chat, self._models.find(self._chats.model)
        looks = self._look_instead(chat)
        replaced = looks is not None and is_on(chat.features, looks.id)
        hints = []
        if looks is not None and replaced and model.sees and (has_pictures or self._is_changed):
            text = self.tr("{feature} is off: {model} sees pictures itself.")
            hints.append(text.format(feature=feature_word(looks.name), model=model.label))
        if has_pictures and model.sees is False and not replaced:
            hints.append(self._blind(model, looks))
        thinking = self._thinking(chat)
        if has_pictures and thinking is not None and not thinking.by_gateway and thinking.model.sees is False:
            text = self.tr("{thinker} does not see pictures: it thinks without them.")
            hints.append(text.format(thinker=thinking.model.label))
        return " ".join(hints)

    def _look_instead(self, chat: Chat) -> Feature | None:
        """What the endpoint has for models that do not see."""
        features = self._book.named(chat.endpoint_id).features
        return next((feature for feature in features if feature.blind_only), None)

    def _blind(self, model: Model, looks: Feature | None) -> str:
        if looks is None:
            text = self.tr("{model} does not see pictures. Choose a model with the eye, or send anyway.")
            return text.format(model=model.label)
        text = self.tr("{model} does not see pictures. Switch on {feature}, or choose a model with the eye.")
        return text.format(model=model.label, feature=feature_word(looks.name))

    def _watch_model(self) -> None:
        now = (self._chats.chat.id, self._chats.model)
        before, self._asked_last = self._asked_last, now
        if before is not None and before != now:
            self._is_changed = before[0] == now[0]

    def _sent(self) -> None:
        self._is_changed = False
