"""Golden allocations of OWL and AlphaPruning, and OBS-Diff's timestep weights and Hessian, in float64.

    python make_allocation_golden.py --out ../resources/io/github/espalier/methods/calibrated [--references DIR]

Writes allocations-golden.json and allocations-golden.safetensors. Weights and inputs follow from names as in
golden_cases.py, results are those of float64_allocations.py and float64_methods.py. With --references, "reference"
has the largest difference of the published implementations from the number beside it; see references.py. Its
lists, for exponents, hold relative differences.

owl
    layers          name, block, shape, samples and tokens: case "NAME" of golden_cases.py
    ratios          by block (all scores of its layers together, one mean) or by layer, in percent: Wanda's score
                    |W_ij| sqrt(sum of squares_j / samples) over m times its mean
    allocations     literal: the published formula on the ratios "by" and "m", not clamped; exact: parameter-weighted,
                    in [0, 1]; one a block or layer. counts: of exact, per layer, in all round-half-up(S n).
    synthetic       the same for ratios and sizes that are given; equal ratios have no literal form
alphaPruning
    layers          name, block and shape; the matrix is the weight times 2^e of its input channel c (golden_cases.py)
    exponents       mid: Hill's estimator of the upper half of the squared singular values; peak: from the peak
                    of their histogram
    allocations     literal and exact for the Linear layers, on mean exponents of blocks or each layer's own; "all"
                    has the convolutions too, by layer
obsDiff
    weights         a list for each schedule and number of steps, noisiest step first
    hessian         case "obs-diff" of golden_cases.py, its samples in order, "batch" a step, weights log_decrease;
                    F64 obs-diff/hessian, and results of SparseGPT with it: ID/mask and ID/weights as in layers-golden
    layers          the same for more layers, a sample a step: NAME/hessian, NAME/ID/mask, NAME/ID/weights
"""
import argparse
from pathlib import Path

import numpy as np

import float64_allocations as f64
import float64_methods as methods
import golden_cases as cases
from golden_cases import Case
from references import References

SHAPES = (
    ((12, 16), (16, 12)),
    ((24, 16), (16, 24), (8, 16)),
    ((24, 40), (40, 24)),
    ((16, 32), (32, 16)),
    ((10, 20), (20, 10), (20, 20)),
    ((8, 64), (16, 8)),
)
OWL = [(b, Case(f"owl-{b}.{i}", shape, 2, (24,))) for b, row in enumerate(SHAPES) for i, shape in enumerate(row)]
ALPHA_SHAPES = ((24, 16), (16, 24), (40, 24), (24, 40), (32, 32), (48, 20), (20, 48), (64, 30), (30, 30), (36, 50))
CONVOLUTIONS = ((8, 6, 3, 3), (12, 10, 1, 1), (6, 16, 3, 3))
SPARSITIES = ("0.05", "0.3", "0.5", "0.7", "0.97")
SYNTHETIC = (
    ("one rich block of ten", [1, 1, 1, 1, 1, 1, 1, 1, 1, 4], [1000] * 10),
    ("equal ratios", [2.5, 2.5, 2.5], [100, 101, 997]),
    ("one block", [3], [77]),
    ("sizes of a U-Net", [0.5, 1.25, 3, 2, 0], [102400, 409600, 1638400, 6553600, 13107200]),
    ("odd sizes", [0.1, 0.7, 0.3, 0.2], [3, 5, 7, 11]),
)


