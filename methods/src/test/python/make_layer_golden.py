"""Golden masks and weights of Wanda, SparseGPT and RIA on small layers, in float64.

    python make_layer_golden.py --out ../resources/io/github/espalier/methods/calibrated [--references DIR]

Writes layers-golden.json and layers-golden.safetensors. Weights and inputs are not stored: golden_cases.py
says how they follow from the names. Results are those of float64_methods.py. With --references, entries
"reference" say how far the published implementations, run in float32, are from them; see references.py.

Each case has the SHA-256 of its Gram matrix (float64, little-endian, row-major), the sum of squares of each
input column (F64, CASE/sumOfSquares) and, up to 64 columns, the Gram matrix (F64, CASE/gram), and results:

    method, rule, sparsity or group     group is [zeros, size] of an N:M pattern
    id          CASE/ID/mask is the mask (U8, 1 is pruned, row-major, eight a byte, lowest bit first);
                CASE/ID/weights, for most results of SparseGPT, the weights (F32, [out, columns])
    pruned      the number of pruned weights
    gap         least relative distance of a kept score from a pruned one it was compared with: 0 is a tie
    relativeError   ||(W - W') X||^2 / ||W X||^2
    reference   maskDifferences: pruned in one only; withoutTies: of those, in groups of columns where no
                pruned score equals a kept one within 1e-6 (dead columns, case ties); weightDifference: the largest
                difference of weights as a part of the largest weight, where the masks are equal; loss: what it printed

Rules (s is the sparsity, n the number of scores compared; ties go to the lowest index unless it says otherwise):

    exact-layer         round-half-up(s n) of the layer
    exact-row           round-half-up(s n) of the layer, equally many of each output row, one more of the first ones
                        where that does not come out even
    reference-layer     all scores <= the one at index int(n s) of the ascending scores
    reference-row       floor(s columns) of each row
    variant             Wanda's row-wise adaptive variant, with the alpha it ends at; "gap" is here the least
                        distance of a running share of a row's score from an alpha that was tried
    group               the smallest of each group of consecutive columns of a row
    exact-block         SparseGPT: as many of each block of columns, all rows together, as bring the blocks so far to
                        round-half-up(s n) of their weights
    reference-block     SparseGPT: as reference-layer, for each block of columns
    extend              as exact-block or group, on weights with zeros at the mask of "given"; given ones are
                        pruned, count in the number, and are more where they are more than it
    reconstruct         the mask of "given" as it is, on the whole weights
    reference-group, reference-reconstruct      the same with the published code's dead columns
    permuted            RIA: groups of columns in the order of CASE/ID/order (I64); the mask is in the layer's order
    assigned            RIA: the same, the order improved by linear sum assignment. kept and keptByDeal are the sums of
                        the scores that are kept, with and without that; "orderGap" is the least relative distance of
                        the best sum from that of another assignment: at 0 there are several best ones

layout "channels" (convolutions): columns are in the order (kernel row, kernel column, channel) while the
method runs; masks and weights are stored in PyTorch's order.

SparseGPT: Hessian 2/N X^T X with N samples; dead columns (diagonal 0) get 1 there; damping 0.01 of the mean
of the diagonal after that; score w^2 / U_jj^2 of the current weights. Weights of dead columns have score 0 and
error 0, and those that are kept stay as they are; with a rule named reference-... all of them become 0, and the
mask prunes them too.
"""
import argparse
from pathlib import Path

import numpy as np

import float64_methods as f64
import golden_cases as cases
from references import References

SPARSITIES = ("0.3", "0.5", "0.7")
GROUPS = ((2, 4), (4, 8))


