"""Pictures and text from other programs, by real drag and drop and through the real clipboard."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.desktop.screen import Program, Screen
from tests.unit.pictures import encoded, exif, photo, screenshot

pytestmark = pytest.mark.desktop

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'


@pytest.fixture
def folder(screen: Screen) -> Path:
    """A folder that is not the temporary one, as a user's pictures are."""
    return Path(tempfile.mkdtemp(dir=screen.env["HOME"]))


@pytest.fixture
def host(screen: Screen, folder: Path) -> Iterator[Program]:
    """A window with the composer, active, with the caret in the text."""
    # Files under the temporary folder are read at drop time; here the user's files must not look like that.
    elsewhere = folder / "temporary"
    elsewhere.mkdir()
    program = screen.start(
        ["-m", "tests.desktop.composer_host", str(folder / "attachments")], {"TMPDIR": str(elsewhere)}
    )
    yield program
    assert program.process.poll() is None, "the window is gone"


Drop = Callable[..., Program]


@pytest.fixture
def drop(screen: Screen, host: Program) -> Drop:
    """Drags what is offered from another program's window onto the middle of ours."""

    def run(**offer: Any) -> Program:
        place = host.wait_for("ready")
        source = screen.start(["-m", "tests.desktop.drag_source", json.dumps(offer)])
        screen.window("Drag source")
        source.wait_for("ready")
        start = (190, 140)
        screen.drag(start, (place["x"] + place["width"] // 2, place["y"] + place["height"] // 2))
        return source

    return run


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def paste(screen: Screen, host: Program, mime: str, data: bytes) -> None:
    host.wait_for("ready")
    screen.own_clipboard(mime, data)
    screen.xdotool("key", "ctrl+v")


def test_files_from_a_file_manager_are_attached_and_stay_where_they_are(
    drop: Drop, host: Program, folder: Path
) -> None:
    turned = written(folder, "bridge one.jpg", encoded(photo(64, 48), "JPEG", exif=exif(6)))
    source = drop(urls=[turned.as_uri()], text=str(turned))
    attached = host.wait_for("attached")
    assert (attached["name"], attached["width"], attached["height"]) == ("bridge one.jpg", 48, 64)
    assert source.wait_for("dragged")["action"] == "CopyAction"  # a move would delete the file
    assert turned.exists()


def test_of_several_files_each_bad_one_has_its_own_message(drop: Drop, host: Program, folder: Path) -> None:
    paths = [
        written(folder, "a.png", encoded(screenshot())),
        written(folder, "b.svg", SVG),
        written(folder, "broken.png", encoded(screenshot())[:200]),
        written(folder, "notes.txt", b"no picture"),
        folder / "album",
        folder / "pipe.png",
        folder / "endless.png",
    ]
    paths[4].mkdir()
    os.mkfifo(paths[5])
    paths[6].symlink_to("/dev/zero")
    drop(urls=[path.as_uri() for path in paths])
    seen = [host.wait_for("attached")["name"] for _ in range(2)]
    while len([event for event in host.events if event["event"] == "refused"]) < 5:
        host.wait_for("refused")
    refused = sorted(event["text"] for event in host.events if event["event"] == "refused")
    assert sorted(seen) == ["a.png", "b.svg"]
    assert [text.split("”")[0].lstrip("“") for text in refused] == [
        "album", "broken.png", "endless.png", "notes.txt", "pipe.png"
    ]  # fmt: skip


def test_more_than_a_hundred_files_are_asked_about(drop: Drop, host: Program, folder: Path) -> None:
    drop(urls=[(folder / f"{number}.png").as_uri() for number in range(101)])
    assert host.wait_for("many")["count"] == 101


def test_a_picture_dragged_as_image_data_is_attached(drop: Drop, host: Program, folder: Path) -> None:
    path = written(folder, "a.png", encoded(screenshot(80, 60)))
    drop(image=str(path), html='<img src="https://example.org/bridge.png">')
    attached = host.wait_for("attached")
    assert (attached["name"], attached["width"], attached["height"]) == ("bridge.png", 80, 60)


def test_a_temporary_copy_of_a_browser_is_read_before_the_browser_deletes_it(
    drop: Drop, host: Program, folder: Path
) -> None:
    copy = written(folder / "temporary", "picture.png", encoded(screenshot(80, 60)))
    drop(urls=[copy.as_uri()], html='<img src="https://example.org/bridge.png">')
    assert host.wait_for("taken")["kinds"] == ["BytesSource"]
    copy.unlink()
    assert host.wait_for("attached")["name"] == "picture.png"


def test_a_picture_on_the_web_is_asked_about_and_not_fetched(drop: Drop, host: Program) -> None:
    drop(html='<a href="x"><img src="https://example.org/a.png"></a>', urls=["https://example.org/page"])
    assert host.wait_for("link")["link"] == "https://example.org/a.png"


def test_a_picture_written_into_html_is_attached(drop: Drop, host: Program) -> None:
    data = base64.b64encode(encoded(screenshot(80, 60))).decode()
    drop(html=f'<img src="data:image/png;base64,{data}">')
    assert host.wait_for("attached")["width"] == 80


def test_dropped_text_is_written_into_the_question(drop: Drop, host: Program) -> None:
    drop(text="Why does it sag?", html="<p>Why does it <b>sag</b>?</p>")
    assert host.wait_for("draft")["text"] == "Why does it sag?"


def test_while_something_is_held_over_the_window_it_says_what_a_drop_would_do(
    screen: Screen, host: Program, folder: Path
) -> None:
    place = host.wait_for("ready")
    path = written(folder, "a.png", encoded(screenshot()))
    screen.start(["-m", "tests.desktop.drag_source", json.dumps({"urls": [path.as_uri()]})]).wait_for("ready")
    screen.window("Drag source")
    screen.xdotool("mousemove", 190, 140, "mousedown", 1)
    # In over the search field, which would take a file's path as text, and over its whole width.
    for x in range(300, place["x"] + 400, 40):
        screen.xdotool("mousemove", x, place["y"] + 20, "sleep", 0.03)
    picture = folder / "held.png"
    host.tell(grab=str(picture))
    assert host.wait_for("grabbed")["veiled"] is True
    assert Image.open(picture).convert("RGB").getpixel((350, 330)) == (238, 237, 253)  # the soft accent
    screen.xdotool("mousemove", 400, 500, "sleep", 0.1, "mousemove", 300, 500, "sleep", 0.2)
    host.tell(grab=str(picture))
    assert host.wait_for("grabbed")["veiled"] is False
    screen.xdotool("mouseup", 1)


def test_a_pasted_picture_is_attached(screen: Screen, host: Program) -> None:
    paste(screen, host, "image/png", encoded(screenshot(80, 60)))
    attached = host.wait_for("attached")
    assert (attached["mime"], attached["width"]) == ("image/png", 80)


def test_files_copied_in_a_file_manager_are_attached(screen: Screen, host: Program, folder: Path) -> None:
    path = written(folder, "a b.png", encoded(screenshot(80, 60)))
    paste(screen, host, "x-special/gnome-copied-files", f"copy\n{path.as_uri()}".encode())
    assert host.wait_for("attached")["name"] == "a b.png"


def test_garbage_that_is_called_a_picture_is_refused_with_a_message(screen: Screen, host: Program) -> None:
    paste(screen, host, "image/png", b"garbage")
    refused = host.wait_for("refused")
    assert refused["text"] == "“Pasted picture” is not a picture that can be read."
    assert refused["hint"]


def test_pasted_text_is_written_and_enter_sends_it(screen: Screen, host: Program) -> None:
    paste(screen, host, "UTF8_STRING", "Wie schön, 你好".encode())
    host.wait_for("draft")
    screen.xdotool("key", "Return")
    assert host.wait_for("submitted")["text"] == "Wie schön, 你好"
