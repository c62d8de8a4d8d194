"""What Pillow makes of images by formula when it stores them as JPEG with its defaults and reads them again.

`JpegPassTest` has the same formulas. One line each: formula, width, height, SHA-256 of the pixels.
"""

import argparse
import hashlib
import io

import numpy
import PIL
from PIL import Image

SIZES = [(1, 1), (2, 1), (1, 7), (7, 9), (8, 8), (16, 16), (17, 15), (31, 33), (64, 48), (131, 97), (299, 299)]


def indices(width, height):
    y, x, c = numpy.mgrid[0:height, 0:width, 0:3]
    return x, y, c


def noise(width, height):
    x, y, c = indices(width, height)
    index = ((y * width + x) * 3 + c + 1).astype(numpy.uint64)
    return (index * 2654435761 % 2**32 >> 13) & 0xff


def gradient(width, height):
    x, y, c = indices(width, height)
    return (x * (3 + c) + y * (5 - c) + 40 * c) // 2 % 256


def blocks(width, height):
    """Saturated colours with sharp edges, which overshoot."""
    x, y, c = indices(width, height)
    return 255 * (((x // 5 + y // 3) >> c) & 1)


def waves(width, height):
    """Slow waves with a little noise, as photographs have."""
    x, y, c = indices(width, height)
    slow = (x * x * (c + 1) // 64 + y * y * (3 - c) // 96 + x * y // 50) % 200
    return slow + (noise(width, height) >> 4).astype(numpy.int64)


FORMULAS = {"noise": noise, "gradient": gradient, "blocks": blocks, "waves": waves}


def jpeg_pass(image):
    stream = io.BytesIO()
    image.save(stream, "JPEG")
    return Image.open(io.BytesIO(stream.getvalue())).convert("RGB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    with open(arguments.out, "w") as golden:
        print(f"# Pillow {PIL.__version__}", file=golden)
        for name, formula in FORMULAS.items():
            for width, height in SIZES:
                pixels = formula(width, height).astype(numpy.uint8)
                result = jpeg_pass(Image.fromarray(pixels, "RGB"))
                digest = hashlib.sha256(result.tobytes()).hexdigest()
                print(name, width, height, digest, sep="\t", file=golden)


if __name__ == "__main__":
    main()
