"""The chats as rows for the column at the left: a heading for each period, and under it its chats, newest first.

Rows are plain values in one list, built again whenever the order may have changed: for 10,000 chats that takes some
milliseconds. What then really moved is told to the view as one removal and one insertion, so that it keeps its
place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.core.conversation import Chat

CHAT_ROLE = Qt.ItemDataRole.UserRole
STREAMING_ROLE = Qt.ItemDataRole.UserRole + 1

AnyIndex = QModelIndex | QPersistentModelIndex


def local_today() -> date:
    """The date where the user is."""
    return datetime.now(tz=UTC).astimezone().date()


def _local_date(moment: float) -> date:
    return datetime.fromtimestamp(moment, tz=UTC).astimezone().date()


def _midnight(day: date) -> float:
    """When `day` began where the user is, in seconds since 1970."""
    return datetime.combine(day, time.min).astimezone().timestamp()


class ChatListModel(QAbstractListModel):
    """A row is a heading (its text) or a chat (its id)."""

    renamed = Signal(int, str)  # chat id, the title that the user gave it in the list

    def __init__(self, parent: QObject | None = None, today: Callable[[], date] = local_today) -> None:
        super().__init__(parent)
        self._today = today
        self._day = today()
        self._chats: dict[int, Chat] = {}
        self._streaming: set[int] = set()
        self._rows: list[str | int] = []

    def set_chats(self, chats: Iterable[Chat]) -> None:
        """Shows these chats and no others."""
        self.beginResetModel()
        self._chats = {chat.id: chat for chat in chats}
        self._rows = list(self._arranged())
        self.endResetModel()

    def update_chat(self, chat: Chat) -> None:
        """Shows a chat as it is now; a new one is added."""
        old = self._chats.get(chat.id)
        self._chats[chat.id] = chat
        if old is None or (old.pinned, old.updated_at) != (chat.pinned, chat.updated_at):
            self._rearrange()
        self._repaint(chat.id)

    def remove_chat(self, chat_id: int) -> None:
        """Takes a chat out of the list."""
        if self._chats.pop(chat_id, None) is not None:
            self._streaming.discard(chat_id)
            self._rearrange()

    def set_streaming(self, chat_id: int, streaming: bool) -> None:
        """Marks a chat in which an answer is being written."""
        if streaming:
            self._streaming.add(chat_id)
        else:
            self._streaming.discard(chat_id)
        self._repaint(chat_id)

    def follow_calendar(self) -> None:
        """Arranges the chats again if another day has begun since."""
        if self._today() != self._day:
            self._rearrange()

    def chat(self, chat_id: int) -> Chat | None:
        """The chat as the list knows it."""
        return self._chats.get(chat_id)

    def index_of(self, chat_id: int | None) -> QModelIndex:
        """Where a chat stands; an invalid index if it is not in the list."""
        return self.index(self._rows.index(chat_id)) if chat_id in self._chats else QModelIndex()

    def neighbour(self, chat_id: int | None, step: int) -> int | None:
        """The id of the chat `step` places below, or above if negative; the first one if `chat_id` is not shown."""
        ids = [row for row in self._rows if isinstance(row, int)]
        if chat_id not in self._chats:
            return ids[0] if ids else None
        place = ids.index(chat_id) + step
        return ids[place] if 0 <= place < len(ids) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if not isinstance(self._rows[index.row()], int):
            return Qt.ItemFlag.NoItemFlags
        item = Qt.ItemFlag
        return item.ItemIsEnabled | item.ItemIsSelectable | item.ItemIsEditable | item.ItemNeverHasChildren

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if isinstance(row, str):
            return row if role == Qt.ItemDataRole.DisplayRole else None
        chat = self._chats[row]
        if role == CHAT_ROLE:
            return chat
        if role == STREAMING_ROLE:
            return row in self._streaming
        if role == Qt.ItemDataRole.EditRole:
            return chat.title
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._title(chat)
        return self._spoken(chat) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Takes the title typed into the inline editor; an empty one is not taken."""
        title = " ".join(str(value).split())
        chat = self._chats[int(self._rows[index.row()])]
        if role != Qt.ItemDataRole.EditRole or not title or title == chat.title:
            return False
        self.update_chat(replace(chat, title=title))
        self.renamed.emit(chat.id, title)
        return True

    def _title(self, chat: Chat) -> str:
        return chat.title or self.tr("New chat")

    def _spoken(self, chat: Chat) -> str:
        """What a screen reader says: the title, and in words what the marks show."""
        words = [self._title(chat)]
        if chat.pinned:
            words.append(self.tr("pinned"))
        if chat.id in self._streaming:
            words.append(self.tr("answering"))
        elif chat.failed:
            words.append(self.tr("failed"))
        elif chat.unread:
            words.append(self.tr("unread"))
        return ", ".join(words)

    def _repaint(self, chat_id: int) -> None:
        index = self.index_of(chat_id)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def _arranged(self) -> Iterator[str | int]:
        """All rows: pinned chats first, then the periods, the newest first."""
        self._day = self._today()
        newest_first = sorted(self._chats.values(), key=attrgetter("updated_at"), reverse=True)
        pinned = [chat.id for chat in newest_first if chat.pinned]
        if pinned:
            yield self.tr("Pinned")
            yield from pinned
        since = float("inf")
        for chat in newest_first:
            if chat.pinned:
                continue
            if chat.updated_at < since:
                heading, since = self._period(_local_date(chat.updated_at))
                yield heading
            yield chat.id

    def _period(self, day: date) -> tuple[str, float]:
        """The heading for chats of `day`, and when the period that it names began."""
        today = self._day
        for heading, days in (
            (self.tr("Today"), 0),
            (self.tr("Yesterday"), 1),
            (self.tr("Previous 7 days"), 7),
            (self.tr("Previous 30 days"), 30),
        ):
            first = today - timedelta(days=days)
            if day >= first:
                return heading, _midnight(first)
        from PySide6.QtCore import QLocale  # its enumerations would cost every start some milliseconds

        month = QLocale().standaloneMonthName(day.month)
        heading = month if day.year == today.year else self.tr("{month} {year}").format(month=month, year=day.year)
        return heading, _midnight(day.replace(day=1))

    def _rearrange(self) -> None:
        """Brings the rows into their order by at most one removal and one insertion."""
        old, new = self._rows, list(self._arranged())
        shorter = min(len(old), len(new))
        head = next((place for place in range(shorter) if old[place] != new[place]), shorter)
        tail = next((place for place in range(shorter - head) if old[-1 - place] != new[-1 - place]), shorter - head)
        if head < len(old) - tail:
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            self._rows = old[:head] + old[len(old) - tail :]
            self.endRemoveRows()
        if head < len(new) - tail:
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            self._rows = new
            self.endInsertRows()
