"""Picks the model that answers: typed, filtered, starred or browsed, without leaving the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from desktop.core.endpoints import ModelRef
from desktop.ui.controls import name
from desktop.ui.icons import Icons
from desktop.ui.model_list_delegate import ROW_HEIGHT, ModelListDelegate
from desktop.ui.model_list_model import ROW_ROLE, ModelListModel
from desktop.ui.model_rows import Ability, ListingRow, ModelRow, ModelRows, Offer, Row, TypedRow
from desktop.ui.popup import Popup
from desktop.ui.row_view import RowView
from desktop.ui.search_field import SearchField
from desktop.ui.several_footer import SeveralFooter
from desktop.ui.theme import Theme
from desktop.ui.thinker_footer import ThinkerFooter

WIDTH = 560
HEAD_HEIGHT = 45
FOOT_HEIGHT = 34
MOST_ROWS = 12
FEWEST_ROWS = 4


class ModelPicker(Popup):
    """Opens under the model button. Its height stays while one types; it grows when a list of models comes in."""

    picked = Signal(object)  # ModelRef
    favourite_changed = Signal(object, bool)  # ModelRef, whether it is one now
    retry_requested = Signal(str)  # id of an endpoint whose list is to be loaded again
    add_endpoint_requested = Signal()
    about_requested = Signal(object)  # ModelRef: what is known of it
    thinker_picked = Signal(object)  # ModelRef: it thinks first, and the chat's model answers
    several_picked = Signal(list)  # of ModelRef: they are asked at once

    def __init__(self, theme: Theme, icons: Icons) -> None:
        super().__init__(theme)
        name(self, "modelPicker", self.tr("Choose the model"))
        self._rows = ModelRows(Offer(), (), ())
        self._favourites: list[ModelRef] = []
        self._recents: Sequence[ModelRef] = ()
        self._current: ModelRef | None = None
        self._stand_in: ModelRef | None = None  # what is selected while the list of the current model is to come
        self._model = ModelListModel(self)
        self._search = SearchField(theme, icons, icon_size=16, escape_clears=False)
        self._list = _ModelView(self._model, self._search)
        self._delegate = ModelListDelegate(theme, icons, self._list)
        self._chips = [
            self._chip(icons, Ability.SEES, "eye", self.tr("sees"), self.tr("Only models that see pictures")),
            self._chip(icons, Ability.THINKS, "brain", self.tr("thinks"), self.tr("Only models that think")),
            self._chip(icons, Ability.TOOLS, "wrench", self.tr("tools"), self.tr("Only models that use tools")),
        ]
        self._tell: Callable[[ModelRef], None] = self.picked.emit
        self._tell_several: Callable[[list[ModelRef]], None] = self.several_picked.emit
        self.thinker_footer = ThinkerFooter(icons)
        self._several = SeveralFooter(theme)
        self._compare = QPushButton(icons.icon("columns-2"), f" {self.tr('compare')}")
        self._add = QPushButton(icons.icon("plus", "accent"), "")
        self._lay_out()
        self._connect()

    def open_at(
        self,
        button: QWidget,
        offer: Offer,
        favourites: Sequence[ModelRef] = (),
        recents: Sequence[ModelRef] = (),
        current: ModelRef | None = None,
    ) -> None:
        """Shows what is offered, under `button`, the current model selected."""
        self._favourites = list(favourites)
        self._recents = recents
        self._search.clear()
        for chip in self._chips:
            chip.setChecked(False)
        self._model.set_favourites(favourites)
        self._rows = ModelRows(offer, self._favourites, recents)
        self._current = current
        self._choose_who(thinks=False, then=self.picked.emit)
        self._select_current()
        self.open_under(button, self._theme.px(WIDTH), self._height())

    def choose_thinker(self, then: Callable[[ModelRef], None] | None = None) -> None:
        """Has the next choice name who thinks first; `then` is told it, if it is not meant for the chat."""
        self._choose_who(thinks=True, then=then or self.thinker_picked.emit)
        self._search.clear()
        self._search.setFocus()

    def choose_several(self, ticked: Sequence[ModelRef], then: Callable[[list[ModelRef]], None] | None = None) -> None:
        """Has several models chosen, by ticks; `then` is told them, if they are not meant for the chat."""
        self._tell_several = then or self.several_picked.emit
        self._several.start(list(ticked))
        self._show_ticks(self._several.refs)
        self.thinker_footer.hide()
        self._search.setPlaceholderText(self.tr("Which models answer side by side?"))
        self._search.setFocus()

    def _begin_several(self) -> None:
        self.choose_several([self._current] if self._current is not None and self._current.model else [])

    def _show_ticks(self, refs: Sequence[ModelRef] | None) -> None:
        """Rows with ticks and the button that takes them, or without."""
        self._model.set_ticked(refs)
        self._several.setVisible(refs is not None)
        for button in (self._add, self._compare):
            button.setVisible(refs is None)

    def _tick(self, ref: ModelRef) -> None:
        """One more model; the first tick takes the current one along."""
        if self._several.isHidden():
            self._begin_several()
            if ref == self._current:
                return
        self._several.toggle(ref)
        self._show_ticks(self._several.refs)

    def _take_several(self, refs: list[ModelRef]) -> None:
        self.dismiss()
        self._tell_several(refs)

    def _add_or_take(self) -> None:
        """Ctrl and Enter: one more model, and where ticks are seen, all that are ticked."""
        selected = self._selected_ref()
        if not self._several.isHidden():
            self._several.ask()
        elif selected is not None and not self.thinker_footer.isHidden():
            self._tick(selected)

    def _choose_who(self, *, thinks: bool, then: Callable[[ModelRef], None]) -> None:
        self._tell = then
        self._show_ticks(None)
        self._compare.setVisible(not thinks)
        self._search.setPlaceholderText(self.tr("Who thinks first?") if thinks else self.tr("Search models"))
        self.thinker_footer.setVisible(not thinks)

    def set_offer(self, offer: Offer) -> None:
        """Shows another offer while the picker is open, and keeps what is typed and what the user selected."""
        self._rows = ModelRows(offer, self._favourites, self._recents)
        selected = self._selected_ref()
        if selected == self._stand_in:
            self._select_current()
        else:
            self._show_rows(selected)
        self.grow(self._height())

    def first_focus(self) -> QWidget:
        return self._search

    def _height(self) -> int:
        rows = max(FEWEST_ROWS, min(MOST_ROWS, self._model.rowCount()))
        return self._theme.px(HEAD_HEIGHT + FOOT_HEIGHT) + rows * self._theme.px(ROW_HEIGHT) + self._theme.px(12)

    def _chip(self, icons: Icons, ability: Ability, icon: str, text: str, explained: str) -> QPushButton:
        chip = QPushButton()
        name(chip, f"modelFilter{ability.capitalize()}", explained)
        chip.setProperty("look", "chip")
        chip.setProperty("ability", ability.value)
        chip.setIcon(icons.icon(icon))
        chip.setText(f" {text}")  # Qt alone sets the text too close to the icon
        chip.setToolTip(explained)
        chip.setCheckable(True)
        chip.toggled.connect(lambda _on: self._show_rows(self._selected_ref()))
        return chip

    def _lay_out(self) -> None:
        name(self._search, "modelSearch", self.tr("Search models, or type a model's id"))
        name(self._list, "modelList", self.tr("Models"))
        self._search.setProperty("look", "bare")
        self._search.drive(self._list)
        self._list.setItemDelegate(self._delegate)
        self._head = QHBoxLayout()
        self._head.addWidget(self._search, 1)
        for chip in self._chips:
            self._head.addWidget(chip)
        name(self._compare, "modelCompare", self.tr("Ask several models at once"))
        self._compare.setProperty("look", "chip")
        self._compare.setToolTip(self.tr("Ask several models at once (Ctrl and a click)"))
        self._head.addWidget(self._compare)
        name(self._add, "modelAddEndpoint", self.tr("Add an endpoint"))
        self._add.setProperty("look", "link")
        self._add.setToolTip(self.tr("Add an endpoint"))
        self._name_add(briefly=False)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._several, 1)
        self._foot.addWidget(self.thinker_footer)
        self._foot.addStretch()
        self._foot.addWidget(self._add)
        self.content.addLayout(self._head)
        self.content.addWidget(_line())
        self.content.addWidget(self._list, 1)
        self.content.addWidget(_line())
        self.content.addLayout(self._foot)
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _connect(self) -> None:
        self._search.textChanged.connect(lambda _text: self._show_rows(None))
        self._search.returnPressed.connect(lambda: self._choose(self._list.current_row()))
        self._list.chosen.connect(lambda index: self._choose(index.row()))
        self._list.star_pressed.connect(self._toggle_favourite)
        self._list.info_pressed.connect(self._show_about)
        self._list.menu_wanted.connect(lambda index: self._open_menu(index.row()))
        self._add.clicked.connect(self._add_endpoint)
        self._compare.clicked.connect(self._begin_several)
        self._several.asked.connect(self._take_several)
        self.thinker_footer.another_wanted.connect(self.choose_thinker)
        self.thinker_footer.two_models_shown.connect(lambda two: self._name_add(briefly=two))
        in_picker, in_list = Qt.ShortcutContext.WidgetWithChildrenShortcut, Qt.ShortcutContext.WidgetShortcut
        for key, owner, context, act in (
            ("Ctrl+D", self, in_picker, self._toggle_favourite),
            ("F", self._list, in_list, self._toggle_favourite),
            ("Ctrl+I", self, in_picker, self._show_about),
            ("Menu", self._search, in_list, self._open_menu),
        ):
            shortcut = QShortcut(QKeySequence(key), owner)
            shortcut.setContext(context)
            shortcut.activated.connect(lambda act=act: act(self._list.current_row()))
        take = QShortcut(QKeySequence("Ctrl+Return"), self)
        take.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        take.activated.connect(self._add_or_take)

    def _select_current(self) -> None:
        self._show_rows(self._current)
        self._stand_in = self._selected_ref()

    def _show_rows(self, selected: ModelRef | None) -> None:
        abilities = [Ability(chip.property("ability")) for chip in self._chips if chip.isChecked()]
        self._model.set_rows(self._rows.matching(self._search.text(), abilities))
        row = self._model.row_of(selected)
        self._list.select_row(row)
        if row <= 1:
            self._list.scrollToTop()

    def _selected(self) -> Row | None:
        row = self._list.current_row()
        return self._model.row(row) if row >= 0 else None

    def _selected_ref(self) -> ModelRef | None:
        row = self._selected()
        return row.ref if isinstance(row, ModelRow | TypedRow) else None

    def _choose(self, row_number: int) -> None:
        row = self._model.row(row_number) if row_number >= 0 else None
        adds, self._list.adds = self._list.adds and not self.thinker_footer.isHidden(), False
        if isinstance(row, ModelRow | TypedRow) and (adds or not self._several.isHidden()):
            self._tick(row.ref)
        elif isinstance(row, ModelRow | TypedRow):
            self.dismiss()
            self._tell(row.ref)
        elif isinstance(row, ListingRow) and row.failed:
            self.retry_requested.emit(row.endpoint.id)

    def _name_add(self, *, briefly: bool) -> None:
        """The button for one more endpoint is only its icon where the rest of the foot needs the room."""
        self._add.setText("" if briefly else f" {self.tr('Add an endpoint…')}")

    def _add_endpoint(self) -> None:
        self.dismiss()
        self.add_endpoint_requested.emit()

    def _toggle_favourite(self, row_number: int) -> None:
        """The row keeps its place until the picker opens again: nothing moves under the mouse."""
        changed = self._model.toggle_favourite(row_number) if row_number >= 0 else None
        if changed is not None:
            self.favourite_changed.emit(*changed)

    def _show_about(self, row_number: int) -> None:
        row = self._model.row(row_number) if row_number >= 0 else None
        if isinstance(row, ModelRow | TypedRow):
            self.dismiss()
            self.about_requested.emit(row.ref)

    def _open_menu(self, row_number: int) -> None:
        row = self._model.row(row_number) if row_number >= 0 else None
        if not isinstance(row, ModelRow | TypedRow):
            return
        menu = QMenu(self._list)
        name(menu, "modelMenu", self.tr("Model"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries = [("modelUse", self.tr("Use"), lambda: self._choose(row_number))]
        if isinstance(row, ModelRow):
            favourite = (self.tr("Favourite"), lambda: self._toggle_favourite(row_number))
            entries.append(("modelFavourite", *favourite))
        entries.append(("modelAbout", self.tr("What is known of it…"), lambda: self._show_about(row_number)))
        for object_name, text, act in entries:
            menu.addAction(text, act).setObjectName(object_name)
        menu.popup(self._list.viewport().mapToGlobal(self._list.rect_of(row_number).bottomLeft()))

    def _restyle(self) -> None:
        px = self._theme.px
        self._head.setContentsMargins(px(12), 0, px(8), 0)
        self._head.setSpacing(px(2))
        self._search.setFixedHeight(px(HEAD_HEIGHT))
        self._foot.setContentsMargins(px(11), px(6), px(8), 0)
        self._add.setFixedHeight(px(FOOT_HEIGHT - 6))
        for button in (*self._chips, self._add, self._compare):
            button.setIconSize(QSize(px(14), px(14)))
        self._list.scheduleDelayedItemsLayout()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("look", "hairline")
    line.setFixedHeight(1)
    return line


class _ModelView(RowView):
    """A press on a row's star or on its info is not a choice of it; letters typed here go on in the search field."""

    star_pressed = Signal(int)
    info_pressed = Signal(int)

    def __init__(self, model: ModelListModel, search: SearchField) -> None:
        super().__init__(model, follow_arrows=False)
        self._search = search
        self._on_icon = False
        self.adds = False  # Ctrl or Shift is held: one more model, not another one

    def rect_of(self, row_number: int) -> QRect:
        """Where a row is shown."""
        return self.visualRect(self.model().index(row_number, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self.adds = bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        pressed = self._icon_at(index, event) if event.button() is Qt.MouseButton.LeftButton else None
        self._on_icon = pressed is not None
        if pressed is not None:
            pressed.emit(index.row())
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._on_icon:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text() and not event.text().isspace():
            self._search.setFocus()
            QApplication.sendEvent(self._search, event)
        else:
            super().keyPressEvent(event)

    def _icon_at(self, index: QModelIndex, event: QMouseEvent) -> SignalInstance | None:
        """What a press on a row's icon means."""
        delegate = self.itemDelegate()
        if not index.isValid() or not isinstance(delegate, ModelListDelegate):
            return None
        row, direction, point = self.visualRect(index), self.layoutDirection(), event.position().toPoint()
        if delegate.star_rect(row, direction).contains(point):
            return self.star_pressed
        if isinstance(index.data(ROW_ROLE), ModelRow) and delegate.info_rect(row, direction).contains(point):
            return self.info_pressed
        return None
