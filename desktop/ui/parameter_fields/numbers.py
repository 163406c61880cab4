"""Fields for numbers: a slider, a stepper, or plain text where there is no upper bound to slide to."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSlider, QStyle, QStyleOptionSlider, QWidget

from desktop.core.parameters import Kind, Parameter
from desktop.ui.controls import icon_button, look, name
from desktop.ui.icons import Icons
from desktop.ui.parameter_fields.field import ParameterField, SummaryLabel, mark
from desktop.ui.theme import Theme

PAGE_STEPS = 5
FIELD_HEIGHT = 34
INNER_MARGIN = 2  # that QLineEdit leaves at both ends


def number_text(value: float) -> str:
    """A number as one would type it: 0.3, 2, -1.5."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def resting_value(parameter: Parameter) -> float:
    """Where a control stands while nothing is set: 0 between two signs, else 1, which changes nothing."""
    return 0 if parameter.minimum is not None and parameter.minimum < 0 else 1


def stepped(parameter: Parameter, value: float | None, steps: int) -> float:
    """The value some steps up or down, within its bounds."""
    start = resting_value(parameter) if value is None else value
    low = start if parameter.minimum is None else parameter.minimum
    high = start if parameter.maximum is None else parameter.maximum
    moved = min(high, max(low, start + steps * (parameter.step or 1)))
    return int(moved) if parameter.kind is Kind.INTEGER else round(moved, 10)


class ValueEdit(QLineEdit):
    """A value beside its label, which can be typed over; up and down change it by steps."""

    step_pressed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        look(self, "value")
        self.setPlaceholderText(self.tr("default"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setTextMargins(-INNER_MARGIN, 0, -INNER_MARGIN, 0)

    def show_text(self, text: str) -> None:
        """Shows another text, without signals."""
        with QSignalBlocker(self):
            self.setText(text)
        mark(self, "set", bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
        else:
            self.step_pressed.emit(steps)


class ValueSlider(QSlider):
    """Goes where it is clicked, and leaves the wheel to the column that scrolls."""

    def __init__(self, tick_count: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, tick_count)
        self.setPageStep(PAGE_STEPS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._handle().contains(event.position().toPoint()):
            self.setSliderPosition(self._tick_at(event.position().x()))
        super().mousePressEvent(event)

    def _handle(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = QStyle.SubControl.SC_SliderHandle
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, handle, self)

    def _tick_at(self, x: float) -> int:
        handle = self._handle().width()
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), round(x - handle / 2), self.width() - handle, mirrored
        )


class _SteppedField(ParameterField):
    """A number that is typed beside its label, or changed by steps."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self.edit = ValueEdit()
        name(self.edit, self.object_name, self.label)
        self.edit.textChanged.connect(self._typed)
        self.edit.step_pressed.connect(self.step)
        self.head = self.editor = self.edit

    def display(self, value: Any) -> None:
        self.edit.show_text("" if value is None else number_text(value))

    def step(self, steps: int) -> None:
        """Some steps up or down."""
        self.choose(stepped(self.parameter, self.value, steps))

    def choose(self, value: float) -> None:
        """Takes a value that was not typed."""
        self.display(value)
        self.submit(value)

    def _typed(self, text: str) -> None:
        mark(self.edit, "set", bool(text))
        self.submit_text(text)


class SliderField(_SteppedField):
    """A number between two bounds."""

    space = 2

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self._low = parameter.minimum or 0.0
        self._step = parameter.step or 1.0
        self._slider = ValueSlider(round(((parameter.maximum or 0.0) - self._low) / self._step))
        name(self._slider, f"{self.object_name}_slider", self.label)
        self._slider.valueChanged.connect(lambda tick: self.choose(round(self._low + tick * self._step, 10)))
        self.body = self._slider

    def reflect(self, value: Any) -> None:
        shown = resting_value(self.parameter) if value is None else value
        with QSignalBlocker(self._slider):
            self._slider.setValue(round((shown - self._low) / self._step))
        mark(self._slider, "set", value is not None)

    def restyle(self) -> None:
        self.edit.setFixedWidth(self.theme.px(72))
        self._slider.setFixedHeight(self.theme.px(16))


class StepperField(_SteppedField):
    """A small whole number."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        less = self.tr("{label}: one less").format(label=self.label)
        more = self.tr("{label}: one more").format(label=self.label)
        self._less = icon_button(icons, "chevron-left", f"{self.object_name}_less", less, token="faint")
        self._more = icon_button(icons, "chevron-right", f"{self.object_name}_more", more, token="faint")
        for button in (self._less, self._more):
            look(button, "tight")
        self._less.clicked.connect(lambda: self.step(-1))
        self._more.clicked.connect(lambda: self.step(1))
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (self._less, self.edit, self._more):
            row.addWidget(part)

    def restyle(self) -> None:
        px = self.theme.px
        self.edit.setFixedWidth(px(52))
        for button in (self._less, self._more):
            button.setFixedSize(px(18), px(20))
            button.setIconSize(QSize(px(14), px(14)))


class NumberTextField(ParameterField):
    """A number that is typed."""

    def __init__(self, parameter: Parameter, theme: Theme, icons: Icons) -> None:
        super().__init__(parameter, theme, icons)
        self._edit = QLineEdit()
        name(self._edit, self.object_name, self.label)
        if parameter.maximum is None:
            self._edit.setPlaceholderText(self.tr("model's own limit"))
        self._edit.textChanged.connect(self.submit_text)
        self.head = self._summary = SummaryLabel()
        self.body = self.editor = self._edit

    def display(self, value: Any) -> None:
        with QSignalBlocker(self._edit):
            self._edit.setText("" if value is None else number_text(value))

    def reflect(self, value: Any) -> None:
        self._summary.show_summary(None if value is None else number_text(value))

    def restyle(self) -> None:
        self._edit.setFixedHeight(self.theme.px(FIELD_HEIGHT))
