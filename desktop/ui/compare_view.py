"""Answers side by side in the conversation's place: the question above, a card for each answer, a line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.services.formula_drawer import FormulaDrawer
from desktop.ui.compare_card import CompareCard
from desktop.ui.compare_items import CardItem
from desktop.ui.controls import icon_button, look, name
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Theme

WIDTH_OF_TWO = 860
WIDTH_OF_ONE_MORE = 380
NARROWEST_CARD = 250
LOWEST_CARD = 130
GAP = 14
SIDE = 20
QUESTION_PART = 0.3  # of the page's height; a longer question scrolls


class CompareView(QWidget):
    """The page. Cards that have no room beside each other are scrolled sideways."""

    keep_requested = Signal(int)  # message id
    stop_requested = Signal(int)  # message id
    close_requested = Signal()
    quote_requested = Signal(str)
    action_requested = Signal(str, int)  # what a button in an answer says, such as "answer-now"; message id

    def __init__(self, theme: Theme, icons: Icons, drawer: FormulaDrawer, picture_path: Callable[[str], Path]) -> None:
        super().__init__()
        self._theme = theme
        self._icons = icons
        self._drawer = drawer
        self._picture_path = picture_path
        self.cards: list[CompareCard] = []
        self.wraps_code = False
        name(self, "compareView", self.tr("Answers side by side"))
        self._close = icon_button(icons, "x", "compareClose", self.tr("Back to the chat"))
        self._question = MessageView(theme, icons, drawer)
        self._question.setMinimumSize(0, 0)
        self._question.picture_path = picture_path
        self._question.stage.side = 0
        self._question.stage.scroller.end_space = 2
        self._question.stage.column_width = WIDTH_OF_TWO + 2 * WIDTH_OF_ONE_MORE
        name(self._question, "compareQuestion", self.tr("The question"))
        self._scroll = QScrollArea()
        self._fit_soon = QTimer(self, singleShot=True, interval=0)  # a view must not be resized while it lays out
        self._fit_soon.timeout.connect(self._fit)
        self._summary = QLabel()
        self._summary_icon = QLabel()
        self._lay_out()
        self._close.clicked.connect(self.close_requested)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        self._question.content_resized.connect(lambda _height: self._fit_soon.start())
        self._question.quote_requested.connect(self.quote_requested)

    @property
    def message_ids(self) -> list[int]:
        """The answers, from left to right."""
        return [card.message_id for card in self.cards]

    def show_cards(self, question: Item, cards: Sequence[CardItem]) -> None:
        """Shows these answers and no others."""
        if [item.id for item in self._question.items()] != [question.id]:
            self._question.set_items([question], follow_end=False)
        while len(self.cards) > len(cards):
            self._drop(self.cards.pop())
        while len(self.cards) < len(cards):
            self.cards.append(self._make(len(self.cards) + 1))
        self._order_tabs()
        for shown, card in zip(self.cards, cards, strict=True):
            shown.show_card(card)
        self._fit()

    def show_summary(self, text: str) -> None:
        """The line under the cards."""
        self._summary.setText(text)
        self._foot.setVisible(bool(text))
        self._fit()

    def feed(self, message_id: int, kind: str, text: str) -> None:
        """More "text" or "thinking" of an answer."""
        for card in self.cards:
            if card.message_id == message_id:
                card.view.feed(message_id, kind, text)

    def tell_thinking(self, message_id: int, caption: str) -> None:
        """Time has passed: what the thinking of an answer takes so far."""
        for card in self.cards:
            if card.message_id == message_id:
                card.view.tell_thinking(message_id, caption)

    def clear(self) -> None:
        """Gives everything back."""
        while self.cards:
            self._drop(self.cards.pop())
        self.show_summary("")
        self._question.set_items([], follow_end=False)

    def focus_first(self) -> None:
        """Gives the keyboard to the first answer."""
        if self.cards:
            self.cards[0].focus_answer()

    def focused_view(self) -> MessageView | None:
        """The answer that the keyboard is in, else the first."""
        views = [card.view for card in self.cards]
        with_focus = (card.view for card in self.cards if card.isAncestorOf(self.focusWidget() or card))
        return next(with_focus, views[0] if views else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """The card with the keyboard is seen, also where there is no room for all."""
        for card in self.cards:
            if new is not None and card.isAncestorOf(new):
                self._scroll.ensureWidgetVisible(card, 0, 0)

    def _make(self, number: int) -> CompareCard:
        card = CompareCard(self._theme, self._icons, self._drawer, number, self._row_widget)
        card.view.picture_path = self._picture_path
        card.view.wraps_code = self.wraps_code
        card.keep_requested.connect(self.keep_requested)
        card.stop_requested.connect(self.stop_requested)
        card.content_resized.connect(self._fit_soon.start)
        card.view.quote_requested.connect(self.quote_requested)
        card.view.action_requested.connect(self.action_requested)
        self._row.addWidget(card, 1)
        return card

    def _order_tabs(self) -> None:
        """Tab goes from card to card, each from its head to its answer."""
        stops = [self._close, self._question, *(stop for card in self.cards for stop in card.tab_stops)]
        for first, second in pairwise(stops):
            self.setTabOrder(first, second)

    def _drop(self, card: CompareCard) -> None:
        self._row.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _lay_out(self) -> None:
        self._row_widget = QWidget()
        self._row = QHBoxLayout(self._row_widget)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._scroll.setWidget(self._row_widget)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name(self._scroll, "compareCards")
        for widget in (self._scroll.viewport(), self._row_widget):
            widget.setAutoFillBackground(False)
        look(self._summary, "dim")
        name(self._summary, "compareSummary")
        self._summary.setWordWrap(True)
        self._foot = QWidget()
        self._foot_row = QHBoxLayout(self._foot)
        self._foot_row.setContentsMargins(0, 0, 0, 0)
        self._foot_row.addWidget(self._summary_icon, 0, Qt.AlignmentFlag.AlignTop)
        self._foot_row.addWidget(self._summary, 1)
        self._foot.setVisible(False)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        for part in (self._question, self._scroll, self._foot):
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._close.setParent(self)
        self._close.raise_()
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setSpacing(px(GAP))
        self._foot_row.setSpacing(px(7))
        self._foot_row.setContentsMargins(0, px(14), 0, px(4))
        self._close.setFixedSize(px(28), px(28))
        self._close.setIconSize(QSize(px(16), px(16)))
        side = px(15)
        self._summary_icon.setPixmap(self._icons.pixmap("git-compare-arrows", "dim", side, self.devicePixelRatioF()))
        self._summary_icon.setContentsMargins(0, px(1), 0, 0)
        self._fit()

    def _fit(self) -> None:
        """As wide as the cards are wanted, as high as the longest answer, if there is room for that."""
        px = self._theme.px
        count = max(2, len(self.cards))
        content = min(self.width() - 2 * px(SIDE), px(WIDTH_OF_TWO + (count - 2) * WIDTH_OF_ONE_MORE))
        side = max(0, (self.width() - content) // 2)
        self._column.setContentsMargins(side, 0, side, px(8))
        self._close.move(max(px(6), side - px(4)), px(20))
        self._row_widget.setMinimumWidth(max(0, len(self.cards) * px(NARROWEST_CARD + GAP) - px(GAP)))
        whole, most = self._question.stage.scroller.total, round(self.height() * QUESTION_PART)
        question = min(whole, most)
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if whole > most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._question.setVerticalScrollBarPolicy(policy)
        self._question.setFixedHeight(question)
        bar = px(12) if self._row_widget.minimumWidth() > content else 0
        foot = self._foot.sizeHint().height() if self._foot.isVisibleTo(self) else 0
        room = max(px(LOWEST_CARD), self.height() - question - foot - bar - px(8))
        wanted = max((card.wanted_height for card in self.cards), default=0)
        self._scroll.setFixedHeight(max(px(LOWEST_CARD), min(wanted, room)) + bar)
        for card in self.cards:
            if card.wanted_height > room:
                card.follow_end()
