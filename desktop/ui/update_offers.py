"""What can be done about updates: each is a button, and this is its object name."""

from __future__ import annotations

from enum import StrEnum


class Offer(StrEnum):
    """In the order in which the buttons stand."""

    LOOK = "updateLook"
    NOTES = "updateNotes"
    COPY = "updateCopy"
    TAKE = "updateTake"
    CANCEL = "updateCancel"
    RESTART = "updateRestart"
