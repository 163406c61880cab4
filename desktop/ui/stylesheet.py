"""The application's style sheet, made from the theme's colours.

Widgets choose a look by the dynamic property `look`: "primary", "outline", "ghost" and "chip" for buttons, "field"
for inputs, "title", "label", "dim" and "faint" for texts, "card" for frames. What has no `look` keeps Fusion's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class _Colors(Protocol):
    @property
    def bg(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def panel(self) -> str: ...
    @property
    def line(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def dim(self) -> str: ...
    @property
    def faint(self) -> str: ...
    @property
    def accent(self) -> str: ...
    @property
    def on_accent(self) -> str: ...
    @property
    def accent_soft(self) -> str: ...
    @property
    def bubble(self) -> str: ...
    @property
    def warn(self) -> str: ...


def stylesheet(colors: _Colors, px: Callable[[float], int]) -> str:
    """Style sheet text; `px` scales a length of scale 1 to logical pixels."""
    groove, beyond = px(4), px(5)  # of a slider; its handle stands out of the groove on both sides
    handle = groove + 2 * beyond  # and is round: what has a radius above its half gets corners
    return f"""
* {{ outline: 0; }}
QToolTip {{ background: {colors.panel}; color: {colors.text}; border: 1px solid {colors.line};
    padding: {px(4)}px {px(8)}px; }}
QLabel[look="heading"] {{ font-size: {px(26)}px; font-weight: 600; }}
QLabel[look="title"] {{ font-size: {px(15)}px; font-weight: 600; }}
QLabel[look="strong"] {{ font-size: {px(14)}px; font-weight: 600; }}
QLabel[look="cardTitle"] {{ font-size: {px(13)}px; font-weight: 600; }}
QLabel[look="label"] {{ font-size: {px(13)}px; }}
QLabel[look="dim"] {{ font-size: {px(13)}px; color: {colors.dim}; }}
QLabel[look="subtitle"] {{ font-size: {px(14)}px; color: {colors.dim}; }}
QLabel[look="small"] {{ font-size: {px(12)}px; color: {colors.dim}; }}
QLabel[look="faint"] {{ font-size: {px(11)}px; color: {colors.faint}; }}
QLabel[look="label"][muted="true"] {{ color: {colors.faint}; }}
QLabel[look="value"] {{ font-size: {px(13)}px; color: {colors.faint}; }}
QLabel[look="value"][set="true"] {{ color: {colors.accent}; }}
QLabel[look="field"] {{ font-size: {px(14)}px; }}
QLabel[look="section"] {{ font-size: {px(11)}px; font-weight: 600; color: {colors.dim}; padding-left: {px(8)}px; }}
QLabel[look="wrong"] {{ font-size: {px(12)}px; color: {colors.warn}; }}
QLabel[look="warn"] {{ font-size: {px(13)}px; color: {colors.warn}; }}
QLabel[look="key"] {{ font-size: {px(11)}px; color: {colors.dim}; border: 1px solid {colors.line};
    border-radius: {px(4)}px; padding: {px(2)}px {px(6)}px; }}
QPushButton, QToolButton {{ border: 1px solid transparent; border-radius: {px(8)}px; background: transparent;
    font-size: {px(13)}px; font-weight: 500; padding: {px(6)}px {px(10)}px; }}
QToolButton {{ padding: {px(6)}px; }}
QPushButton:hover, QToolButton:hover {{ background: {colors.bubble}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {colors.accent}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {colors.faint}; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0; }}
QPushButton[look="outline"], QToolButton[look="outline"] {{ border: 1px solid {colors.line}; background: {colors.bg}; }}
QPushButton[look="outline"]:hover, QToolButton[look="outline"]:hover {{ background: {colors.panel}; }}
QPushButton[look="outline"]:focus, QToolButton[look="outline"]:focus {{ border: 1px solid {colors.accent}; }}
QPushButton[look="split"] {{ border: 1px solid {colors.line}; background: {colors.bg}; text-align: left;
    padding-right: {px(34)}px; }}
