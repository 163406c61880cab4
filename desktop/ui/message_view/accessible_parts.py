"""What can be acted on inside a message, for assistive technology: its buttons, links, pictures and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAccessible

from desktop.core.citations import source_number
from desktop.core.conversation import PicturePart
from desktop.ui.message_view.attachments_row import OPEN_PICTURE, AttachmentsRow
from desktop.ui.message_view.call_row import CallRow
from desktop.ui.message_view.code_head import WRAP
from desktop.ui.message_view.code_row import CodeRow
from desktop.ui.message_view.footer_row import NEXT, PREVIOUS
from desktop.ui.message_view.header_rows import ANSWER_NOW, TOGGLE_THINKING, ThinkingRow
from desktop.ui.message_view.item import Item
from desktop.ui.message_view.row import Row, Target
from desktop.ui.message_view.sources_row import OPEN_SOURCE
from desktop.ui.message_view.words import Words

Key = tuple[tuple[int, int], str, int]

ALONE = {PREVIOUS, NEXT, TOGGLE_THINKING, ANSWER_NOW}  # of which a row has no two


@dataclass(frozen=True, slots=True)
class Part:
    """One of them. `key` outlives changes of the message: row, kind, place in the row."""

    key: Key
    role: QAccessible.Role
    name: str
    description: str = ""
    action: str = ""  # what pressing it does; nothing for what is only looked at
    address: str = ""  # where a link leads
    opened: bool | None = None  # for what unfolds


def parts_of(item: Item, rows: Sequence[Row], words: Words) -> list[Part]:
    """All parts of a message, in reading order; of an arriving one only those that do not come and go with its text."""
    if item.streaming:
        rows = [row for row in rows if isinstance(row, ThinkingRow)]
    return [part for row in rows for part in (*_buttons(row, item, words), *_links(row), *_attachments(row, words))]


def _buttons(row: Row, item: Item, words: Words) -> Iterator[Part]:
    for number, target in enumerate(sorted(row.targets(), key=lambda target: target.rect.left())):
        if target.action == WRAP or target.action.startswith((OPEN_SOURCE, OPEN_PICTURE)):
            continue  # only for the eye; or a link or a picture, see there
        key = (row.key, target.action, number if target.action not in ALONE else 0)
        if isinstance(row, ThinkingRow) and target.action == ANSWER_NOW:
            yield Part(key, QAccessible.Role.Button, words.answer_now(), target.text, target.action)
        elif isinstance(row, ThinkingRow):
            button = QAccessible.Role.Button
            yield Part(key, button, row.label, target.text, target.action, opened=row.is_open)
        else:
            description = _description(row, target, item, words)
            yield Part(key, QAccessible.Role.Button, target.text, description, target.action)


def _description(row: Row, target: Target, item: Item, words: Words) -> str:
    """Tells buttons of one name apart."""
    if isinstance(row, CodeRow):
        first_line = row.block.code.strip("\n").split("\n", 1)[0].strip()
        return ": ".join(part for part in (row.block.language, first_line) if part)
    if isinstance(row, CallRow):
        return row.call.name
    return words.choice(*item.choice) if target.action in {PREVIOUS, NEXT} else ""


def _links(row: Row) -> Iterator[Part]:
    for number, (text, address) in enumerate(row.links()):
        if source_number(address) is not None:
            continue  # the sources stand below, with their names
        yield Part((row.key, "link", number), QAccessible.Role.Link, text, address, "link", address)


def _attachments(row: Row, words: Words) -> Iterator[Part]:
    if not isinstance(row, AttachmentsRow):
        return
    for number, attachment in enumerate(row.attachments):
        is_picture = isinstance(attachment, PicturePart)
        role = QAccessible.Role.Graphic if is_picture else QAccessible.Role.StaticText
        action = f"{OPEN_PICTURE} {number}" if is_picture else ""
        yield Part((row.key, "attachment", number), role, attachment.name or words.picture(), action=action)
