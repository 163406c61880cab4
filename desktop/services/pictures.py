"""Makes a picture fit to be sent: upright, at most 2000 px, in sRGB, without metadata, as PNG or JPEG.

Whatever comes in is decoded and encoded anew, so that place, camera and anything hidden behind the picture stay on
this computer. Pillow is imported on first use: it costs start-up time and is not needed before the first picture.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.errors import AttachmentError

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
ACCEPTED = "PNG, JPEG, WebP, GIF, BMP and SVG"
LARGEST_SIDE_PX = 2000  # some vendors refuse more when there are many pictures
THUMBNAIL_SIDE_PX = 320
LARGEST_PIXEL_COUNT = 250_000_000  # phones make 200 megapixels
LARGEST_DECODED_PIXEL_COUNT = 64_000_000  # 256 MB in memory
LARGEST_OPAQUE_PNG_BYTES = 3_500_000  # under the 5 MB a picture that some vendors take, in base64
FEW_COLORS = 4096
FLAT_SHARE = 0.5
SAMPLE_ROWS = 256
JPEG_QUALITY = 85
ORIENTATION_TAG = 0x0112
# What the EXIF orientation asks for, by the names of PIL.Image.Transpose.
TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
# Beginnings of files that people take for pictures that can be sent: offset, bytes, what they are.
OTHER_KINDS = (
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftypheic", "a HEIC picture"),
    (4, b"ftypheix", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (0, b"II*\x00", "a TIFF picture"),
    (0, b"MM\x00*", "a TIFF picture"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"%PDF-", "a PDF file"),
    (0, b"\x1f\x8b", "a compressed file"),
    (0, b"PK\x03\x04", "an archive or office document"),
)


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture as it is kept and sent, and a small copy to look at."""

    data: bytes
    mime: str
    width: int
    height: int
    thumbnail: bytes


def is_svg(data: bytes) -> bool:
    """True where `data` begins as an SVG drawing does."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"<svg" in head


def prepare_picture(data: bytes, name: str) -> PreparedPicture:
    """Decodes, turns, shrinks and encodes a picture; `name` is used in errors only.

    Raises `AttachmentError` for what is no picture, is damaged or is too large.
    """
    from PIL import Image, UnidentifiedImageError

    # The limits below are stricter than Pillow's, and an error where Pillow only warns.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            return _prepare(opened, name)
    except AttachmentError:
        raise
    except UnidentifiedImageError as problem:
        raise _refusal(data, name) from problem
    except MemoryError as problem:
        raise AttachmentError(f"There is not enough memory for “{name}”.", "Attach a smaller copy.") from problem
    except Exception as problem:  # decoders raise errors of every kind for damaged files
        raise AttachmentError(
            f"“{name}” is damaged or not complete.", "Open it in an image program, save it again and attach that."
        ) from problem


def _prepare(opened: Image, name: str) -> PreparedPicture:
    from PIL import Image

    is_jpeg = opened.format in {"JPEG", "MPO"}
    if is_jpeg and opened.width * opened.height <= LARGEST_PIXEL_COUNT:
        opened.draft(None, _fitting(opened.size, 2 * LARGEST_SIDE_PX))  # decodes huge ones smaller
    if opened.width * opened.height > LARGEST_DECODED_PIXEL_COUNT:
        raise AttachmentError(
            f"“{name}” has too many pixels ({opened.width} × {opened.height}).", "Attach a smaller copy."
        )
    turn = TURNS.get(_orientation(opened))
    picture = _in_common_mode(opened)
    keep_exact = not is_jpeg and (_has_transparency(picture) or _is_drawn(picture))
    picture.thumbnail((LARGEST_SIDE_PX, LARGEST_SIDE_PX), Image.Resampling.LANCZOS)
    picture = _in_srgb(picture, opened.info.get("icc_profile"))
    if turn is not None:
        picture = picture.transpose(Image.Transpose[turn])
    data, mime = _encode(picture, keep_exact=keep_exact)
    width, height = picture.size
    picture.thumbnail((THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX))
    return PreparedPicture(data, mime, width, height, _encode(picture, keep_exact=keep_exact)[0])


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    ratio = min(1.0, side / max(size))
    return max(1, round(size[0] * ratio)), max(1, round(size[1] * ratio))


def _orientation(picture: Image) -> int:
    try:
        return int(picture.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - damaged EXIF must not keep a sound picture out
        return 1


def _in_common_mode(picture: Image) -> Image:
    """A copy as RGB or RGBA, or CMYK, which is converted by its profile later."""
    if picture.mode.startswith("I"):  # 16-bit gray, which Pillow would clip to white
        return picture.convert("I").point(lambda value: value / 257).convert("RGB")
    if picture.mode == "CMYK":
        return picture.copy()
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _has_transparency(picture: Image) -> bool:
    if picture.mode != "RGBA":
        return False
    lowest, _highest = picture.getchannel("A").getextrema()
    return isinstance(lowest, int | float) and lowest < 255


def _is_drawn(picture: Image) -> bool:
    """True for screenshots, diagrams and the like: few colours, or mostly flat areas, as no camera makes them."""
    from PIL import Image, ImageChops

    # Some whole rows tell enough, and take a hundredth of the time.
    height = min(picture.height, SAMPLE_ROWS)
    sample = picture.resize((picture.width, height), Image.Resampling.NEAREST).convert("RGB")
    if sample.getcolors(FEW_COLORS) is not None:
        return True
    left = sample.crop((0, 0, sample.width - 1, height))
    right = sample.crop((1, 0, sample.width, height))
    red, green, blue = ImageChops.difference(left, right).split()
    largest_step = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return largest_step.histogram()[0] >= FLAT_SHARE * left.width * height


def _in_srgb(picture: Image, profile: bytes | None) -> Image:
    """The picture with the colours that its own profile means; without the profile they would be sent wrong."""
    from PIL import ImageCms

    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile and (picture.mode == "CMYK" or (b"sRGB" not in profile and b"s\0R\0G\0B" not in profile)):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError):  # a damaged profile, or one for another kind of picture
            converted = None
        if converted is not None:
            return converted
    return picture.convert(target)


def _encode(picture: Image, *, keep_exact: bool) -> tuple[bytes, str]:
    picture.info.clear()  # comments and profiles would be written again from here
    transparent = _has_transparency(picture)
    if not transparent:
        picture = picture.convert("RGB")
    if keep_exact:
        data = _saved(picture, "PNG")
        if transparent or len(data) <= LARGEST_OPAQUE_PNG_BYTES:
            return data, "image/png"
    return _saved(picture, "JPEG", quality=JPEG_QUALITY), "image/jpeg"


def _saved(picture: Image, format_name: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def _refusal(data: bytes, name: str) -> AttachmentError:
    for offset, beginning, kind in OTHER_KINDS:
        if data.startswith(beginning, offset):
            return AttachmentError(f"“{name}” is {kind}, which cannot be attached yet.", f"Use {ACCEPTED} pictures.")
    return AttachmentError(f"“{name}” is not a picture that can be read.", f"Use {ACCEPTED} pictures.")
