"""The splitter loses no text and does not care how the text arrives."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.markdown_blocks import LONGEST_CODE_PIECE_LINES, LONGEST_PIECE, Block, BlockSplitter, Kind, split

LINES = st.sampled_from(
    [
        "Some words.", "# Heading", "## ", "- item", "* [ ] task", "1. one", "2) two", "   inside", "    deep",
        "```python", "```", "   ```sh", "   ```", "~~~", "| a | b |", "|---|--:|", "| 1 | 2 |", "> quote", ">", "",
        "", "---", "===", "***", "\tcode", "<b>html</b>", "a \\| b | c", "\r", "漢字。", "x" * 50,
        "$$", "$$ x $$", r"\[", r"x = 1 \]", "and $$", "   $$",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(LINES, max_size=30).map("\n".join),
    st.text(alphabet="ab`~#>-*|:1.) \n\t$", max_size=200),
)


def in_chunks(text: str, seed: int) -> list[Block]:
    chooser = random.Random(seed)
    splitter = BlockSplitter()
    blocks: list[Block] = []
    start = 0
    while start < len(text):
        end = start + chooser.randint(1, 40)
        blocks += splitter.feed(text[start:end])
        start = end
    return blocks + splitter.finish()


@given(TEXTS, st.integers())
def test_any_chunking_gives_the_same_blocks(text: str, seed: int) -> None:
    assert in_chunks(text, seed) == split(text)


@given(TEXTS)
def test_no_text_is_lost(text: str) -> None:
    assert "".join(block.source for block in split(text)) == text


@given(TEXTS, st.integers(0, 200))
def test_pending_is_what_a_text_ending_here_would_be(text: str, length: int) -> None:
    splitter = BlockSplitter()
    finished = splitter.feed(text[:length])
    assert finished + splitter.pending() == split(text[:length])
    assert finished + splitter.feed(text[length:]) + splitter.finish() == split(text)


@given(st.sampled_from(["word ", "漢字", "x", "a. b ", "- x\n", "| a | b |\n", "> q\n", "`" * 3 + "\nx\n"]))
def test_pieces_of_long_texts_stay_short_and_whole(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    blocks = split(text)
    assert "".join(block.source for block in blocks) == text
    assert in_chunks(text, 3) == blocks
    assert max(len(block.source) for block in blocks) <= 3 * LONGEST_PIECE + 80


def kinds(text: str) -> list[str]:
    return [block.kind.value for block in split(text)]


def test_blocks_are_told_apart() -> None:
    text = "# Title\nwords\nmore\n\n- a\n- b\n\n> said\n\n---\n\n```c\nint x;\n```\nafter\n\n"
    text += "| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert kinds(text) == ["heading", "paragraph", "item", "item", "quote", "rule", "code", "paragraph", "table"]


def test_a_table_may_follow_directly_on_a_paragraph() -> None:
    assert kinds("Here it is:\n| a | b |\n|---|---|\n| 1 | 2 |") == ["paragraph", "table"]


def test_an_underline_makes_a_heading() -> None:
    assert kinds("Title\n=====\ntext\n\nSecond\n---\n") == ["heading", "paragraph", "heading"]


def test_ordered_items_are_counted_from_the_first() -> None:
    assert [block.number for block in split("3. a\n3. b\n\n3. c\n\ntext\n\n1. d")] == [3, 4, 5, 0, 1]


def test_a_fence_inside_an_item_is_a_block_and_the_list_goes_on() -> None:
    blocks = split("1. Run:\n   ```sh\n   make\n\n   make test\n   ```\n   Then wait.\n2. Done.\n")
    assert [(block.kind, block.indent, block.number) for block in blocks] == [
        (Kind.ITEM, 0, 1), (Kind.CODE, 3, 0), (Kind.PARAGRAPH, 3, 0), (Kind.ITEM, 0, 2),
    ]  # fmt: skip
    assert blocks[1].code == "make\n\nmake test"
    assert blocks[1].language == "sh"


def test_code_is_what_stands_between_the_fences() -> None:
    (block,) = split("```python\nprint(1)\n\nprint(2)\n```\n")
    assert block.code == "print(1)\n\nprint(2)"
    assert block.closed


def test_a_fence_end_that_is_arriving_is_not_shown() -> None:
    (block,) = split("```\nx\n``")
    assert block.code == "x"
    assert not block.closed


def test_long_code_is_cut_into_pieces_that_know_their_language() -> None:
    lines = [f"line {number}" for number in range(400)]
    blocks = split("```rust\n" + "\n".join(lines) + "\n```\n")
    assert len(blocks) == 400 // LONGEST_CODE_PIECE_LINES + 1
    assert {block.language for block in blocks} == {"rust"}
    assert "\n".join(block.code for block in blocks) == "\n".join(lines)


def test_long_tables_are_cut_into_pieces_that_know_their_head() -> None:
    blocks = split("| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 100)
    assert [block.kind for block in blocks] == [Kind.TABLE] * 3
    assert blocks[2].markdown.startswith("| a | b |\n|---|---|\n| 1 | 2 |")


def test_front_matter_is_code_and_a_rule_with_text_is_not() -> None:
    (block, heading) = split("---\ntitle: x\ntags: [a]\n---\n\n# Text\n")
    assert (block.kind, block.language, block.code) == (Kind.CODE, "yaml", "title: x\ntags: [a]")
    assert heading.kind is Kind.HEADING
    assert kinds("---\n\ntitle: x\n---\n") == ["rule", "heading"]
    assert kinds("text\n\n---\ntitle: x\n---\n") == ["paragraph", "rule", "heading"]
    assert kinds("---\nNote: no end.\n\nMore.") == ["paragraph", "paragraph"]


def test_a_fence_may_begin_in_an_items_first_line() -> None:
    blocks = split("1. ```sh\n   make\n   ```\n\n   Then wait.\n2. Done.\n")
    assert [(block.kind, block.number) for block in blocks] == [
        (Kind.ITEM, 1), (Kind.CODE, 0), (Kind.PARAGRAPH, 0), (Kind.ITEM, 2),
    ]  # fmt: skip
    assert (blocks[1].language, blocks[1].code, blocks[1].closed) == ("sh", "make", True)


def test_code_keeps_its_tabs_and_what_only_looks_like_a_fence() -> None:
    assert [block.code for block in split("\ta\tb\n\n```\n\tx\n    ```\n```\n")] == ["a\tb", "\tx\n    ```"]
    assert [block.code for block in split("    ```\n    a\n    ```\n")] == ["```\na\n```"]


def test_items_have_tables_headings_and_rules_of_their_own() -> None:
    blocks = split("- a\n  | x | y |\n  |---|---|\n  | 1 | 2 |\n\n  # b\n  text\n  ***\n- c\n  ---\n  d\n")
    assert [(block.kind, block.indent) for block in blocks] == [
        (Kind.ITEM, 0), (Kind.TABLE, 2), (Kind.HEADING, 2), (Kind.PARAGRAPH, 2), (Kind.RULE, 2), (Kind.ITEM, 0),
        (Kind.PARAGRAPH, 2),
    ]  # fmt: skip


def test_definitions_are_blocks_of_their_own_and_footnotes_go_on_where_they_are_indented() -> None:
    text = "[a]: /a\n[b]:\n /b\n 'B'\ntext\n\n[^1]: One\nlazy\n\n    two\n[^2]: Three\n\nend\n"
    assert kinds(text) == ["definition", "paragraph", "footnote", "footnote", "paragraph"]
    assert kinds("text\n[a]: /a") == ["paragraph"]
    assert kinds("[a]: /a\n[^1]: Note\n[b]: /b\n") == ["definition", "footnote"]
    assert kinds("[a]: /a\n[b]: /b\n[^1]: Note\n") == ["definition", "definition", "footnote"]
    assert kinds("[a]: /a b\n\n[]: /a\n\n[a] : /a\n\n[a]: a(b") == ["paragraph"] * 4


def test_a_formula_on_lines_of_its_own_is_a_block_whatever_it_looks_like() -> None:
    blocks = split("So:\n$$\na\n- b\n= c\n$$\nand\n\\[ x^2 \\]\n\n$$y$$\n\n```math\nz\n```\n")
    assert [(block.kind.value, block.latex) for block in blocks] == [
        ("paragraph", ""), ("math", "a\n- b\n= c"), ("paragraph", ""), ("math", "x^2"), ("math", "y"), ("code", "z"),
    ]  # fmt: skip


def test_a_formula_inside_an_item_is_a_block_and_the_list_goes_on() -> None:
    blocks = split("1. Put in:\n   $$\n   x = 1\n   $$\n   Then wait.\n2. Done.\n")
    assert [(block.kind.value, block.indent, block.latex) for block in blocks] == [
        ("item", 0, ""), ("math", 3, "x = 1"), ("paragraph", 3, ""), ("item", 0, ""),
    ]  # fmt: skip


def test_what_never_ends_before_a_blank_line_is_no_formula() -> None:
    assert kinds("$$\nx = 1\n\ntext $$") == ["paragraph", "paragraph"]
    assert kinds("$$ x $$ is running text") == ["paragraph"]
    assert kinds("It is $$\nx\n$$\nthen.") == ["paragraph"]
    assert kinds("$$\nx") == ["math"]
