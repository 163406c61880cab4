"""The widget: takes items and arriving text, and passes on what the reader does. Its canvas shows the rows."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.message_view import accessibility
from desktop.ui.message_view.accessible_parts import Part
from desktop.ui.message_view.actions import Actions
from desktop.ui.message_view.announcer import Announcer
from desktop.ui.message_view.canvas import Canvas
from desktop.ui.message_view.code_head import WRAP
from desktop.ui.message_view.conversation import Conversation
from desktop.ui.message_view.feeding import Feed
from desktop.ui.message_view.find import Finder
from desktop.ui.message_view.find_bar import FindBar
from desktop.ui.message_view.footnotes import footnote_of
from desktop.ui.message_view.formulas import Formulas
from desktop.ui.message_view.header_rows import TOGGLE_THINKING
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.items import Items
from desktop.ui.message_view.jump_button import JumpButton
from desktop.ui.message_view.languages import Languages
from desktop.ui.message_view.marks import Marks
from desktop.ui.message_view.navigation import Navigation
from desktop.ui.message_view.painting import RowPainter
from desktop.ui.message_view.pictures import Pictures
from desktop.ui.message_view.pointer import Pointer
from desktop.ui.message_view.reading import Reading
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.sources_row import TOGGLE_SOURCES
from desktop.ui.message_view.stage import Hit
from desktop.ui.message_view.style import Style
from desktop.ui.message_view.thumbnails import Thumbnails
from desktop.ui.theme import Theme


class MessageView(Canvas):
    """Shows a conversation of any length while it streams."""

    texts_wanted = Signal(list)  # ids of messages whose texts are needed, nearest first
    action_requested = Signal(str, int)  # what a button or the menu says, such as "retry"; message id
    quote_requested = Signal(str)  # text for the composer
    code_wrapped = Signal(bool)  # the reader wants long lines of code broken, or not
    content_resized = Signal(int)  # how high everything is, in pixels
    link_hovered = Signal(str)  # where the link under the pointer leads, or nothing

    def __init__(self, theme: Theme, icons: Icons, drawer: FormulaDrawer, parent: QWidget | None = None) -> None:
        accessibility.install()
        super().__init__(parent)
        self._theme = theme
        self.folds_thinking = True  # when the answer begins
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
        self._pointer = Pointer(self.stage, self.viewport())
        self._navigation = Navigation(self.stage)
        self._actions = Actions(self.stage, icons, Pictures(icons, self._thumbnails, self), self)
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
        self._pointer.activated.connect(self._activate)
        self._pointer.link_clicked.connect(self._follow_link)
        self._pointer.selection_changed.connect(self.repaint_all)
        self._pointer.autoscrolled.connect(self.scroll_by)
        self._pointer.slid.connect(self._sideways_bar.slide)
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
                    self._keep_thinking_that_was_read(item)
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
        self._keep_thinking_that_was_read(item)
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
                self._keep_thinking_that_is_read(message_id)
                self._announcer.feed(message_id, text)
            self._conversation.feed(message_id, thinking, text)
        self.arrange(has_new_text=True)
        self.finder.fed(texts)

    def _keep_thinking_that_is_read(self, message_id: int) -> None:
        """Thinking folds when the answer begins, but not under the eyes of someone who scrolled up to read it."""
        number = self._conversation.index_of(message_id)
        if number is None:
            return
        message = self._conversation.message(number)
        is_read = not self._scroller.follow and self._scroller.place_of(number) is not None
        if message.thinks and message.opened is None and (is_read or not self.folds_thinking):
            self._conversation.open_thinking(message_id, opened=True)

    def _keep_thinking_that_was_read(self, item: Item) -> None:
        """The same where another model has thought and the answer is asked for now."""
        if item.streaming and item.thought_length and not item.thinks_first:
            self._keep_thinking_that_is_read(item.id)

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

    def _is_current(self, number: int) -> bool:
        return self._navigation.shows(number, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints what the event asks for."""
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.rect())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other size, other lines."""
        super().resizeEvent(event)
        self.find_bar.place()

    # Moving

    def _follow_link(self, target: str, hit: Hit) -> None:
        """Goes to a footnote and back; other links are the system's."""
        place = self.stage.footnote_place(hit, target)
        if place is None:
            self._actions.open_link(target)
            return
        self._scroller.show_row(hit.placed.message, place)
        self.arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Reading keys; everything else goes to the window."""
        if not self._navigation.press(event, self):
            event.ignore()
        self._tell_focus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Focus by keyboard shows the current message."""
        super().focusInEvent(event)
        by_keyboard = {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        }
        self._navigation.focus(by_keyboard=event.reason() in by_keyboard)
        self.viewport().update()
        self._tell_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The mark of the current message goes."""
        super().focusOutEvent(event)
        self.viewport().update()
        self._tell_focus()

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.move(event)
        self._sideways_bar.hover(event.position())
        link = self.stage.link_at(event.position())
        self.link_hovered.emit("" if footnote_of(link) else link)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips, and the pointer leaving."""
        if event.type() is QEvent.Type.Leave:
            self._pointer.leave()
            self._sideways_bar.hover(self._pointer_position())
        elif isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            text = html.escape(self._pointer.tooltip(QPointF(event.pos())))  # what looks like HTML, Qt would draw
            QToolTip.showText(event.globalPos(), f"<qt>{text}</qt>" if text else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def _hover(self, point: QPointF) -> None:
        self._pointer.hover(point)
        self._sideways_bar.hover(point)

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

    def toggle_thinking(self, message_id: int) -> None:
        """Unfolds or folds the thinking of an answer; what stands at the top of the screen stays there."""
        number = self._conversation.index_of(message_id)
        if number is None:
            return
        following = self._scroller.follow
        place = self._scroller.place_of(number)
        if following and place is not None and place[0] >= 0:
            self._scroller.follow = False
        opened = not self._conversation.message(number).thinking_open
        self._conversation.open_thinking(message_id, opened=opened)
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

    def slide(self, direction: int) -> bool:
        """Moves a wide block on the screen sideways; False if there is none."""
        return self._sideways_bar.step(direction, self._navigation.current())

    def copy_message(self, message_id: int) -> None:
        """Puts a message's source into the clipboard."""
        self._actions.copy_message(message_id)

    def copy_selection(self) -> None:
        """Puts what is selected into the clipboard."""
        self._actions.copy_selection()

    def select_all(self) -> None:
        """Selects every message."""
        self._actions.select_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the message under the pointer, or of the current one."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            self.open_current_menu()
            return
        hit = self.stage.hit(QPointF(event.pos()))
        if hit is not None:
            link = self.stage.link_at(QPointF(event.pos()))
            link = "" if footnote_of(link) else link
            found = self.stage.target_at(QPointF(event.pos()))
            target = found[1].action if found is not None else ""
            self._actions.open_menu(hit.message_id, [hit.placed.row], event.globalPos(), link, target)

    def open_current_menu(self) -> None:
        """The menu of the message that the keyboard is at."""
        number = self._navigation.current()
        if number is not None:
            self._actions.open_menu_of(number, self.viewport())

    def message_list_interface(self) -> accessibility.ListInterface:
        """What assistive technology walks; a new one each time, because Qt deletes each that it was given."""
        return accessibility.ListInterface(self)

    def current_message(self) -> int | None:
        """The message that the keyboard has chosen."""
        return self._navigation.shown(self)

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

    def _tell_focus(self) -> None:
        message_id = self.current_message()
        self._announcer.moved_to(self._conversation.index_of(message_id) if message_id is not None else None)
