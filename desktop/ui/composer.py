"""Where the next question is written: a card with the text, its pictures, and the button that sends or stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.core.conversation import Attachment, Draft
from desktop.ui.attachment_list import AttachmentList, ThumbnailPath
from desktop.ui.card_shadow import CardShadow
from desktop.ui.composer_editor import ComposerEditor
from desktop.ui.controls import icon_button, look, name
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme

if TYPE_CHECKING:
    from desktop.ui.sources import Source, Taken

CARD_WIDTH_PX = 760
RADIUS_PX = 16
MARGIN_SIDE_PX = 26
MARGIN_TOP_PX = 18
MARGIN_BOTTOM_PX = 18
SHADOW_LIGHT = 0.09
SHADOW_DARK = 0.5
NARROW_PX = 560
NARROWEST_PX = 400  # below, there is no room for what the question weighs
MOST_SOURCES = 100  # more at once are probably a mistake: asked first


class Composer(QWidget):
    """The card at the foot of the conversation."""

    submitted = Signal()
    stop_requested = Signal()
    draft_changed = Signal()
    draft_shown = Signal()  # another draft, not by the user's hand
    attach_requested = Signal()
    screenshot_requested = Signal()
    edit_last_requested = Signal()
    sources_dropped = Signal(list)  # of Source
    many_sources_dropped = Signal(list)  # more than MOST_SOURCES: ask, then treat as `sources_dropped`
    link_dropped = Signal(str)  # a picture's web address: ask before anything is downloaded
    pending_removed = Signal(str)  # the key of something still prepared that the user took out
    narrowed = Signal(bool)  # whether what stands among the buttons is to be brief

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._shadow = CardShadow()
        self._streaming = False
        self._sends_when_ready = False
        self._kept_count = 0
        self.editor = ComposerEditor()
        self.attachment_list = AttachmentList(theme, icons, self.editor)
        self._hint = QLabel()
        self._tokens = QLabel()
        self._attach = icon_button(icons, "paperclip", "attachButton", self.tr("Attach pictures"))
        self._screenshot = icon_button(icons, "scan", "screenshotButton", self.tr("Attach a part of the screen"))
        self._send = _accent_button(icons, "arrow-up", "sendButton", self.tr("Send"))
        self._stop = _accent_button(icons, "square", "stopButton", self.tr("Stop"))
        name(self, "composerCard", self.tr("New question"))
        self._lay_out()
        self._connect()
        self.set_streaming(False)
        self.set_token_estimate(0)
        self.set_hint("")
        theme.changed.connect(self._apply_theme)
        self._apply_theme()

    def set_thumbnails(self, thumbnail_path: ThumbnailPath) -> None:
        """Where small pictures of attachments are."""
        self.attachment_list.thumbnail_path = thumbnail_path

    def add_features(self, bar: QWidget) -> None:
        """Puts switches beside the two ways to a picture."""
        self._buttons.insertWidget(2, bar, 1000)

    def add_chip(self, chip: QWidget) -> None:
        """Puts a word about the next question before its weight."""
        self._buttons.insertWidget(self._buttons.indexOf(self._tokens), chip)

    def draft(self) -> Draft:
        """What stands unsent; what is still prepared is not part of it."""
        return Draft(self.editor.toPlainText(), self.attachment_list.attachments)

    def set_draft(self, draft: Draft) -> None:
        """Shows another draft, without `draft_changed`."""
        self._sends_when_ready = False
        blocked = self.blockSignals(True)
        self.attachment_list.clear()
        for attachment in draft.attachments:
            self._kept_count += 1
            key = f"kept-{self._kept_count}"
            self.attachment_list.add(key, attachment.name)
            self.attachment_list.show_attachment(key, attachment)
        self.editor.setPlainText(draft.text)
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self.blockSignals(blocked)
        self._show_buttons()
        self.draft_shown.emit()

    def add_text(self, text: str) -> None:
        """Puts a text below what is written, and waits for the user to send it, also where Enter was pressed before."""
        self._sends_when_ready = False
        before = self.editor.toPlainText().rstrip()
        if text and not before.endswith(text):
            self.editor.moveCursor(QTextCursor.MoveOperation.End)
            self.editor.insertPlainText(f"\n\n{text}" if before else text)

    def set_streaming(self, streaming: bool) -> None:
        """While an answer streams there is a Stop button, and the next question waits its turn."""
        self._streaming = streaming
        waiting = self.tr("Ask the next question; it waits its turn")
        self.editor.setPlaceholderText(waiting if streaming else self.tr("Ask anything, or drop a picture"))
        self.editor.viewport().update()  # Qt paints a placeholder anew only where there was none
        self._show_buttons()

    def add_pending(self, key: str, file_name: str) -> None:
        """A tile for something that is still prepared; `key` names it until then."""
        self.attachment_list.add(key, file_name)

    def pending_done(self, key: str, attachment: Attachment) -> None:
        """It is ready. Nothing happens if the user has taken it out meanwhile."""
        if self.attachment_list.show_attachment(key, attachment):
            self._changed()
            self._send_if_ready()

    def pending_failed(self, key: str) -> None:
        """It cannot be attached: its tile goes, and a question that waited for it is not sent."""
        self._sends_when_ready = False
        self.attachment_list.remove(key)

    def set_hint(self, text: str) -> None:
        """One line above the buttons, such as that the model sees no pictures."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def set_token_estimate(self, tokens: int, cost: str = "") -> None:
        """What the question weighs, and with `cost` what its answer would cost with it; both roughly."""
        words = self.tr("≈ {count} token") if tokens == 1 else self.tr("≈ {count} tokens")
        weight = words.format(count=_written(tokens))
        self._tokens.setText(f"{weight} · ≈ {cost}" if cost else weight)
        explained = self.tr("What you write, and about what the answer to the whole chat would cost") if cost else ""
        self._tokens.setToolTip(explained)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focus(self) -> None:
        """Puts the caret into the text."""
        self.editor.setFocus()

    def take(self, taken: Taken) -> None:
        """Takes in what was dropped or pasted."""
        if taken.link:
            self.link_dropped.emit(taken.link)
        elif taken.sources:
            self._take_sources(taken.sources)
        elif taken.text:
            self.editor.insert(taken.text)
        self.activateWindow()  # a drop comes from another one
        self.focus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self._card_rect()
        self._shadow.paint(painter, card, SHADOW_DARK if self._theme.dark else SHADOW_LIGHT, self._theme.scale)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("bg"))
        radius = self._theme.px(RADIUS_PX)
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._card_rect().contains(event.position()):
            self.focus()
        super().mousePressEvent(event)

    def _card_rect(self) -> QRectF:
        return QRectF(self._card.geometry())

    def _lay_out(self) -> None:
        self._card = QWidget()
        self._card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        look(self._hint, "small")
        self._hint.setWordWrap(True)
        name(self._hint, "composerHint")
        look(self._tokens, "small")
        name(self._tokens, "tokenEstimate")
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self._attach)
        self._buttons.addWidget(self._screenshot)
        self._buttons.addStretch(1)
        for widget in (self._tokens, self._send, self._stop):
            self._buttons.addWidget(widget)
        self._column = QVBoxLayout(self._card)
        for part in (self.attachment_list, self.editor, self._hint):
            self._column.addWidget(part)
        self._column.addLayout(self._buttons)
        self._outer = QHBoxLayout(self)
        self._outer.addStretch()
        self._outer.addWidget(self._card, 1000)
        self._outer.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.editor.textChanged.connect(self._changed)
        self.editor.send_pressed.connect(self._submit)
        self.editor.stop_pressed.connect(self._stop_pressed)
        self.editor.edit_last_pressed.connect(self.edit_last_requested)
        self.editor.taken.connect(self.take)
        self.attachment_list.removed.connect(self._removed)
        self.attachment_list.emptied.connect(self.focus)
        self._attach.clicked.connect(self.attach_requested)
        self._screenshot.clicked.connect(self.screenshot_requested)
        self._send.clicked.connect(self._submit)
        self._stop.clicked.connect(self.stop_requested)

    def _changed(self) -> None:
        self._show_buttons()
        self.draft_changed.emit()

    def _removed(self, key: str) -> None:
        self.pending_removed.emit(key)
        self._changed()
        self._send_if_ready()

    def _submit(self) -> None:
        self._sends_when_ready = self.attachment_list.has_pending
        if self.draft() and not self._sends_when_ready:
            self.submitted.emit()
        self.focus()

    def _send_if_ready(self) -> None:
        if self._sends_when_ready and not self.attachment_list.has_pending:
            self._submit()

    def _stop_pressed(self) -> None:
        if self._streaming:
            self.stop_requested.emit()

    def _take_sources(self, sources: Sequence[Source]) -> None:
        signal = self.many_sources_dropped if len(sources) > MOST_SOURCES else self.sources_dropped
        signal.emit(list(sources))

    def _show_buttons(self) -> None:
        self._stop.setVisible(self._streaming)
        self._send.setVisible(not self._streaming or bool(self.draft()))

    def _fit(self) -> None:
        """Leaves room for the switches."""
        self._tokens.setVisible(self.width() >= self._theme.px(NARROWEST_PX))
        self.narrowed.emit(self.width() < self._theme.px(NARROW_PX))

    def _apply_theme(self) -> None:
        px = self._theme.px
        self.editor.setFont(self._theme.font())
        self.editor.viewport().setFont(self._theme.font())  # else the placeholder keeps the size of the first paint
        self._card.setMaximumWidth(px(CARD_WIDTH_PX))
        self._outer.setContentsMargins(px(MARGIN_SIDE_PX), px(MARGIN_TOP_PX), px(MARGIN_SIDE_PX), px(MARGIN_BOTTOM_PX))
        self._column.setContentsMargins(px(15), px(17), px(15), px(11))
        self._column.setSpacing(px(15))
        self.editor.setViewportMargins(px(2), 0, 0, 0)  # in line with the icons below
        self._hint.setContentsMargins(px(2), 0, 0, 0)
        self._tokens.setContentsMargins(0, 0, px(6), 0)
        self._buttons.setSpacing(px(8))
        for button in (self._attach, self._screenshot, self._send, self._stop):
            button.setFixedSize(px(32), px(32))
            button.setIconSize(QSize(px(18), px(18)))
        self._fit()
        self.update()


def _accent_button(icons: Icons, icon: str, object_name: str, text: str) -> QToolButton:
    button = icon_button(icons, icon, object_name, text, token="on_accent")
    look(button, "send")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def _written(count: int) -> str:
    """A count in the user's way of writing; the class that knows it is made only when a count has several digits."""
    if count < 1_000:
        return str(count)
    from PySide6.QtCore import QLocale

    return QLocale().toString(count)
