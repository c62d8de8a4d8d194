"""pytorch-fid's FID network with weights and images by formula (not run by itself).

The same formula in Java is io.github.espalier.metrics.inception.Formula. All values are exact in float32.

    mix32(h):   h ^= h>>>16; h *= 0x85ebca6b; h ^= h>>>13; h *= 0xc2b2ae35; h ^= h>>>16   (32 bits, wrapping)
    u(name, i): (mix32(crc32(utf8(name)) ^ mix32(i)) >>> 8) * 2^-24, in [0, 1); i is the index in C order
    value:      (float) (center + scale * (2u - 1)), computed in double and rounded once

    weights of convolutions     center 0, scale sqrt(6 / fan_in), which keeps the mean square behind a ReLU
    weights of norms, variances center 1, scale 0.2
    biases, means               center 0, scale 0.1

    images: pixel (channel c, row y, column x) of image k is
    (float) (0.7 sin((0.05 + 0.03 k) x + c) cos((0.04 + 0.02 k) y - 0.5 k) + 0.3 (2u - 1)), u of "image k"
"""
import math
import zlib

import numpy
import torch
from pytorch_fid import inception


def mix32(h):
    h = h ^ (h >> numpy.uint32(16))
    h = h * numpy.uint32(0x85EBCA6B)
    h = h ^ (h >> numpy.uint32(13))
    h = h * numpy.uint32(0xC2B2AE35)
    return h ^ (h >> numpy.uint32(16))


def noise(name, shape):
    """2u - 1, in float64."""
    index = numpy.arange(math.prod(shape), dtype=numpy.uint32)
    bits = mix32(numpy.uint32(zlib.crc32(name.encode())) ^ mix32(index)) >> numpy.uint32(8)
    return (2.0 * (bits.astype(numpy.float64) * 2.0**-24) - 1.0).reshape(shape)


def weight(name, shape):
    if len(shape) == 4:
        center, scale = 0.0, math.sqrt(6.0 / math.prod(shape[1:]))
    elif name.endswith(".bn.weight") or name.endswith(".running_var"):
        center, scale = 1.0, 0.2
    else:
        center, scale = 0.0, 0.1
    return torch.from_numpy((center + scale * noise(name, shape)).astype(numpy.float32))


def image(number, height, width):
    c = numpy.arange(3, dtype=numpy.float64)[:, None, None]
    y = numpy.arange(height, dtype=numpy.float64)[None, :, None]
    x = numpy.arange(width, dtype=numpy.float64)[None, None, :]
    wave = numpy.sin((0.05 + 0.03 * number) * x + c) * numpy.cos((0.04 + 0.02 * number) * y - 0.5 * number)
    values = 0.7 * wave + 0.3 * noise(f"image {number}", (3, height, width))
    return torch.from_numpy(values.astype(numpy.float32))


def backbone():
    """The network before pytorch-fid cuts it into blocks, whose tensors have the names of its weight file."""
    inception.load_state_dict_from_url = lambda *args, **kwargs: None
    made = []

    def keep(*args, **kwargs):
        model = original(*args, **kwargs)
        model.load_state_dict = lambda state: None
        made.append(model)
        return model
    original = inception._inception_v3
    inception._inception_v3 = keep
    network = inception.InceptionV3([0, 1, 2, 3], resize_input=False, normalize_input=False)
    inception._inception_v3 = original
    return network.eval().requires_grad_(False), made[0]


def network(dtype=torch.float64):
    """pytorch-fid's module with formula weights, and the names and shapes of its weight file."""
    blocks, whole = backbone()
    blocks.to(dtype)
    shapes = {}
    with torch.no_grad():
        for name, tensor in whole.state_dict().items():
            if tensor.ndim == 0 or name.startswith("fc."):
                continue
            shapes[name] = list(tensor.shape)
            tensor.copy_(weight(name, tuple(tensor.shape)))
    return blocks, shapes
