"""The words of the endpoints' data about features, so that Qt's tools find them and they are read in any language.

Words that an endpoint of one's own brings are shown as they are.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.core.translation import QT_TRANSLATE_NOOP

SHIPPED = (
    QT_TRANSLATE_NOOP("Features", "Image analysis"),
    QT_TRANSLATE_NOOP("Features", "Model that looks"),
    QT_TRANSLATE_NOOP("Features", "Reasoning"),
    QT_TRANSLATE_NOOP("Features", "Web"),
    QT_TRANSLATE_NOOP("Features", "Deep search"),
    QT_TRANSLATE_NOOP("Features", "Read links"),
    QT_TRANSLATE_NOOP("Features", "Memory"),
    QT_TRANSLATE_NOOP("Features", "Search by"),
    QT_TRANSLATE_NOOP("Features", "Results"),
    QT_TRANSLATE_NOOP("Features", "Only these sites"),
    QT_TRANSLATE_NOOP("Features", "Not these sites"),
)


def feature_word(text: str) -> str:
    """A name or label of the data, as the user reads it."""
    return QCoreApplication.translate("Features", text)
