"""Whatever is done to the view, in whatever order: the screen is what a full repaint gives, and nothing breaks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.core.conversation import Status
from desktop.ui.icons import Icons
from desktop.ui.message_view import Item, MessageView
from desktop.ui.theme import Appearance, Theme
from tests.ui.message_views import answer, ask, close, color_codes, make_view, screen, streaming

PARTS = [
    "word ", "word. ", "\n", "\n\n", "# Head\n", "- item\n", "  - nested\n", "1. one\n", "- [x] task\n", "> quote\n",
    "```py\n", "x = 1\n", "```\n", "| a | b |\n", "|---|--:|\n", "| 1 | `2` |\n", "---\n", "[a]", "[a]: /a\n", "[^1]",
    "[^1]: Note\n", "    more\n", "*em* ", "`code` ", "**bold** ", "![p](/x.png)", "<b>html</b> ", "漢字。", "W" * 70,
    "&amp; ", "https://example.org/ ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=25).map("".join)
CHOICES = st.integers(0, 999)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["feed", "feed", "feed", "think", "replace", "append", "finish"]), TEXTS),
    st.tuples(st.sampled_from(["scroll", "show", "fold", "resize", "fill", "select", "begin"]), CHOICES),
    st.tuples(st.sampled_from(["jump", "theme", "scale", "wrap", "shorten"]), st.none()),
)


class Reader:
    """A view, and what its program and its reader do with it."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        self.theme = theme
        self.view = make_view(theme, icons, 420, 300)
        color_codes(self.view, "py")  # comes from a thread, between one look at the screen and the next
        self._next_id = 1
        self.begin(0)

    @property
    def items(self) -> list[Item]:
        return self.view.items()

    def chosen(self, choice: int) -> Item:
        return self.items[choice % len(self.items)]

    def begin(self, choice: int) -> None:
        """Opens another chat, partly not read yet, with an answer that is arriving at its end."""
        texts = [None, "Text. " * (choice % 90), "- a\n- b[^1]\n\n[^1]: note\n" * (choice % 3)]
        first = self._next_id
        chat = [
            ask(first, "Well?"),
            replace(answer(first + 1, ""), text=texts[choice % 3], thinking=texts[choice % 3], text_length=choice),
            answer(first + 2, "One.\n\nTwo [a].", thinking="Hm."),
            streaming(first + 3),
        ]
        self._next_id += len(chat)
        self.view.set_items(chat, follow_end=bool(choice % 2))

    def feed(self, text: str) -> None:
        self.view.feed(self.items[-1].id, "text", text)

    def think(self, text: str) -> None:
        self.view.feed(self.items[-1].id, "thinking", text)

    def finish(self, text: str) -> None:
        last = self.items[-1]
        self.view.replace_item(replace(last, status=Status.DONE, footer=text[:20].strip()))

    def replace(self, text: str) -> None:
        self.view.replace_item(replace(self.chosen(len(text)), text=text))

    def append(self, text: str) -> None:
        self.view.append_item(streaming(self._next_id, text))
        self._next_id += 1

    def shorten(self, _nothing: None) -> None:
        """The first message goes."""
        self.view.set_items(self.items[1:] or self.items, follow_end=False)

    def fill(self, choice: int) -> None:
        self.view.fill({item.id: ("Filled.\n\n" * (choice % 40), "") for item in self.items if item.unread})

    def scroll(self, choice: int) -> None:
        self.view.scroll_by(choice - 600)

    def show(self, choice: int) -> None:
        self.view.scroll_to_message(self.chosen(choice).id)

    def fold(self, choice: int) -> None:
        self.view.toggle_thinking(self.chosen(choice).id)

    def resize(self, choice: int) -> None:
        self.view.resize(300 + choice % 300, 200 + choice % 170)

    def select(self, choice: int) -> None:
        self.view.select_all()
        self.view.copy_selection()

    def jump(self, _nothing: None) -> None:
        self.view.jump_to_end()

    def theme_(self) -> None:
        """Light and dark in turn."""
        self.theme.choose(Appearance.LIGHT if self.view.stage.conversation.style.dark else Appearance.DARK, 1.0)

    def wrap(self, _nothing: None) -> None:
        self.view.wraps_code = not self.view.wraps_code

    def do(self, name: str, argument: str | int | None) -> None:
        """One step."""
        if name == "theme":
            self.theme_()
        elif name == "scale":
            self.theme.choose(Appearance.LIGHT, 1.25)
        else:
            getattr(self, name)(argument)


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],  # explaining would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=5, max_size=20))
def test_the_screen_is_a_full_repaint_whatever_is_done(
    theme: Theme, icons: Icons, steps: list[tuple[str, str | int | None]]
) -> None:
    theme.choose(Appearance.LIGHT, 1.0)
    reader = Reader(theme, icons)
    try:
        for number, (name, argument) in enumerate(steps):
            reader.do(name, argument)
            reader.view.flush()
            seen = screen(reader.view)
            reader.view.viewport().update()
            assert seen == screen(reader.view), f"after step {number}: {name} {argument!r}"
            assert_heights(reader.view)
    finally:
        close(reader.view)


def assert_heights(view: MessageView) -> None:
    """Every message is as high as its rows."""
    conversation = view.stage.conversation
    for placed in view.stage.scroller.placed:
        rows = conversation.rows(placed.message)
        assert conversation.heights[placed.message] == sum(row.height for row in rows)
