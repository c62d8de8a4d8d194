"""Published formulas of calibrated pruning, in float64, written from the papers (not run by itself).

Nothing here calls a reference implementation; make_layer_golden.py compares. All scores are [out, columns],
masks are True for pruned, and "smallest" means: by score, then by the lowest index.
"""
from fractions import Fraction

import numpy as np
from scipy.optimize import linear_sum_assignment

TIE = 1e-6


def count(sparsity, n):
    """round-half-up(sparsity * n), exactly; sparsity is a decimal as text."""
    return int(Fraction(sparsity) * n + Fraction(1, 2))


def smallest(scores, k):
    """A mask of the k smallest of a whole array, ties by the lowest flat index."""
    mask = np.zeros(scores.size, bool)
    mask[np.argsort(scores.reshape(-1), kind="stable")[:k]] = True
    return mask.reshape(scores.shape)


def exact_whole(scores, sparsity):
    return smallest(scores, count(sparsity, scores.size))


def reference_whole(scores, sparsity):
    """All scores up to the one at index int(n * s) of the ascending scores, so at least floor(n s) + 1."""
    return scores <= np.sort(scores.reshape(-1))[int(scores.size * float(sparsity))]


def exact_rows(scores, sparsity):
    """The count of the whole, dealt out to rows: where they cannot lose equally many, the first ones lose one more."""
    each, more = divmod(count(sparsity, scores.size), len(scores))
    return np.stack([smallest(row, each + (i < more)) for i, row in enumerate(scores)])


def reference_rows(scores, sparsity):
    """floor(columns * s) in each row."""
    return np.stack([smallest(row, int(row.size * float(sparsity))) for row in scores])


def groups(scores, zeros, size):
    """The smallest scores of each group of consecutive columns; columns must be a multiple of size."""
    rows, columns = scores.shape
    assert columns % size == 0
    parts = scores.reshape(-1, size)
    return np.stack([smallest(part, zeros) for part in parts]).reshape(rows, columns)


def gaps(scores, mask, parts):
    """The relative distance between pruned and kept scores of each part; 0 for a tie, 1 where there is no choice.

    Scores of minus infinity are those of weights that had to be pruned: they do not count.
    """
    found = np.ones(parts)
    for i, (s, m) in enumerate(zip(scores.reshape(parts, -1), mask.reshape(parts, -1))):
        chosen = s[m & np.isfinite(s)]
        if chosen.size and not m.all():
            kept = s[~m].min()
            found[i] = (kept - chosen.max()) / kept if kept > 0 else 0.0
    return found


def gap(scores, mask, parts):
    return gaps(scores, mask, parts).min()


