"""The log never holds a key."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.logs import start_log

KEYS = ("sk-" + "short1", "gsk_" + "q" * 24, "AIza" + "Q" * 20)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, as it was before once the test is over."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_a_message_or_a_traceback_is_left_out(tmp_path: Path, root: logging.Logger, key: str) -> None:
    start_log(tmp_path)
    try:
        raise ValueError(f"refused {key}")
    except ValueError:
        logging.getLogger("desktop").exception("with %s", key)
    text = (tmp_path / "ligature.log").read_text(encoding="utf-8")
    assert "ValueError: refused" in text
    assert key not in text
    assert root.handlers
