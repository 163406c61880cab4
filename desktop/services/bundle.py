"""The services of one running program, made in running.py and handed to the controllers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from desktop.services.api import Api
from desktop.services.attachments import Attachments
from desktop.services.cures import Cures
from desktop.services.formula_drawer import FormulaDrawer
from desktop.services.keys import Keys
from desktop.services.local_model import LocalModel
from desktop.services.model_notes import ModelNotes
from desktop.services.models import ModelCatalogue
from desktop.services.paths import Paths
from desktop.services.store import Store
from desktop.services.updates import Updates


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that reads or writes outside the program."""

    paths: Paths
    store: Store
    keys: Keys
    api: Api
    attachments: Attachments
    catalogue: ModelCatalogue
    notes: ModelNotes
    cures: Cures
    local_model: LocalModel
    drawer: FormulaDrawer
    updates: Updates

    async def close(self) -> None:
        """Ends the other processes, closes the lines and the database; nothing may be asked afterwards."""
        await asyncio.to_thread(self.drawer.close)
        await self.local_model.stop()
        await self.api.aclose()
        self.keys.close()
        self.attachments.close()
        await asyncio.to_thread(self.store.close)
