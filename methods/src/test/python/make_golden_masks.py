"""Writes weights and the masks that published rules make of them, computed with PyTorch.

    python make_golden_masks.py REFS ../resources/io/github/espalier/methods/magnitude

REFS holds two small Stable Diffusion 2 checkpoints, small-f32 and small-f16, of which a few layers
are taken; a made-up layer full of ties, signed zeros and subnormal numbers joins them, in four types.
Made with torch 2.15.0 and numpy 2.4.6. Writes

    golden-weights.bin  raw little-endian weights, one layer after another
    golden-masks.tsv    "layer name dtype rows columns offset", then
                        "mask name rule pattern sparsity pruned largest hash"

"pruned" counts pruned weights, "largest" is the largest pruned magnitude (nothing pruned: -), and
"hash" the first 16 hex digits of the SHA-256 of the mask: 1 for pruned, row-major, packed eight a
byte, lowest bit first. PyTorch's topk chooses freely among equal weights; where it had a choice,
"hash" is -. A layer named GROUP stands for all layers of a type, compared with each other.
If REFS has golden-masks.json, made from the same checkpoints, results are checked against it.
"""
import argparse
import hashlib
import json
import math
import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.utils import prune

SPARSITIES = (0.0, 0.07, 0.35, 0.475, 0.625, 0.89, 1.0)
DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64}
LAYERS = {
    "text_encoder": ("text_model.encoder.layers.0.mlp.fc2", "text_model.encoder.layers.1.self_attn.k_proj"),
    "unet": (
        "down_blocks.0.attentions.0.proj_in",
        "down_blocks.2.attentions.0.transformer_blocks.0.ff.net.0.proj",
        "mid_block.attentions.0.transformer_blocks.0.attn2.to_k",
    ),
}


def read_weights(path, names):
    raw = path.read_bytes()
    (size,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + size])
    found = {}
    for name in names:
        info = header[name + ".weight"]
        begin, end = (8 + size + offset for offset in info["data_offsets"])
        flat = torch.frombuffer(bytearray(raw[begin:end]), dtype=DTYPES[info["dtype"]])
        found[name] = flat.reshape(info["shape"])
    return found


def layers(refs):
    """Names like F16/unet/..., in the order in which the group compares them."""
    found = {}
    for dtype in ("F32", "F16"):
        for component, names in LAYERS.items():
            stem = "model" if component == "text_encoder" else "diffusion_pytorch_model"
            path = refs / f"small-{dtype.lower()}" / component / f"{stem}.safetensors"
            for name, weight in read_weights(path, names).items():
                found[f"{dtype}/{component}/{name}"] = weight
    for dtype in DTYPES:
        found[f"{dtype}/ties"] = ties(DTYPES[dtype])
    return found


def ties(dtype):
    """37 by 132: eighths from -1.5 to 1.5, some made subnormal, a fifth made zeros of both signs."""
    random = np.random.default_rng(20_26)
    eighths = torch.from_numpy(random.integers(-12, 13, (37, 132)) / 8)
    kinds = torch.from_numpy(random.integers(0, 10, (37, 132)))
    smallest = float(torch.finfo(dtype).smallest_normal)
    weights = torch.where(kinds < 2, torch.copysign(torch.zeros_like(eighths), eighths), eighths)
    weights = torch.where(kinds == 2, eighths * smallest, weights)
    return weights.to(dtype)


def lowest(weight, count):
    """In each row the smallest magnitudes, ties to the lower column."""
    order = weight.abs().sort(dim=1, stable=True).indices[:, :count]
    return torch.zeros_like(weight, dtype=torch.bool).scatter_(1, order, True)


def sd2_pruning(weight, s):
    """samarthramesh/SD2-Pruning, prune_magnitude; nothing where it would index -1."""
    k = int(weight.numel() * s)
    threshold = weight.abs().flatten().sort().values[k - 1]
    return weight.abs() <= threshold if k >= 1 else torch.zeros_like(weight, dtype=torch.bool)


def wanda_layer(weight, s):
    """locuslab/wanda, prune_magnitude; nothing for s = 0, everything past the end."""
    k = int(weight.numel() * s)
    if s == 0 or k >= weight.numel():
        return torch.full_like(weight, s != 0, dtype=torch.bool)
    return weight.abs() <= weight.abs().flatten().sort().values[k]


