"""A picture as a camera gives it becomes a small plain JPEG: nothing but what is to be seen. Pure."""

from __future__ import annotations

from io import BytesIO
from math import ceil

from PIL import Image, ImageOps

LARGEST = 8_000_000  # bytes: a telephone's photograph has 3 to 6 million
MOST_PIXELS = 50_000_000  # decoded 200 MB at worst
BOX = (480, 640)  # pixels, width and height: enough to know a face again
FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


class Portrait(bytes):
    """A picture that `portrait` has drawn: it is not drawn again."""


class NotAPortrait(ValueError):
    """Why there is no portrait in the bytes: `too_large`, `too_many_pixels` or `no_picture`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def portrait(content: bytes) -> Portrait:
    """A JPEG of at most BOX, upright, on white, without any metadata; NotAPortrait for anything but a picture."""
    if isinstance(content, Portrait):
        return content
    if len(content) > LARGEST:
        raise NotAPortrait("too_large")
    try:
        return _redrawn(content)
    except NotAPortrait:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise NotAPortrait("too_many_pixels") from bomb
    except Exception as broken:
        # Decoders fail in a dozen ways on bytes that somebody made up; each means the same to the officer.
        raise NotAPortrait("no_picture") from broken


def _redrawn(content: bytes) -> Portrait:
    with Image.open(BytesIO(content), formats=FORMATS) as source:
        width, height = source.size
        if width * height > MOST_PIXELS:
            raise NotAPortrait("too_many_pixels")
        source.draft("RGB", _wanted(width, height))  # a JPEG is decoded near the size that is wanted, not the camera's
        upright = ImageOps.exif_transpose(source)
        upright.thumbnail(BOX)
        drawn = upright.convert("RGBA")
    # A new picture: the old one's comments, positions and colour profiles would be written along.
    plain = Image.new("RGB", drawn.size, "white")
    plain.paste(drawn, mask=drawn.getchannel("A"))
    out = BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return Portrait(out.getvalue())


def _wanted(width: int, height: int) -> tuple[int, int]:
    """The size that fits into BOX, lying or standing: which of the two, the camera says in the picture alone."""
    share = max(min(side / width, other / height) for side, other in (BOX, BOX[::-1]))
    return ceil(width * share), ceil(height * share)