QPushButton[look="split"]:hover {{ background: {colors.panel}; }}
QPushButton[look="split"]:focus {{ border: 1px solid {colors.accent}; }}
QPushButton[look="smallOutline"] {{ border: 1px solid {colors.line}; background: {colors.bg};
    padding: {px(2)}px {px(9)}px; }}
QPushButton[look="smallOutline"]:hover {{ background: {colors.panel}; }}
QPushButton[look="smallOutline"]:focus {{ border: 1px solid {colors.accent}; }}
QPushButton[look="primary"], QToolButton[look="primary"] {{ background: {colors.accent}; color: {colors.on_accent}; }}
QPushButton[look="primary"]:focus, QToolButton[look="primary"]:focus {{ border: 2px solid {colors.text}; }}
QPushButton[look="primary"]:disabled, QToolButton[look="primary"]:disabled {{ background: {colors.line};
    color: {colors.faint}; }}
QToolButton[look="tight"] {{ padding: 0; border-radius: {px(6)}px; }}
QToolButton[look="toggle"] {{ padding: 0; color: {colors.dim}; border-radius: {px(6)}px; }}
QToolButton[look="toggle"]:checked {{ background: {colors.accent_soft}; color: {colors.accent}; }}
QToolButton[look="send"] {{ background: {colors.accent}; border-radius: {px(10)}px; padding: 0; }}
QToolButton[look="send"]:focus {{ border: 2px solid {colors.text}; }}
QPushButton[look="link"] {{ color: {colors.accent}; padding: 0; border-radius: {px(4)}px; text-align: left; }}
QPushButton[look="link"]:hover {{ background: transparent; text-decoration: underline; }}
QToolButton[look="chip"], QPushButton[look="chip"] {{ color: {colors.dim}; font-weight: 400;
    padding: {px(5)}px {px(8)}px; }}
QToolButton[look="chip"]:checked, QPushButton[look="chip"]:checked {{ background: {colors.accent_soft};
    color: {colors.accent}; }}
QPushButton[look="chip"][arrow="right"] {{ padding-right: {px(24)}px; }}
QPushButton[look="chip"][arrow="left"] {{ padding-left: {px(24)}px; }}
QPushButton[look="combo"] {{ border: 1px solid {colors.line}; background: {colors.bg}; font-weight: 400;
    text-align: left; padding: 0 {px(9)}px; }}
QPushButton[look="combo"]:focus {{ border: 1px solid {colors.accent}; }}
QLineEdit, QPlainTextEdit[look="field"], QTextEdit[look="field"], QSpinBox, QDoubleSpinBox, QComboBox {{
    border: 1px solid {colors.line}; border-radius: {px(8)}px; background: {colors.bg}; font-size: {px(13)}px;
    padding: {px(7)}px {px(9)}px; selection-background-color: {colors.accent};
    selection-color: {colors.on_accent}; }}
