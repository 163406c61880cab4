"""Tables as text for other programs."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from desktop.core.table_text import separated

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def test_cells_are_quoted_only_where_they_must_be() -> None:
    rows = [["Cause", "Sag, mm"], ['the "deck"', "31"]]
    assert separated(rows, ",") == 'Cause,"Sag, mm"\n"the ""deck""",31\n'
    assert separated(rows, "\t") == 'Cause\tSag, mm\n"the ""deck"""\t31\n'


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5), st.sampled_from([",", "\t"]))
def test_every_cell_is_read_back_as_it_was(rows: list[list[str]], separator: str) -> None:
    text = io.StringIO(separated(rows, separator), newline="")
    assert list(csv.reader(text, delimiter=separator)) == rows
