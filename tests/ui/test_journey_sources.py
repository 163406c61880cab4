"""Journeys: an endpoint names its sources in one of several ways; they are read, kept and opened."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from desktop.core.conversation import Source
from tests.gateway import Gateway, chunk, events
from tests.gateway.answers import json_body
from tests.gateway.wire import Response
from tests.ui.programs import User, running

Run = Callable[[Coroutine[Any, Any, Any]], Any]
A, B = "https://www.bridges.example/sag", "https://loads.example/"
TEXT = "The deck sags[1] under its load[2]."
END = chunk(finish="stop")
NOTES = [
    {"type": "url_citation", "url_citation": {"url": A, "title": "Sag", "start_index": 0, "end_index": 9}},
    {"type": "url_citation", "url_citation": {"url": B, "title": "Loads"}},
]
ROWS = [{"url": A, "title": "Sag", "date": "2026-01-01"}, {"url": B, "title": "Loads"}]
TITLED, PLAIN = (Source(A, "Sag"), Source(B, "Loads")), (Source(A), Source(B))
SHAPES: dict[str, tuple[Response, tuple[Source, ...]]] = {
    "addresses on every chunk": (
        events(chunk(TEXT) | {"citations": [A, B]}, END | {"citations": [A, B]}, "[DONE]"),
        PLAIN,
    ),
    "search results at the end": (
        events(chunk(TEXT), END | {"citations": [A, B], "search_results": ROWS}, "[DONE]"),
        TITLED,
    ),
    "search results alone": (events(chunk(TEXT), END, {"choices": [], "search_results": ROWS}, "[DONE]"), TITLED),
    "annotations of a message": (events(chunk(TEXT), chunk(annotations=NOTES), END, "[DONE]"), TITLED),
    "not streamed": (
        json_body({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}], "citations": [A, B]}),
        PLAIN,
    ),
    "not streamed, annotations": (
        json_body(
            {"choices": [{"index": 0, "message": {"content": TEXT, "annotations": NOTES}, "finish_reason": "stop"}]}
        ),
        TITLED,
    ),
}


def shown(user: User) -> str:
    """What the answer says on the screen, marks as `{1}`."""
    text = "\n".join(placed.row.text for placed in user.view.stage.scroller.placed)
    return text.replace("\u202f\u202f\u202f", "|")


@pytest.mark.parametrize("shape", SHAPES)
def test_sources_are_read_and_kept_however_they_are_named(
    shape: str, run: Run, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    response, sources = SHAPES[shape]
    gateway.then(response)
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Why does it sag?")
            assert user.answer().sources == sources
            await user.sees(lambda: "The deck sags|1| under its load|2|." in shown(user), "chips")
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2 and user.answer().sources == sources, "the sources again")
            await user.sees(lambda: "The deck sags|1| under its load|2|." in shown(user), "chips")
            user.clicks_on_message("open-source 2")
            assert opened == [B]

    run(scenario())
