"""Makes real picture files for tests."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageCms, ImageDraw


def photo(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Something as noisy as a photograph, with a red corner at the top left to see how it is turned."""
    noise = random.Random(7).randbytes(width * height * 3)
    picture = Image.frombytes("RGB", (width, height), noise)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill=(255, 0, 0))
    return picture.convert(mode)


def screenshot(width: int = 800, height: int = 600) -> Image.Image:
    """A window with text: few colours and flat areas."""
    picture = Image.new("RGB", (width, height), (246, 246, 244))
    draw = ImageDraw.Draw(picture)
    for line in range(10):
        draw.text((20, 20 + 30 * line), "The deck follows the cable's sag.", fill=(31, 31, 29))
    return picture


def encoded(picture: Image.Image, format_name: str = "PNG", **options: Any) -> bytes:
    """The bytes of a file of this format."""
    buffer = io.BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF as a phone writes it: orientation, camera and place."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "SecretCamera"
    data.get_ifd(0x8825).update({1: "N", 2: (22.0, 17.0, 0.0), 3: "E", 4: (114.0, 10.0, 0.0)})
    return data


def swapped_profile() -> bytes:
    """A colour profile in which red means blue and blue means red, to see whether profiles are minded."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")


def other_profile() -> bytes:
    """A colour profile that is for no RGB picture."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()


def decoded(data: bytes) -> Image.Image:
    """The picture in a file's bytes, loaded."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
