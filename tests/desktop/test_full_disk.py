"""No room on the disk, or no right to write there: what to do is said, and no word is lost."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.desktop.screen import Screen, wait_until
from tests.desktop.screen_reader import SEEN, ScreenReader
from tests.desktop.small_disk import SmallDisk, disk
from tests.desktop.started import Ligature, Start
from tests.gateway import Gateway, answer
from tests.ui.programs import ENVIRONMENT, write_config

__all__ = ["disk"]

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(sys.platform != "linux", reason="the small disk is Linux's"),
]
WORDS = " ".join(f"word-{number}" for number in range(1, 81))
FULL = "The disk is full."


def cannot_start(screen: Screen, reader: ScreenReader, command: Sequence[str], env: Mapping[str, str]) -> str:
    """What a program says that cannot start; it has to end by itself when the user has read that."""
    program = screen.start(command, {**SEEN, **ENVIRONMENT, **env}, python=False)
    reader.shown("startFailed")
    screen.xdotool("windowactivate", "--sync", screen.window("Ligature"), "key", "Return")
    assert program.process.wait(15) == 1
    told = program.log.read_text(encoding="utf-8")
    assert "Traceback" not in told
    return told


def test_a_start_on_a_full_disk_says_so(
    screen: Screen, reader: ScreenReader, command: Sequence[str], disk: SmallDisk
) -> None:
    disk.fill()
    told = cannot_start(screen, reader, [*command, "--data-dir", str(disk.folder / "data")], {})
    assert FULL in told or "No space left on device" in told


def test_a_start_on_a_disk_that_has_become_full_says_so_and_later_all_is_there(
    start: Start, gateway: Gateway, command: Sequence[str], disk: SmallDisk
) -> None:
    ligature = begun(start, gateway, disk)
    assert ligature.quits() == 0
    disk.fill()
    told = cannot_start(ligature.screen, ligature.reader, [*command, "--data-dir", str(ligature.data_dir)], {})
    assert FULL in told
    disk.make_room()
    assert start(ligature.data_dir, ENVIRONMENT).answer().description == "You said: First?"


def test_a_start_with_a_read_only_home_says_so(
    screen: Screen, reader: ScreenReader, command: Sequence[str], disk: SmallDisk
) -> None:
    disk.make_read_only()
    told = cannot_start(screen, reader, command, {"HOME": str(disk.folder)})
    assert "Read-only file system" in told
    assert "--data-dir" in told


def test_a_start_on_a_disk_that_has_become_read_only_says_so(
    start: Start, gateway: Gateway, command: Sequence[str], disk: SmallDisk
) -> None:
    ligature = begun(start, gateway, disk)
    assert ligature.quits() == 0
    disk.make_read_only()
    told = cannot_start(ligature.screen, ligature.reader, [*command, "--data-dir", str(ligature.data_dir)], {})
    assert "cannot be written" in told


def begun(start: Start, gateway: Gateway, disk: SmallDisk) -> Ligature:
    """The program on the small disk, with one answered question."""
    data_dir = disk.folder / "data"
    write_config(data_dir, gateway)
    ligature = start(data_dir, ENVIRONMENT)
    ligature.asks("First?")
    ligature.answer()
    return ligature


def notices(ligature: Ligature) -> str:
    """All that the program tells above the chat."""
    return " ".join(node.name for node in ligature.reader.tree() if node.id == "notice" and node.showing)


def streams_onto_a_full_disk(ligature: Ligature, gateway: Gateway, disk: SmallDisk) -> None:
    """The disk fills up while an answer comes; all of the answer is on the screen nevertheless."""
    gateway.then(answer(WORDS, tokens_per_s=40))
    ligature.asks("Second?")
    wait_until(lambda: "word-20 " in ligature.messages()[-1].description, what="the first words")
    disk.fill()
    wait_until(lambda: "word-80" in ligature.messages()[-1].description, what="the last word")
    wait_until(lambda: FULL in notices(ligature), what="a word about the disk")


def test_an_answer_that_finds_the_disk_full_stays_and_is_saved_once_there_is_room(
    start: Start, gateway: Gateway, disk: SmallDisk
) -> None:
    ligature = begun(start, gateway, disk)
    streams_onto_a_full_disk(ligature, gateway, disk)
    assert ligature.messages()[-1].description == WORDS
    disk.make_room()
    assert ligature.answer(4).description == WORDS
    wait_until(lambda: not notices(ligature), what="nothing more to tell")
    assert ligature.quits() == 0
    again = start(ligature.data_dir, ENVIRONMENT)
    assert [message.description for message in again.messages()] == ["First?", "You said: First?", "Second?", WORDS]
    assert again.quits() == 0


def test_leaving_while_an_answer_is_not_saved_asks_first_and_loses_nothing_that_was_stored(
    start: Start, gateway: Gateway, disk: SmallDisk
) -> None:
    ligature = begun(start, gateway, disk)
    streams_onto_a_full_disk(ligature, gateway, disk)
    ligature.presses("ctrl+q")
    wait_until(lambda: "not saved yet" in notices(ligature), what="a warning")
    assert ligature.program.process.poll() is None
    assert ligature.messages()[-1].description == WORDS
    assert ligature.quits() == 0
    disk.make_room()
    again = start(ligature.data_dir, ENVIRONMENT)
    texts = [message.description for message in again.messages()]
    assert texts[:3] == ["First?", "You said: First?", "Second?"]
    assert "word-1 word-2" in texts[3]
    assert again.quits() == 0


@pytest.mark.parametrize("is_new_chat", [False, True])
def test_a_question_that_cannot_be_saved_stays_in_the_composer(
    start: Start, gateway: Gateway, disk: SmallDisk, is_new_chat: bool
) -> None:
    ligature = begun(start, gateway, disk)
    if is_new_chat:
        ligature.presses("ctrl+n")
        ligature.reader.shown("emptyChat")
    disk.fill()
    ligature.asks("Is it kept?")
    wait_until(lambda: FULL in notices(ligature), what="a word about the disk")
    ligature.reader.wait("composer", lambda node: node.text == "Is it kept?", "has the question again")
    assert len(gateway.chats) == 1
    disk.make_room()
    ligature.presses("Return")
    assert ligature.answer(2 if is_new_chat else 4).description == "You said: Is it kept?"
    wait_until(lambda: not notices(ligature), what="nothing more to tell")
    assert ligature.quits() == 0


def test_a_draft_that_could_not_be_saved_is_saved_when_the_program_ends(
    start: Start, gateway: Gateway, disk: SmallDisk
) -> None:
    ligature = begun(start, gateway, disk)
    disk.fill()
    ligature.types("Not yet sent")
    wait_until(lambda: FULL in notices(ligature), what="a word about the disk")
    disk.make_room()
    assert ligature.quits() == 0
    again = start(ligature.data_dir, ENVIRONMENT)
    again.reader.wait("composer", lambda node: node.text == "Not yet sent", "has the draft")
    assert again.quits() == 0


def test_a_picture_that_cannot_be_kept_is_refused_with_what_to_do(
    start: Start, gateway: Gateway, disk: SmallDisk, tmp_path: Path
) -> None:
    from tests.unit.pictures import encoded, photo

    ligature = begun(start, gateway, disk)
    disk.fill()
    ligature.screen.own_clipboard("image/png", encoded(photo(300, 200)))
    ligature.presses("ctrl+v")
    wait_until(lambda: "could not be saved" in notices(ligature), what="a word about the picture")
    disk.make_room()
    ligature.presses("ctrl+v")
    ligature.reader.shown("attachmentList")
    assert ligature.quits() == 0
