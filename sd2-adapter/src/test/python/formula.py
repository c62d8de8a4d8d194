"""Test values by a formula, so that weights and inputs need not be stored (not run by itself).

The same formula in Java is io.github.espalier.sd2.nn.Formula. All values are exact in float32.

    mix32(h):   h ^= h>>>16; h *= 0x85ebca6b; h ^= h>>>13; h *= 0xc2b2ae35; h ^= h>>>16   (32 bits, wrapping)
    u(name, i): (mix32(crc32(utf8(name)) ^ mix32(i)) >>> 8) * 2^-24, in [0, 1); i is the index in C order
    value:      (float) (center + scale * (2u - 1)), computed in double and rounded once

Centers and scales:

    weights of rank 1 ending in ".weight" (norms)    center 1, scale 0.2
    weights of rank 1 otherwise (biases)             center 0, scale 0.1
    rank 2 ending in "_embedding.weight" (tables)    center 0, scale 0.5
    other weights of rank 2 or more                  center 0, scale sqrt(3 / fan_in), fan_in = elements / shape[0]
    inputs                                           center 0, scale 1, unless a golden file says otherwise
"""
import math
import zlib

import numpy as np
import torch


def mix32(h):
    """The mixing step, over an array of uint32."""
    h = h ^ (h >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h = h ^ (h >> np.uint32(13))
    h = h * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def values(name, shape, center=0.0, scale=1.0):
    """A float32 tensor of the given shape."""
    index = np.arange(math.prod(shape), dtype=np.uint32)
    bits = mix32(np.uint32(zlib.crc32(name.encode())) ^ mix32(index)) >> np.uint32(8)
    v = 2.0 * (bits.astype(np.float64) * 2.0**-24) - 1.0
    return torch.from_numpy((center + scale * v).astype(np.float32).reshape(shape))


def weight(name, shape):
    """A float32 weight; its center and scale follow from name and shape."""
    if len(shape) == 1:
        return values(name, shape, 1.0, 0.2) if name.endswith(".weight") else values(name, shape, 0.0, 0.1)
    if len(shape) == 2 and name.endswith("_embedding.weight"):
        return values(name, shape, 0.0, 0.5)
    return values(name, shape, 0.0, math.sqrt(3.0 / (math.prod(shape) // shape[0])))


def fill(module, prefix=""):
    """Give every parameter its formula weight, by prefix + its name, as float64; returns the module."""
    with torch.no_grad():
        module.double()
        for name, parameter in module.named_parameters():
            parameter.copy_(weight(prefix + name, tuple(parameter.shape)))
    return module.eval().requires_grad_(False)
