"""Texts that are data are found by Qt's tools, and shown in the user's language."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QLabel

from desktop.core import parameters
from desktop.services.settings import presets
from desktop.ui import feature_words, shortcuts
from desktop.ui.icons import Icons
from desktop.ui.parameter_panel import ParameterPanel
from desktop.ui.theme import Theme
from tests.ui.acting import find, show


class InCapitals(QTranslator):
    """A language of its own for the parameters."""

    def translate(self, context: str, text: str, _disambiguation: str | None = None, _n: int = -1) -> str:
        return text.upper() if context == "Parameters" else text

    def isEmpty(self) -> bool:
        return False


def feature_texts() -> set[str]:
    """What the shipped endpoints say of their features."""
    features = [feature for endpoint in presets() for feature in endpoint.features]
    labels = {option.label for feature in features for option in feature.options}
    return labels | {feature.name for feature in features}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        (parameters.__file__, {text for entry in parameters.PARAMETERS for text in (entry.label, entry.help)}),
        (shortcuts.__file__, {action.source_text for action in shortcuts.ACTIONS}),
        (feature_words.__file__, feature_texts()),
    ],
    ids=["parameters", "shortcuts", "features"],
)
def test_texts_of_a_table_are_found_by_lupdate(source: str, texts: set[str], tmp_path: Path) -> None:
    target = tmp_path / "found.ts"
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    subprocess.run([tool, source, "-ts", target], check=True, capture_output=True)
    found = {element.text for element in ET.parse(target).iter("source")}
    assert texts <= found


def test_parameters_are_shown_in_the_users_language(qapp: QApplication, theme: Theme, icons: Icons) -> None:
    translator = InCapitals()
    QCoreApplication.installTranslator(translator)
    try:
        panel = ParameterPanel(theme, icons)
        panel.set_parameters({"top_p": 0.5})
        show(panel)
        label = find(panel, QLabel, "param_temperature_label")
        assert label.text() == "TEMPERATURE"
        assert label.toolTip().isupper()
        assert find(panel, QLabel, "param_temperature_conflict").text() == "TOP P is set: change one, not both."
    finally:
        QCoreApplication.removeTranslator(translator)
