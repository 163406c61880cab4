"""The conversation: a scroll area whose rows are Markdown blocks, so that length costs nothing.

`item` says what is shown, `message_rows` turns an item into rows, `conversation` knows all heights, `scrolling` where
the reader is, `canvas` puts it on the screen, `handled_canvas` hears the reader, `view` is what all others know.
"""

from desktop.ui.message_view.item import Item
from desktop.ui.message_view.items import Items
from desktop.ui.message_view.view import MessageView

__all__ = ["Item", "Items", "MessageView"]
