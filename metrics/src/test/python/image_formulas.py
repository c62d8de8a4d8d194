"""Images by formula (not run by itself). The same in Java is io.github.espalier.metrics.FormulaImages."""

import numpy


def indices(width, height):
    y, x, c = numpy.mgrid[0:height, 0:width, 0:3]
    return x, y, c


def noise(width, height):
    x, y, c = indices(width, height)
    index = ((y * width + x) * 3 + c + 1).astype(numpy.uint64)
    return ((index * 2654435761 % 2**32 >> 13) & 0xff).astype(numpy.int64)


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
    return slow + (noise(width, height) >> 4)


FORMULAS = {"noise": noise, "gradient": gradient, "blocks": blocks, "waves": waves}


def pixels(name, width, height, shift=0):
    return ((FORMULAS[name](width, height) + shift) % 256).astype(numpy.uint8)
