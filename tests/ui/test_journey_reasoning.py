"""Thinking first, searching and reading links, as a user chooses and sees them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton

from desktop.core.conversation import Status
from desktop.core.endpoints import ModelRef
from desktop.ui.message_view.small_rows import SeamRow
from desktop.ui.sources import BytesSource
from tests.gateway import Gateway, answer, error
from tests.ui.acting import choose_in_menu, find
from tests.ui.message_views import all_rows, texts
from tests.ui.programs import User, running, write_config
from tests.unit.pictures import encoded, photo
from tests.until import until

Run = Callable[[Coroutine[Any, Any, Any]], Any]

TWO_MODELS = """
[fusion]
enabled = {enabled}
endpoint = "loop"
model = "thinker"
"""
FEATURES = """
[[endpoint.features]]
id = "reasoning"
suffix = "-r1-fusion"
thinker = "deepseek-r1"

[[endpoint.features]]
id = "web_search"
name = "Web"
suffix = "-web-search"

[[endpoint.features.options]]
field = "search-service"
label = "Search by"
kind = "choice"
choices = ["search1api", "tavily"]
default = "search1api"

[[endpoint.features.options]]
field = "search-results"
label = "Results"
kind = "integer"
minimum = 1
maximum = 20
"""


def switch(user: User, object_name: str) -> QAbstractButton:
    return find(user.window, QPushButton, object_name)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_the_settings_say_thinks_first_in_new_chats(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    gateway.then(answer("x", thinking="Deep."), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert switch(user, "featureReasoning").isChecked()
            assert find(user.window, QPushButton, "thinkerButton").text().strip() == "thinks with thinker"
            assert await user.asks_and_reads("Why?") == "Reply."
            item = user.items()[-1]
            assert (item.author, item.thinking) == ("echo", "Deep.")
            assert item.caption.startswith("with thinker · ")
            assert item.thinking_caption.startswith("thinker · ")
            assert [request.json["model"] for request in gateway.chats] == ["thinker", "echo"]

    run(scenario())


def test_the_cross_on_the_chip_answers_without_thinking(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("thinkerOff")
            assert not switch(user, "featureReasoning").isChecked()
            assert not user.window.thinker_chip.isVisible()
            gateway.then(answer("Alone."))
            assert await user.asks_and_reads("Why?") == "Alone."
            press(switch(user, "featureReasoning"))
            gateway.then(answer("x", thinking="Deep."), answer("Together."))
            assert await user.asks_and_reads("Why?") == "Together."

    run(scenario())


def test_an_answer_whose_thinker_failed_says_it_was_without_and_can_be_asked_with(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    gateway.then(error(400, "Out of thoughts."), answer("Alone."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Why?") == "Alone."
            item = user.items()[-1]
            assert "given without" in item.notice
            assert not item.caption.startswith("with ")
            assert item.other_way == "with_thinking"

    run(scenario())


def test_reasoning_with_nobody_to_think_asks_who(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway)
    gateway.models = [{"id": "echo"}, {"id": "thinker"}]
    gateway.then(answer("x", thinking="Deep."), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            press(switch(user, "featureReasoning"))
            search = find(user.window, QLineEdit, "modelSearch")
            await until(search.isVisible)
            assert search.placeholderText() == "Who thinks first?"
            QTest.keyClicks(search, "thinker")
            QTest.keyClick(search, Qt.Key.Key_Return)
            assert switch(user, "featureReasoning").isChecked()
            assert await user.asks_and_reads("Why?") == "Reply."
            assert user.items()[-1].thinking == "Deep."

    run(scenario())


def test_the_gateway_thinks_searches_and_is_told_how_in_one_request(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, FEATURES)
    gateway.then(answer("Found.", thinking="Deep."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            press(switch(user, "featureReasoning"))
            web = switch(user, "featureWeb")
            press(web)
            QTest.keyClick(web, Qt.Key.Key_Down)
            results = find(user.window, QLineEdit, "option_search-results")
            await until(results.isVisible)
            QTest.keyClicks(results, "5")
            QTest.keyClick(results, Qt.Key.Key_Escape)
            assert await user.asks_and_reads("Why?") == "Found."
            [request] = gateway.chats
            assert request.json["model"] == "echo-r1-fusion-web-search"
            assert request.json["search-results"] == 5
            assert user.items()[-1].author == "echo"
            assert user.items()[-1].caption.startswith("with deepseek-r1 · ")

    run(scenario())


def test_choices_belong_to_the_chat_and_outlive_the_program(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, FEATURES)

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            press(switch(user, "featureWeb"))
            await user.asks_and_reads("One")
            user.program.new_chat()
            await until(lambda: not switch(user, "featureWeb").isChecked())
            user.program.chats.open(1)
            await until(lambda: switch(user, "featureWeb").isChecked())
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2)
            assert switch(user, "featureWeb").isChecked()

    run(scenario())


def test_stop_in_the_thinking_and_continue_with_the_answer(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    gateway.then(answer("x", thinking="One two three four five six", tokens_per_s=5), answer("Now."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Why?")
            await user.sees(lambda: len(user.items()) == 2 and "two" in (user.items()[-1].thinking or ""))
            assert user.items()[-1].author == "echo"
            user.clicks("stopButton")
            await user.sees(lambda: user.items()[-1].status is Status.STOPPED)
            user.program.conversation.go_on(user.items()[-1].id)
            await user.sees(lambda: user.items()[-1].text == "Now.")
            assert "two" in (user.items()[-1].thinking or "")

    run(scenario())


def test_answer_now_on_the_card_ends_the_thinking(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    slow = answer("x", thinking="One two three four five six " * 20, tokens_per_s=5)
    gateway.then(slow, answer("Now."), slow, answer("Again."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Why?")
            await user.sees(lambda: len(user.items()) == 2 and "two" in (user.items()[-1].thinking or ""))
            assert user.items()[-1].thinks_first
            user.clicks_on_message("answer-now")
            await user.sees(lambda: user.items()[-1].text == "Now." and user.has_ended())
            assert not user.items()[-1].thinks_first
            assert user.items()[-1].notice == ""
            user.asks("And?")
            await user.sees(lambda: len(user.items()) == 4 and "two" in (user.items()[-1].thinking or ""))
            user.presses(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            await user.sees(lambda: user.items()[-1].text == "Again.")

    run(scenario())


def test_what_the_thinking_takes_is_counted_while_it_lasts(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    gateway.then(answer("x", thinking="One two three four five six " * 20, tokens_per_s=20), answer("Now."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Why?")
            await user.sees(lambda: len(user.items()) == 2 and "tokens" in user.items()[-1].thinking_caption)
            caption = user.items()[-1].thinking_caption
            assert caption.startswith("thinker · ≈ ")
            await user.sees(lambda: user.items()[-1].thinking_caption != caption)
            assert user.items()[-1].thinks_first
            user.clicks_on_message("answer-now")
            await user.sees(lambda: user.items()[-1].text == "Now." and user.has_ended())

    run(scenario())


def test_a_key_switches_reasoning(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert switch(user, "featureReasoning").isChecked()
            assert "then echo answers (Ctrl+T)" in switch(user, "featureReasoning").toolTip()
            user.presses(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
            assert not switch(user, "featureReasoning").isChecked()
            user.presses(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
            assert switch(user, "featureReasoning").isChecked()

    run(scenario())


def test_the_thinking_stays_open_if_the_settings_say_so(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            gateway.then(answer("x", thinking="Deep."), answer("Folded."))
            await user.asks_and_reads("Why?")
            assert "Deep." not in texts(user.view)
            user.program.settings.open()
            fold = find(user.window, QAbstractButton, "foldThinkingSwitch")
            await until(fold.isVisible)
            press(fold)
            user.clicks("settingsClose")
            gateway.then(answer("x", thinking="Deeper."), answer("Open."))
            await user.asks_and_reads("And?")
            assert "Deeper." in texts(user.view)
        assert "fold_thinking = false" in (tmp_path / "config.toml").read_text(encoding="utf-8")

    run(scenario())


def test_the_thinking_has_limits_and_parameters_of_its_own(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    gateway.then(answer("x", thinking="One two three four five six seven " * 9, tokens_per_s=100), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("thinkerButton")
            await until(find(user.window, QAbstractButton, "passOn").isVisible)
            user.clicks("passOn")
            choose_in_menu("Limits of the thinking…")
            fields = {
                name: find(user.window, QLineEdit, f"option_{name}")
                for name in ("budget_tokens", "time_limit_s", "temperature", "max_tokens")
            }
            await until(fields["budget_tokens"].hasFocus)
            QTest.keyClicks(fields["budget_tokens"], "12")
            QTest.keyClicks(fields["time_limit_s"], "30.5")
            QTest.keyClicks(fields["temperature"], "3")
            message = find(user.window, QLabel, "featureOptionsMessage")
            assert message.isVisible()
            assert message.text() == "Temperature: a number from 0 to 2."
            QTest.keyClick(fields["temperature"], Qt.Key.Key_Backspace)
            QTest.keyClicks(fields["temperature"], "0")
            assert not message.isVisible()
            QTest.keyClicks(fields["max_tokens"], "900")
            user.clicks("option_reasoning_effort")
            choose_in_menu("high")
            assert find(user.window, QAbstractButton, "option_reasoning_effort").text() == "high"
            QTest.keyClick(fields["budget_tokens"], Qt.Key.Key_Escape)
            assert await user.asks_and_reads("Why?") == "Reply."
            assert "budget of 12 tokens" in user.items()[-1].notice
            thinker, answerer = (request.json for request in gateway.chats)
            assert (thinker["temperature"], thinker["max_tokens"], thinker["reasoning_effort"]) == (0, 900, "high")
            assert not {"temperature", "max_tokens", "reasoning_effort"} & set(answerer)
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2)
            reasoning = user.program.reasoning.reasoning
            assert (reasoning.budget_tokens, reasoning.time_limit_s) == (12, 30.5)
            assert reasoning.parameters == {"temperature": 0, "max_tokens": 900, "reasoning_effort": "high"}

    run(scenario())


IMAGE_ANALYSIS = """
[[endpoint.features]]
id = "image_analysis"
name = "Image analysis"
suffix = "-ocr"
blind_only = true
"""
SIGHTS: list[Mapping[str, Any]] = [
    {"id": "seeing", "architecture": {"input_modalities": ["text", "image"]}},
    {"id": "blind", "architecture": {"input_modalities": ["text"]}},
]


def hint(user: User) -> str:
    """What the composer says above its buttons."""
    label = find(user.window, QLabel, "composerHint")
    return label.text() if label.isVisible() else ""


async def choose_model(user: User, model: str) -> None:
    """By its name, in the picker, as soon as it is listed."""
    user.clicks("modelButton")
    search = find(user.window, QLineEdit, "modelSearch")
    await until(lambda: search.isVisible() and user.program.models.find(ModelRef("loop", model)).sees is not None)
    QTest.keyClicks(search, model)
    QTest.keyClick(search, Qt.Key.Key_Return)


def picture() -> BytesSource:
    return BytesSource(encoded(photo(40, 30)), "bridge.png")


def test_it_is_said_that_the_thinker_does_not_see_the_pictures(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true").replace("thinker", "blind"))
    gateway.models = SIGHTS
    gateway.then(answer("x", thinking="Deep."), answer("A bridge."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await choose_model(user, "seeing")
            user.program.attachments.add([picture()])
            await until(lambda: hint(user) == "blind does not see pictures: it thinks without them.")
            user.clicks("featureReasoning")
            assert hint(user) == ""
            user.clicks("featureReasoning")
            assert await user.asks_and_reads("What is it?") == "A bridge."
            assert hint(user) == ""
            assert "image_url" not in str(gateway.chats[0].json)
            assert "image_url" in str(gateway.chats[1].json)

    run(scenario())


def test_image_analysis_is_for_models_that_do_not_see(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, IMAGE_ANALYSIS)
    gateway.models = SIGHTS

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert user.window.findChild(QPushButton, "featureImages") is None  # nobody knows whether echo sees
            await choose_model(user, "blind")
            user.program.attachments.add([picture()])
            await until(lambda: hint(user).startswith("blind does not see pictures. Switch on Image analysis"))
            user.clicks("featureImages")
            assert hint(user) == ""
            gateway.then(answer("Read."))
            assert await user.asks_and_reads("What is it?") == "Read."
            assert gateway.chats[-1].json["model"] == "blind-ocr"
            await choose_model(user, "seeing")
            assert hint(user) == "Image analysis is off: seeing sees pictures itself."
            gateway.then(answer("Seen."))
            assert await user.asks_and_reads("And now?") == "Seen."
            assert gateway.chats[-1].json["model"] == "seeing"
            assert hint(user) == ""
            await choose_model(user, "blind")
            assert switch(user, "featureImages").isChecked()

    run(scenario())


OTHER_ENDPOINT = """
[[endpoint]]
id = "other"
name = "Other"
base_url = "{base_url}"
needs_key = false
"""


def test_a_switch_does_not_lie_where_the_endpoint_does_not_offer_it(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, FEATURES + OTHER_ENDPOINT.format(base_url=gateway.base_url))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.clicks("featureReasoning")
            user.clicks("featureWeb")
            assert user.window.thinker_chip.isVisible()
            user.program.models.pick(ModelRef("other", "echo"))
            await until(lambda: user.window.findChild(QPushButton, "featureWeb") is None)
            assert not switch(user, "featureReasoning").isChecked()
            assert not user.window.thinker_chip.isVisible()
            gateway.then(answer("Plain."))
            assert await user.asks_and_reads("Why?") == "Plain."
            assert gateway.chats[-1].json["model"] == "echo"
            user.program.models.pick(ModelRef("loop", "echo"))
            assert switch(user, "featureWeb").isChecked()
            assert switch(user, "featureReasoning").isChecked()
            assert user.window.thinker_chip.isVisible()
            gateway.then(answer("Found."))
            assert await user.asks_and_reads("And now?") == "Found."
            assert gateway.chats[-1].json["model"] == "echo-r1-fusion-web-search"

    run(scenario())


def test_a_running_turn_keeps_its_choices_and_the_next_one_takes_the_new(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    write_config(tmp_path, gateway, FEATURES + TWO_MODELS.format(enabled="true"))
    gateway.then(answer("x", thinking="One two three four five six " * 20, tokens_per_s=5), answer("First."))
    gateway.then(answer("Second."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("One?")
            await user.sees(lambda: len(user.items()) == 2 and "two" in (user.items()[-1].thinking or ""))
            user.asks("Two?")
            await user.sees(lambda: len(user.items()) == 3)
            user.clicks("featureReasoning")
            user.clicks("featureWeb")
            user.clicks_on_message("answer-now")
            await user.sees(lambda: user.texts() == ["One?", "First.", "Two?", "Second."] and user.has_ended())
            assert [request.json["model"] for request in gateway.chats] == ["thinker", "echo", "echo-web-search"]
            assert user.items()[1].caption.startswith("with thinker")
            assert not user.items()[3].thinking

    run(scenario())


def labels(user: User) -> list[str]:
    """What the texts on the thinking card are called."""
    return [row.label for row in all_rows(user.view) if isinstance(row, SeamRow)]


def test_draft_critique_and_thinking_are_told_apart(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true") + 'pass_on = "critique"\n')
    gateway.then(answer("First draft."), answer("Too short.", thinking="Hm."), answer("Longer.", tokens_per_s=30))
    named = ["Draft by echo", "Thinking by thinker", "Critique by thinker"]

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Why?") == "Longer."
            assert user.items()[-1].thinking_labels == tuple(named)
            assert labels(user) == []
            user.view.toggle_thinking(user.items()[-1].id)
            assert labels(user) == named
            gateway.then(answer("Draft.", tokens_per_s=20), answer("Short " * 40, thinking="Hm.", tokens_per_s=20))
            user.asks("And now?")
            await user.sees(lambda: labels(user)[3:] == named[:1])
            await user.sees(lambda: labels(user)[3:] == named)
            user.clicks_on_message("answer-now")
            await user.sees(user.has_ended)
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 4 and user.items()[-1].thinking_labels == tuple(named))

    run(scenario())


def test_thinking_that_stands_alone_has_no_label(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    write_config(tmp_path, gateway, TWO_MODELS.format(enabled="true"))
    gateway.then(answer("x", thinking="Deep."), answer("Reply."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            assert await user.asks_and_reads("Why?") == "Reply."
            assert user.items()[-1].thinking_labels == ()

    run(scenario())
