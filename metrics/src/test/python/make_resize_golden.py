"""Resized images by Pillow, PyTorch and torch-fidelity, as golden results of the resizers.

Inputs are made by formula, see `words`. Results of bytes are stored as SHA-256, small ones whole; results
of floats are stored whole if small, else as every n-th value.
"""

import argparse
import base64
import hashlib
import importlib.metadata
import importlib.util
import json

import numpy
import PIL
import torch
from PIL import Image
from torch.nn.functional import interpolate

# Width and height before, width and height after.
SIZES = [
    (1, 1, 1, 1), (1, 1, 5, 7), (8, 8, 5, 5), (8, 8, 13, 11), (7, 9, 1, 1), (17, 1, 5, 3),
    (1, 23, 4, 10), (3, 2, 30, 20), (2, 3, 299, 1), (33, 57, 16, 19), (2000, 3, 7, 3), (5, 4000, 3, 2),
    (9, 6, 9, 4), (9, 6, 4, 6), (64, 48, 299, 299), (500, 375, 299, 299), (299, 150, 299, 299),
    (512, 512, 224, 224), (640, 480, 299, 224), (427, 640, 224, 336), (299, 299, 299, 299),
]
WHOLE = 300
SAMPLES = 150


def words(count):
    """Multiplicative hashes of 1, 2, ..., of 32 bits."""
    return numpy.arange(1, count + 1, dtype=numpy.uint64) * 2654435761 % 2**32


def byte_image(width, height):
    return (words(3 * width * height) >> 13).astype(numpy.uint8).reshape(height, width, 3)


def float_plane(width, height):
    """Values from 0 to below 256 that float32 holds exactly."""
    return ((words(width * height) >> 8).astype(numpy.float32) / 2**16).reshape(height, width)


def torch_resize(plane, width, height, **options):
    """In three channels, since PyTorch rounds positions differently where there is only one."""
    size = (height, width)
    image = torch.from_numpy(plane)[None, None].repeat(1, 3, 1, 1)
    result = interpolate(image, size=size, align_corners=False, **options)
    return result[0, 0].numpy()


def torch_fidelity_resizer():
    """The one module of the package that is needed; importing the whole of it needs torchvision."""
    folder = importlib.util.find_spec("torch_fidelity").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("resizer", folder + "/interpolate_compat_tensorflow.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.interpolate_bilinear_2d_like_tensorflow1x


like_tensorflow = torch_fidelity_resizer()


def tensorflow_resize(plane, width, height):
    result = like_tensorflow(torch.from_numpy(plane)[None, None], size=(height, width), align_corners=False)
    return result[0, 0].numpy()


def pillow_float(plane, width, height, method):
    return numpy.asarray(Image.fromarray(plane, mode="F").resize((width, height), method))


def encoded(array):
    return base64.b64encode(array.tobytes()).decode()


def byte_result(size, method):
    image = Image.fromarray(byte_image(*size[:2]))
    result = numpy.asarray(image.resize(size[2:], method))
    case = {"size": size, "sha256": hashlib.sha256(result.tobytes()).hexdigest()}
    if result.size <= WHOLE:
        case["values"] = encoded(result)
    return case


def float_result(size, resize):
    result = resize(float_plane(*size[:2]), *size[2:]).astype("<f4").ravel()
    stride = 1 if result.size <= WHOLE else result.size // SAMPLES | 1
    return {"size": size, "stride": stride, "values": encoded(result[::stride])}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    floats = {
        "PILLOW_BICUBIC": lambda *a: pillow_float(*a, Image.BICUBIC),
        "PILLOW_BILINEAR": lambda *a: pillow_float(*a, Image.BILINEAR),
        "TORCH_BICUBIC": lambda *a: torch_resize(*a, mode="bicubic"),
        "TORCH_BILINEAR": lambda *a: torch_resize(*a, mode="bilinear"),
        "TORCH_BILINEAR_ANTIALIAS": lambda *a: torch_resize(*a, mode="bilinear", antialias=True),
        "TENSORFLOW1_BILINEAR": tensorflow_resize,
    }
    golden = {
        "versions": {
            "pillow": PIL.__version__, "torch": torch.__version__, "numpy": numpy.__version__,
            "torch_fidelity": importlib.metadata.version("torch-fidelity"),
        },
        "bytes": {
            "PILLOW_BICUBIC": [byte_result(size, Image.BICUBIC) for size in SIZES],
            "PILLOW_BILINEAR": [byte_result(size, Image.BILINEAR) for size in SIZES],
        },
        "floats": {name: [float_result(size, resize) for size in SIZES] for name, resize in floats.items()},
    }
    with open(arguments.out, "w") as file:
        file.write(json.dumps(golden).replace("}, {", "},\n{") + "\n")


if __name__ == "__main__":
    main()
