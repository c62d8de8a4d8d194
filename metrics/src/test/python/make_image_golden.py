"""Small PNG and JPEG files of many kinds, with what Pillow's `convert("RGB")` makes of each.

The files go to a folder, with `golden.tsv` of name, width, height and SHA-256 of the pixels.
"""

import argparse
import hashlib
import io
import os
import struct
import zlib

import numpy
import PIL
from PIL import Image, ImageCms

WIDTH, HEIGHT = 37, 23
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
# Colour types of PNG: their channels.
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}


def noise(*shape):
    count = numpy.prod(shape)
    words = numpy.arange(1, count + 1, dtype=numpy.uint64) * 2654435761 % 2**32
    return ((words >> 7) & 0xffff).astype(numpy.uint16).reshape(shape)


def picture(channels, width=WIDTH, height=HEIGHT):
    """A smooth picture with some noise, which JPEG has something to do with."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [
        127 + 100 * numpy.sin(x / (3 + i) + i) * numpy.cos(y / (5 - i) - i) + noise(height, width) % 17
        for i in range(channels)
    ]
    return numpy.clip(numpy.stack(planes, axis=2), 0, 255).astype(numpy.uint8)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """Rows of samples, each with filter 0."""
    height = samples.shape[0]
    rows = samples.reshape(height, -1)
    if depth == 16:
        data = rows.astype(">u2").view(numpy.uint8).reshape(height, -1)
    elif depth == 8:
        data = rows.astype(numpy.uint8)
    else:
        bits = (rows[:, :, None] >> numpy.arange(depth - 1, -1, -1)) & 1
        data = numpy.packbits(bits.reshape(height, -1).astype(numpy.uint8), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in data)


def png(depth, colour, interlaced=False, before=b"", pieces=1):
    samples = noise(HEIGHT, WIDTH, CHANNELS[colour]) >> (16 - depth)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, int(interlaced))
    if interlaced:
        data = b"".join(packed(samples[y::dy, x::dx], depth) for x, y, dx, dy in ADAM7)
    else:
        data = packed(samples, depth)
    data = zlib.compress(data)
    size = -(-len(data) // pieces)
    parts = b"".join(chunk(b"IDAT", data[i * size:(i + 1) * size]) for i in range(pieces))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + parts + chunk(b"IEND", b"")


def palette(count):
    return chunk(b"PLTE", (noise(count, 3) >> 5).astype(numpy.uint8).tobytes())


def pngs():
    for depth in 1, 2, 4, 8, 16:
        yield f"grey{depth}", png(depth, GREY)
    for depth in 1, 2, 4, 8:
        yield f"palette{depth}", png(depth, PALETTE, before=palette(2**depth))
    for depth in 8, 16:
        yield f"rgb{depth}", png(depth, RGB)
        yield f"rgba{depth}", png(depth, RGBA)
        yield f"grey-alpha{depth}", png(depth, GREY_ALPHA)
    yield "rgb8-interlaced", png(8, RGB, interlaced=True)
    yield "grey2-interlaced", png(2, GREY, interlaced=True)
    yield "palette8-transparent", png(8, PALETTE, before=palette(256) + chunk(b"tRNS", bytes(range(200))))
    yield "rgb8-transparent", png(8, RGB, before=chunk(b"tRNS", b"\0\1\0\2\0\3"))
    yield "grey8-transparent", png(8, GREY, before=chunk(b"tRNS", b"\0\7"))
    yield "rgb8-gamma", png(8, RGB, before=chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "grey8-gamma", png(8, GREY, before=chunk(b"gAMA", struct.pack(">I", 45455)))
    yield "rgb8-profile", png(8, RGB, before=chunk(b"iCCP", b"p\0\0" + zlib.compress(profile())))
    yield "rgb8-pieces", png(8, RGB, pieces=5)


def profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def jpeg(array, mode, **options):
    stream = io.BytesIO()
    height, width, _ = array.shape
    Image.frombytes(mode, (width, height), array.tobytes()).save(stream, "JPEG", **options)
    return stream.getvalue()


def without(data, marker):
    """Drops the segments of a marker, such as 0xe0 for JFIF."""
    result, at = data[:2], 2
    while data[at + 1] != 0xda:
        end = at + 2 + int.from_bytes(data[at + 2:at + 4], "big")
        if data[at + 1] != marker:
            result += data[at:end]
        at = end
    return result + data[at:]


def with_transform(data, transform):
    at = data.index(b"Adobe") + 11
    return data[:at] + bytes([transform]) + data[at + 1:]


def with_broken_profile(data):
    """Puts a profile after the first segment that has its first of two parts twice."""
    part = b"ICC_PROFILE\0\1\2" + bytes(100)
    segment = b"\xff\xe2" + struct.pack(">H", len(part) + 2) + part
    return data[:20] + segment + segment + data[20:]


def with_sampling(data, sampling):
    """Changes the sampling of the first component; as many blocks in a unit must be as before."""
    at = data.index(b"\xff\xc0") + 11
    return data[:at] + bytes([sampling]) + data[at + 1:]


def exif():
    result = Image.Exif()
    result[0x0112] = 6
    return result


def jpegs():
    rgb, cmyk = picture(3), picture(4)
    for name, subsampling in ("444", 0), ("422", 1), ("420", 2):
        yield f"rgb-{name}", jpeg(rgb, "RGB", subsampling=subsampling)
    yield "rgb-q30-progressive", jpeg(rgb, "RGB", quality=30, progressive=True)
    yield "rgb-q98", jpeg(rgb, "RGB", quality=98, optimize=True)
    yield "rgb-restarts", jpeg(rgb, "RGB", restart_marker_blocks=2)
    yield "rgb-rotated", jpeg(rgb, "RGB", exif=exif())
    yield "rgb-profile", jpeg(rgb, "RGB", icc_profile=profile())
    yield "rgb-srgb-profile", jpeg(
        rgb, "RGB", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    yield "rgb-broken-profile", with_broken_profile(jpeg(rgb, "RGB"))
    yield "rgb-no-marker", without(jpeg(rgb, "RGB"), 0xe0)
    yield "rgb-no-marker-444", without(jpeg(rgb, "RGB", subsampling=0), 0xe0)
    yield "rgb-untransformed", jpeg(rgb, "RGB", keep_rgb=True, subsampling=0)
    yield "rgb-440", with_sampling(jpeg(picture(3, 32, 32), "RGB", subsampling=1), 0x12)
    yield "rgb-large", jpeg(picture(3, 131, 97), "RGB")
    yield "rgb-narrow", jpeg(picture(3, 1, 19), "RGB")
    yield "rgb-pixel", jpeg(picture(3, 1, 1), "RGB")
    yield "grey", jpeg(picture(1), "L")
    yield "grey-progressive", jpeg(picture(1), "L", progressive=True)
    yield "cmyk", jpeg(cmyk, "CMYK")
    yield "cmyk-420", jpeg(cmyk, "CMYK", subsampling=2)
    yield "cmyk-no-marker", without(jpeg(cmyk, "CMYK"), 0xee)
    yield "cmyk-progressive", jpeg(cmyk, "CMYK", progressive=True)
    yield "ycck", with_transform(jpeg(cmyk, "CMYK"), 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    files = [(name + ".png", data) for name, data in pngs()] + [(name + ".jpg", data) for name, data in jpegs()]
    with open(os.path.join(arguments.out, "golden.tsv"), "w") as golden:
        print(f"# Pillow {PIL.__version__}", file=golden)
        for name, data in files:
            with open(os.path.join(arguments.out, name), "wb") as file:
                file.write(data)
            image = Image.open(io.BytesIO(data)).convert("RGB")
            digest = hashlib.sha256(image.tobytes()).hexdigest()
            print(name, image.width, image.height, digest, sep="\t", file=golden)


if __name__ == "__main__":
    main()
