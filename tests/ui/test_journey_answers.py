"""Asking and reading, through the whole program and a real connection."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.core.conversation import Status
from desktop.ui.endpoint_dialog import EndpointDialog
from desktop.ui.sources import FileSource, Taken
from tests.gateway import Gateway, answer, chunk, error, events, raw
from tests.gateway.wire import HangUp, Hold
from tests.ui.acting import find
from tests.ui.programs import KEY, running

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def test_a_question_is_answered_and_both_are_there_after_a_restart(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("The deck *sags*.", tokens_per_s=200))

    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Why does the deck sag?") == "The deck *sags*."
            assert user.chat_titles() == ["Why does the deck sag?"]
            assert user.answer().author == "echo"
            assert "in" in user.answer().footer
            assert "out" in user.answer().footer
            assert gateway.chats[0].headers["authorization"] == f"Bearer {KEY}"
            assert gateway.chats[0].json["messages"] == [{"role": "user", "content": "Why does the deck sag?"}]

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: user.texts() == ["Why does the deck sag?", "The deck *sags*."], "the chat again")

    run(first())
    run(second())


def test_formulas_have_a_process_that_begins_with_the_first_and_ends_with_the_program(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("It costs $5."), answer("Since $E = mc^2$."))

    async def scenario() -> int:
        async with running(tmp_path, gateway) as user:
            drawer = user.program.services.drawer
            await user.asks_and_reads("What does it cost?")
            assert drawer.process_id() is None
            await user.asks_and_reads("Why?")
            await user.sees(lambda: user.view.stage.conversation.style.formulas.idle, "the formula")
            process_id = drawer.process_id()
            assert process_id is not None
            return process_id

    process_id = run(scenario())
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_text_is_seen_while_it_comes(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(raw(*events(chunk("First half")).steps, Hold()))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: user.texts()[-1:] == ["First half"], "the first half")
            assert user.answer().status is Status.STREAMING

    run(scenario())


def test_stop_ends_the_answer_on_the_wire_at_once_and_keeps_what_came(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(raw(*events(chunk("Half an answer")).steps, Hold()), answer(" and the rest."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: user.texts()[-1:] == ["Half an answer"], "the half")
            pressed_at = time.monotonic()
            user.clicks("stopButton")
            await user.sees(lambda: gateway.chats[0].hung_up_at, "the line closed")
            assert (gateway.chats[0].hung_up_at or 0) - pressed_at < 0.1
            await user.sees(lambda: user.answer().status is Status.STOPPED, "stopped")
            assert user.texts()[-1] == "Half an answer"
            assert user.answer().notice == "Stopped."
            user.clicks_on_message("continue")
            await user.sees(lambda: user.texts()[-1] == "Half an answer and the rest.", "the rest")
            sent = gateway.chats[1].json["messages"]
            assert [message["role"] for message in sent] == ["user", "assistant", "user"]
            assert sent[1]["content"] == "Half an answer"

    run(scenario())


def test_the_next_question_waits_and_goes_next(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("One two three four five six.", tokens_per_s=20), answer("Second."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("First?")
            await user.sees(lambda: user.texts()[-1:] and user.texts()[-1].startswith("One"), "the first word")
            user.asks("Second?")
            await user.sees(lambda: user.items()[-1].status is Status.QUEUED, "a waiting question")
            await user.sees(lambda: user.has_ended() and user.texts()[-1] == "Second.", "the second answer")
            assert user.texts() == ["First?", "One two three four five six.", "Second?", "Second."]
            assert [message["content"] for message in gateway.chats[1].json["messages"]] == user.texts()[:3]

    run(scenario())


def test_chats_stream_side_by_side_while_one_reads_another(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    slow = answer("one two three four five six seven eight", tokens_per_s=15)
    gateway.then(slow, answer("At once."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Slow?")
            await user.sees(lambda: user.texts()[-1:] and user.texts()[-1].startswith("one"), "the first word")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: not user.items(), "an empty chat")
            assert await user.asks_and_reads("Quick?") == "At once."
            await user.sees(lambda: any("“Slow?” has its answer." in text for text in user.notices()), "the notice")
            user.chooses_chat("Slow?")
            await user.sees(lambda: user.texts() == ["Slow?", "one two three four five six seven eight"], "all of it")

    run(scenario())


def test_coming_back_to_a_chat_in_mid_answer_shows_all_of_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("a b c d e f g h i j", tokens_per_s=25))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Letters?")
            await user.sees(lambda: user.texts()[-1:] and user.texts()[-1].startswith("a b"), "two letters")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: not user.items(), "an empty chat")
            user.chooses_chat("Letters?")
            await user.sees(lambda: user.has_ended() and user.texts()[-1:] == ["a b c d e f g h i j"], "all letters")

    run(scenario())


GAVE_UP = {"error": {"message": "Provider gave up", "code": 502}}


@pytest.mark.parametrize(
    ("reply", "words", "action"),
    [
        (answer("Cut", finish="length"), "length limit", "continue"),
        (answer("Cut", finish="content_filter"), "content filter", "retry"),
        (answer("", refusal="I will not."), "refused", "retry"),
        (answer("", thinking="Hm."), "thought, but gave no answer", "continue"),
        (answer(""), "empty answer", "retry"),
        (error(400, "The flux is inverted."), "The flux is inverted.", "retry"),
        (error(401, f"Incorrect API key provided: {KEY}"), "does not accept the key", "retry"),
        (raw(*events(chunk("Half")).steps, HangUp()), "", "continue"),
        (
            events(chunk("Half"), {"error": {"message": "Provider gave up", "code": 502}}),
            "Provider gave up",
            "continue",
        ),
    ],
    ids=["length", "filter", "refusal", "thinking only", "empty", "400", "401", "line broke", "error in mid-answer"],
)
def test_every_end_is_told_with_what_to_do(
    run: Run, gateway: Gateway, tmp_path: Path, reply: Any, words: str, action: str
) -> None:
    gateway.then(reply)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: user.has_ended() and len(user.items()) == 2, "an end")
            item = user.answer()
            assert words in item.notice
            assert item.notice
            assert KEY not in item.notice
            assert item.notice_action == action

    run(scenario())


def test_several_choices_are_stepped_through(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    both = events(chunk("Left", index=0), chunk("Right", index=1), chunk(index=0, finish="stop"),
                  chunk(index=1, finish="stop"), "[DONE]")  # fmt: skip
    gateway.then(both)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.chats.change({"parameters": {"n": 2}})
            assert await user.asks_and_reads("Two?") == "Left"
            assert gateway.chats[0].json["n"] == 2
            assert user.answer().choice == (1, 2)
            user.clicks_on_message("next")
            await user.sees(lambda: user.texts()[-1] == "Right", "the other")
            assert user.answer().choice == (2, 2)

    run(scenario())


def test_asking_again_makes_a_sibling(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("First try."), answer("Second try."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Go")
            user.presses(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: user.texts()[-1] == "Second try." and user.has_ended(), "the second")
            assert user.answer().choice == (2, 2)
            user.clicks_on_message("previous")
            await user.sees(lambda: user.texts()[-1] == "First try.", "the first again")

    run(scenario())


def test_an_edited_question_keeps_the_old_one_beside_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Old."), answer("New."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Go")
            user.presses(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: user.editor.toPlainText() == "Go", "the question in the composer")
            user.types(" on")
            user.presses(Qt.Key.Key_Return)
            await user.sees(lambda: user.texts() == ["Go on", "New."] and user.has_ended(), "the new line")
            assert user.items()[0].choice == (2, 2)

    run(scenario())


def test_thinking_goes_into_the_card_and_never_back_to_the_endpoint(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("Yes.", thinking="Cables first.", thinking_as="<think>"), answer("More."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Go") == "Yes."
            assert (user.answer().thinking or "").strip() == "Cables first."
            await user.asks_and_reads("And?")
            assert "Cables" not in gateway.chats[1].body.decode()

    run(scenario())


def test_thinking_whose_opening_tag_is_missing_is_moved_into_the_card(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(events(chunk("Cables "), chunk("first.\n"), chunk("</think>\n"), chunk("Yes."), chunk(finish="stop")))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Go") == "Yes."
            assert (user.answer().thinking or "").strip() == "Cables first."

    async def again() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: user.texts() == ["Go", "Yes."], "the same")
            assert (user.answer().thinking or "").strip() == "Cables first."

    run(scenario())
    run(again())


def test_without_streaming_the_answer_comes_at_once(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("All at once.", thinking="Hm."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.program.chats.change({"parameters": {"stream": False}})
            assert await user.asks_and_reads("Go") == "All at once."
            assert gateway.chats[0].json["stream"] is False
            assert user.answer().thinking == "Hm."

    run(scenario())


def test_tokens_that_the_endpoint_does_not_tell_are_guessed_and_marked(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.then(answer("Some words of an answer.", usage=None))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Go")
            assert user.answer().footer.startswith("≈ ")
            assert user.window.usage_label.text().startswith("≈ ")

    run(scenario())


def test_another_try_is_shown_while_it_waits_and_can_be_stopped(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(error(503, "Overloaded"), error(503, "Overloaded", headers={"Retry-After": "30"}))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: any("Trying again" in text for text in user.notices()), "the notice")
            user.presses(Qt.Key.Key_Escape)
            await user.sees(user.has_ended, "the end")
            assert user.answer().status is Status.STOPPED
            await user.sees(lambda: not any("Trying again" in text for text in user.notices()), "no notice")

    run(scenario())


def test_closing_the_window_in_mid_answer_keeps_what_came(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(raw(*events(chunk("Half an answer")).steps, Hold()))

    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: user.texts()[-1:] == ["Half an answer"], "the half")
            user.window.close()
            await asyncio.sleep(0.05)

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: user.texts() == ["Go", "Half an answer"], "the half again")
            assert "Interrupted" in user.answer().notice
            assert user.answer().notice_action == "continue"

    run(first())
    run(second())


def test_what_was_sent_weighs_nothing_any_more(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("First."), raw(*events(chunk("Second")).steps, Hold()))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            label = find(user.window, QLabel, "tokenEstimate")
            await user.asks_and_reads("One")
            user.types("and another question")
            assert label.text() != "≈ 0 tokens"
            user.presses(Qt.Key.Key_Return)
            assert label.text() == "≈ 0 tokens"

    run(scenario())


def test_another_try_in_another_chat_names_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(error(503, "Overloaded", headers={"Retry-After": "30"}))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: any("Trying again" in text for text in user.notices()), "the notice")
            assert not any(text.startswith("“Go”") for text in user.notices())
            gateway.then(error(503, "Overloaded", headers={"Retry-After": "30"}))
            user.presses(Qt.Key.Key_Escape)
            await user.sees(user.has_ended, "the end")
            user.clicks_on_message("retry")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: any(text.startswith("“Go”") for text in user.notices()), "whose notice it is")

    run(scenario())


def test_a_key_that_is_refused_can_be_entered_on_the_spot(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(error(401, "Incorrect API key provided."), answer("Now it works."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Go")
            await user.sees(lambda: "Loop wants a key that it accepts." in user.notices(), "the notice")
            user.clicks_text("Enter the key")
            await user.sees(lambda: user.window.findChild(EndpointDialog, "endpointDialog") is not None, "the form")
            dialog = find(user.window, EndpointDialog, "endpointDialog")
            await user.sees(dialog.isVisible, "the form")
            dialog.reject()
            user.clicks_on_message("retry")
            await user.sees(lambda: user.texts()[-1:] == ["Now it works."], "the answer")
            assert user.notices() == []

    run(scenario())


def test_a_bad_file_is_told_until_the_question_is_sent(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    bad = tmp_path / "broken.png"
    bad.write_bytes(b"no picture")

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            user.window.composer.take(Taken(sources=(FileSource(bad),)))
            await user.sees(lambda: any("broken.png" in text for text in user.notices()), "the notice")
            user.asks("Without it, then")
            await user.sees(lambda: user.notices() == [], "no notice")

    run(scenario())
