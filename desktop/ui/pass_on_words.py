"""What is passed on from one model to another, in words."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from desktop.core.pass_on import PassOn


def pass_on_words() -> Mapping[PassOn, str]:
    """Each in words that stand behind "pass on"."""
    return {
        PassOn.THINKING: QCoreApplication.translate("PassOn", "its thinking"),
        PassOn.ANSWER: QCoreApplication.translate("PassOn", "its answer as a draft"),
        PassOn.BOTH: QCoreApplication.translate("PassOn", "its thinking and its answer"),
        PassOn.CRITIQUE: QCoreApplication.translate("PassOn", "its critique of a first draft"),
    }