def exact(weight, s):
    return lowest(weight.reshape(1, -1), math.floor(weight.numel() * s + 0.5)).reshape(weight.shape)


def row(weight, s):
    return lowest(weight, int(weight.shape[1] * s))


def torch_prune(weights, s, together):
    modules = []
    for weight in weights:
        module = nn.Linear(weight.shape[1], weight.shape[0], bias=False, dtype=weight.dtype)
        module.weight = nn.Parameter(weight.clone())
        modules.append(module)
    if together:
        pairs = [(module, "weight") for module in modules]
        prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=s)
    else:
        for module in modules:
            prune.l1_unstructured(module, "weight", amount=s)
    return [module.weight_mask == 0 for module in modules]


def digest(mask):
    packed = np.packbits(mask.numpy().reshape(-1), bitorder="little")
    return hashlib.sha256(packed.tobytes()).hexdigest()[:16]


def line(name, rule, pattern, s, weights, masks, free):
    """One result; of several layers together, their masks one after another."""
    magnitudes = torch.cat([w.abs().flatten() for w in weights])
    mask = torch.cat([m.flatten() for m in masks])
    largest = magnitudes[mask].max().item() if mask.any() else None
    choice = free and largest is not None and bool((magnitudes[~mask] == largest).any())
    fields = (name, rule, pattern, s, int(mask.sum()), "-" if largest is None else largest.hex())
    return "\t".join(map(str, ("mask", *fields, "-" if choice else digest(mask))))


def results(found):
    for name, weight in found.items():
        for s in SPARSITIES:
            yield line(name, "SD2_PRUNING", "layer", s, [weight], [sd2_pruning(weight, s)], False)
            yield line(name, "WANDA", "layer", s, [weight], [wanda_layer(weight, s)], False)
            yield line(name, "WANDA", "row", s, [weight], [row(weight, s)], False)
            yield line(name, "EXACT", "layer", s, [weight], [exact(weight, s)], False)
            masks = torch_prune([weight], s, together=False)
            yield line(name, "TORCH_PRUNE", "layer", s, [weight], masks, True)
        two_of_four = lowest(weight.reshape(-1, 4), 2).reshape(weight.shape)
        yield line(name, "WANDA", "2:4", 0.5, [weight], [two_of_four], False)
    for dtype in ("F32", "F16"):
        weights = [weight for name, weight in found.items() if name.startswith(dtype + "/")]
        for s in SPARSITIES:
            masks = torch_prune(weights, s, together=True)
            yield line(dtype + "/GROUP", "TORCH_PRUNE", "global", s, weights, masks, True)


def check(lines, path):
    """Compares with results that another script wrote for whole checkpoints."""
    golden = json.loads(path.read_text())
    names = {"WANDA layer": "WANDA_LAYER", "WANDA row": "ROW", "WANDA 2:4": "TWO_OF_FOUR"}
    compared = 0
    for fields in (text.split("\t") for text in lines):
        dtype, _, layer = fields[1].partition("/")
        if layer in ("ties", "GROUP"):
            continue
        whole = golden["small-" + dtype.lower()]
        rule = names.get(f"{fields[2]} {fields[3]}", fields[2])
        table = whole["masks"][rule][fields[4]]
        at = whole["layers"].index(layer)
        assert table["pruned"][at] == int(fields[5]), fields
        assert table["sha256"][at] == (None if fields[7] == "-" else fields[7]), fields
        compared += 1
    print(compared, "results agree with", path)


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("refs", type=Path)
    arguments.add_argument("target", type=Path)
    options = arguments.parse_args()
    found = layers(options.refs)
    raw, lines = bytearray(), []
    for name, weight in found.items():
        rows, columns = weight.shape
        lines.append("\t".join(map(str, ("layer", name, name.split("/")[0], rows, columns, len(raw)))))
        raw += weight.contiguous().view(torch.uint8).numpy().tobytes()
    masks = list(results(found))
    if (options.refs / "golden-masks.json").exists():
        check(masks, options.refs / "golden-masks.json")
    (options.target / "golden-weights.bin").write_bytes(raw)
    (options.target / "golden-masks.tsv").write_text("\n".join(lines + masks) + "\n")


if __name__ == "__main__":
    main()
