"""Layers, weights and calibration inputs of the golden files of calibrated methods (not run by itself).

Nothing random is stored: weights and inputs follow from names by formula.py of sd2-adapter (in Java:
io.github.espalier.methods.Formula). With v(name, shape) for formula.values(name, shape), in [-1, 1),
and grid(name, shape) = rint(256 v) / 256, halves to even:

    weight        formula.weight(case + ".weight", shape); for case "ties" rint(16 v(case + ".weight")) / 16
    Z             grid(case + ".z"), [samples, tokens, 4]; for convolutions [samples, 4, height, width]
    A             grid(case + ".a"), [4, channels]; channels are the input features of a Linear layer
    D             grid(case + ".d"), [samples, tokens, channels] or [samples, channels, height, width]
    e             floor(4 v(case + ".e")), [channels], from -4 to 3
    input         2^e[c] (sum over k of Z[.., k] A[k, c] + D[.., c] / 4), zero for dead channels;
                  for case "ties" 4 times the identity matrix, one sample of as many tokens as features

These inputs are exact in float32, and their Gram matrices are exact in float64 whatever the order of
summation (at most 45 bits), so that both can be compared bit for bit.

A convolution's input is unfolded to rows of channels * height * width of the kernel, in PyTorch's order
(channel, kernel row, kernel column), zeros as padding: its tokens are all positions of all images.
A sample is a sequence or an image.
"""
import hashlib
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "sd2-adapter/src/test/python"))
import formula  # noqa: E402

RANK = 4


@dataclass(frozen=True)
class Case:
    """A layer with its calibration input; size is the tokens of a sample, or its height and width."""

    name: str
    shape: tuple
    samples: int
    size: tuple
    dead: tuple = ()
    stride: int = 1
    padding: int = 0

    @property
    def convolution(self):
        return len(self.shape) == 4

    @property
    def columns(self):
        return math.prod(self.shape[1:])

    def describe(self):
        layer = {"name": self.name, "shape": self.shape, "samples": self.samples, "size": self.size, "dead": self.dead}
        return {**layer, "stride": self.stride, "padding": self.padding} if self.convolution else layer


LAYERS = (
    Case("linear-12x16", (12, 16), 3, (20,)),
    Case("linear-24x40", (24, 40), 4, (24,), dead=(5, 18)),
    Case("linear-64x128", (64, 128), 2, (48,)),
    Case("linear-40x136", (40, 136), 4, (48,), dead=(130,)),
    Case("linear-16x256", (16, 256), 2, (150,)),
    Case("conv-8x6x3x3", (8, 6, 3, 3), 3, (7, 6), padding=1),
    Case("conv-8x4x3x3", (8, 4, 3, 3), 2, (9, 8), dead=(1,), stride=2, padding=1),
    Case("conv-6x10x1x1", (6, 10, 1, 1), 2, (5, 5)),
    Case("conv-6x8x3x3", (6, 8, 3, 3), 3, (8, 7), padding=1),
    Case("ties", (12, 16), 1, (16,)),
)


def grid(name, shape):
    return np.rint(256 * formula.values(name, shape).numpy().astype(np.float64)) / 256


def weight(case):
    """The weights as a matrix [out, columns], float64."""
    if case.name == "ties":
        w = np.rint(16 * formula.values(case.name + ".weight", case.shape).numpy().astype(np.float64)) / 16
    else:
        w = formula.weight(case.name + ".weight", case.shape).numpy().astype(np.float64)
    return w.reshape(case.shape[0], -1)


def inputs(case, prefix=None):
    """The input, [samples, tokens, columns], float64, unfolded for a convolution."""
    name, channels = prefix or case.name, case.shape[1]
    if name == "ties":
        return 4 * np.eye(channels)[None]
    exponent = np.floor(4 * formula.values(name + ".e", (channels,)).numpy().astype(np.float64))
    scale = np.exp2(exponent)
    scale[list(case.dead)] = 0
    a = grid(name + ".a", (RANK, channels))
    if not case.convolution:
        z, d = (grid(name + n, (case.samples, *case.size, k)) for n, k in ((".z", RANK), (".d", channels)))
        x = scale * (z @ a + d / 4)
    else:
        z, d = (grid(name + n, (case.samples, k, *case.size)) for n, k in ((".z", RANK), (".d", channels)))
        image = scale[:, None, None] * (np.einsum("nkhw,kc->nchw", z, a) + d / 4)
        options = {"kernel_size": case.shape[2:], "padding": case.padding, "stride": case.stride}
        x = torch.nn.functional.unfold(torch.from_numpy(image), **options).permute(0, 2, 1).contiguous().numpy()
    assert np.array_equal(x, x.astype(np.float32)), "inputs must be exact in float32"
    return x + 0.0


def gram(x):
    """X^T X over all tokens; adding 0 leaves no negative zeros."""
    flat = x.reshape(-1, x.shape[-1])
    return flat.T @ flat + 0.0


def sha256(array):
    return hashlib.sha256(np.ascontiguousarray(array, "<f8").tobytes()).hexdigest()


def pack(mask):
    """1 is pruned; row-major, eight a byte, lowest bit first."""
    return np.packbits(np.asarray(mask, bool).reshape(-1), bitorder="little")


def save(folder, name, about, content, tensors):
    """NAME.json and NAME.safetensors; each list entry of the JSON on its own line."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: np.ascontiguousarray(v) for k, v in sorted(tensors.items())}, folder / f"{name}.safetensors")
    text = json.dumps({"about": about, **content}, indent=1)
    (folder / f"{name}.json").write_text(compact(text) + "\n")
    for file in (folder / f"{name}.json", folder / f"{name}.safetensors"):
        file.chmod(0o644)
        print(file.name, file.stat().st_size, "bytes")


def compact(text):
    """Joins the lines of the innermost objects and lists."""
    out, depth_at = [], 5
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if out and indent >= depth_at:
            closes = line.strip()[0] in "}]"
            out[-1] += ("" if closes or out[-1].endswith(("{", "[")) else " ") + line.strip()
        elif out and indent == depth_at - 1 and line.strip()[0] in "}]" and out[-1].lstrip()[0] in "{[\"":
            out[-1] += line.strip()
        else:
            out.append(line)
    return "\n".join(out)
