"""PyTorch's times for SparseGPT of one layer, and for the Hessian of its input, on the CPU.

    python time_references.py [--outputs 1280] [--inputs 5120] [--tokens 19712] [--threads 2] [--runs 3]

SparseGPT follows algorithm 1 of arXiv 2301.00774, with Hessian, damping and factors as the published
implementation has them: everything in float32, blocks of 128 columns, the mask chosen once a block, one
rank-one update a column, and H factored, inverted and factored again. It starts from H. The Hessian is what
that implementation gathers: inputs turned and scaled in float32, and one full product, given the tokens a few
samples of 77 at a time. One run of each comes first and is not counted. Prints one line of JSON for each:
seconds of each run, their least and median, the least time of all threads on a processor, which other programs
change less, and what was run.
"""
import argparse
import json
import os
import resource
import statistics
import time

import torch

SEQUENCE = 77


def prune(weights, hessian, sparsity, block, damping):
    """New weights of a layer; both arguments are used up."""
    dead = hessian.diagonal() == 0
    hessian.diagonal()[dead] = 1
    weights[:, dead] = 0
    hessian.diagonal().add_(damping * hessian.diagonal().mean())
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    upper = torch.linalg.cholesky(inverse, upper=True)
    loss = torch.zeros(())
    for first in range(0, weights.shape[1], block):
        last = min(first + block, weights.shape[1])
        part, local = weights[:, first:last].clone(), upper[first:last, first:last]
        errors, kept = torch.empty_like(part), torch.empty_like(part)
        scores = (part / local.diagonal()) ** 2
        limit = scores.flatten().sort().values[int(scores.numel() * sparsity)]
        pruned = scores <= limit
        for j in range(last - first):
            kept[:, j] = part[:, j].masked_fill(pruned[:, j], 0)
            errors[:, j] = (part[:, j] - kept[:, j]) / local[j, j]
            part[:, j:] -= torch.outer(errors[:, j], local[j, j:])
        loss += errors.square().sum() / 2
        weights[:, first:last] = kept
        weights[:, last:] -= errors @ upper[first:last, last:]
    return weights


def hessian_of(batches, width):
    hessian, samples = torch.zeros(width, width), 0
    for batch in batches:
        count = batch.shape[0]
        rows = batch.reshape(-1, width).t()
        hessian *= samples / (samples + count)
        samples += count
        rows = (2 / samples) ** 0.5 * rows.float()
        hessian += rows @ rows.t()
    return hessian


def timed(name, runs, prepare, run, **what):
    seconds, processor = [], []
    for _ in range(runs + 1):
        arguments = prepare()
        start, used = time.perf_counter(), time.process_time()
        out = run(*arguments)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
        assert out.isfinite().all()
    print(json.dumps({
        "what": name, "seconds": [round(s, 3) for s in seconds[1:]], "least": round(min(seconds[1:]), 3),
        "median": round(statistics.median(seconds[1:]), 3), "processor": round(min(processor[1:]), 3), **what, "cores": os.cpu_count(),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "torch": torch.__version__}), flush=True)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--outputs", type=int, default=1280)
    args.add_argument("--inputs", type=int, default=5120)
    args.add_argument("--tokens", type=int, default=19712)
    args.add_argument("--samples", type=int, default=256, help="samples of 77 tokens that come at a time")
    args.add_argument("--sparsity", type=float, default=0.5)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--runs", type=int, default=3)
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randn(args.tokens // SEQUENCE, SEQUENCE, args.inputs, generator=generator)
    weights = torch.randn(args.outputs, args.inputs, generator=generator)
    with torch.inference_mode():
        timed("hessian", args.runs, lambda: (tokens.split(args.samples), args.inputs), hessian_of,
              tokens=len(tokens) * SEQUENCE, inputs=args.inputs, samples=args.samples, threads=args.threads)
        hessian = hessian_of(tokens.split(args.samples), args.inputs)
        timed("sparsegpt", args.runs, lambda: (weights.clone(), hessian.clone(), args.sparsity, 128, 0.01), prune,
              outputs=args.outputs, inputs=args.inputs, sparsity=args.sparsity, threads=args.threads)


if __name__ == "__main__":
    main()
