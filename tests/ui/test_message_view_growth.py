"""An answer that has come word by word looks as if it had come at once, whatever is written in it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.ui.icons import Icons
from desktop.ui.message_view import MessageView
from desktop.ui.message_view.text_row import TextRow
from desktop.ui.theme import Theme
from tests.ui.message_views import all_rows, close, make_view, streaming

PIECES = st.lists(
    st.sampled_from([
        "word", " ", "more", " and", " to", "a", ".", ",", ": ", "? ", "-", "- ", "1", "1. ", "*", "**", "_", "`", "~~",
        "[", "](", ")", "www", ".example.org", "http", "://", "@", "&lt", ";", "<b>", "#", "# ", "\n", "\n\n", "> ",
        "|", "$", "\\", "\\(", "\\)", "漢字", "。", "，", "(", "!", "=", "+ ", "  ", "'", "é",
    ]),
    min_size=2,
    max_size=40,
)  # fmt: skip


def html(view: MessageView) -> list[str]:
    """What every row with a document shows, exactly."""
    documents = [row.document() for row in all_rows(view) if isinstance(row, TextRow)]
    return [document.toHtml() for document in documents if document is not None]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(pieces=PIECES)
def test_words_put_behind_others_look_as_if_all_had_been_parsed(theme: Theme, icons: Icons, pieces: list[str]) -> None:
    arriving, whole = make_view(theme, icons, 420, 300), make_view(theme, icons, 420, 300)
    arriving.set_items([streaming(1)], follow_end=True)
    for piece in pieces:
        arriving.feed(1, "text", piece)
        arriving.flush()
    whole.set_items([streaming(1, "".join(pieces))], follow_end=True)
    assert html(arriving) == html(whole)
    close(arriving)
    close(whole)
