"""Formulas are found, and prices, code and addresses are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.math_spans import find

PIECES = st.sampled_from(
    [
        "$",
        "$$",
        r"\(",
        r"\)",
        r"\[",
        r"\]",
        "x",
        " ",
        "\n",
        "\n\n",
        "`",
        "``",
        "5",
        "\\",
        "](",
        ")",
        "http://",
        "漢",
        "> ",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def formulas(text: str) -> list[str]:
    return [formula.latex for formula in find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("With $x$ and $y^2$.", ["x", "y^2"]),
        (r"With \(x\) and \[y\].", ["x", "y"]),
        ("The $n$th, in $O(n)$-time, 其中$x$是", ["n", "O(n)", "x"]),
        ("**$x$**, ($y$), *$z$*", ["x", "y", "z"]),
        ("$$\nx\n$$ and $a\nb$", ["x", "a\nb"]),
        ("> $$\n> x\n> = 1\n> $$", ["x\n= 1"]),
        (r"It costs \$5 for $x$.", ["x"]),
        (r"$\text{\$5}$", [r"\text{\$5}"]),
        ("$5 + x$ is $0$", ["5 + x", "0"]),
    ],
)
def test_formulas_are_found(text: str, found: list[str]) -> None:
    assert formulas(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6",
        "$5-$6",
        "costs $5, or US$ 7",
        "from $10 to $20 (or $30)",
        "US$5 or A$6",
        "$ x $",
        "$x $",
        "echo $HOME/$USER and ${A}:${B}",
        "`$x$` and ``\\(y\\)``",
        "[text](https://example.org/$x$)",
        "https://example.org/$x$/y <https://example.org/$x$>",
        "$x\n\ny$",
        "\\[a note\\](https://example.org)",
        "\\\\(x\\\\)",
        "$$$$",
        r"\(\)\[\\\]",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert formulas(text) == []


@given(TEXTS)
def test_formulas_stand_in_order_and_within_their_delimiters(text: str) -> None:
    end = 0
    for formula in find(text):
        assert formula.start >= end
        end = formula.end
        source = text[formula.start : end]
        assert source.startswith(("$", r"\(", r"\["))
        assert source.endswith(("$", r"\)", r"\]"))
        assert formula.latex
        assert "\n\n" not in source


@given(TEXTS)
def test_nothing_in_a_code_span_is_a_formula(text: str) -> None:
    assert formulas(f"`` {text.replace('`', '')} ``") == []
