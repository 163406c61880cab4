"""What the reader does with a message: copy, quote, follow a link, or ask the program to act on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.core.citations import with_addresses
from desktop.core.table_text import separated
from desktop.core.tool_calls import calls_text
from desktop.ui.icons import Icons
from desktop.ui.message_view.attachments_row import OPEN_PICTURE, AttachmentsRow
from desktop.ui.message_view.code_head import COPY as COPY_CODE
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.copying import Form, Part, copy_parts
from desktop.ui.message_view.footer_row import COPY
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.menu import Choices, TableForm, message_menu
from desktop.ui.message_view.pictures import Pictures
from desktop.ui.message_view.pieces import pieces_of, whole
from desktop.ui.message_view.row import Row
from desktop.ui.message_view.sources_row import OPEN_SOURCE, SourcesRow
from desktop.ui.message_view.stage import Stage
from desktop.ui.message_view.table_row import TableRow

OPENED_SCHEMES = {"http", "https", "mailto"}
COPIED_SHOWN_MS = 1500


class Actions(QObject):
    """Does what can be done here, and passes on the rest."""

    requested = Signal(str, int)  # "retry", "continue", "edit", "previous", "next"…; message id
    quoted = Signal(str)  # text for the composer
    texts_needed = Signal(list)  # ids of messages that must be read before the selection can be copied
    thinking_toggled = Signal(int)  # message id
    wrap_requested = Signal(int, object)  # message id, row with code
    changed = Signal()  # something looks different

    def __init__(self, stage: Stage, icons: Icons, pictures: Pictures, view: QWidget) -> None:
        super().__init__(view)
        self._stage = stage
        self._icons = icons
        self._pictures = pictures
        self._view = view
        self._menu: QMenu | None = None
        self._copy_when_read = False
        self._copied: tuple[int, str] | None = None  # message id, action
        self._copied_timer = QTimer(self)
        self._copied_timer.setSingleShot(True)
        self._copied_timer.setInterval(COPIED_SHOWN_MS)
        self._copied_timer.timeout.connect(self._forget_copied)

    def do(self, action: str, message_id: int, row: Row | None = None) -> None:
        """Does what a button or a menu says."""
        if action == COPY_CODE and isinstance(row, CodeRow):
            self._copy_code(message_id, row)
        elif isinstance(row, SourcesRow) and action.startswith(OPEN_SOURCE):
            self.open_link(row.url_of(action))
        elif action.startswith(OPEN_PICTURE) and isinstance(row, AttachmentsRow):
            self._pictures.open(row.pictures, int(action.rpartition(" ")[2]))
        elif action == COPY:
            self.copy_message(message_id)
        else:
            self.requested.emit(action, message_id)

    def was_copied(self, message_id: int, row: Row) -> bool:
        """True for a moment after a copy, so that its button can say so."""
        return self._copied in {(message_id, COPY), (message_id, f"{COPY_CODE} {row.key}")}

    def open_link(self, target: str) -> None:
        """Gives web and mail addresses to the system, and nothing else."""
        url = QUrl(target)
        if url.scheme().lower() in OPENED_SCHEMES:
            QDesktopServices.openUrl(url)

    def select_all(self) -> None:
        """Selects every message."""
        self._stage.selection.select_all()
        self.changed.emit()

    def copy_selection(self) -> None:
        """Puts what is selected into the clipboard; what is not read yet is asked for first."""
        selection, items = self._stage.selection, self._stage.conversation.items
        missing = [items[number].id for number in selection.messages() if items[number].unread]
        self._copy_when_read = bool(missing)
        if missing:
            self.texts_needed.emit(missing)
        elif selection:
            copy_parts(selection.parts())

    def texts_came(self) -> None:
        """More messages are read: a copy may have waited for them."""
        if self._copy_when_read:
            self.copy_selection()

    def open_menu(self, message_id: int, rows: Sequence[Row], point: QPoint, link: str = "", target: str = "") -> None:
        """Shows the menu of a message at a point of the screen; `rows` are those that it is about.

        `target` is the button under the pointer: of several pictures it tells which.
        """
        number = self._stage.conversation.index_of(message_id)
        if number is None:
            return
        item = self._stage.conversation.item(number)
        code = next((row for row in rows if isinstance(row, CodeRow)), None)
        table = next((row for row in rows if isinstance(row, TableRow)), None)
        shown = next((row for row in rows if isinstance(row, AttachmentsRow) and row.pictures), None)
        picture = int(target.rpartition(" ")[2]) if target.startswith(OPEN_PICTURE) else 0
        about_picture = shown is not None and (bool(target) or len(rows) > 1)
        choices = Choices(
            act=partial(self._act, message_id),
            toggle_thinking=partial(self.thinking_toggled.emit, message_id) if item.thinking else None,
            quote=partial(self._quote, item),
            select_all=self.select_all,
            copy_selection=self.copy_selection if self._stage.selection else None,
            copy_code=partial(self.do, COPY_CODE, message_id, code) if code else None,
            wrap_code=partial(self.wrap_requested.emit, message_id, code) if code else None,
            copy_table=partial(self._copy_table, number, table) if table else None,
            with_picture=partial(self._with_picture, shown, picture) if shown and about_picture else None,
            copy_link=partial(QGuiApplication.clipboard().setText, link) if link else None,
        )
        if self._menu is not None:
            self._menu.deleteLater()
        style = self._stage.conversation.style
        self._menu = message_menu(self._view, self._icons, style.words, item, choices, wraps_code=style.wraps_code)
        self._menu.popup(point)

    def open_menu_of(self, number: int, viewport: QWidget) -> None:
        """Shows the menu of a message beside its beginning, with the first of its code and of its tables."""
        stage, rows = self._stage, self._stage.conversation.rows(number)
        top = min(max(stage.rect_of_message(number).top(), 0), stage.height - 1)
        point = viewport.mapToGlobal(QPoint(stage.left, top + stage.conversation.style.px(28)))
        self.open_menu(stage.conversation.items[number].id, rows, point)

    def _with_picture(self, row: AttachmentsRow, number: int, action: str) -> None:
        picture = row.pictures[number]
        if action == "open":
            self._pictures.open(row.pictures, number)
        elif action == "save":
            self._pictures.files.save_as(picture)
        else:
            self._pictures.files.copy(picture)

    def _act(self, message_id: int, action: str) -> None:
        self.do(action, message_id)

    def _quote(self, item: Item) -> None:
        selection = self._stage.selection
        self.quoted.emit(selection.text() if selection else item.text or "")

    def copy_message(self, message_id: int) -> None:
        """Puts a message's source into the clipboard."""
        conversation = self._stage.conversation
        number = conversation.index_of(message_id)
        if number is not None:
            item = conversation.item(number)
            form = Form.PLAIN if item.asks else Form.MARKDOWN
            text = "\n\n".join(filter(None, [with_addresses(item.text or "", item.sources), calls_text(item.calls)]))
            copy_parts([Part(form, text, "")])
            self._show_copied(message_id, COPY)

    def _copy_code(self, message_id: int, row: CodeRow) -> None:
        """A long card is cut into pieces: all of them are copied."""
        number = self._stage.conversation.index_of(message_id)
        if number is None:
            return
        pieces = pieces_of(self._stage.conversation.rows(number), row)
        QGuiApplication.clipboard().setText(whole(pieces).code)
        self._show_copied(message_id, f"{COPY_CODE} {pieces[0].key}")

    def _copy_table(self, number: int, row: TableRow, form: TableForm) -> None:
        """Copies all of a table, however many rows it is cut into."""
        pieces = pieces_of(self._stage.conversation.rows(number), row)
        if form is TableForm.MARKDOWN:
            copy_parts([Part(Form.MARKDOWN, whole(pieces).markdown + "\n", "")])
            return
        lines = [line for piece in pieces if isinstance(piece, TableRow) for line in piece.cell_texts()]
        QGuiApplication.clipboard().setText(separated(lines, "," if form is TableForm.CSV else "\t"))

    def _show_copied(self, message_id: int, action: str) -> None:
        self._copied = (message_id, action)
        self._copied_timer.start()
        self.changed.emit()

    def _forget_copied(self) -> None:
        self._copied = None
        self.changed.emit()