QPlainTextEdit[look="field"][readOnly="true"] {{ background: {colors.panel}; color: {colors.dim}; }}
QLineEdit:focus, QPlainTextEdit[look="field"]:focus, QTextEdit[look="field"]:focus, QSpinBox:focus,
QDoubleSpinBox:focus, QComboBox:focus {{ border: 1px solid {colors.accent}; }}
QLineEdit[look="bare"], QPlainTextEdit[look="bare"], QTextEdit[look="bare"] {{ border: 0; background: transparent;
    padding: 0; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QTextEdit[wrong="true"] {{ border: 1px solid {colors.warn}; }}
QLineEdit[look="value"] {{ border: 0; border-bottom: 1px solid transparent; border-radius: 0;
    background: transparent; padding: 0; }}
QLineEdit[look="value"][set="true"] {{ color: {colors.accent}; }}
QLineEdit[look="value"][wrong="true"] {{ border: 0; border-bottom: 1px solid {colors.warn}; color: {colors.warn}; }}
QLineEdit[look="value"]:focus {{ border: 0; border-bottom: 1px solid {colors.accent}; }}
QLineEdit[look="inline"] {{ border-radius: {px(7)}px; padding: 0 {px(6)}px; }}
QListView[look="rows"] {{ background: transparent; border: 0; }}
QListView[look="nav"] {{ background: transparent; border: 0; font-size: {px(13)}px; }}
QListView[look="nav"]::item {{ height: {px(34)}px; border-radius: {px(7)}px; padding: 0 {px(9)}px; color: {colors.text};
    border: 1px solid transparent; }}
QListView[look="nav"]::item:hover {{ background: {colors.bubble}; }}
QListView[look="nav"]::item:selected {{ background: {colors.accent_soft}; color: {colors.text}; }}
QListView[look="nav"]::item:selected:focus {{ border: 1px solid {colors.accent}; }}
QComboBox[look="value"] {{ border: 1px solid transparent; background: transparent; padding: 0 0 0 {px(4)}px; }}
QComboBox[look="value"]:focus {{ border: 1px solid {colors.accent}; }}
QComboBox::drop-down {{ border: 0; width: {px(24)}px; }}
QMenu {{ background: {colors.bg}; border: 1px solid {colors.line}; border-radius: {px(8)}px; padding: {px(4)}px;
    font-size: {px(13)}px; }}
QMenu::item {{ padding: {px(6)}px {px(24)}px {px(6)}px {px(12)}px; border-radius: {px(6)}px; }}
QMenu::item:selected {{ background: {colors.accent_soft}; color: {colors.text}; }}
QMenu::item:disabled {{ color: {colors.faint}; }}
QMenu::separator {{ height: 1px; background: {colors.line}; margin: {px(4)}px {px(8)}px; }}
QFrame[look="card"] {{ border: 1px solid {colors.line}; border-radius: {px(10)}px; background: {colors.bg}; }}
QFrame[look="box"] {{ border: 1px solid {colors.line}; border-radius: {px(8)}px; background: {colors.bg}; }}
QFrame[look="box"][active="true"] {{ border: 1px solid {colors.accent}; }}
QFrame[look="soft"] {{ border: 0; border-radius: {px(8)}px; background: {colors.accent_soft}; }}
QPushButton[look="soft"], QToolButton[look="soft"] {{ color: {colors.accent}; }}
QPushButton[look="soft"]:hover, QToolButton[look="soft"]:hover {{ background: transparent; }}
QPushButton[look="linkMenu"] {{ color: {colors.accent}; padding: {px(2)}px {px(3)}px; border-radius: {px(4)}px;
    font-size: {px(12)}px; font-weight: 600; }}
QFrame[look="side"] {{ background: {colors.side}; border: 0; }}
QFrame[look="panel"] {{ background: {colors.panel}; border: 0; }}
QFrame[look="hairline"] {{ background: {colors.line}; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: {px(10)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(10)}px; margin: 0; }}
QScrollBar::handle {{ background: {colors.line}; border-radius: {px(10) // 2 - 2}px; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}px; margin: 2px; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}px; margin: 2px; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::handle:hover {{ background: {colors.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea {{ border: 0; background: transparent; }}
QScrollArea:focus {{ border: 1px solid {colors.accent}; border-radius: {px(8)}px; }}
QSlider::groove:horizontal {{ height: {groove}px; border-radius: {groove // 2}px; background: {colors.line}; }}
QSlider::sub-page:horizontal {{ border-radius: {groove // 2}px; background: {colors.line}; }}
QSlider[set="true"]::sub-page:horizontal {{ background: {colors.accent}; }}
QSlider::handle:horizontal {{ width: {handle - 2}px; height: {handle - 2}px; margin: -{beyond}px 0;
    border: 1px solid {colors.faint}; border-radius: {handle // 2}px; background: {colors.bg}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {colors.accent}; width: {handle - 4}px; }}
"""
