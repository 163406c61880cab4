"""What becomes of a picture before it is sent: upright, small enough, without metadata, in a fitting format."""

from __future__ import annotations

import contextlib
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop.core.errors import AttachmentError
from desktop.services.pictures import LARGEST_SIDE_PX, is_svg, prepare_picture
from tests.unit.pictures import decoded, encoded, exif, other_profile, photo, screenshot, swapped_profile

RED = (255, 0, 0)


def is_red(picture: Image.Image, x: int, y: int) -> bool:
    pixel = picture.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel[0] > 200 and pixel[1] < 60 and pixel[2] < 60


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_every_accepted_format_becomes_png_or_jpeg(format_name: str) -> None:
    prepared = prepare_picture(encoded(photo(), format_name), "a")
    picture = decoded(prepared.data)
    assert picture.format in {"PNG", "JPEG"}
    assert prepared.mime == Image.MIME[picture.format]
    assert picture.size == (prepared.width, prepared.height) == (640, 480)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "tl"), (2, "tr"), (3, "br"), (4, "bl"), (5, "tl"), (6, "tr"), (7, "br"), (8, "bl")],
)
def test_a_photograph_stands_upright_whatever_its_exif_says(orientation: int, corner: str) -> None:
    data = encoded(photo(640, 480), "JPEG", exif=exif(orientation), quality=95)
    prepared = prepare_picture(data, "a.jpg")
    picture = decoded(prepared.data)
    assert picture.size == ((480, 640) if orientation >= 5 else (640, 480))
    x = 10 if corner[1] == "l" else picture.width - 10
    y = 10 if corner[0] == "t" else picture.height - 10
    assert is_red(picture, x, y)
    assert is_red(decoded(prepared.thumbnail), x // 2, y // 2)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_gone(format_name: str) -> None:
    data = encoded(photo(), format_name, exif=exif())
    assert b"SecretCamera" in data
    prepared = prepare_picture(data, "a")
    for result in (prepared.data, prepared.thumbnail):
        assert b"SecretCamera" not in result
        assert not decoded(result).getexif()


def test_comments_and_texts_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Comment", "a secret remark")
    for data in (
        encoded(screenshot(), "PNG", pnginfo=texts),
        encoded(photo(), "JPEG", comment="a secret remark"),
        encoded(photo(), "GIF", comment="a secret remark"),
    ):
        assert b"a secret remark" in data
        assert b"a secret remark" not in prepare_picture(data, "a").data


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (12000, 40), (2001, 10)])
def test_a_large_picture_is_shrunk_in_proportion(size: tuple[int, int]) -> None:
    prepared = prepare_picture(encoded(Image.new("RGB", size, "white"), "JPEG"), "a")
    assert max(prepared.width, prepared.height) == LARGEST_SIDE_PX
    assert abs(prepared.width / prepared.height / (size[0] / size[1]) - 1) < 0.2 or 1 in {
        prepared.width, prepared.height
    }  # fmt: skip


def test_a_small_picture_keeps_its_size() -> None:
    prepared = prepare_picture(encoded(Image.new("RGB", (1, 1), "white")), "a")
    assert (prepared.width, prepared.height) == (1, 1)


def test_a_screenshot_stays_png_and_keeps_every_pixel() -> None:
    source = screenshot()
    prepared = prepare_picture(encoded(source), "a.png")
    assert prepared.mime == "image/png"
    assert decoded(prepared.data).tobytes() == source.tobytes()


def test_a_screenshot_with_a_photograph_in_it_stays_png() -> None:
    source = screenshot(1200, 900)
    source.paste(photo(400, 300), (700, 500))
    assert prepare_picture(encoded(source), "a.png").mime == "image/png"


def test_a_photograph_becomes_jpeg_even_from_png_or_bmp() -> None:
    for format_name in ("PNG", "BMP", "JPEG"):
        assert prepare_picture(encoded(photo(), format_name), "a").mime == "image/jpeg"


def test_transparency_is_kept_and_an_opaque_alpha_channel_dropped() -> None:
    half = photo(mode="RGBA")
    half.putalpha(128)
    prepared = prepare_picture(encoded(half), "a.png")
    assert prepared.mime == "image/png"
    assert decoded(prepared.data).getpixel((0, 0)) == (*RED, 128)
    assert decoded(prepare_picture(encoded(screenshot().convert("RGBA")), "a.png").data).mode == "RGB"