def tied(scores, mask, size):
    """The scores of groups of columns where pruned and kept ones are the same within float32's error."""
    return np.repeat(gaps(scores, mask, scores.size // size) < TIE, size).reshape(scores.shape)


# Wanda, arXiv 2306.11695 -----------------------------------------------------------------------------------


def norms(sum_of_squares, samples):
    return np.sqrt(sum_of_squares / samples)


def wanda(w, norm):
    return np.abs(w) * norm


def share_of_rows(scores, alpha):
    """Per row, the largest score whose running sum, in ascending order, is at most alpha times the row's."""
    mask, margin = np.zeros(scores.shape, bool), 1.0
    for i, row in enumerate(scores):
        ordered = np.sort(row, kind="stable")
        sums = np.cumsum(ordered)
        within = int((sums <= alpha * row.sum()).sum())
        margin = min(margin, np.abs(sums / row.sum() - alpha).min())
        if within:
            mask[i] = row <= ordered[within - 1]
    return mask, margin


def wanda_variant(scores, sparsity):
    """Appendix of the paper: alpha by bisection from 0.4 in [0, 0.8]; returns mask, alpha, margin."""
    target, alpha, low, high = float(sparsity), 0.4, 0.0, 0.8
    mask, margin = share_of_rows(scores, alpha)
    while abs(mask.mean() - target) > 0.001 and high - low >= 0.001:
        if mask.mean() > target:
            high, alpha = alpha, (alpha + low) / 2
        else:
            low, alpha = alpha, (alpha + high) / 2
        mask, least = share_of_rows(scores, alpha)
        margin = min(margin, least)
    return mask, alpha, margin


# SparseGPT, arXiv 2301.00774 -------------------------------------------------------------------------------


def factor(hessian, damping):
    """Dead columns, the damped Hessian and the upper U with U^T U = its inverse.

    From H = R R^T with R upper follows U = R^-1: the inverse itself is never formed.
    """
    h = hessian.copy()
    dead = np.diag(h) == 0
    h[dead, dead] = 1
    h[np.diag_indices_from(h)] += damping * np.diag(h).mean()
    r = np.linalg.cholesky(h[::-1, ::-1])[::-1, ::-1]
    return dead, h, np.linalg.inv(r)


class SparseGpt:
    """Column by column, each update applied at once to all columns to the right."""

    def __init__(self, hessian, damping=0.01, block=128):
        self.dead, self.hessian, self.u = factor(hessian, damping)
        self.block = block

    def prune(self, weights, choose=None, group=None, given=None, literal=False):
        """choose(scores, given, before) masks a block after that many weights; group = (zeros, size); given is a mask
        to be extended.

        Weights of dead columns have score and error 0; literal, they all become 0 and are pruned, as in the code.

        Returns weights, mask, loss (half the sum of squared errors, as the reference prints) and gap; with
        group, self.tied says which groups held ties.
        """
        w, u = weights.copy(), self.u
        rows, columns = w.shape
        given, self.tied = np.zeros(w.shape, bool) if given is None else given, np.zeros(w.shape, bool)
        mask, loss, least = np.zeros(w.shape, bool), 0.0, 1.0
        diagonal = np.diag(u)
        for j in range(columns):
            if group and j % group[1] == 0:
                part, parts = slice(j, j + group[1]), rows
                pick = lambda s, g, before: groups(s, *group) if not g.any() else extend_groups(s, g, group[0])
            elif not group and j % self.block == 0:
                part, parts, pick = slice(j, min(j + self.block, columns)), 1, choose
            else:
                part = None
            if part:
                scores = np.where(self.dead[part], 0, (w[:, part] / diagonal[part]) ** 2)
                mask[:, part] = pick(scores, given[:, part], j * rows)
                free = np.where(given[:, part], -np.inf, scores)
                least = min(least, gap(free, mask[:, part], parts))
                if group:
                    self.tied[:, part] = tied(free, mask[:, part], group[1])
            error = np.where(mask[:, j] & ~self.dead[j], w[:, j], 0) / u[j, j]
            loss += (error**2).sum() / 2
            w[:, j:] -= np.outer(error, u[j, j:])
            w[mask[:, j], j] = 0
        assert np.array_equal(w[:, self.dead], np.where(mask, 0, weights)[:, self.dead])
        change = np.where(self.dead, 0, w - weights)
        quadratic = np.einsum("ij,jk,ik->", change, self.hessian, change) / 2
        assert np.isclose(loss, quadratic, rtol=1e-8), (loss, quadratic)
        if literal:
            mask[:, self.dead], w[:, self.dead] = True, 0
        return w, mask, loss, least


def exact_block(sparsity):
    """As many as bring the blocks so far to round-half-up(s n) of their weights; given ones first and always."""
    def choose(scores, given, before):
        pruned = count(sparsity, before + scores.size) - count(sparsity, before)
        return given | smallest(np.where(given, -np.inf, scores), pruned)

    return choose


def reference_block(sparsity):
    return lambda scores, given, before: reference_whole(scores, sparsity)


def keep_given(scores, given, before):
    return given


def extend_groups(scores, given, zeros):
    return given | groups(np.where(given, -np.inf, scores), zeros, scores.shape[1])


# RIA, ICLR 2024 --------------------------------------------------------------------------------------------


def ria(w, norm, power=0.5):
    """(|W| / column sum + |W| / row sum) * norm^power; 0 where a sum is 0."""
    m = np.abs(w)
    column, row = m.sum(axis=0, keepdims=True), m.sum(axis=1, keepdims=True)
    relative = np.divide(m, column, out=np.zeros_like(m), where=column > 0)
    return (relative + np.divide(m, row, out=np.zeros_like(m), where=row > 0)) * norm**power


def dealt_columns(scores, size):
    """Columns in ascending order of their summed score, dealt to groups: forwards, backwards, forwards ...

    Returns the order: position p of the permuted matrix holds column order[p]. The d-th of size deals gives
    group g the column g of its share, or, for odd d, counted from the end of the share.
    """
    ascending = np.argsort(scores.sum(axis=0), kind="stable")
    share = scores.shape[1] // size
    order = np.empty(scores.shape[1], np.int64)
    for d in range(size):
        part = ascending[d * share:(d + 1) * share]
        order[d::size] = part if d % 2 == 0 else part[::-1]
    return order


def kept(scores, zeros):
    """The sum that groups, along the last axis, keep: all but the smallest scores; summed over rows, axis 0."""
    return np.sort(scores, axis=-1)[..., zeros:].sum(axis=-1).sum(axis=0)


def assigned_columns(scores, order, zeros, size):
    """A deal improved by linear sum assignment: place by place, the columns there are dealt to the groups anew.

    Returns the order and a gap: the least relative distance, over all places, of the best sum of kept scores from
    that of the best deal that gives some column another group. A deal is taken if it is better than none.
    """
    order, least = order.copy().reshape(-1, size), 1.0
    count = len(order)
    for place in range(size):
        gains = np.empty((count, count))
        for column in range(count):
            trial = order.copy()
            trial[:, place] = order[column, place]
            gains[column] = kept(scores[:, trial], zeros)
        rows, found = linear_sum_assignment(gains, maximize=True)
        best = gains[rows, found].sum()
        for column in range(count if count > 1 else 0):
            other = gains.copy()
            other[column, found[column]] = -1e9
            least = min(least, (best - other[linear_sum_assignment(other, maximize=True)].sum()) / best)
        if best > np.trace(gains):
            order[found, place] = order[:, place].copy()
    return order.reshape(-1), least


def permuted_groups(scores, order, zeros, size):
    mask = np.zeros(scores.shape, bool)
    mask[:, order] = groups(scores[:, order], zeros, size)
    return mask
