"""What is sent, or was: the messages with what each weighs, and the exact body. It can be copied as a program."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.core.endpoint_rules import KEY_PLACEHOLDER
from desktop.core.money import money_text
from desktop.core.snippets import Language
from desktop.services.previews import Preview, Row
from desktop.services.stages import DRAFT, THINK
from desktop.ui.controls import icon_button, look, name
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.icons import Icons
from desktop.ui.labels import text_label
from desktop.ui.modal_card import RADIUS, ModalCard
from desktop.ui.request_body import RequestBody
from desktop.ui.request_outline import RequestOutline
from desktop.ui.request_text import RequestText
from desktop.ui.snippet_menu import SnippetButton

WIDTH = 980
HEIGHT = 560
SIDE_WIDTH = 208
NARROW = 620  # below this the outline goes


class RequestCard(ModalCard):
    """Shows one preview at a time; a fused answer has several."""

    copy_wanted = Signal(object, object)  # Language, Preview
    picture_opened = Signal(object)  # PicturePart

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(icons.theme, parent, WIDTH, HEIGHT)
        name(self, "requestCard", self.tr("Request"))
        self._previews: Sequence[Preview] = ()
        self._index = 0
        self._texts: Sequence[RequestText] = ()
        self._hints: Sequence[str] = ()
        self._title = text_label(self.tr("Request"), "title", "requestTitle")
        self._address = ElidedLabel("dim", "requestAddress")
        self._key = text_label("", "dim", "requestKey")
        self.copy_button = SnippetButton(icons, "copyRequest")
        self._close = icon_button(icons, "x", "closeRequest", self.tr("Close"), token="text")
        self._tabs = QButtonGroup(self)
        self._tab_row = QHBoxLayout()
        self._head = QHBoxLayout()
        self._side = QWidget()
        self._side_column = QVBoxLayout(self._side)
        self._outline = RequestOutline(self._theme)
        self._total = QLabel()
        self._why = QPushButton(self.tr("why"))
        self._reasons = QLabel()
        self._foot = QVBoxLayout()
        self._body = RequestBody(self._theme)
        self._lay_out()
        self._connect()
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def first_focus(self) -> QWidget:
        return self._body

    def show_previews(self, previews: Sequence[Preview], texts: Sequence[RequestText], hints: Sequence[str]) -> None:
        """Opens the card with the last request, which is the answer's; `hints` are what may be shown of the keys."""
        self._previews, self._texts, self._hints = previews, texts, hints
        self._make_tabs()
        self._go_to(len(previews) - 1)
        self.open()

    @property
    def preview(self) -> Preview:
        """What is shown."""
        return self._previews[self._index]

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grounds of the two columns, inside the card's round corners."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.card.geometry()).adjusted(1, 1, -1, -1)
        outline = QPainterPath()
        outline.addRoundedRect(card, self._theme.px(RADIUS) - 1, self._theme.px(RADIUS) - 1)
        painter.setClipPath(outline)
        columns = QRectF(self._columns.geometry()).translated(self.card.geometry().topLeft())
        side = QRectF(self._side.geometry()).translated(self.card.geometry().topLeft())
        painter.fillRect(columns.adjusted(0, 0, 1, 1), self._theme.color("code"))
        if self._side.isVisible():
            side.setBottom(columns.bottom() + 1)
            painter.fillRect(side, self._theme.color("panel"))
            edge = side.left() if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else side.right()
            painter.fillRect(QRectF(edge - 1, side.top(), 1, side.height()), self._theme.color("line"))
            painter.fillRect(QRectF(side.left(), self._foot_top(), side.width(), 1), self._theme.color("line"))
        painter.fillRect(QRectF(columns.left(), columns.top() - 1, columns.width(), 1), self._theme.color("line"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _foot_top(self) -> float:
        top: float = self._foot.geometry().top() + self._side.geometry().top() + self.card.geometry().top()
        return top

    def _lay_out(self) -> None:
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for widget in (self._title, self._address, self._key):
            self._head.addWidget(widget)
        self._head.addStretch(1)
        self._head.addWidget(self.copy_button)
        self._head.addWidget(self._close)
        for label, object_name in ((self._total, "requestTotal"), (self._reasons, "requestReasons")):
            name(label, object_name)
            look(label, "small")
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._foot.addWidget(label)
        name(self._why, "requestWhy", self.tr("Why messages are left out"))
        look(self._why, "link")
        self._why.setCheckable(True)
        self._foot.insertWidget(1, self._why, 0, Qt.AlignmentFlag.AlignLeft)
        self._side_column.setSpacing(0)
        self._side_column.addWidget(self._outline, 1)
        self._side_column.addLayout(self._foot)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(0)
        self._columns.addWidget(self._side)
        self._columns.addWidget(self._body, 1)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addLayout(self._tab_row)
        column.addLayout(self._columns, 1)

    def _connect(self) -> None:
        self._close.clicked.connect(self.reject)
        self.copy_button.chosen.connect(self._copy)
        self._why.toggled.connect(self._reasons.setVisible)
        self._outline.chosen.connect(self._show_row)
        self._outline.opened.connect(self._open_row)
        self._body.picture_opened.connect(self.picture_opened)
        self._tabs.idClicked.connect(self._go_to)

    def _make_tabs(self) -> None:
        for button in self._tabs.buttons():
            self._tabs.removeButton(button)
            self._tab_row.removeWidget(button)
            button.deleteLater()
        while self._tab_row.count():
            self._tab_row.takeAt(0)
        if len(self._previews) == 1:
            return
        for index, preview in enumerate(self._previews):
            button = QPushButton(self._tab_text(index, preview))
            name(button, f"requestTab{index + 1}", self._tab_text(index, preview))
            look(button, "chip")
            button.setCheckable(True)
            self._tabs.addButton(button, index)
            self._tab_row.addWidget(button)
        self._tab_row.addStretch(1)

    def _tab_text(self, index: int, preview: Preview) -> str:
        words = self.tr("{number} Answers: {model}")
        if preview.stage == THINK:
            words = self.tr("{number} Thinks: {model}")
        elif preview.stage == DRAFT:
            words = self.tr("{number} Drafts: {model}")
        return words.format(number=index + 1, model=preview.call.model)

    def _go_to(self, index: int) -> None:
        self._index = index
        preview = self.preview
        if (button := self._tabs.button(index)) is not None:
            button.setChecked(True)
        self._address.setText(f"POST {preview.wire.url}")
        self._key.setText(self._key_text(preview, self._hints[index]))
        self._outline.show_rows(preview.rows)
        self._body.show_text(self._texts[index])
        self._show_total(preview)
        self._restyle()

    def _key_text(self, preview: Preview, hint: str) -> str:
        """Where the key stands, with what may be shown of it."""
        values = [
            value if header == "Authorization" else f"{header}: {value}"
            for header, value in preview.wire.headers.items()
            if KEY_PLACEHOLDER in value
        ]
        return "  ".join(values).replace(KEY_PLACEHOLDER, hint)

    def _show_total(self, preview: Preview) -> None:
        text = self.tr("{tokens} tokens in").format(tokens=QLocale().toString(preview.tokens))
        if preview.cost:
            text = self.tr("{tokens}, ≈ {cost}").format(tokens=text, cost=money_text(preview.cost))
        out = [row for row in preview.rows if row.reason]
        if out:
            left = self.tr("1 message left out") if len(out) == 1 else self.tr("{count} messages left out")
            text = f"{text} · {left.format(count=len(out))}"
        self._total.setText(text)
        reasons = list(dict.fromkeys(row.reason for row in out))
        if preview.error is not None:
            reasons.insert(0, f"{preview.error.text} {preview.error.hint}".strip())
        self._reasons.setText("\n".join(reasons))
        self._why.setVisible(bool(out))
        self._why.setChecked(preview.error is not None)
        self._reasons.setVisible(preview.error is not None)
        look(self._reasons, "wrong" if preview.error is not None else "small")

    def _copy(self, language: Language) -> None:
        self.copy_wanted.emit(language, self.preview)

    def _show_row(self, row: Row) -> None:
        if row.path:
            self._body.show_place(row.path)

    def _open_row(self, row: Row) -> None:
        if row.picture is not None:
            self.picture_opened.emit(row.picture)

    def _restyle(self) -> None:
        px = self._theme.px
        self._head.setContentsMargins(px(16), px(12), px(10), px(12))
        self._head.setSpacing(px(10))
        several = len(self._previews) > 1
        self._tab_row.setContentsMargins(px(12), 0, px(12), px(10) if several else 1)
        self._tab_row.setSpacing(px(6))
        self._side.setFixedWidth(px(SIDE_WIDTH))
        self._side_column.setContentsMargins(0, px(6), 0, 0)
        self._foot.setContentsMargins(px(12), px(10), px(12), px(14))
        self._foot.setSpacing(px(4))
        self._columns.setContentsMargins(1, 0, px(6), px(6))
        self._close.setIconSize(QSize(px(16), px(16)))
        self._fit()
        self.update()

    def _fit(self) -> None:
        """A narrow window has room for the body only."""
        self._side.setVisible(self.card.width() >= self._theme.px(NARROW))
        self._fit_tabs()

    def _fit_tabs(self) -> None:
        """Many requests share the room: each loses the end of its words, and its tooltip has them whole."""
        buttons = self._tabs.buttons()
        room = self.card.width() - self._theme.px(24)
        each = room // max(1, len(buttons)) - self._tab_row.spacing() - self._theme.px(16)
        texts = [self._tab_text(index, preview) for index, preview in enumerate(self._previews)]
        for button, text in zip(buttons, texts, strict=False):
            button.ensurePolished()
            metrics = button.fontMetrics()
            fits = sum(map(metrics.horizontalAdvance, texts)) <= each * len(buttons)
            button.setText(text if fits else metrics.elidedText(text, Qt.TextElideMode.ElideRight, each))
            button.setToolTip("" if fits else text)