def owl(references):
    scores = [methods.wanda(cases.weight(c), np.sqrt((cases.inputs(c) ** 2).sum((0, 1)) / c.samples)) for _, c in OWL]
    sizes = [s.size for s in scores]
    blocks = [b for b, _ in OWL]
    joined = [np.concatenate([s.reshape(-1) for s, at in zip(scores, blocks) if at == b]) for b in range(len(SHAPES))]
    out = {"layers": [{"name": c.name, "block": b, "shape": c.shape, "samples": c.samples, "tokens": c.size[0]}
                      for b, c in OWL], "ratios": [], "allocations": []}
    for m in (5, 7):
        for by, parts in (("block", joined), ("layer", scores)):
            ratios = [f64.outlier_ratio(p, m) for p in parts]
            entry = {"by": by, "m": m, "ratios": ratios}
            margins = [float(np.abs(p / (m * p.mean()) - 1).min()) for p in parts]
            out["ratios"].append({**entry, "margin": min(margins)})
            for width, sparsity in [(0.08, s) for s in SPARSITIES] + [(0.3, "0.5")]:
                found = allocate(ratios, [p.size for p in parts], width, sparsity)
                per_layer = [found["exact"][b] for b in blocks] if by == "block" else found["exact"]
                found["counts"] = f64.counts(per_layer, sizes, sparsity)
                if references and by == "block" and width == 0.08 and sparsity in ("0.3", "0.5", "0.7"):
                    found["reference"] = compare_owl(references, ratios, found["literal"], sparsity, m)
                out["allocations"].append({"by": by, "m": m, **found})
    out["synthetic"] = []
    for name, ratios, sizes in SYNTHETIC:
        for width, sparsity in ((0.08, "0.5"), (0.08, "0.93"), (0.3, "0.35")):
            found = allocate(ratios, sizes, width, sparsity)
            found["counts"] = f64.counts(found["exact"], sizes, sparsity)
            out["synthetic"].append({"name": name, "ratios": ratios, "sizes": sizes, **found})
    return out


def allocate(ratios, sizes, width, sparsity):
    exact = f64.owl_exact(ratios, sizes, width, sparsity)
    assert abs(f64.budget(exact, sizes) - float(sparsity)) < 1e-12 and exact.min() >= 0 and exact.max() <= 1
    literal = f64.owl_literal(ratios, width, sparsity).tolist() if max(ratios) > min(ratios) else None
    return {"lambda": width, "sparsity": sparsity, "literal": literal, "exact": exact.tolist()}


def compare_owl(references, ratios, literal, sparsity, m):
    blocks = [[cases.weight(c) for b, c in OWL if b == block] for block in range(len(SHAPES))]
    x = np.concatenate([cases.inputs(c) for _, c in OWL], axis=2)
    found, densities = references.owl(blocks, x, sparsity, m, 0.08)
    difference = np.abs(1 - np.array(densities) - literal).max()
    return {"ratios": float(np.abs(np.array(found) - ratios).max()), "literal": float(difference)}


