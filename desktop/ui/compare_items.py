"""What the cards of a comparison show: the answers as items, who gave them, and what they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QLocale, QObject

from desktop.core.conversation import Role
from desktop.core.money import money_text
from desktop.core.open_chat import OpenChat
from desktop.services.turn import Turn
from desktop.ui.line_items import LineItems
from desktop.ui.message_view import Item


@dataclass(frozen=True, slots=True)
class CardItem:
    """One answer beside others. `caption` says who thought before it; `duration_s` and `cost` are known at its end."""

    item: Item
    author: str
    caption: str = ""
    thinker: str = ""
    duration_s: float | None = None
    cost: float | None = None


class CompareItems(QObject):
    """Makes cards of answers, and the line under them."""

    def __init__(self, items: LineItems) -> None:
        super().__init__()
        self._items = items

    def question(self, chat: OpenChat, message_id: int) -> Item:
        """What was asked."""
        return replace(self._items.item(chat, message_id, ()), can_edit=False, choice=(1, 1))

    def cards(self, chat: OpenChat, message_ids: Sequence[int], turns: Sequence[Turn]) -> list[CardItem]:
        """The answers; those that were thought about before come first."""
        thinkers = {message_id: self._items.thinker(chat, message_id) for message_id in message_ids}
        ordered = sorted(message_ids, key=lambda message_id: not thinkers[message_id])
        somebody_thought = any(thinkers.values())
        return [
            self._card(chat, message_id, turns, thinkers[message_id], tells=somebody_thought) for message_id in ordered
        ]

    def summary(self, cards: Sequence[CardItem], *, marked: bool) -> str:
        """What the difference took, and whether it is marked; nothing while answers arrive."""
        if len(cards) < 2 or any(card.item.streaming for card in cards):
            return ""
        fused = [card for card in cards if card.thinker]
        took = self._thinking_took(*cards) if len(cards) == 2 and len(fused) == 1 else self._least(cards)
        return " ".join(filter(None, (took, self.tr("Differences are marked.") if marked else "")))

    def thinking_caption(self, caption: str, thinker: str) -> str:
        """What the thinking takes; who thinks stands above."""
        return caption.removeprefix(thinker).removeprefix(" · ")

    def _card(self, chat: OpenChat, message_id: int, turns: Sequence[Turn], thinker: str, *, tells: bool) -> CardItem:
        item = self._items.item(chat, message_id, turns)
        caption = self.tr("with {thinker}").format(thinker=thinker) if thinker else self.tr("alone")
        duration_s, cost = (None, None) if item.streaming else self._figures(chat, message_id)
        shown = replace(
            item,
            on_card=True,
            can_retry=False,
            can_edit=False,
            notice_action="",
            other_way="",
            choice=(1, 1),
            thinking_caption=self.thinking_caption(item.thinking_caption, thinker),
            footer=" · ".join(filter(None, (self._seconds(duration_s), item.footer))),
        )
        return CardItem(shown, item.author, caption if tells else "", thinker, duration_s, cost)

    def _figures(self, chat: OpenChat, message_id: int) -> tuple[float | None, float | None]:
        """Seconds from the first request to the last word, and dollars for all of it; None if not known."""
        runs = chat.runs_of(message_id) if chat.heads[message_id].role is Role.ASSISTANT else []
        if not runs or runs[0].finished_at is None:
            return None, None
        costs = [run.cost for run in runs if run.cost is not None]
        return runs[0].finished_at - runs[-1].started_at, sum(costs) if len(costs) == len(runs) else None

    def _thinking_took(self, fused: CardItem, alone: CardItem) -> str:
        """What the other model's thinking took, in seconds and dollars."""
        if fused.duration_s is None or alone.duration_s is None:
            return ""
        later_s = fused.duration_s - alone.duration_s
        dearer = fused.cost - alone.cost if fused.cost is not None and alone.cost is not None else 0.0
        time, money = self._seconds(abs(later_s)), money_text(abs(dearer))
        if not dearer:
            words = (
                self.tr("Thinking first took {time} more.")
                if later_s >= 0
                else self.tr("Thinking first took {time} less.")
            )
        elif (later_s >= 0) == (dearer > 0):
            both = self.tr("Thinking first took {time} and {money} more.")
            words = both if later_s >= 0 else self.tr("Thinking first took {time} and {money} less.")
        elif later_s >= 0:
            words = self.tr("Thinking first took {time} more and {money} less.")
        else:
            words = self.tr("Thinking first took {time} less and {money} more.")
        return words.format(time=time, money=money)

    def _least(self, cards: Sequence[CardItem]) -> str:
        """Who was done first, and who costs least."""
        timed = [(card.duration_s, card) for card in cards if card.duration_s is not None and card.item.has_text]
        priced = [(card.cost, card) for card in cards if card.cost and card.item.has_text]
        told = []
        if len(timed) > 1:
            duration_s, quickest = min(timed, key=lambda each: each[0])
            words = self.tr("{model} was done first, after {time}.")
            told.append(words.format(model=_name(quickest), time=self._seconds(duration_s)))
        if len(priced) > 1:
            dollars, cheapest = min(priced, key=lambda each: each[0])
            words = self.tr("{model} cost least, {money}.")
            told.append(words.format(model=_name(cheapest), money=money_text(dollars)))
        return " ".join(told)

    def _seconds(self, duration_s: float | None) -> str:
        if duration_s is None:
            return ""
        return self.tr("{seconds} s").format(seconds=QLocale().toString(duration_s, "f", 1))


def _name(card: CardItem) -> str:
    return " ".join(filter(None, (card.author, card.caption)))
