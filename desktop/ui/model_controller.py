"""Which model answers: the picker, favourites and recents, and the lists that fill it in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Model, ModelRef
from desktop.core.errors import UserError
from desktop.services.bundle import Services
from desktop.services.endpoint_book import EndpointBook
from desktop.services.model_notes import Fact, Source
from desktop.ui.model_button import ModelButton
from desktop.ui.model_picker import ModelPicker
from desktop.ui.model_rows import Offer
from desktop.ui.tasks import Tasks

RECENTS_KEPT = 6
LISTS_LAST_S = 6 * 3600.0
FAVOURITES = "favourite_models"
RECENTS = "recent_models"


class ModelController(QObject):
    """Opens the picker under the model button, and remembers what was picked."""

    picked = Signal(object)  # ModelRef
    several_picked = Signal(list)  # of ModelRef: they are asked at once
    add_endpoint_requested = Signal()
    about_requested = Signal(object)  # ModelRef: what is known of it is to be shown
    names_known = Signal()  # what is known of models has changed

    def __init__(
        self, services: Services, book: EndpointBook, picker: ModelPicker, button: ModelButton, tasks: Tasks
    ) -> None:
        super().__init__()
        self._store = services.store
        self._catalogue = services.catalogue
        self._local_model = services.local_model
        self._notes = services.notes
        self._book = book
        self._picker = picker
        self._button = button
        self._tasks = tasks
        self.current = ModelRef("", "")
        button.clicked.connect(self.open)
        picker.picked.connect(self.pick)
        picker.several_picked.connect(self.several_picked)
        picker.favourite_changed.connect(self._favourite_changed)
        picker.retry_requested.connect(self.refresh)
        picker.about_requested.connect(self.about_requested)
        picker.add_endpoint_requested.connect(self.add_endpoint_requested)
        self._catalogue.on_changed = self._catalogue_changed
        self.endpoints_changed()

    def open(self) -> None:
        """Opens the picker; lists that have grown old are fetched meanwhile."""
        self._open_at(self._button, self.current)

    def open_for_thinker(self, button: QWidget, current: ModelRef, then: Callable[[ModelRef], None]) -> None:
        """Opens the picker elsewhere, for one who is to think first."""
        self._open_at(button, current)
        self._picker.choose_thinker(then)

    def open_for_several(
        self, ticked: Sequence[ModelRef], then: Callable[[list[ModelRef]], None] | None = None
    ) -> None:
        """Opens the picker for models that are asked at once, these ticked."""
        self._open_at(self._button, self.current)
        self._picker.choose_several(ticked, then)

    def _open_at(self, button: QWidget, current: ModelRef) -> None:
        self._picker.open_at(button, self._offer(), self._remembered(FAVOURITES), self._remembered(RECENTS), current)
        self._tasks.start(self._catalogue.refresh(older_than_s=LISTS_LAST_S))

    def show(self, ref: ModelRef) -> None:
        """Names the chat's model on the button."""
        self.current = ref
        self._button.set_model(self.label(ref))

    def label(self, ref: ModelRef) -> str:
        """How a model is called above the conversation; the one on this computer says where it is."""
        if not ref.model:
            return ""
        model = self.find(ref)
        if ref.endpoint_id == LOCAL_ENDPOINT_ID:
            return self.tr("On this computer: {model}").format(model=model.label)
        return model.label

    def find(self, ref: ModelRef) -> Model:
        """What is known of a model; of the one on this computer without asking it."""
        if ref.endpoint_id == LOCAL_ENDPOINT_ID:
            for model in self._local_model.models():
                if model.id == ref.model:
                    return self._notes.put_over(model)
        return self._catalogue.find(ref)

    def facts(self, ref: ModelRef) -> dict[str, Fact]:
        """What is known of a model, and from where."""
        facts = self._catalogue.facts(ref)
        if ref.endpoint_id == LOCAL_ENDPOINT_ID:
            for model in self._local_model.models():
                if model.id == ref.model:  # it knows itself better than its name tells
                    own = {name: getattr(model, name) for name in facts if getattr(model, name) is not None}
                    kept = {name: fact for name, fact in facts.items() if fact.source in {Source.USER, Source.PROBE}}
                    return {**facts, **{name: Fact(value, Source.LIST) for name, value in own.items()}, **kept}
        return facts

    def first_choice(self) -> ModelRef:
        """The model of new chats: the user's choice, else the last one picked, else the one on this computer."""
        settings = self._book.settings
        candidates = [ModelRef(settings.chat_endpoint, settings.chat_model), *self._remembered(RECENTS)]
        local = [ModelRef(model.endpoint_id, model.id) for model in self._local_model.models()]
        for ref in candidates + local:
            if ref.model and self._is_enabled(ref.endpoint_id):
                return ref
        return ModelRef("", "")

    def pick(self, ref: ModelRef) -> None:
        """Lets a model answer from now on."""
        self._remember(RECENTS, [ref, *(other for other in self._remembered(RECENTS) if other != ref)][:RECENTS_KEPT])
        self.picked.emit(ref)

    def endpoints_changed(self) -> None:
        """The user added, changed or removed an endpoint."""
        self._catalogue.set_endpoints(self._book.enabled())

    def refresh(self, endpoint_id: str) -> None:
        """Fetches the list of one endpoint."""
        self._tasks.start(self._catalogue.refresh([endpoint_id]))

    async def load(self) -> None:
        """Reads what is known of models; fetches lists that have grown old, behind everybody's back."""
        await self._catalogue.load()
        if self._catalogue.problem is not None:
            raise self._catalogue.problem

    def _is_enabled(self, endpoint_id: str) -> bool:
        try:
            self._book.find(endpoint_id)
        except UserError:
            return False
        return True

    def _offer(self) -> Offer:
        endpoints: Sequence[Endpoint] = self._book.enabled()
        listings = {endpoint.id: self._catalogue.listing(endpoint.id) for endpoint in endpoints}
        return Offer(endpoints, self._catalogue.models(), listings)

    def _catalogue_changed(self) -> None:
        if self._picker.isVisible():
            self._picker.set_offer(self._offer())
        self.show(self.current)
        self.names_known.emit()

    def _favourite_changed(self, ref: ModelRef, favourite: bool) -> None:
        others = [other for other in self._remembered(FAVOURITES) if other != ref]
        self._remember(FAVOURITES, [*others, ref] if favourite else others)

    def _remembered(self, key: str) -> list[ModelRef]:
        entries: list[dict[str, str]] = self._store.remembered(key, [])
        return [ModelRef(**entry) for entry in entries]

    def _remember(self, key: str, refs: Sequence[ModelRef]) -> None:
        self._tasks.start(self._store.remember(key, [asdict(ref) for ref in refs]))