def alpha_pruning(references):
    shapes = [*ALPHA_SHAPES, *CONVOLUTIONS]
    names = [f"alpha-{i}" for i in range(len(shapes))]
    matrices = [alpha_matrix(name, shape) for name, shape in zip(names, shapes)]
    linear = len(ALPHA_SHAPES)
    blocks = [i // 2 if i < linear else None for i in range(len(shapes))]
    values = [f64.eigenvalues(w) for w in matrices]
    mid = [f64.exponent_mid(v) for v in values]
    peak = [f64.exponent_peak(v) for v in values]
    out = {"layers": [{"name": n, "block": b, "shape": s} for n, b, s in zip(names, blocks, shapes)],
           "exponents": {"mid": mid, "peak": peak}}
    if references:
        out["reference"] = {
            rule: (np.array(references.exponents(matrices, f"xmin_{rule}")) / found - 1).tolist()
            for rule, found in (("mid", mid), ("peak", peak))}
    sizes = [w.size for w in matrices]
    means = [float(np.mean(mid[i // 2 * 2:i // 2 * 2 + 2])) for i in range(linear)]
    out["allocations"] = [
        alpha_allocation(references if by != "all" else None, by, metric, sizes[:len(metric)], sparsity, matrices, mid)
        for by, metric in (("block", means), ("layer", mid[:linear]), ("all", mid))
        for sparsity in ("0.3", "0.5", "0.7", "0.85")]
    return out


def alpha_matrix(name, shape):
    scale = np.exp2(np.floor(4 * cases.formula.values(name + ".e", (shape[1],)).numpy().astype(np.float64)))
    w = cases.formula.weight(name + ".weight", shape).numpy().astype(np.float64)
    return w * scale.reshape(1, -1, *[1] * (len(shape) - 2))


def alpha_allocation(references, by, metric, sizes, sparsity, matrices, mid):
    literal, exact = f64.alpha_literal(metric, sizes, sparsity), f64.alpha_exact(metric, sizes, sparsity)
    assert abs(f64.budget(exact, sizes) - float(sparsity)) < 1e-12 and exact.max() <= 1
    out = {"by": by, "epsilon": f64.EPSILON, "sparsity": sparsity, "literal": literal.tolist(), "exact": exact.tolist(),
           "counts": f64.counts(exact, sizes, sparsity)}
    if references:
        blocks = [matrices[i:i + 2] for i in range(0, len(metric), 2)]
        found = references.alpha_ratios(blocks, mid[:len(metric)], sparsity, f64.EPSILON, by == "block")
        out["reference"] = float(np.abs(np.array(found) - literal).max())
    return out


OBS_DIFF_LAYERS = (
    Case("obs-diff-24x40", (24, 40), 10, (12,)),
    Case("obs-diff-conv", (8, 8, 3, 3), 10, (6, 5), padding=1),
)


def obs_diff(references, tensors):
    schedules = ("uniform", "linear_increase", "linear_decrease", "log_increase", "log_decrease")
    weights = [{"schedule": s, "steps": t, "min": 0.8, "max": 1.2, "weights": f64.timestep_weights(s, t).tolist()}
               for s in schedules for t in (10, 25)]
    case, steps, batch = Case("obs-diff", (12, 16), 10, (12,)), 5, 2
    w, x, alphas = cases.weight(case), cases.inputs(case), f64.timestep_weights("log_decrease", steps)
    hessian = f64.weighted_hessian(x, alphas, batch)
    tensors["obs-diff/hessian"] = hessian
    pruner, results = methods.SparseGpt(hessian), []
    runs = {"exact-block/0.5": {"choose": methods.exact_block("0.5")}, "group/2:4": {"group": (2, 4)},
            "reference-block/0.5": {"choose": methods.reference_block("0.5")}}
    for ident, options in runs.items():
        pruned, mask, loss, gap = pruner.prune(w, **options)
        tensors[f"obs-diff/{ident}/mask"] = cases.pack(mask)
        tensors[f"obs-diff/{ident}/weights"] = pruned.astype(np.float32)
        results.append({"id": ident, "pruned": int(mask.sum()), "loss": loss, "gap": gap})
    out = {**case.describe(), "steps": steps, "batch": batch, "weights": alphas.tolist(), "results": results}
    if references:
        found, other = references.obs_diff(w, x, alphas, batch, "0.5")
        out["reference"] = {"hessian": float(np.abs(found - hessian).max() / np.abs(hessian).max()),
                            "maskDifferences": int(((other == 0) != mask).sum()),
                            "weightDifference": float(np.abs(other - pruned).max() / np.abs(pruned).max())}
    more = [obs_diff_of(case, tensors) for case in OBS_DIFF_LAYERS]
    return {"weights": weights, "hessian": out, "layers": more}


def obs_diff_of(case, tensors):
    """Hessian of ten steps of one sample, and results at several sparsities."""
    w, x = cases.weight(case), cases.inputs(case)
    hessian = f64.weighted_hessian(x, f64.timestep_weights("log_decrease", case.samples), 1)
    tensors[f"{case.name}/hessian"] = hessian
    pruner, results = methods.SparseGpt(hessian), []
    runs = {f"{rule}/{s}": {"choose": choose(s)} for s in ("0.3", "0.5", "0.7")
            for rule, choose in (("exact-block", methods.exact_block), ("reference-block", methods.reference_block))}
    runs |= {f"group/{zeros}:{size}": {"group": (zeros, size)} for zeros, size in ((2, 4), (4, 8))}
    for ident, options in runs.items():
        options["literal"] = ident.startswith("reference")
        pruned, mask, loss, gap = pruner.prune(w, **options)
        assert gap > 1e-5, f"{case.name}/{ident}: scores {gap} apart could be ranked otherwise in float32"
        tensors[f"{case.name}/{ident}/mask"] = cases.pack(mask)
        tensors[f"{case.name}/{ident}/weights"] = pruned.astype(np.float32)
        results.append({"id": ident, "pruned": int(mask.sum()), "loss": loss, "gap": gap})
    return {**case.describe(), "results": results}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--references", type=Path)
    args = args.parse_args()
    references, tensors = References(args.references) if args.references else None, {}
    content = {"owl": owl(references), "alphaPruning": alpha_pruning(references)}
    content["obsDiff"] = obs_diff(references, tensors)
    about = "Made by make_allocation_golden.py, which describes it."
    cases.save(args.out, "allocations-golden", about, content, tensors)


if __name__ == "__main__":
    main()
