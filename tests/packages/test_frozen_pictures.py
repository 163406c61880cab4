"""Every format of pictures that the program reads, in the frozen program, whose decoders are plugins and libraries."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.services.pictures import ACCEPTED
from tests.desktop.screen import Screen, wait_until
from tests.desktop.started import Start
from tests.gateway import Gateway
from tests.ui.programs import ENVIRONMENT, write_config
from tests.unit.pictures import decoded, encoded, exif, photo, screenshot, swapped_profile

pytestmark = pytest.mark.desktop

SIZE = (120, 80)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="99" height="60" fill="red"/></svg>'
FILES: dict[str, Callable[[], bytes]] = {
    "screen.png": lambda: encoded(screenshot(*SIZE)),
    "photo.jpg": lambda: encoded(photo(*SIZE), "JPEG", exif=exif(1), icc_profile=swapped_profile()),
    "print.jpg": lambda: encoded(photo(*SIZE, "CMYK"), "JPEG"),
    "page.webp": lambda: encoded(photo(*SIZE), "WEBP"),
    "moving.gif": lambda: encoded(photo(*SIZE), "GIF", save_all=True, append_images=[screenshot(*SIZE)]),
    "old.bmp": lambda: encoded(photo(*SIZE), "BMP"),
    "drawing.svg": lambda: SVG,
}


def test_all_accepted_formats_are_tried() -> None:
    endings = {name.rpartition(".")[2] for name in FILES}
    named = ACCEPTED.lower().replace(" and ", ", ").replace("jpeg", "jpg").split(", ")
    assert endings == set(named)


def test_a_picture_of_every_format_is_attached_and_sent(
    start: Start, screen: Screen, gateway: Gateway, tmp_path: Path
) -> None:
    folder = Path(screen.env["HOME"]) / "Pictures"
    folder.mkdir(exist_ok=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content())
    write_config(tmp_path, gateway)
    ligature = start(tmp_path, ENVIRONMENT)
    reader = ligature.reader
    screen.own_clipboard("text/uri-list", "\r\n".join((folder / name).as_uri() for name in FILES).encode())
    ligature.presses("ctrl+v")
    wait_until(lambda: reader.is_shown("attachmentList"), what="the attachments")
    ligature.asks("What are these?")
    assert ligature.answer().description.startswith("You said: ")
    sent = [
        part["image_url"]["url"] for part in gateway.chats[0].json["messages"][-1]["content"] if "image_url" in part
    ]
    pictures = [decoded(base64.b64decode(url.partition(",")[2])) for url in sent]
    *photos, drawing = [picture.size for picture in pictures]
    assert photos == [SIZE] * (len(FILES) - 1)
    assert drawing[0] / drawing[1] == pytest.approx(SIZE[0] / SIZE[1], rel=0.01)  # drawn larger than it says
    assert ligature.quits() == 0
