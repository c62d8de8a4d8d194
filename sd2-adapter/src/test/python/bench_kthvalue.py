"""Time PyTorch's magnitude thresholds on the shapes of the real SD2 Linear layers.

    python bench_kthvalue.py [--shapes FILE] [--rounds N]

FILE is sd2-tensor-shapes.json (default: the test resource). One Gaussian F16 weight for each of the
216 + 138 layers, 2 threads; for each method the whole of both components, best of N rounds. Timed per
layer: |W|, the threshold at int(n*s)-1 for s = .475, and the zeroing, as the paper's rule does.
"""
import argparse
import json
import time
from pathlib import Path

import torch

from common import TEXT_LINEARS, record, versions

PACKAGES = ("torch",)
S = 0.475


def by_sort(w):
    mag = w.abs()
    return mag, mag.flatten().sort().values[int(w.numel() * S) - 1]


def by_kthvalue(w):
    mag = w.abs()
    return mag, mag.flatten().kthvalue(int(w.numel() * S)).values


def by_sort_f32(w):
    mag = w.float().abs()
    return mag, mag.flatten().sort().values[int(w.numel() * S) - 1]


def by_kthvalue_f32(w):
    mag = w.float().abs()
    return mag, mag.flatten().kthvalue(int(w.numel() * S)).values


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--shapes", type=Path, default=Path(__file__).resolve().parent.parent / "resources/io/github/espalier/sd2/architecture/sd2-tensor-shapes.json")
    args.add_argument("--rounds", type=int, default=2)
    args = args.parse_args()
    torch.set_num_threads(2)
    print(versions(*PACKAGES), "threads", torch.get_num_threads())
    data = json.loads(args.shapes.read_text())
    shapes = [s for n, s in data["unet"].items() if n.endswith(".weight") and len(s) == 2]
    text = [s for n, s in data["text_encoder"].items() if n.removesuffix(".weight").endswith(TEXT_LINEARS) and len(s) == 2]
    assert (len(shapes), len(text)) == (216, 138)
    generator = torch.Generator().manual_seed(0)
    weights = [(0.02 * torch.randn(s, generator=generator)).half() for s in shapes + text]
    total = sum(w.numel() for w in weights)
    print(f"{len(weights)} layers, {total} weights")
    found = {}
    for method in (by_sort, by_kthvalue, by_sort_f32, by_kthvalue_f32):
        best = {"threshold": float("inf"), "with zeroing": float("inf")}
        for _ in range(args.rounds):
            selecting = zeroing = 0.0
            pruned = 0
            for w in weights:
                t0 = time.perf_counter()
                mag, threshold = method(w)
                t1 = time.perf_counter()
                mask = mag <= threshold
                result = w.masked_fill(mask, 0)
                t2 = time.perf_counter()
                selecting, zeroing = selecting + t1 - t0, zeroing + t2 - t1
                pruned += int(mask.sum())
                del result
            best = {"threshold": min(best["threshold"], selecting),
                    "with zeroing": min(best["with zeroing"], selecting + zeroing)}
        found[method.__name__] = {k: round(v, 2) for k, v in best.items()} | {"pruned": pruned}
        print(f"{method.__name__}: threshold {best['threshold']:.2f} s = {total / best['threshold']:.4g} weights/s; with zeroing "
              f"{best['with zeroing']:.2f} s = {total / best['with zeroing']:.4g} weights/s; {pruned} pruned ({pruned / total:.5f})",
              flush=True)
    record("bench_kthvalue", {"seconds": found}, PACKAGES)


if __name__ == "__main__":
    main()