class Results:
    """Collects the results of a case."""

    def __init__(self, case, tensors, references):
        self.case, self.tensors, self.references = case, tensors, references
        self.w, self.x = cases.weight(case), cases.inputs(case)
        self.gram = cases.gram(self.x)
        self.squares = np.diag(self.gram).copy()
        self.norm = f64.norms(self.squares, case.samples)
        self.entries = []
        tensors[f"{case.name}/sumOfSquares"] = self.squares
        if case.columns <= 64:
            tensors[f"{case.name}/gram"] = self.gram

    def add(self, ident, mask, weights=None, store=False, **fields):
        base = f"{self.case.name}/{ident}"
        assert f"{base}/mask" not in self.tensors, base
        self.tensors[f"{base}/mask"] = cases.pack(mask)
        if store:
            self.tensors[f"{base}/weights"] = weights.astype(np.float32)
        change = self.w - (np.where(mask, 0, self.w) if weights is None else weights)
        error = np.einsum("ij,jk,ik->", change, self.gram, change) / np.einsum("ij,jk,ik->", self.w, self.gram, self.w)
        method, rule = ident.split("/")[:2]
        self.entries.append({"id": ident, "method": method, "rule": rule, "pruned": int(mask.sum()),
                             "relativeError": float(error), **{k: v for k, v in fields.items() if v is not None}})

    def reference(self, mask, run, weights=None, tied=None):
        """How far the reference is from a mask and weights, or None without references."""
        if not self.references:
            return None
        found = run(self.references)
        found, loss = found if isinstance(found, tuple) else (found, None)
        differ = (found if weights is None else found == 0) != mask
        out = {"maskDifferences": int(differ.sum())}
        if tied is not None and differ.any():
            out["withoutTies"] = int((differ & ~tied).sum())
        if weights is not None and not differ.any():
            out["weightDifference"] = float(np.abs(found - weights).max() / np.abs(weights).max())
        return out if loss is None else {**out, "loss": loss}


