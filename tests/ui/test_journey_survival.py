"""Everything survives: kills, restarts, second thoughts."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView

from desktop.core.conversation import Status
from desktop.first_window import open_window
from desktop.running import complete
from desktop.services.paths import Paths
from desktop.ui.instance import Instance
from desktop.ui.sources import FileSource
from tests.gateway import Gateway, answer
from tests.ui.acting import find
from tests.ui.programs import running, write_config

LISTENING = """
import sys
from desktop.app import main
sys.exit(main(sys.argv[1:], on_complete=lambda _program: print("complete", flush=True)))
"""
Run = Callable[[Coroutine[Any, Any, Any]], Any]
JOURNAL_LAG_CHARACTERS = 2048  # the store promises 250 ms or 2 KB


def test_a_kill_in_mid_answer_loses_no_more_than_a_moment_and_the_answer_goes_on(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    words = " ".join(f"word{number}" for number in range(3000))
    gateway.then(answer(words, tokens_per_s=500), answer(" The end."))
    write_config(tmp_path, gateway)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.asking_child", str(tmp_path), "4000"], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    seen = int(child.stdout.readline())
    child.kill()
    child.wait()
    child.stdout.close()

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: len(user.items()) == 2 and user.texts()[1], "the partial answer")
            partial = user.texts()[1]
            assert words.startswith(partial)
            assert len(partial) >= seen - JOURNAL_LAG_CHARACTERS
            assert user.answer().status is Status.INTERRUPTED
            assert "Interrupted" in user.answer().notice
            assert user.answer().footer.startswith("≈ ")
            user.clicks_on_message("continue")
            await user.sees(lambda: user.texts()[1] == f"{partial} The end.", "the rest")

    run(scenario())


def test_a_deleted_chat_can_be_brought_back(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Keep me?")
            user.presses(Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            await user.sees(lambda: not user.chat_titles() and not user.items(), "an empty window")
            assert any("deleted" in text for text in user.notices())
            user.clicks_text("Undo")
            await user.sees(lambda: user.texts()[:1] == ["Keep me?"], "the chat again")
            assert user.chat_titles() == ["Keep me?"]

    run(scenario())


def test_a_deleted_chat_stays_deleted_after_a_restart(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Forget me?")
            user.window.chat_list.delete_chat(user.program.chats.chat.id)
            await user.sees(lambda: not user.chat_titles(), "an empty list")

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            assert user.chat_titles() == []

    run(first())
    run(second())


def test_each_chat_keeps_its_own_draft_with_its_pictures(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    picture = tmp_path / "bridge.png"
    Image.new("RGB", (40, 30), "navy").save(picture)

    async def first() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.asks_and_reads("One?")
            user.types("more of one")
            user.program.attachments.add([FileSource(picture)])
            await user.sees(lambda: user.window.composer.draft().attachments, "the picture")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: not user.items(), "an empty chat")
            assert user.editor.toPlainText() == ""
            user.types("not yet asked")

    async def second() -> None:
        async with running(tmp_path / "data", gateway) as user:
            await user.sees(lambda: user.editor.toPlainText() == "not yet asked", "the draft of the new chat")
            user.chooses_chat("One?")
            await user.sees(lambda: user.editor.toPlainText() == "more of one", "the draft of the first")
            assert [part.name for part in user.window.composer.draft().attachments] == ["bridge.png"]

    run(first())
    run(second())


def test_what_is_typed_and_sent_while_a_chat_opens_goes_to_that_chat(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("One?")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: not user.items(), "an empty chat")
            await user.asks_and_reads("Two?")
            user.types("left behind")
            user.chooses_chat("One?")
            user.asks("And then?")
            await user.sees(lambda: user.texts()[:1] == ["One?"] and len(user.items()) == 4, "the question in its chat")
            assert user.texts()[2] == "And then?"
            user.chooses_chat("Two?")
            await user.sees(lambda: user.editor.toPlainText() == "left behind", "the other chat's draft")

    run(scenario())


def test_what_is_typed_before_the_last_chat_is_open_stays(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("One?")

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            user.asks("Early")
            await user.sees(lambda: user.texts()[2:3] == ["Early"], "the early question")

    run(first())
    run(second())


def test_a_picture_is_sent_without_its_metadata_and_seen_beside_the_question(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    picture = tmp_path / "bridge.jpg"
    photo = Image.effect_noise((300, 200), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"
    photo.save(picture, exif=exif)

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            user.program.attachments.add([FileSource(picture)])
            await user.sees(lambda: user.window.composer.draft().attachments, "the picture")
            await user.asks_and_reads("What is this?")
            text, image = gateway.chats[0].json["messages"][0]["content"]
            assert text == {"type": "text", "text": "What is this?"}
            assert image["image_url"]["url"].startswith("data:image/jpeg;base64,")
            assert image["image_url"]["detail"] == "auto"
            assert b"SecretCameraMaker" not in gateway.chats[0].body
            assert len(user.items()[0].attachments) == 1

    run(scenario())


def test_a_bad_file_gets_its_own_message_and_the_others_stay(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    Image.new("RGB", (40, 30), "navy").save(good)
    bad.write_bytes(b"\x89PNG but not really")

    async def scenario() -> None:
        async with running(tmp_path / "data", gateway) as user:
            user.program.attachments.add([FileSource(bad), FileSource(good)])
            await user.sees(lambda: any("bad.png" in text for text in user.notices()), "the message")
            await user.sees(lambda: len(user.window.composer.draft().attachments) == 1, "the good one")

    run(scenario())


def test_a_renamed_and_pinned_chat_stays_so(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("Old name?")
            view = find(user.window, QListView, "chatList")
            user.presses(Qt.Key.Key_F2)
            editor = user.window.focusWidget()
            assert editor is not None
            QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(editor, "New name")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            await user.sees(lambda: user.chat_titles() == ["New name"], "the new name")
            assert view.isVisible()

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            assert user.chat_titles() == ["New name"]

    run(first())
    run(second())


def test_search_finds_words_in_answers_and_opens_them(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    gateway.then(answer("The hangers are shortest at mid-span."), answer("Nothing of the kind."))

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First?")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.sees(lambda: not user.items(), "an empty chat")
            await user.asks_and_reads("Second?")
            user.presses(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
            field = user.window.focusWidget()
            assert field is not None
            QTest.keyClicks(field, "hangers")
            results = find(user.window, QListView, "searchResults")
            await user.sees(lambda: results.isVisible() and results.model().rowCount() == 1, "one result")
            QTest.keyClick(field, Qt.Key.Key_Return)
            await user.sees(lambda: user.texts()[:1] == ["First?"], "the chat that was found")

    run(scenario())


def test_two_starts_with_one_data_folder_share_one_window(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            user.window.showMinimized()
            second = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "desktop", "--data-dir", str(tmp_path)],
                timeout=30,
                check=False,
            )
            assert second.returncode == 0
            await user.sees(lambda: not user.window.isMinimized(), "the first window again")

    run(scenario())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_program_that_is_asked_to_end_ends_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    program = subprocess.Popen(
        [sys.executable, "-c", LISTENING, "--data-dir", str(tmp_path)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "complete\n"
    program.send_signal(number)
    assert program.wait(20) == 0
    program.stdout.close()


def test_a_program_that_is_asked_to_end_before_it_runs_ends_all_the_same(run: Run, tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    paths.create()
    instance = Instance(paths.lock_file)
    assert instance.acquire()

    async def scenario() -> None:
        program = complete(open_window(paths, instance))
        program.quit()
        await asyncio.wait_for(program.run(), 20)
        program.window.deleteLater()

    run(scenario())


def test_folded_columns_stay_folded_after_a_restart(run: Run, gateway: Gateway, tmp_path: Path) -> None:
    async def first() -> None:
        async with running(tmp_path, gateway) as user:
            user.window.toggle_chats()
            user.window.toggle_parameters()

    async def second() -> None:
        async with running(tmp_path, gateway) as user:
            assert user.window.columns.wants() == (False, True)  # the test's screen is too narrow to show them

    run(first())
    run(second())


@pytest.mark.parametrize("text", ["[[endpoint]\n", "[ui]\nfont_scale = 9\n"])
def test_a_broken_config_is_told_with_its_line_and_never_overwritten(
    run: Run, gateway: Gateway, tmp_path: Path, text: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text, encoding="utf-8")

    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.sees(lambda: any("config.toml" in notice for notice in user.notices()), "the notice")
            user.presses(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
            await asyncio.sleep(0.2)

    run(scenario())
    assert config.read_text(encoding="utf-8") == text


def test_in_a_narrow_window_a_chosen_chat_is_seen_and_the_keyboard_is_in_its_composer(
    run: Run, gateway: Gateway, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with running(tmp_path, gateway) as user:
            await user.asks_and_reads("First")
            user.presses(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            await user.asks_and_reads("Second")
            user.window.resize(700, 600)
            await user.sees(lambda: not user.window.columns.left_shown, "the chats folded")
            user.clicks("sidebarUnfold")
            await user.sees(lambda: user.window.columns.left_shown, "the chats over the conversation")
            user.chooses_chat("First")
            await user.sees(lambda: user.texts()[:1] == ["First"], "the first chat")
            assert not user.window.columns.left_shown
            assert user.editor.hasFocus()

    run(scenario())