def test_a_palette_with_a_transparent_colour_stays_transparent() -> None:
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.putpixel((1, 1), 1)
    prepared = decoded(prepare_picture(encoded(picture, "PNG", transparency=0), "a.png").data)
    assert prepared.getpixel((0, 0)) == (0, 0, 0, 0)
    assert prepared.getpixel((1, 1)) == (*RED, 255)


def test_gray_of_16_bits_is_scaled_not_clipped() -> None:
    ramp = Image.frombytes("I;16", (256, 1), struct.pack("<256H", *(value * 257 for value in range(256))))
    prepared = decoded(prepare_picture(encoded(ramp), "a.png").data)
    for value in (0, 64, 128, 255):
        assert prepared.getpixel((value, 0)) == (value, value, value)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "RGB"])
def test_every_mode_of_png_can_be_read(mode: str) -> None:
    prepared = prepare_picture(encoded(photo(64, 48).convert(mode)), "a.png")
    assert (prepared.width, prepared.height) == (64, 48)


def test_cmyk_becomes_rgb() -> None:
    prepared = decoded(prepare_picture(encoded(photo(mode="CMYK"), "JPEG", quality=95), "a.jpg").data)
    assert prepared.mode == "RGB"
    assert is_red(prepared, 20, 20)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_colours_are_those_that_the_pictures_own_profile_means(format_name: str) -> None:
    data = encoded(Image.new("RGB", (20, 20), "red"), format_name, icc_profile=swapped_profile())
    prepared = decoded(prepare_picture(data, "a").data)
    pixel = prepared.getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert pixel[2] > 200
    assert pixel[0] < 60
    assert "icc_profile" not in prepared.info


@pytest.mark.parametrize("profile", [b"no profile at all", other_profile()])
def test_an_unusable_colour_profile_does_not_keep_a_picture_out(profile: bytes) -> None:
    data = encoded(photo(), "JPEG", icc_profile=profile, quality=95)
    assert is_red(decoded(prepare_picture(data, "a.jpg").data), 20, 20)


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 10), color) for color in ("red", "blue", "lime")]
    for format_name in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], format_name, save_all=True, append_images=frames[1:], lossless=True)
        prepared = decoded(prepare_picture(data, "a").data)
        assert getattr(prepared, "n_frames", 1) == 1
        assert is_red(prepared, 5, 5)


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_truncated_file_is_refused(format_name: str) -> None:
    data = encoded(photo(), format_name)
    with pytest.raises(AttachmentError, match="damaged") as refused:
        prepare_picture(data[: len(data) * 2 // 3], "half")
    assert "half" in refused.value.text
    assert refused.value.hint


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60000, 60000), (10000, 10000), (2**31 - 1, 1)])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(AttachmentError, match="pixels"):
        prepare_picture(bomb(*size), "bomb.png")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04stuff", "archive"),
        (b"just some text", "not a picture"),
        (b"", "not a picture"),
    ],
)
def test_what_cannot_be_attached_yet_is_named(data: bytes, word: str) -> None:
    with pytest.raises(AttachmentError, match=word) as refused:
        prepare_picture(data, "a file")
    assert "PNG, JPEG, WebP, GIF, BMP and SVG" in refused.value.hint


SMALL_FILES = [encoded(photo(24, 16), name) for name in ("PNG", "JPEG", "WEBP", "GIF", "BMP")] + [
    encoded(photo(24, 16), "JPEG", exif=exif(6))
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SMALL_FILES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: bytes, changes: list[tuple[float, int]]) -> None:
    damaged = bytearray(data)
    for position, value in changes:
        damaged[round(position * (len(data) - 1))] = value
    with contextlib.suppress(AttachmentError):
        assert decoded(prepare_picture(bytes(damaged), "a").data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', True),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><!-- a --><svg/>', True),
        (b"<html><body>", False),
        (b"svg", False),
    ],
)
def test_svg_is_known_by_its_beginning(data: bytes, expected: bool) -> None:
    assert is_svg(data) is expected


def test_a_phones_photograph_with_a_second_picture_in_it_keeps_the_first() -> None:
    data = encoded(photo(), "MPO", save_all=True, append_images=[Image.new("RGB", (640, 480), "blue")])
    prepared = prepare_picture(data, "a.jpg")
    assert prepared.mime == "image/jpeg"
    assert is_red(decoded(prepared.data), 20, 20)
