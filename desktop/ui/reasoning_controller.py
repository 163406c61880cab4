"""Between a chat's features and what shows them: the composer's switches, the chip, and the picker's foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.conversation import Chat
from desktop.core.endpoint_rules import GATEWAY_ENDPOINT_ID
from desktop.core.endpoints import ModelRef
from desktop.core.estimate import Thinking
from desktop.core.features import (
    DEEP_SEARCH,
    IMAGE_ANALYSIS,
    MEMORY,
    ON,
    READ_LINKS,
    REASONING,
    WEB_SEARCH,
    Feature,
    is_offered,
    is_on,
    switched,
)
from desktop.core.fusion import Reasoning, reasoning_of, with_reasoning
from desktop.core.pass_on import PassOn
from desktop.services.endpoint_book import EndpointBook
from desktop.services.store import Store
from desktop.ui.chat_controller import ChatController
from desktop.ui.feature_bar import FeatureBar, Switch
from desktop.ui.feature_options import FeatureOptions
from desktop.ui.feature_words import feature_word
from desktop.ui.model_controller import ModelController
from desktop.ui.model_picker import ModelPicker
from desktop.ui.shortcuts import keys_of
from desktop.ui.tasks import Tasks
from desktop.ui.thinker_chip import ThinkerChip
from desktop.ui.thinker_footer import ThinkerOffer
from desktop.ui.thinking_limits import LIMITS, ThinkingLimits

THINKERS = "recent_thinkers"
THINKERS_KEPT = 5
SHOWN_AS = {
    WEB_SEARCH: ("featureWeb", "globe"),
    DEEP_SEARCH: ("featureDeepSearch", "telescope"),
    READ_LINKS: ("featureLinks", "link"),
    IMAGE_ANALYSIS: ("featureImages", "scan-eye"),
    MEMORY: ("featureMemory", "bookmark"),
}
OTHER_ICON = "plus"


class ReasoningController(QObject):
    """What the next question may use beside its model. All of it belongs to the chat."""

    changed = Signal()  # the next question uses something else

    def __init__(
        self,
        *,
        store: Store,
        book: EndpointBook,
        chats: ChatController,
        models: ModelController,
        picker: ModelPicker,
        bar: FeatureBar,
        chip: ThinkerChip,
        options: FeatureOptions,
        saving: Tasks,
    ) -> None:
        super().__init__()
        self._store = store
        self._book = book
        self._chats = chats
        self._models = models
        self._picker = picker
        self._bar = bar
        self._chip = chip
        self._options = options
        self._saving = saving
        self._limits = ThinkingLimits()
        bar.toggled.connect(self._toggle)
        bar.options_requested.connect(self._open_options)
        chip.pressed.connect(models.open)
        chip.switched_off.connect(lambda: self._switch_reasoning(on=False))
        options.changed.connect(self._options_changed)
        footer = picker.thinker_footer
        footer.chosen.connect(self._choose)
        footer.gateway_chosen.connect(lambda: self._choose(ModelRef(GATEWAY_ENDPOINT_ID, "")))
        footer.pass_on_chosen.connect(self._choose_pass_on)
        footer.limits_wanted.connect(self.open_limits)
        picker.thinker_picked.connect(self._choose)
        models.names_known.connect(self.refresh)

    @property
    def reasoning(self) -> Reasoning:
        """Who thinks first in the chat on the screen."""
        return reasoning_of(self._chats.chat.features)

    @property
    def thinks_first(self) -> bool:
        """Whether the next question is thought about by somebody before it is answered."""
        reasoning = self.reasoning
        return reasoning.on and self._can_think(reasoning)

    def thinking_of(self, chat: Chat) -> Thinking | None:
        """Who thinks before the answer where a chat is asked, if somebody does."""
        reasoning = reasoning_of(chat.features)
        if not reasoning.on:
            return None
        if not reasoning.by_gateway:
            thinker = self._models.find(ModelRef(reasoning.endpoint_id, reasoning.model))
            return Thinking(thinker, reasoning.pass_on) if reasoning.model else None
        feature = self._gateway_feature(chat.endpoint_id)
        if feature is None:
            return None
        return Thinking(self._models.find(ModelRef(chat.endpoint_id, feature.thinker)), by_gateway=True)

    def switch(self) -> None:
        """Switches the thinking before an answer on or off."""
        self._switch_reasoning(on=not self.thinks_first)

    def other_way(self, chat: Chat, *, thinks: bool) -> Chat | None:
        """The chat asked with somebody thinking first, or with nobody; None if there is nobody.

        The chat's own choice comes first, then whoever thought last, then the gateway.
        """
        if not thinks:
            return replace(chat, features=switched(chat.features, REASONING, on=False))
        reasoning = replace(reasoning_of(chat.features), on=True)
        recent = self._recent_thinkers()
        chosen = [reasoning] if REASONING in chat.features else []
        chosen += [replace(reasoning, endpoint_id=ref.endpoint_id, model=ref.model) for ref in recent[:1]]
        chosen.append(replace(reasoning, endpoint_id=GATEWAY_ENDPOINT_ID, model=""))
        for one in chosen:
            asked = replace(chat, features=with_reasoning(chat.features, one))
            if self.thinking_of(asked) is not None:
                return asked
        return None

    def for_new_chats(self) -> Mapping[str, Any]:
        """The features that a new chat begins with, from the settings."""
        settings = self._book.settings
        if not settings.fusion_enabled:
            return {}
        pass_on = PassOn(settings.fusion_pass_on)
        reasoning = Reasoning(True, settings.fusion_endpoint, settings.fusion_model, pass_on)
        return with_reasoning({}, reasoning)

    def refresh(self) -> None:
        """Shows what the chat on the screen uses, and what its endpoint offers."""
        chosen = self._chats.chat.features
        self._bar.show_switches([self._reasoning_switch(), *map(self._switch, self._offered())])
        reasoning = self.reasoning
        label = self._label(reasoning) if self.thinks_first else ""
        self._chip.show_thinker(label)
        self._picker.thinker_footer.show_offer(
            ThinkerOffer(
                current=self._label_with_endpoint(reasoning) if self.thinks_first else "",
                pass_on=reasoning.pass_on,
                gateway=self._endpoint_name() if self._gateway_feature() else "",
                by_gateway=reasoning.by_gateway and is_on(chosen, REASONING),
                models=[(ref, self._name_of(ref)) for ref in self._recent_thinkers()],
            )
        )

    def _features(self) -> Sequence[Feature]:
        return self._book.named(self._chats.model.endpoint_id).features

    def _offered(self) -> list[Feature]:
        """What the endpoint does for this model, reasoning apart; the usual ones first, as everywhere."""
        sees = self._models.find(self._chats.model).sees
        offered = [
            feature for feature in self._features() if feature.id != REASONING and is_offered(feature, sees=sees)
        ]
        usual = list(SHOWN_AS)
        return sorted(offered, key=lambda feature: usual.index(feature.id) if feature.id in usual else len(usual))

    def _gateway_feature(self, endpoint_id: str = "") -> Feature | None:
        """How an endpoint (that of the chat, if none is named) lets another model think first, if it does."""
        features = self._book.named(endpoint_id or self._chats.model.endpoint_id).features
        return next((feature for feature in features if feature.id == REASONING), None)

    def _reasoning_switch(self) -> Switch:
        tooltip = self.tr("One model thinks, then {model} answers ({keys}). The arrow key chooses who thinks.")
        model = self._models.find(self._chats.model).label or self.tr("another")
        return Switch(
            REASONING,
            "featureReasoning",
            "brain",
            self.tr("Reasoning"),
            tooltip.format(model=model, keys=keys_of("reasoning")),
            on=self.thinks_first,
            has_options=True,
        )

    def _switch(self, feature: Feature) -> Switch:
        object_name, icon = SHOWN_AS.get(feature.id, (f"feature_{feature.id}", OTHER_ICON))
        label = feature_word(feature.name) or feature.id
        endpoint = self._endpoint_name()
        tooltip = self.tr("{feature}, done by {endpoint}.").format(feature=label, endpoint=endpoint)
        if feature.options:
            tooltip += " " + self.tr("A right click or the arrow key shows what can be chosen.")
        on = is_on(self._chats.chat.features, feature.id)
        return Switch(feature.id, object_name, icon, label, tooltip, on=on, has_options=bool(feature.options))

    def _endpoint_name(self) -> str:
        return self._book.named(self._chats.model.endpoint_id).name

    def _can_think(self, reasoning: Reasoning) -> bool:
        if reasoning.by_gateway:
            return self._gateway_feature() is not None
        return bool(reasoning.model)

    def _label(self, reasoning: Reasoning) -> str:
        if reasoning.by_gateway:
            feature = self._gateway_feature()
            return feature.thinker if feature is not None and feature.thinker else self._endpoint_name()
        return self._models.find(ModelRef(reasoning.endpoint_id, reasoning.model)).label

    def _label_with_endpoint(self, reasoning: Reasoning) -> str:
        if reasoning.by_gateway:
            return self.tr("{endpoint} itself").format(endpoint=self._endpoint_name())
        return self._name_of(ModelRef(reasoning.endpoint_id, reasoning.model))

    def _name_of(self, ref: ModelRef) -> str:
        return f"{self._models.find(ref).label} ({self._book.named(ref.endpoint_id).name})"

    def _toggle(self, feature_id: str, on: bool) -> None:
        if feature_id == REASONING:
            self._switch_reasoning(on=on)
        else:
            self._change(switched(self._chats.chat.features, feature_id, on=on))

    def _switch_reasoning(self, *, on: bool) -> None:
        """Switched on for the first time, it takes whoever is there to think; if nobody is, the user chooses."""
        reasoning = replace(self.reasoning, on=on)
        if on and not self._can_think(reasoning):
            recent = self._recent_thinkers()
            if not recent:
                self.refresh()
                self._models.open()
                self._picker.choose_thinker()
                return
            reasoning = replace(reasoning, endpoint_id=recent[0].endpoint_id, model=recent[0].model)
        self._keep(reasoning)

    def _choose(self, ref: ModelRef | None) -> None:
        if ref is None:
            self._keep(replace(self.reasoning, on=False))
            return
        self._keep(replace(self.reasoning, on=True, endpoint_id=ref.endpoint_id, model=ref.model))
        if ref.endpoint_id != GATEWAY_ENDPOINT_ID:
            recent = [ref, *(other for other in self._recent_thinkers() if other != ref)][:THINKERS_KEPT]
            self._saving.start(self._store.remember(THINKERS, [asdict(each) for each in recent]))

    def _choose_pass_on(self, pass_on: PassOn) -> None:
        self._keep(replace(self.reasoning, pass_on=pass_on))

    def _recent_thinkers(self) -> list[ModelRef]:
        kept: list[dict[str, str]] = self._store.remembered(THINKERS, [])
        return [ModelRef(**entry) for entry in kept]

    def _open_options(self, feature_id: str, button: QWidget) -> None:
        if feature_id == REASONING:
            self._models.open()
            self._picker.thinker_footer.take_focus()
            return
        for feature in self._features():
            if feature.id == feature_id:
                self._options.open_for(button, feature, self._chats.chat.features.get(feature_id, {}))

    def open_limits(self) -> None:
        """Shows how far the model may go that thinks first."""
        self._picker.dismiss()
        self._options.open_for(self._chip, self._limits.form(), self._limits.values(self.reasoning))

    def _options_changed(self, feature_id: str, values: dict[str, Any]) -> None:
        if feature_id == LIMITS:
            self._keep(self._limits.limited(self.reasoning, values))
            return
        on = is_on(self._chats.chat.features, feature_id)
        self._change({**self._chats.chat.features, feature_id: {ON: on, **values}})

    def _keep(self, reasoning: Reasoning) -> None:
        self._change(with_reasoning(self._chats.chat.features, reasoning))

    def _change(self, features: Mapping[str, Any]) -> None:
        self._chats.change({"features": features})
        self.refresh()
        self.changed.emit()
