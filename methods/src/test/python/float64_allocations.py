"""Published allocations of sparsity to layers, and Espalier's corrected forms, in float64 (not run by itself)."""
import math
from fractions import Fraction

import numpy as np

from float64_methods import count

EPSILON = 0.3


def counts(sparsities, sizes, sparsity):
    """Weights to prune in each layer, round-half-up(S n) in all: largest remainders, ties to the first layer.

    Shares s n are rounded to a millionth of a weight first, so that float error decides nothing.
    """
    shares = np.rint(np.array(sparsities) * np.array(sizes) * 1e6).astype(object)
    floors = [int(share) // 10**6 for share in shares]
    left = count(sparsity, sum(sizes)) - sum(floors)
    assert 0 <= left <= len(sizes), left
    for i in sorted(range(len(sizes)), key=lambda i: (-(int(shares[i]) % 10**6), i))[:left]:
        floors[i] += 1
    return floors


def solve(total, low, high):
    """The argument between low and high at which the growing function total is 0, by bisection."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if total(middle) < 0 else (low, middle)
    return high


# OWL, arXiv 2310.05175 -------------------------------------------------------------------------------------


def outlier_ratio(scores, m):
    """Percentage of scores over m times their mean."""
    return 100 * float((scores > m * scores.mean()).mean())


def spread(ratios, width):
    d = np.array(ratios, np.float64)
    return (d - d.min()) / (d.max() - d.min()) * 2 * width if d.max() > d.min() else np.zeros(d.size)


def owl_literal(ratios, width, sparsity):
    x = spread(ratios, width)
    return 1 - (x - x.mean() + (1 - float(sparsity)))


def owl_exact(ratios, sizes, width, sparsity, low=0.0, high=1.0):
    """clamp(S + weighted mean of x - x + shift), the shift such that the weighted mean is S."""
    x, n, s = spread(ratios, width), np.array(sizes, np.float64), float(sparsity)
    base = s + (n * x).sum() / n.sum() - x
    clamped = lambda shift: np.clip(base + shift, low, high)
    if (clamped(0) == base).all():
        return base
    return clamped(solve(lambda shift: (n * (clamped(shift) - s)).sum(), -2.0, 2.0))


# AlphaPruning, arXiv 2410.10912 ----------------------------------------------------------------------------


def eigenvalues(w):
    """Squared singular values, ascending; for a convolution those of the matrix of each kernel position."""
    matrices = w[None] if w.ndim == 2 else w.reshape(*w.shape[:2], -1).transpose(2, 0, 1)
    return np.sort(np.concatenate([np.linalg.svd(m, compute_uv=False) ** 2 for m in matrices]))


def hill(values, i):
    """The exponent of the tail from values[i] on, and its Kolmogorov-Smirnov distance."""
    tail, n = values[i:], values.size - i
    exponent = 1 + n / (np.log(tail).sum() - n * math.log(tail[0]))
    return exponent, np.abs(1 - (tail / tail[0]) ** (1 - exponent) - np.arange(n) / n).max()


def exponent_mid(values):
    """The tail is the upper half: it starts at index N / 2, rounded down."""
    return hill(values, values.size // 2)[0]


def exponent_peak(values):
    """The tail starts where the spectrum peaks: of the eigenvalues there, the one with the least distance.

    The peak p is the lower edge of the fullest (first of equals) of 100 bins of log10 of the eigenvalues.
    Candidates are eigenvalues, but for the largest, from log10(0.95 p) (sic: the published code compares it with
    the eigenvalue itself, so it rarely excludes any) to 1.5 p; distances count where the exponent is over 1.
    """
    logs = np.log10(values)
    filled, edges = np.histogram(logs, 100, (logs.min(), logs.max()))
    peak = 10 ** edges[np.argmax(filled)]
    best, least = 0.0, 1.0
    for i, value in enumerate(values[:-1]):
        if math.log10(0.95 * peak) <= value <= 1.5 * peak:
            exponent, distance = hill(values, i)
            if exponent > 1 and distance < least:
                best, least = exponent, distance
    return best


def relative(metric, epsilon):
    m = np.array(metric, np.float64)
    return (m - m.min()) / (m.max() - m.min()) * 2 * epsilon + 1 - epsilon if m.max() > m.min() else np.ones(m.size)


def alpha_literal(metric, sizes, sparsity, epsilon=EPSILON):
    r, n = relative(metric, epsilon), np.array(sizes, np.float64)
    return r * (n.sum() * float(sparsity) / (n * r).sum())


def alpha_exact(metric, sizes, sparsity, epsilon=EPSILON):
    """min(1, c r), the factor c such that the weighted mean is S."""
    r, n, s = relative(metric, epsilon), np.array(sizes, np.float64), float(sparsity)
    literal = alpha_literal(metric, sizes, sparsity, epsilon)
    if literal.max() <= 1:
        return literal
    clamped = lambda c: np.minimum(1, c * r)
    return clamped(solve(lambda c: (n * (clamped(c) - s)).sum(), 0.0, 1 / r.min()))


# OBS-Diff, arXiv 2510.06751 --------------------------------------------------------------------------------


def timestep_weights(schedule, steps, low=0.8, high=1.2):
    """One weight a step, the noisiest first; log schedules need two steps at least."""
    k = np.arange(steps)
    if schedule == "uniform":
        return np.ones(steps)
    kind, direction = schedule.split("_")
    at = k if direction == "increase" else steps - 1 - k
    return low + (high - low) * (at / (steps - 1) if kind == "linear" else np.log(1 + at) / math.log(steps))


def weighted_hessian(x, alphas, batch):
    """2 sum(alpha X^T X) / sum(alpha samples); step k has batch samples of x, in order."""
    weight = np.repeat(alphas, batch)
    return 2 * np.einsum("n,nti,ntj->ij", weight, x, x) / weight.sum()


def budget(sparsities, sizes):
    """The weighted mean."""
    return float(sum(Fraction(s) * n for s, n in zip(sparsities, sizes)) / sum(sizes))
