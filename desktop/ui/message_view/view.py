"""The widget: takes items and arriving text, and passes on what the reader does.

Its canvas shows the rows (canvas.py) and hears the reader (handled_canvas.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.message_view import accessibility
from desktop.ui.message_view.accessible_parts import Part
from desktop.ui.message_view.actions import Actions
from desktop.ui.message_view.announcer import Announcer
from desktop.ui.message_view.code_head import WRAP
from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.feeding import Feed
from desktop.ui.message_view.find import Finder
from desktop.ui.message_view.find_bar import FindBar
from desktop.ui.message_view.formulas import Formulas
from desktop.ui.message_view.handled_canvas import HandledCanvas
from desktop.ui.message_view.header_rows import TOGGLE_THINKING
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.items import Items
from desktop.ui.message_view.jump_button import JumpButton
from desktop.ui.message_view.languages import Languages
from desktop.ui.message_view.marks import Marks
from desktop.ui.message_view.painting import RowPainter
from desktop.ui.message_view.pictures import Pictures
from desktop.ui.message_view.reading import Reading
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.sources_row import TOGGLE_SOURCES
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.thinking_fold import ThinkingFold
from desktop.ui.message_view.thumbnails import Thumbnails
from desktop.ui.theme import Theme


class MessageView(HandledCanvas):
    """Shows a conversation of any length while it streams."""

    texts_wanted = Signal(list)  # ids of messages whose texts are needed, nearest first
    action_requested = Signal(str, int)  # what a button or the menu says, such as "retry"; message id
    quote_requested = Signal(str)  # text for the composer
    code_wrapped = Signal(bool)  # the reader wants long lines of code broken, or not
    content_resized = Signal(int)  # how high everything is, in pixels

    def __init__(self, theme: Theme, icons: Icons, drawer: FormulaDrawer, parent: QWidget | None = None) -> None:
        accessibility.install()
        super().__init__(parent)
        self._theme = theme
        self._wraps_code = False
        self._told_height = 0
        self._icons = icons
        self._thumbnails = Thumbnails(self)
        self._languages = Languages(self)
        self._formulas = Formulas(drawer, self)
        style = Style(theme, icons, self._languages, self._formulas)
        self._show_conversation(Conversation(style, self._thumbnails))
        self._feed = Feed(self._flush, self)
        self._announcer = Announcer(self)
        self._thinking = ThinkingFold(self._conversation, self._scroller)
        self._listen(Actions(self.stage, icons, Pictures(icons, self._thumbnails, self), self))
        self.finder = Finder(self, self)
        self.marks = Marks()
        self._painter = RowPainter(
            self.stage, self._pointer, self._actions, self.finder, self.marks, is_current=self._is_current
        )
        self._reading = Reading()
        self._jump_button = JumpButton(icons, self._conversation.style.words.new_text(), self)
        self.find_bar = FindBar(theme, icons, self.finder, self)
        self._set_up()

    def _set_up(self) -> None:
        name(self, "messageView", self._conversation.style.words.conversation())
        self._theme.changed.connect(self._restyle)
        self._thumbnails.loaded.connect(self.repaint_all)
        self._languages.loaded.connect(self._color_again)
        self._formulas.drawn.connect(self._draw_formulas)
        self._jump_button.clicked.connect(self.jump_to_end)
        self._actions.requested.connect(self.action_requested)
        self._actions.quoted.connect(self.quote_requested)
        self._actions.texts_needed.connect(self._want)
        self._actions.wrap_requested.connect(self._wrap_code)
        self._actions.thinking_toggled.connect(self.toggle_thinking)
        self._actions.changed.connect(self.repaint_all)
        self.finder.messages_wanted.connect(self._want)

    # What is shown

    @property
    def picture_path(self) -> Callable[[str], Path] | None:
        """Where the picture with a sha256 is kept."""
        return self._thumbnails.picture_path

    @picture_path.setter
    def picture_path(self, path: Callable[[str], Path]) -> None:
        self._thumbnails.picture_path = path

    def items(self) -> list[Item]:
        """What is shown, with all text that has arrived."""
        self._feed.flush()
        return [self._conversation.item(number) for number in range(len(self._conversation))]

    def set_items(self, items: Sequence[Item], *, follow_end: bool) -> None:
        """Shows `items`, at their end if `follow_end`, else where the reader is; at first that is the beginning."""
        self._feed.flush()
        items = Items.of(items)
        stays = self._conversation.shows_any(items.ids)
        before = self._conversation.items
        had_selection = bool(self._selection)
        self._announcer.replacing(before, items)
        if thinking := self._conversation.thinking():
            for item in items:
                if item.id in thinking:
                    self._thinking.answer_is_asked_for(item)
        self._conversation.set_items(items)
        if had_selection and not self._selection:
            self._selection.clear()
            self.repaint_all()
        self._reading.forget()
        self._pointer.forget()
        if follow_end:
            self._scroller.forget()
            self._scroller.to_end()
        elif not stays:
            self._scroller.to_start()
        if before and not stays:
            self.find_bar.close_bar()
        self.arrange()
        self.finder.update()
        self._announcer.replaced(before, items)

    def replace_item(self, item: Item) -> None:
        """Shows what the message with this id has become."""
        self._feed.flush()
        number = self._conversation.index_of(item.id)
        if number is None:
            return
        before = self._conversation.items[number]
        self._thinking.answer_is_asked_for(item)
        self._reading.came([item.id])
        self._conversation.replace_item(item)
        self.arrange()
        self.finder.update()
        self._announcer.changed(number, before, item)

    def append_item(self, item: Item) -> None:
        """Shows one more message at the end."""
        self._feed.flush()
        self._conversation.append_item(item)
        self.arrange()
        self.finder.update()
        self._announcer.appeared(len(self._conversation) - 1)

    def fill(self, texts: Mapping[int, tuple[str, str]]) -> None:
        """Brings (text, thinking) of messages whose texts were asked for."""
        self._conversation.fill({key: (text or "", thinking or "") for key, (text, thinking) in texts.items()})
        self._reading.came(texts)
        self.arrange()
        for message_id in texts:
            self._tell_changed(message_id)
        self._actions.texts_came()
        self.finder.filled()

    def feed(self, message_id: int, kind: str, text: str) -> None:
        """More "text" or "thinking" of a streaming answer; shown within a frame."""
        self._feed.add(message_id, kind, text)

    def tell_thinking(self, message_id: int, caption: str) -> None:
        """Shows how long an arriving answer has been thought about, and what that takes so far."""
        if self._conversation.tell_thinking(message_id, caption):
            self.arrange()

    def flush(self) -> None:
        """Shows at once what has been fed."""
        self._feed.flush()

    def _flush(self, texts: dict[int, tuple[str, str]]) -> None:
        for message_id, (thinking, text) in texts.items():
            if text:
                self._thinking.answer_begins(message_id)
                self._announcer.feed(message_id, text)
            self._conversation.feed(message_id, thinking, text)
        self.arrange(has_new_text=True)
        self.finder.fed(texts)

    # Layout and painting

    def _arranged(self, *, has_new_text: bool) -> None:
        self._tell_height()
        follows = self._scroller.follow
        self._want(self._reading.near(self._scroller.placed, self._conversation.items, from_end=follows))
        self._jump_button.update_for(follows=follows or not self._scroller.maximum, has_new_text=has_new_text)

    def _tell_height(self) -> None:
        height = self._scroller.total
        if height != self._told_height:
            self._told_height = height
            self.content_resized.emit(height)

    def open_find(self) -> None:
        """Opens the find bar, with what is selected."""
        self.find_bar.open(self._selection.text())

    def _want(self, message_ids: list[int]) -> None:
        if wanted := self._reading.new(message_ids):
            self.texts_wanted.emit(wanted)

    def _restyle(self) -> None:
        self._feed.flush()
        self._pointer.forget()
        style = Style(self._theme, self._icons, self._languages, self._formulas, wraps_code=self._wraps_code)
        self._conversation.restart(style, 0)
        self._screen.forget()
        self.arrange()

    def _color_again(self, language: str) -> None:
        self._conversation.color_again(language)
        self.arrange()

    def _draw_formulas(self) -> None:
        """Shows formulas that are ready; the first row that is seen whole stays where it is."""
        kept = next((placed for placed in self._scroller.placed if placed.y >= 0), None)
        if not self._conversation.draw_formulas():
            return
        self.arrange()
        now = next((placed for placed in self._scroller.placed if kept and placed.row is kept.row), None)
        if kept and now and now.y != kept.y and not self._scroller.follow:
            self.scroll_by(now.y - kept.y)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints what the event asks for."""
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.rect())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other size, other lines."""
        super().resizeEvent(event)
        self.find_bar.place()

    # Actions

    def _activate(self, action: str, message_id: int, row: Row | None = None) -> None:
        if action == TOGGLE_THINKING:
            self.toggle_thinking(message_id)
        elif action == TOGGLE_SOURCES:
            self._conversation.toggle_sources(message_id)
            self.arrange()
        elif action == WRAP and row is not None:
            self._wrap_code(message_id, row)
        else:
            self._actions.do(action, message_id, row)

    @property
    def folds_thinking(self) -> bool:
        """True if the thinking is folded when the answer begins."""
        return self._thinking.folds

    @folds_thinking.setter
    def folds_thinking(self, folds: bool) -> None:
        self._thinking.folds = folds

    def toggle_thinking(self, message_id: int) -> None:
        """Unfolds or folds the thinking of an answer; what stands at the top of the screen stays there."""
        number = self._conversation.index_of(message_id)
        if number is None:
            return
        self._thinking.toggle(number, message_id)
        self.arrange()
        self._tell_changed(message_id)

    def _tell_changed(self, message_id: int) -> None:
        number = self._conversation.index_of(message_id)
        if number is not None:
            self._announcer.reads_otherwise(number, message_id)

    @property
    def wraps_code(self) -> bool:
        """True if long lines of code are broken, else they are moved sideways."""
        return self._wraps_code

    @wraps_code.setter
    def wraps_code(self, wraps: bool) -> None:
        if wraps != self._wraps_code:
            self._wraps_code = wraps
            self._restyle()

    def _wrap_code(self, message_id: int, row: Row) -> None:
        """Breaks long lines everywhere, or nowhere; the card that was clicked stays in place."""
        before = self.stage.rect_of(row)
        self.wraps_code = not self.wraps_code
        self.code_wrapped.emit(self.wraps_code)
        if not before.isEmpty():
            self._scroller.hold(message_id, row.key, before.top())
            self.arrange()

    def message_list_interface(self) -> accessibility.ListInterface:
        """What assistive technology walks; a new one each time, because Qt deletes each that it was given."""
        return accessibility.ListInterface(self)

    def want_text(self, message_id: int) -> None:
        """Has the store bring a text, if it was not asked for yet."""
        self._want([message_id])

    def press_part(self, message_id: int, part: Part) -> None:
        """Does what a click on a part of a message does."""
        number = self._conversation.index_of(message_id)
        if part.address:
            self._actions.open_link(part.address)
        elif number is not None:
            rows = [row for row in self._conversation.rows(number) if row.key == part.key[0]]
            self._activate(part.action, message_id, rows[0] if rows else None)

    def _focus_moved(self) -> None:
        message_id = self.current_message()
        self._announcer.moved_to(self._conversation.index_of(message_id) if message_id is not None else None)
