"""SVG drawings from anywhere are drawn, and reach nothing else on this computer."""

from __future__ import annotations

import base64
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.core.errors import AttachmentError
from desktop.services.attachments import Attachments
from desktop.ui.svg import draw_svg, without_references

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{w}" height="{h}" '
    'viewBox="0 0 100 100">{body}</svg>'
)


def svg(body: str, w: str = "100", h: str = "100") -> bytes:
    return HEAD.format(body=body, w=w, h=h).encode()


def drawn(data: bytes) -> QImage:
    image = QImage.fromData(draw_svg(data))
    assert not image.isNull()
    return image


def middle(image: QImage) -> str:
    return image.pixelColor(image.width() // 2, image.height() // 2).name()


@pytest.fixture
def secret(tmp_path: Path, qapp: QApplication) -> Path:
    """A picture that no drawing may show: red all over."""
    image = QImage(50, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    path = tmp_path / "secret.png"
    assert image.save(str(path))
    return path


def test_a_drawing_is_drawn_on_white_paper(qapp: QApplication) -> None:
    image = drawn(svg('<rect x="25" y="25" width="50" height="50" fill="#00ff00"/>'))
    assert middle(image) == "#00ff00"
    assert image.pixelColor(2, 2).name() == "#ffffff"


@pytest.mark.parametrize(
    ("w", "h", "size"),
    [
        ("16", "16", (1024, 1024)),
        ("1500", "750", (1500, 750)),
        ("90000", "45000", (2000, 1000)),
        ("100%", "100%", (1024, 1024)),
        ("4000", "1", (2000, 1)),
    ],
)
def test_the_paper_has_a_useful_size(qapp: QApplication, w: str, h: str, size: tuple[int, int]) -> None:
    image = drawn(svg("<rect/>", w, h))
    assert (image.width(), image.height()) == size


def test_references_into_the_drawing_itself_work(qapp: QApplication) -> None:
    body = (
        '<defs><linearGradient id="g"><stop stop-color="#0000ff"/></linearGradient>'
        '<rect id="r" width="100" height="100" fill="url(#g)"/></defs>'
    )
    assert middle(drawn(svg(body + '<use href="#r"/>'))) == "#0000ff"
    assert middle(drawn(svg(body + '<use xlink:href="#r"/>'))) == "#0000ff"


def test_a_picture_carried_along_is_drawn(secret: Path) -> None:
    url = "data:image/png;base64," + base64.b64encode(secret.read_bytes()).decode()
    assert middle(drawn(svg(f'<image width="100" height="100" href="{url}"/>'))) == "#ff0000"


@pytest.mark.parametrize(
    "body",
    [
        '<image width="100" height="100" href="{path}"/>',
        '<image width="100" height="100" xlink:href="{path}"/>',
        '<image width="100" height="100" href="file://{path}"/>',
        '<image width="100" height="100" HREF=" {path}"/>',
        '<filter id="f"><feImage href="{path}"/></filter><rect width="100" height="100" fill="#fff" filter="url(#f)"/>',
        '<style>rect {{ fill: url(file://{path}) }}</style><rect fill="url({path})" x="90" width="9" height="9"/>',
        '<image width="100" height="100" href="data:image/png;base64,{inner}"/>',
        '<image width="100" height="100" href="data:image/png;base64,iVBORw0KGgo=base64,{inner}"/>',
        '<image width="100" height="100" href="data:image/svg+xml;utf8,{path}"/>',
    ],
)
def test_no_other_file_is_ever_drawn(secret: Path, body: str) -> None:
    nested = svg(f'<image width="100" height="100" href="{secret}"/>')
    data = svg(body.format(path=secret, inner=base64.b64encode(nested).decode()))
    image = drawn(data)
    colors = {image.pixelColor(x, y).name() for x in range(0, 1024, 64) for y in range(0, 1024, 64)}
    assert "#ff0000" not in colors


def test_style_sheet_links_document_types_and_comments_are_left_out() -> None:
    data = (
        b'<?xml version="1.0"?><?xml-stylesheet type="text/css" href="/etc/passwd"?>'
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><!-- secret -->' + svg("<rect/>")
    )
    assert b"passwd" not in without_references(data)
    assert b"secret" not in without_references(data)


@pytest.mark.parametrize("data", [b"<svg", b"<svg></svg><svg/>", b"<svg>&undefined;</svg>", b"\xff\xfe<svg/>"])
def test_a_damaged_drawing_is_refused(qapp: QApplication, data: bytes) -> None:
    with pytest.raises(AttachmentError, match="damaged"):
        draw_svg(data)


def test_a_drawing_that_multiplies_itself_is_refused_at_once(qapp: QApplication) -> None:
    levels = "".join(
        f'<g id="a{level}">' + f'<use href="#a{level - 1}"/>' * 10 + "</g>" for level in range(1, 12)
    )  # fmt: skip
    with pytest.raises(AttachmentError, match="too many parts"):
        draw_svg(svg(f'<defs><g id="a0"><rect/></g>{levels}</defs><use href="#a11"/>'))


def test_a_drawing_that_refers_to_itself_is_refused_at_once(qapp: QApplication) -> None:
    with pytest.raises(AttachmentError):
        draw_svg(svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'))


def test_entities_that_multiply_themselves_are_refused(qapp: QApplication) -> None:
    entities = '<!ENTITY e0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)
    )  # fmt: skip
    with pytest.raises(AttachmentError):
        draw_svg(f"<!DOCTYPE svg [{entities}]>".encode() + svg("<text>&e9;</text>"))


def test_a_drawing_can_be_drawn_in_another_thread_and_becomes_a_kept_picture(
    qapp: QApplication, tmp_path: Path
) -> None:
    body = '<rect width="50" height="100" fill="#00f"/><text x="5" y="50">Sag</text>'
    results: list[bytes] = []
    thread = threading.Thread(target=lambda: results.append(draw_svg(svg(body))))
    thread.start()
    thread.join(20)
    assert results


async def test_an_svg_file_becomes_a_png_part(qapp: QApplication, tmp_path: Path) -> None:
    attachments = Attachments(tmp_path, draw_svg)
    part = await attachments.add_bytes(svg('<circle cx="50" cy="50" r="40"/>'), "circle.svg")
    attachments.close()
    assert (part.mime, part.width, part.height) == ("image/png", 1024, 1024)
