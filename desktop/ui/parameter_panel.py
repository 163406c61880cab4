"""The column at the right: the parameters of the current chat, and presets of them.

Everything in it comes from the table of `core/parameters.py`. Only what is set is shown as set, emitted, and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.core.errors import UserError
from desktop.core.parameters import PARAMETERS, check, parameter
from desktop.ui.chevron_button import ChevronButton
from desktop.ui.columns import RIGHT_MARGIN
from desktop.ui.controls import icon_button, look, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

if TYPE_CHECKING:  # imported when the panel is first shown
    from desktop.ui.parameter_form import ParameterForm
    from desktop.ui.preset_bar import PresetBar

WIDTH = 296
TOOLS_HEIGHT = 34


class ParameterPanel(QFrame):
    """Keeps what is set. Its controls are made when it is first shown: the program's start does not wait for them."""

    changed = Signal(dict)  # all that is set now
    replaced = Signal(dict)  # all that was set before a preset or a reset, and that no preset keeps
    presets_changed = Signal(dict)  # all presets: name → parameters
    tools_requested = Signal()
    closed = Signal()
    request_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._values: dict[str, Any] = {}
        self._settled: dict[str, Any] = {}  # what was set when the keyboard came to where it is
        self._preset_values: dict[str, dict[str, Any]] = {}
        self._presets: PresetBar | None = None
        self._form: ParameterForm | None = None
        self._buttons: list[QToolButton] = []
        self._tools: ChevronButton | None = None
        self._tool_count = 0
        name(self, "parameterPanel", self.tr("Parameters"))
        self.setProperty("look", "panel")
        theme.changed.connect(self._restyle)
        self._restyle()

    def parameters(self) -> dict[str, Any]:
        """What is set."""
        return dict(self._values)

    def set_parameters(self, values: Mapping[str, Any]) -> None:
        """Shows what a chat has set, without `changed`; what would not hold is left out."""
        known = _valid(values)
        same = known == self._values
        self._values = known
        if not same:
            self._settle()
        if self._presets is not None and not same:
            self._presets.show_values(known)
        if self._form is not None and not (same and self._has_keyboard()):
            self._form.show_values(known)

    def change_to(self, values: Mapping[str, Any]) -> None:
        """Sets these values and no others, as the user would."""
        before = self._values
        self._values = dict(values)
        self._settle()
        if self._form is not None:
            self._form.show_values(self._values)
        if self._values != before:
            self._tell()

    def set_presets(self, presets: Mapping[str, Mapping[str, Any]]) -> None:
        """Offers these presets, without `presets_changed`."""
        self._preset_values = {title: _valid(values) for title, values in presets.items()}
        if self._presets is not None:
            self._presets.set_presets(self._preset_values)

    def show_tools(self, count: int) -> None:
        """Says how many tools are sent."""
        self._tool_count = count
        one, more = self.tr("Tools: 1 is sent"), self.tr("Tools: {count} are sent").format(count=count)
        if self._tools is not None:
            self._tools.show_words((one if count == 1 else more) if count else self.tr("Tools: none"))

    @property
    def copy_button(self) -> QWidget | None:
        """Where the menu of languages opens; None until the panel is first shown."""
        return self._form.copy_button if self._form is not None else None

    def focus_first(self) -> None:
        """Puts the keyboard into the first field."""
        self._ensure_controls()
        if self._form is not None:
            self._form.focus_first()

    def showEvent(self, event: QShowEvent) -> None:
        self._ensure_controls()
        super().showEvent(event)

    def _ensure_controls(self) -> None:
        if self._form is not None:
            return
        from desktop.ui.parameter_form import ParameterForm
        from desktop.ui.preset_bar import PresetBar

        self._presets = PresetBar(self._theme, self._icons)
        self._form = ParameterForm(self._theme, self._icons)
        self._lay_out(self._presets, self._form)
        self._presets.set_presets(self._preset_values)
        self._presets.show_values(self._values)
        self._form.show_values(self._values)
        self._presets.chosen.connect(self._replace)
        self._presets.changed.connect(self._presets_edited)
        self._form.edited.connect(self._edited)
        self._form.request_wanted.connect(self.request_wanted)
        self._form.copy_wanted.connect(self.copy_wanted)
        self._form.refused.connect(self._refused)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._settle)

    def _has_keyboard(self) -> bool:
        """While the user types here, the same values once more must not rewrite what is being typed."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _edited(self, edited_name: str, value: Any) -> None:
        """What must not be set together with the edited parameter is reset."""
        before = dict(self._values)
        others = parameter(edited_name).conflicts if value is not None else ()
        for dropped in (edited_name, *others):
            self._values.pop(dropped, None)
        if value is not None:
            self._values[edited_name] = value
        if self._form is not None:
            self._form.follow(self._values, others)
        if self._values != before:
            self._tell()

    def _refused(self, refused_name: str, text: str) -> None:
        """Takes back what the first letters of something wrong have set, and what they reset: “12” of “12 %”."""
        before = dict(self._values)
        others = parameter(refused_name).conflicts
        for taken_back in (refused_name, *others):
            self._values.pop(taken_back, None)
            if taken_back in self._settled:
                self._values[taken_back] = self._settled[taken_back]
        if self._form is not None:
            self._form.follow(self._values, others)
            self._form.show_refusal(refused_name, text)
        if self._values != before:
            self._tell()

    def _settle(self) -> None:
        self._settled = dict(self._values)

    def _replace(self, values: Mapping[str, Any]) -> None:
        before = self._values
        self.change_to(values)
        kept = before in self._preset_values.values() and bool(values)
        if before and before != values and not kept:
            self.replaced.emit(before)

    def _reset_all(self) -> None:
        if self._presets is not None:
            self._presets.choose(None)

    def _tell(self) -> None:
        if self._presets is not None:
            self._presets.follow(self._values)
        self.changed.emit(self.parameters())

    def _presets_edited(self, presets: dict[str, dict[str, Any]]) -> None:
        self._preset_values = presets
        self.presets_changed.emit(presets)

    def _lay_out(self, presets: PresetBar, form: ParameterForm) -> None:
        title = QLabel(self.tr("Parameters"))
        name(title, "parametersTitle")
        look(title, "strong")
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(title, 1)
        head.addWidget(self._button("rotate-ccw", "resetParameters", self.tr("Reset all parameters"), self._reset_all))
        head.addWidget(self._button("x", "closeParameters", self.tr("Hide the parameters"), self.closed.emit))
        self._head = head
        self._preset_place = QHBoxLayout()
        self._preset_place.addWidget(presets)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(self._preset_place)
        column.addWidget(form, 1)
        self._tools = ChevronButton(self._theme, self._icons)
        name(self._tools, "toolsButton")
        self._tools.clicked.connect(self.tools_requested)
        self.show_tools(self._tool_count)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._tools)
        column.addLayout(self._foot)
        self._restyle()

    def _button(self, icon: str, object_name: str, text: str, act: Callable[[], None]) -> QToolButton:
        button = icon_button(self._icons, icon, object_name, text, token="text")
        look(button, "tight")
        button.clicked.connect(lambda _checked: act())
        self._buttons.append(button)
        return button

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedWidth(px(WIDTH))
        if self._form is None:
            return
        self._head.setContentsMargins(px(RIGHT_MARGIN), px(13), px(RIGHT_MARGIN - 3), px(11))
        for button in self._buttons:
            button.setFixedSize(px(22), px(22))
            button.setIconSize(QSize(px(14), px(14)))
        self._preset_place.setContentsMargins(px(RIGHT_MARGIN), 0, px(RIGHT_MARGIN), px(8))
        self._foot.setContentsMargins(px(RIGHT_MARGIN), px(8), px(RIGHT_MARGIN), px(12))
        if self._tools is not None:
            self._tools.setFixedHeight(px(TOOLS_HEIGHT))


def _valid(values: Mapping[str, Any]) -> dict[str, Any]:
    """What of these values holds: they may have been stored by another version."""
    valid: dict[str, Any] = {}
    for entry in PARAMETERS:
        if entry.name not in values:
            continue
        try:
            valid[entry.name] = check(entry.name, values[entry.name])
        except UserError:
            continue
    return valid
