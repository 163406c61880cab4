"""The path of a file, typed or chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop.ui.controls import name
from desktop.ui.theme import Theme


class FileField(QWidget):
    """`changed` comes with every change."""

    changed = Signal()

    def __init__(self, theme: Theme, object_name: str, accessible_name: str) -> None:
        super().__init__()
        self._title = accessible_name
        self._edit = QLineEdit()
        self._edit.setPlaceholderText(self.tr("the system's"))
        name(self._edit, object_name, accessible_name)
        self.setObjectName(f"{object_name}Field")
        self.setFocusProxy(self._edit)
        button = QPushButton(self.tr("Choose…"))
        button.setProperty("look", "outline")
        button.setAutoDefault(False)
        name(button, f"{object_name}Choose", self.tr("Choose a file"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._edit, 1)
        layout.addWidget(button)
        self._edit.textChanged.connect(self.changed)
        button.clicked.connect(self._choose)

    def text(self) -> str:
        """The path."""
        return self._edit.text()

    def setText(self, path: str) -> None:
        """Shows another path."""
        self._edit.setText(path)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")])
        dialog.fileSelected.connect(self._edit.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
