"""Which models the next question goes to at once: chosen in the picker, shown by a chip in the composer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from desktop.core.comparison import variants, with_compared
from desktop.core.endpoints import ModelRef
from desktop.ui.chat_controller import ChatController
from desktop.ui.compare_chip import CompareChip
from desktop.ui.model_controller import ModelController


class SeveralController(QObject):
    """Between the chat, the picker and the chip. The models belong to the chat, until they are taken off."""

    changed = Signal()

    def __init__(self, chats: ChatController, models: ModelController, chip: CompareChip) -> None:
        super().__init__()
        self._chats = chats
        self._models = models
        self._chip = chip
        chip.pressed.connect(self.choose)
        chip.switched_off.connect(lambda: self._keep([self._chats.model]))
        models.several_picked.connect(self._keep)
        models.names_known.connect(self.refresh)

    def choose(self) -> None:
        """Opens the picker with the models of now ticked."""
        self._models.open_for_several(self._asked())

    def choose_for(self, ref: ModelRef, ask: Callable[[list[ModelRef]], None]) -> None:
        """Opens the picker with the model of an answer ticked; `ask` is called with all that are ticked then."""
        self._models.open_for_several([ref], ask)

    def refresh(self) -> None:
        """Shows what the chat on the screen asks."""
        self._chip.show_models([self._models.find(ref).label for ref in self._asked()])

    def _asked(self) -> list[ModelRef]:
        return [ModelRef(chat.endpoint_id, chat.model) for chat in variants(self._chats.chat)]

    def _keep(self, refs: Sequence[ModelRef]) -> None:
        """The chat's own model stays, if it is among them."""
        own = self._chats.model if self._chats.model in refs else refs[0]
        features = with_compared(self._chats.chat.features, [ref for ref in refs if ref != own])
        self._chats.change({"endpoint_id": own.endpoint_id, "model": own.model, "features": features})
        self.refresh()
        self.changed.emit()
