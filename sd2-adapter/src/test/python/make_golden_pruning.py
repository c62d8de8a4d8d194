"""The zeros that the paper's rule gives for the small checkpoints, computed in PyTorch.

    python make_golden_pruning.py --dir DIR --out FILE

Reads small-f32 and small-f16 in DIR, made by make_small_checkpoint.py. FILE gets a line of headings
and one line for each checkpoint and Linear layer of text encoder and U-Net, separated by tabs. Under
each sparsity stand the number of zeros afterwards, those included that were zero before, and, after
a colon, the first 16 hex digits of the SHA-256 of where they are (1 is zero; row-major, eight a
byte, lowest bit first).

The rule: with n weights and sparsity s, prune |W| <= sorted(|W|)[int(n*s)-1], ties included; nothing
if int(n*s) < 1, where the published code would prune everything.
"""
import argparse
import hashlib
from pathlib import Path

import numpy as np

from common import prunable, read_component, versions

SPARSITIES = ("0", "0.07", "0.35", "0.475", "0.625", "0.89", "1")


def zeros(weights, sparsity):
    k = int(weights.numel() * sparsity)
    magnitude = weights.abs()
    return magnitude <= (magnitude.flatten().sort().values[k - 1] if k >= 1 else 0)


def digest(mask):
    bits = np.packbits(mask.numpy().reshape(-1), bitorder="little")
    return hashlib.sha256(bits.tobytes()).hexdigest()[:16]


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--dir", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True)
    args = args.parse_args()
    lines = ["\t".join(("checkpoint", "layer", *SPARSITIES)) + "\n"]
    for checkpoint in ("small-f32", "small-f16"):
        for component in ("text_encoder", "unet"):
            tensors = read_component(args.dir / checkpoint / component)
            for name in prunable(component, tensors):
                masks = [zeros(tensors[name + ".weight"], float(s)) for s in SPARSITIES]
                cells = [f"{int(mask.sum())}:{digest(mask)}" for mask in masks]
                lines.append("\t".join((checkpoint, f"{component}/{name}.weight", *cells)) + "\n")
    args.out.write_text("".join(lines))
    print(len(lines), "lines,", versions("torch", "numpy"))


if __name__ == "__main__":
    main()
