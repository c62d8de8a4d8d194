"""Masks of every prunable Linear of small-f32 and small-f16, by several rules, computed in PyTorch.

    python make_golden_masks.py [--dir DIR]

Writes golden-masks.json (counts and hashes) and golden-masks-<checkpoint>.safetensors (whole masks
of SD2_PRUNING at .475, one U8 bitmap a layer) in DIR (default: made/). True means pruned; bits are the
row-major mask, packed eight a byte, lowest bit first, and hashes are the first 16 hex digits of the
SHA-256 of those bytes. n is the number of weights, s the sparsity; products are Python's doubles.

SD2_PRUNING  |W| <= sorted(|W|)[int(n*s)-1]; nothing if int(n*s) < 1. All ties go.
WANDA_LAYER  |W| <= sorted(|W|)[int(n*s)]; nothing if s == 0, everything if int(n*s) >= n.
EXACT        the floor(n*s+0.5) smallest by (|W|, flat index).
ROW          in each row the int(columns*s) smallest by (|W|, column).
TWO_OF_FOUR  in each row, of each 4 consecutive columns, the 2 smallest by (|W|, column).
TORCH_PRUNE  torch.nn.utils.prune.l1_unstructured(amount=s); TORCH_GLOBAL global_unstructured over the
             U-Net's Linear layers. Both choose freely among ties: "threshold" is the largest pruned |W|,
             and a hash is null where other choices were open (some but not all of the ties pruned).
"""
import argparse
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import prune

from common import REFS, prunable, read_component, record, versions

SPARSITIES = (0.0, 0.05, 0.07, 0.35, 0.475, 0.625, 0.89, 1.0)
PACKAGES = ("torch", "numpy", "safetensors")


def sd2_pruning(w, s):
    k = int(w.numel() * s)
    mag = w.abs()
    return mag <= mag.flatten().sort().values[k - 1] if k >= 1 else torch.zeros_like(w, dtype=torch.bool)


def wanda_layer(w, s):
    k, mag = int(w.numel() * s), w.abs()
    if s == 0 or k >= w.numel():
        return torch.full_like(w, s != 0, dtype=torch.bool)
    return mag <= mag.flatten().sort().values[k]


def exact(w, s):
    return lowest(w.reshape(1, -1), math.floor(w.numel() * s + 0.5)).reshape(w.shape)


def row(w, s):
    return lowest(w, int(w.shape[1] * s))


def two_of_four(w):
    return lowest(w.reshape(-1, 4), 2).reshape(w.shape)


def lowest(w, k):
    """In each row the k smallest magnitudes, ties to the lower index."""
    order = w.abs().sort(dim=1, stable=True).indices[:, :k]
    return torch.zeros_like(w, dtype=torch.bool).scatter_(1, order, True)


RULES = {"SD2_PRUNING": sd2_pruning, "WANDA_LAYER": wanda_layer, "EXACT": exact, "ROW": row}


def torch_masks(weights, s, whole):
    """The masks torch.nn.utils.prune makes: layer by layer, or over all layers at once."""
    modules = []
    for w in weights:
        module = nn.Linear(w.shape[1], w.shape[0], bias=False, dtype=w.dtype)
        module.weight = nn.Parameter(w.clone())
        modules.append(module)
    if whole:
        prune.global_unstructured([(m, "weight") for m in modules], pruning_method=prune.L1Unstructured, amount=s)
    else:
        for module in modules:
            prune.l1_unstructured(module, "weight", amount=s)
    return [module.weight_mask == 0 for module in modules]


def is_free(weights, masks):
    """(largest pruned magnitude or null, whether kept weights tie with it) over these layers together."""
    mags = torch.cat([w.abs().flatten() for w in weights])
    pruned = torch.cat([m.flatten() for m in masks])
    if not pruned.any():
        return None, False
    top = mags[pruned].max()
    assert (mags[~pruned] >= top).all()
    return top.item(), bool((mags[~pruned] == top).any())


def pack(mask):
    return np.packbits(mask.numpy().reshape(-1), bitorder="little")


def digest(mask):
    return hashlib.sha256(pack(mask).tobytes()).hexdigest()[:16]


def golden(weights):
    """The answers for one checkpoint, as parallel arrays in the order of "layers"."""
    def table(masks):
        return {"pruned": [int(m.sum()) for m in masks], "sha256": [digest(m) for m in masks]}

    names, tensors = list(weights), list(weights.values())
    unet = [i for i, n in enumerate(names) if n.startswith("unet/")]
    out = {"layers": names, "shapes": [list(w.shape) for w in tensors], "masks": {}}
    for rule, function in RULES.items():
        out["masks"][rule] = {str(s): table([function(w, s) for w in tensors]) for s in SPARSITIES}
    out["masks"]["TWO_OF_FOUR"] = {"0.5": table([two_of_four(w) for w in tensors])}
    out["masks"]["TORCH_PRUNE"], out["masks"]["TORCH_GLOBAL"] = {}, {"layers": "the unet/ ones, in the same order"}
    for s in SPARSITIES:
        masks = torch_masks(tensors, s, whole=False)
        tops, free = zip(*(is_free([w], [m]) for w, m in zip(tensors, masks)))
        found = table(masks)
        found["sha256"] = [None if f else h for f, h in zip(free, found["sha256"])]
        out["masks"]["TORCH_PRUNE"][str(s)] = {**found, "threshold": tops}
        chosen = [tensors[i] for i in unet]
        masks = torch_masks(chosen, s, whole=True)
        top, free = is_free(chosen, masks)
        found = {"total": int(sum(m.sum() for m in masks)), "threshold": top, "free": free, **table(masks)}
        if free:  # a layer's hash still counts when it holds no tie at the threshold
            found["sha256"] = [None if (w.abs() == top).any() else h for w, h in zip(chosen, found["sha256"])]
        out["masks"]["TORCH_GLOBAL"][str(s)] = found
    return out


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--dir", type=Path, default=REFS)
    folder = args.parse_args().dir.resolve()
    result, paths = {"about": __doc__.split("\n", 4)[4].splitlines(), "versions": versions(*PACKAGES)}, []
    for checkpoint in ("small-f32", "small-f16"):
        weights = {}
        for component in ("text_encoder", "unet"):
            tensors = read_component(folder / checkpoint / component)
            weights |= {f"{component}/{n}": tensors[n + ".weight"] for n in prunable(component, tensors)}
        result[checkpoint] = golden(weights)
        paths.append(folder / f"golden-masks-{checkpoint}.safetensors")
        save_file({n: torch.from_numpy(pack(sd2_pruning(w, 0.475))) for n, w in weights.items()}, paths[-1])
        for rule, by_sparsity in result[checkpoint]["masks"].items():
            print(checkpoint, rule, {s: sum(t["pruned"]) for s, t in by_sparsity.items() if s != "layers"},
                  "undetermined layers:", {s: t["sha256"].count(None) for s, t in by_sparsity.items() if s != "layers"}
                  if rule.startswith("TORCH") else "none")
    paths.append(folder / "golden-masks.json")
    paths[-1].write_text(json.dumps(result, separators=(",", ":")).replace('},"', '},\n"') + "\n")
    record("make_golden_masks", {}, PACKAGES, paths)


if __name__ == "__main__":
    main()
