"""The attachment store: what it takes, what it refuses, what it keeps."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core.conversation import PicturePart
from desktop.core.errors import AttachmentError, StorageError
from desktop.services import attachments as module
from desktop.services.attachments import Attachments
from tests.unit.pictures import decoded, encoded, photo, screenshot

ONE_HOUR_S = 3600.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Attachments]:
    attachments = Attachments(tmp_path / "attachments")
    yield attachments
    attachments.close()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


async def test_a_file_becomes_a_part_that_tells_name_size_and_kind(store: Attachments, tmp_path: Path) -> None:
    part = await store.add_file(written(tmp_path, "bridge.jpg", encoded(photo(), "JPEG")))
    data = store.read(part.sha256)
    assert part == PicturePart(hashlib.sha256(data).hexdigest(), "image/jpeg", 640, 480, len(data), "bridge.jpg")
    assert decoded(store.path(part.sha256).read_bytes()).size == (640, 480)


async def test_the_thumbnail_is_small_and_falls_back_to_the_picture(store: Attachments) -> None:
    part = await store.add_bytes(encoded(screenshot()), "a.png")
    assert decoded(store.thumbnail(part.sha256).read_bytes()).size == (320, 240)
    store.thumbnail(part.sha256).unlink()
    assert store.thumbnail(part.sha256) == store.path(part.sha256)


async def test_the_same_picture_twice_is_kept_once(store: Attachments, tmp_path: Path) -> None:
    data = encoded(screenshot())
    first = await store.add_bytes(data, "one.png")
    second = await store.add_bytes(data, "two.png")
    assert first.sha256 == second.sha256
    assert [first.name, second.name] == ["one.png", "two.png"]
    kept = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert len(kept) == 2  # the picture and its thumbnail, and nothing temporary


async def test_a_data_url_carries_the_kept_bytes(store: Attachments) -> None:
    part = await store.add_bytes(encoded(screenshot()), "a.png")
    url = await store.data_url(part)
    assert url.startswith("data:image/png;base64,")
    assert base64.b64decode(url.partition(",")[2]) == store.read(part.sha256)


async def test_a_folder_is_refused(store: Attachments, tmp_path: Path) -> None:
    with pytest.raises(AttachmentError, match="is a folder") as refused:
        await store.add_file(tmp_path)
    assert refused.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
async def test_devices_and_pipes_are_refused_without_being_read(store: Attachments, tmp_path: Path) -> None:
    link = tmp_path / "endless.png"
    link.symlink_to("/dev/zero")
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    for path in (link, pipe):
        with pytest.raises(AttachmentError, match="not an ordinary file"):
            await asyncio.wait_for(store.add_file(path), 5)


async def test_a_link_to_a_picture_is_followed(store: Attachments, tmp_path: Path) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(written(tmp_path, "real.png", encoded(screenshot())))
    assert (await store.add_file(link)).name == "link.png"


async def test_missing_empty_and_oversized_files_are_refused(
    store: Attachments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AttachmentError, match="cannot be read"):
        await store.add_file(tmp_path / "gone.png")
    with pytest.raises(AttachmentError, match="empty"):
        await store.add_file(written(tmp_path, "empty.png", b""))
    monkeypatch.setattr(module, "LARGEST_FILE_BYTES", 1000)
    with pytest.raises(AttachmentError, match="larger than"):
        await store.add_file(written(tmp_path, "large.png", encoded(photo())))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs file permissions that hold")
async def test_an_unreadable_file_is_refused(store: Attachments, tmp_path: Path) -> None:
    path = written(tmp_path, "private.png", encoded(screenshot()))
    path.chmod(0)
    with pytest.raises(AttachmentError, match="cannot be read"):
        await store.add_file(path)


async def test_of_a_hundred_files_each_bad_one_has_its_own_error(store: Attachments, tmp_path: Path) -> None:
    paths = []
    for number in range(100):
        data = encoded(screenshot(40 + number, 30)) if number % 10 else b"not a picture"
        paths.append(written(tmp_path, f"{number}.png", data))
    results = await asyncio.gather(*(store.add_file(path) for path in paths), return_exceptions=True)
    for number, result in enumerate(results):
        if number % 10:
            assert isinstance(result, PicturePart)
            assert result.width == 40 + number
        else:
            assert isinstance(result, AttachmentError)
            assert f"“{number}.png”" in result.text


async def test_the_loop_stays_free_while_a_picture_is_decoded(store: Attachments) -> None:
    data = encoded(photo(3000, 2000), "JPEG")
    task = asyncio.create_task(store.add_bytes(data, "large.jpg"))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert (await task).width == 2000
    assert turns > 10


async def test_names_are_fit_to_be_shown(store: Attachments) -> None:
    data = encoded(screenshot())
    assert (await store.add_bytes(data, "a\nb\x07\u202e.png")).name == "ab.png"
    assert (await store.add_bytes(data, "x" * 500 + ".png")).name.endswith("x.png")
    assert len((await store.add_bytes(data, "x" * 500 + ".png")).name) == 120
    assert (await store.add_bytes(data, "")).name == "picture"


async def test_svg_is_drawn_by_the_function_handed_in(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def draw(data: bytes) -> bytes:
        seen.append(data)
        return encoded(screenshot())

    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    attachments = Attachments(tmp_path, draw)
    part = await attachments.add_bytes(drawing, "a.svg")
    attachments.close()
    assert seen == [drawing]
    assert (part.mime, part.name) == ("image/png", "a.svg")
    without = Attachments(tmp_path)
    with pytest.raises(AttachmentError, match="SVG"):
        await without.add_bytes(drawing, "a.svg")
    without.close()


async def test_what_is_no_longer_used_is_collected_with_its_thumbnail(store: Attachments, tmp_path: Path) -> None:
    used = await store.add_bytes(encoded(screenshot()), "used.png")
    unused = await store.add_bytes(encoded(photo()), "unused.png")
    assert await store.collect({used.sha256}) == 0  # young: its message may not be saved yet
    assert await store.collect({used.sha256}, kept_at_least_s=0) == 2
    assert store.read(used.sha256)
    assert store.thumbnail(used.sha256) != store.path(used.sha256)
    with pytest.raises(AttachmentError, match="no longer"):
        store.read(unused.sha256)


async def test_a_picture_attached_again_counts_as_young(store: Attachments) -> None:
    data = encoded(screenshot())
    part = await store.add_bytes(data, "a.png")
    for path in (store.path(part.sha256), store.thumbnail(part.sha256)):
        os.utime(path, (0, 0))
    await store.add_bytes(data, "a.png")
    assert await store.collect(set(), ONE_HOUR_S) == 0


async def test_a_full_or_missing_disk_is_told(tmp_path: Path) -> None:
    in_the_way = written(tmp_path, "attachments", b"a file where the folder should be")
    attachments = Attachments(in_the_way)
    with pytest.raises(StorageError, match="could not be saved"):
        await attachments.add_bytes(encoded(screenshot()), "a.png")
    attachments.close()
