"""What Pillow makes of images by formula when it stores them as JPEG with its defaults and reads them again.

One line each: formula, width, height, SHA-256 of the pixels.
"""

import argparse
import hashlib
import io

import PIL
from PIL import Image

from image_formulas import FORMULAS, pixels

SIZES = [(1, 1), (2, 1), (1, 7), (7, 9), (8, 8), (16, 16), (17, 15), (31, 33), (64, 48), (131, 97), (299, 299)]


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
        for name in FORMULAS:
            for width, height in SIZES:
                result = jpeg_pass(Image.fromarray(pixels(name, width, height)))
                digest = hashlib.sha256(result.tobytes()).hexdigest()
                print(name, width, height, digest, sep="\t", file=golden)


if __name__ == "__main__":
    main()