def add_wanda(r):
    rows, scores = r.case.shape[0], f64.wanda(r.w, r.norm)
    for s in SPARSITIES:
        for rule, choose, parts in (("exact-row", f64.exact_rows, rows), ("reference-row", f64.reference_rows, rows),
                                    ("exact-layer", f64.exact_whole, 1), ("reference-layer", f64.reference_whole, 1)):
            mask = choose(scores, s)
            ref = r.reference(mask, lambda x: x.wanda(r.w, r.x, s)[0]) if rule == "reference-row" else None
            r.add(f"wanda/{rule}/{s}", mask, sparsity=s, gap=f64.gap(scores, mask, parts), reference=ref)
        mask, alpha, margin = f64.wanda_variant(scores, s)
        ref = r.reference(mask, lambda x: x.wanda(r.w, r.x, s, variant=True)[0])
        r.add(f"wanda/variant/{s}", mask, sparsity=s, alpha=alpha, gap=float(margin), reference=ref)
    for group in fitting(r.case):
        mask = f64.groups(scores, *group)
        tied = f64.tied(scores, mask, group[1])
        ref = r.reference(mask, lambda x: x.wanda(r.w, r.x, n_m=group)[0], tied=tied)
        gap = f64.gap(scores, mask, scores.size // group[1])
        r.add(f"wanda/group/{group[0]}:{group[1]}", mask, group=group, gap=gap, reference=ref)


def add_ria(r):
    rows, scores = r.case.shape[0], f64.ria(r.w, r.norm)
    for s in SPARSITIES:
        for rule, choose, parts in (("exact-row", f64.exact_rows, rows), ("reference-row", f64.reference_rows, rows),
                                    ("exact-layer", f64.exact_whole, 1), ("reference-layer", f64.reference_whole, 1)):
            mask = choose(scores, s)
            ref = None
            if rule.startswith("reference"):
                ref = r.reference(mask, lambda x: x.ria(r.w, r.x, s, rows=rule == "reference-row"))
            r.add(f"ria/{rule}/{s}", mask, sparsity=s, gap=f64.gap(scores, mask, parts), reference=ref)
    for group in fitting(r.case):
        mask, parts = f64.groups(scores, *group), scores.size // group[1]
        tied = f64.tied(scores, mask, group[1])
        ref = r.reference(mask, lambda x: x.ria(r.w, r.x, n_m=group), tied=tied)
        r.add(f"ria/group/{group[0]}:{group[1]}", mask, group=group, gap=f64.gap(scores, mask, parts), reference=ref)
        order = f64.dealt_columns(scores, group[1])
        mask = f64.permuted_groups(scores, order, *group)
        ref = r.reference(mask, lambda x: x.ria(r.w, r.x, n_m=group, permute=True))
        ident = f"ria/permuted/{group[0]}:{group[1]}"
        sums = np.sort(scores.sum(axis=0))
        r.tensors[f"{r.case.name}/{ident}/order"] = order
        r.add(ident, mask, group=group, gap=f64.gap(scores[:, order], mask[:, order], parts),
              orderGap=float((np.diff(sums) / np.maximum(sums[1:], 1e-300)).min()), reference=ref)
        add_assigned(r, scores, order, group, f"{group[0]}:{group[1]}", lambda x: x, lambda x: x,
                     lambda x: x.ria(r.w, r.x, n_m=group, permute=True, assign=True))
    if r.case.convolution and r.case.shape[1] % 2 == 0:
        channels, positions = r.case.shape[1], r.case.columns // r.case.shape[1]
        lines = scores.reshape(rows, channels, positions).transpose(0, 2, 1).reshape(-1, channels)
        add_assigned(r, lines, f64.dealt_columns(lines, 2), (1, 2), "1:2/channels",
                     lambda mask: mask.reshape(rows, positions, channels).transpose(0, 2, 1).reshape(rows, -1),
                     lambda order: (order * positions + np.arange(positions)[:, None]).reshape(-1),
                     None, layout="channels")


def add_assigned(r, scores, order, group, ident, to_mask, to_order, run, **fields):
    """RIA's deal of the columns of scores, improved; rows and columns become those of the layer again."""
    ident = f"ria/assigned/{ident}"
    better, gap = f64.assigned_columns(scores, order, *group)
    mask = f64.permuted_groups(scores, better, *group)
    r.tensors[f"{r.case.name}/{ident}/order"] = to_order(better)
    ref = r.reference(to_mask(mask), run) if run else None
    r.add(ident, to_mask(mask), group=group, gap=f64.gap(scores[:, better], mask[:, better], scores.size // group[1]),
          orderGap=float(gap), keptByDeal=float(scores[~f64.permuted_groups(scores, order, *group)].sum()),
          kept=float(scores[~mask].sum()), reference=ref, **fields)


def fitting(case):
    return [g for g in GROUPS if case.columns % g[1] == 0]


def add_sparsegpt(r):
    hessian = 2 / r.case.samples * r.gram
    for block in (128, 32):
        if block > 32 or r.case.columns > 32:
            add_blocks(r, f64.SparseGpt(hessian, block=block))
    pruner = f64.SparseGpt(hessian)
    for group in fitting(r.case):
        for rule in ("group", "reference-group") if r.case.dead else ("group",):
            w, mask, loss, gap = pruner.prune(r.w, group=group, literal=rule != "group")
            ref = None
            if rule == "reference-group" or not r.case.dead:
                ref = r.reference(mask, lambda x: x.sparsegpt(r.w, r.x, 0, n_m=group), w, pruner.tied)
            ident = f"sparsegpt/{rule}/{group[0]}:{group[1]}"
            r.add(ident, mask, w, True, group=group, loss=loss, gap=gap, reference=ref)
    add_given(r, pruner)


def add_blocks(r, pruner):
    for s in ("0.1", *SPARSITIES) if r.case.dead else SPARSITIES:
        for rule, choose in (("exact-block", f64.exact_block(s)), ("reference-block", f64.reference_block(s))):
            literal = rule == "reference-block"
            w, mask, loss, gap = pruner.prune(r.w, choose=choose, literal=literal)
            ref = None
            if literal:
                ref = r.reference(mask, lambda x: x.sparsegpt(r.w, r.x, s, block=pruner.block), w)
            store = s == "0.5" or (rule == "exact-block" and pruner.block == 128)
            r.add(f"sparsegpt/{rule}/{s}/{pruner.block}", mask, w, store, sparsity=s, block=pruner.block, loss=loss,
                  gap=gap, reference=ref)


def add_given(r, pruner):
    """Wanda's mask at 30 % extended to 50 % and, 1:4 first, to 2:4; and its mask at 50 % reconstructed."""
    scores = f64.wanda(r.w, r.norm)
    given = f64.exact_rows(scores, "0.3")
    w, mask, loss, gap = pruner.prune(np.where(given, 0, r.w), choose=f64.exact_block("0.5"), given=given)
    r.add("sparsegpt/extend/0.5", mask, w, True, sparsity="0.5", block=pruner.block, given="wanda/exact-row/0.3",
          loss=loss, gap=gap)
    if (2, 4) in fitting(r.case):
        given = f64.groups(scores, 1, 4)
        r.add("wanda/group/1:4", given, group=(1, 4), gap=f64.gap(scores, given, scores.size // 4))
        w, mask, loss, gap = pruner.prune(np.where(given, 0, r.w), group=(2, 4), given=given)
        r.add("sparsegpt/extend/2:4", mask, w, True, group=(2, 4), given="wanda/group/1:4", loss=loss, gap=gap)
    given = f64.exact_rows(scores, "0.5")
    w, mask, loss, _ = pruner.prune(r.w, choose=f64.keep_given, given=given)
    ref = r.reference(mask, lambda x: x.reconstruct(r.w, r.x, mask), w)
    r.add("sparsegpt/reconstruct/0.5", mask, w, True, given="wanda/exact-row/0.5", loss=loss, reference=ref)
    if r.case.dead:
        add_given_with_dead(r, pruner)


def add_given_with_dead(r, pruner):
    """The mask of magnitude, which keeps weights of dead columns, reconstructed by both rules."""
    given = f64.exact_rows(np.abs(r.w), "0.5")
    r.add("magnitude/exact-row/0.5", given, sparsity="0.5", gap=f64.gap(np.abs(r.w), given, r.case.shape[0]))
    for rule in ("reconstruct", "reference-reconstruct"):
        literal = rule == "reference-reconstruct"
        w, mask, loss, _ = pruner.prune(r.w, choose=f64.keep_given, given=given, literal=literal)
        ref = r.reference(mask, lambda x: x.reconstruct(r.w, r.x, given), w) if literal else None
        r.add(f"sparsegpt/{rule}/magnitude", mask, w, True, given="magnitude/exact-row/0.5", loss=loss, reference=ref)


def add_channels(r):
    """Groups of four channels at a fixed kernel position."""
    channels, kernel = r.case.shape[1], r.case.columns // r.case.shape[1]
    order = np.arange(r.case.columns).reshape(channels, kernel).T.reshape(-1)
    back = np.argsort(order)
    scores = f64.wanda(r.w, r.norm)[:, order]
    mask = f64.groups(scores, 2, 4)
    gap = f64.gap(scores, mask, scores.size // 4)
    r.add("wanda/group/2:4/channels", mask[:, back], group=(2, 4), layout="channels", gap=gap)
    pruner = f64.SparseGpt(2 / r.case.samples * r.gram[np.ix_(order, order)])
    w, mask, loss, gap = pruner.prune(r.w[:, order], group=(2, 4))
    ref = r.reference(mask, lambda x: x.sparsegpt(r.w[:, order], r.x[..., order], 0, n_m=(2, 4)), w)
    r.add("sparsegpt/group/2:4/channels", mask[:, back], w[:, back], True, group=(2, 4), layout="channels", loss=loss,
          gap=gap, reference=ref)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--references", type=Path)
    args = args.parse_args()
    references = References(args.references) if args.references else None
    tensors, found = {}, []
    for case in cases.LAYERS:
        r = Results(case, tensors, references)
        add_wanda(r)
        add_ria(r)
        add_sparsegpt(r)
        if case.convolution and case.shape[1] % 4 == 0:
            add_channels(r)
        found.append({**case.describe(), "gramSha256": cases.sha256(r.gram), "results": r.entries})
        print(case.name, len(r.entries), "results")
    about = "Made by make_layer_golden.py, which describes it."
    cases.save(args.out, "layers-golden", about, {"cases": found}, tensors)


if __name__ == "__main__":
    main()
