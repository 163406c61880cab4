"""What a drop or the clipboard brings is told apart in the right order."""

from __future__ import annotations

import base64
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.ui.sources import COPIED_FILES, BytesSource, FileSource, Kind, Taken, kind_of, take
from tests.unit.pictures import encoded, screenshot

PNG = encoded(screenshot(4, 3))
DATA_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
WEB_PICTURE = '<img src="https://example.org/bridge%20one.png?size=2" alt="a bridge">'


def mime(
    *,
    urls: list[str] | None = None,
    html: str = "",
    text: str = "",
    formats: dict[str, bytes] | None = None,
    image: QImage | None = None,
) -> QMimeData:
    data = QMimeData()
    if urls:
        data.setUrls([QUrl(url) for url in urls])
    if html:
        data.setHtml(html)
    if text:
        data.setText(text)
    for name, content in (formats or {}).items():
        data.setData(name, content)
    if image is not None:
        data.setImageData(image)
    return data


@pytest.fixture
def temporary_file(qapp: QApplication) -> Iterator[Path]:
    handle, path = tempfile.mkstemp(suffix=".png", prefix="browser-")
    os.write(handle, PNG)
    os.close(handle)
    yield Path(path)
    Path(path).unlink(missing_ok=True)


def test_files_come_before_everything_else(qapp: QApplication) -> None:
    data = mime(
        urls=["file:///pictures/a%20b.png", "file:///pictures/c.jpg"],
        html=WEB_PICTURE,
        text="file:///pictures/a%20b.png",
        formats={"image/png": PNG},
    )
    assert kind_of(data) is Kind.PICTURES
    assert take(data) == Taken((FileSource(Path("/pictures/a b.png")), FileSource(Path("/pictures/c.jpg"))))


def test_a_browsers_temporary_copy_is_read_at_once(temporary_file: Path) -> None:
    data = mime(urls=[temporary_file.as_uri()], html=WEB_PICTURE)
    taken = take(data)
    temporary_file.unlink()
    assert taken.sources == (BytesSource(PNG, temporary_file.name),)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_in_the_temporary_folder_is_not_waited_for(qapp: QApplication, tmp_path: Path) -> None:
    pipe = Path(tempfile.mkdtemp()) / "pipe.png"
    os.mkfifo(pipe)
    assert take(mime(urls=[pipe.as_uri()])).sources == (FileSource(pipe),)
    pipe.unlink()
    pipe.parent.rmdir()


def test_image_data_comes_before_html_and_is_taken_as_it_is(qapp: QApplication) -> None:
    taken = take(mime(html=WEB_PICTURE, formats={"image/png": PNG}))
    assert taken.sources == (BytesSource(PNG, "bridge one.png"),)


def test_an_image_without_a_file_format_is_encoded(qapp: QApplication) -> None:
    image = QImage(5, 4, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    (source,) = take(mime(image=image)).sources
    assert isinstance(source, BytesSource)
    assert source.name == "Pasted picture"
    assert QImage.fromData(source.data).pixelColor(2, 2).name() == "#ff0000"


def test_what_is_only_labelled_an_image_is_passed_on_so_that_its_error_is_told(qapp: QApplication) -> None:
    taken = take(mime(formats={"image/png": b"garbage"}))
    assert taken.sources == (BytesSource(b"garbage", "Pasted picture"),)


@pytest.mark.parametrize(
    "html", [f'<img src="{DATA_URL}">', f"<meta charset='utf-8'><a href='x'><img src='{DATA_URL}'></a>"]
)
def test_a_picture_written_into_html_is_taken_directly(qapp: QApplication, html: str) -> None:
    assert take(mime(html=html)).sources == (BytesSource(PNG, "Pasted picture"),)


def test_a_picture_on_the_web_is_never_fetched_silently(qapp: QApplication) -> None:
    taken = take(mime(html=WEB_PICTURE, urls=["https://example.org/page"], text="https://example.org/page"))
    assert taken == Taken(link="https://example.org/bridge%20one.png?size=2")


def test_html_never_makes_the_program_take_a_file_of_this_computer(temporary_file: Path) -> None:
    assert take(mime(html=f'<img src="{temporary_file.as_uri()}">')) == Taken()


@pytest.mark.parametrize("html", ['<img src="data:image/png;base64,%%%">', '<img src="javascript:1">', "<img>", "<"])
def test_broken_html_brings_nothing(qapp: QApplication, html: str) -> None:
    assert take(mime(html=html)).sources == ()


def test_a_passage_with_a_picture_of_itself_is_text(qapp: QApplication) -> None:
    cells = "<table><tr><td>Cause</td><td>Sag</td></tr></table>"
    data = mime(html=cells, text="Cause\tSag", formats={"image/png": PNG})
    assert take(data) == Taken(text="Cause\tSag")


def test_a_passage_with_a_picture_from_the_web_in_it_is_text(qapp: QApplication) -> None:
    data = mime(html=f"<p>The deck {WEB_PICTURE} sags.</p>", text="The deck sags.")
    assert take(data) == Taken(text="The deck sags.")


def test_the_addresses_in_a_file_managers_own_format_are_files(qapp: QApplication) -> None:
    lines = b"copy\nfile:///pictures/a%20b.png\nfile:///pictures/c.jpg"
    expected = Taken((FileSource(Path("/pictures/a b.png")), FileSource(Path("/pictures/c.jpg"))))
    assert kind_of(mime(formats={COPIED_FILES: lines})) is Kind.PICTURES
    assert take(mime(formats={COPIED_FILES: lines})) == expected
    as_text = "x-special/nautilus-clipboard\n" + lines.decode() + "\n"
    assert take(mime(text=as_text)) == expected


def test_text_stays_text_even_if_it_speaks_of_files(qapp: QApplication) -> None:
    text = "see file:///etc/passwd\nfile:///etc/passwd"
    assert kind_of(mime(text=text)) is Kind.TEXT
    assert take(mime(text=text)) == Taken(text=text)


def test_html_alone_gives_its_visible_text(qapp: QApplication) -> None:
    assert take(mime(html="<style>p{}</style><p>The <b>deck</b></p>")) == Taken(text="The deck")


def test_what_nobody_knows_is_nothing(qapp: QApplication) -> None:
    data = mime(formats={"application/x-something": b"1"})
    assert kind_of(data) is Kind.NOTHING
    assert take(data) == Taken()
