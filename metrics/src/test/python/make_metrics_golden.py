"""Distances of feature sets by formula, from NumPy, SciPy, torch-fidelity and torch in binary64.

    python make_metrics_golden.py --out ../resources/io/github/espalier/metrics

Features: x[i, j] = float32(sin(0.7 i + 1.3 j + 0.11 (i + 1)(j + 2) + phase) * (1 + j / width) + shift).
"""

import argparse
import json
import pathlib

import numpy
import scipy
import scipy.linalg
import torch
import torch_fidelity
from torch_fidelity.metric_kid import kid_features_to_metric
from torch_fidelity.metric_prc import calculate_precision_recall_full


def features(count, width, phase, shift):
    i = numpy.arange(count)[:, None].astype(numpy.float64)
    j = numpy.arange(width)[None, :].astype(numpy.float64)
    wave = numpy.sin(0.7 * i + 1.3 * j + 0.11 * (i + 1) * (j + 2) + phase)
    return (wave * (1 + j / width) + shift).astype(numpy.float32)


def frechet(x, y):
    """By the singular values of the product of the centred features: no root of a matrix."""
    def centred(a):
        return (a - a.mean(0)) / numpy.sqrt(len(a) - 1)
    cx, cy = centred(x), centred(y)
    mean = ((x.mean(0) - y.mean(0)) ** 2).sum()
    nuclear = scipy.linalg.svdvals(cx @ cy.T).sum()
    return mean + (cx**2).sum() + (cy**2).sum() - 2 * nuclear


def frechet_sqrtm(x, y):
    """As pytorch-fid has it; only for covariances of full rank."""
    s, t = numpy.cov(x, rowvar=False), numpy.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(s @ t)
    mean = ((x.mean(0) - y.mean(0)) ** 2).sum()
    return mean + numpy.trace(s) + numpy.trace(t) - 2 * numpy.trace(root).real


def cmmd(x, y):
    """Written from the formula of the paper, with all pairs."""
    def kernel(a, b):
        squares = ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)
        return numpy.exp(-squares / 200).mean()
    return 1000 * (kernel(x, x) + kernel(y, y) - 2 * kernel(x, y))


def normalised(a):
    wide = a.astype(numpy.float64)
    return (wide / numpy.sqrt((wide**2).sum(1, keepdims=True))).astype(numpy.float32)


def case(n, m, width, shift, subsets, size):
    x, y = features(n, width, 0.0, 0.0), features(m, width, 0.5, shift)
    wx, wy = x.astype(numpy.float64), y.astype(numpy.float64)
    options = dict(kid_subsets=subsets, kid_subset_size=size, kid_kernel="poly", rng_seed=2020,
                   kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1.0, verbose=False)
    kid = kid_features_to_metric(torch.from_numpy(wx), torch.from_numpy(wy), **options)
    precision, recall = calculate_precision_recall_full(torch.from_numpy(wy), torch.from_numpy(wx))
    full = min(n, m) > width
    return {
        "first": n, "second": m, "width": width, "shift": shift, "subsets": subsets, "size": size,
        "frechet": frechet(wx, wy), "frechetSqrtm": frechet_sqrtm(wx, wy) if full else None,
        "kidMean": float(kid["kernel_inception_distance_mean"]),
        "kidDeviation": float(kid["kernel_inception_distance_std"]),
        "cmmd": cmmd(normalised(x).astype(numpy.float64), normalised(y).astype(numpy.float64)),
        "precision": precision, "recall": recall,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    cases = [case(120, 90, 16, 0.1, 5, 40), case(60, 100, 64, 0.05, 3, 60), case(600, 700, 24, 0.02, 4, 500),
             case(150, 130, 6, 0.9, 2, 100)]
    versions = {m.__name__: m.__version__ for m in (numpy, scipy, torch, torch_fidelity)}
    (out / "metrics-golden.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")
    x = features(30, 5, 0.0, 0.0)
    mu, sigma = x.astype(numpy.float64).mean(0), numpy.cov(x.astype(numpy.float64), rowvar=False)
    numpy.savez(out / "stored.npz", mu=mu, sigma=sigma)
    numpy.savez_compressed(
        out / "fortran-f4.npz", sigma=numpy.asfortranarray(sigma.astype(numpy.float32)),
        mu=mu.astype(numpy.float32), other=numpy.arange(3))
    numpy.savez_compressed(out / "big-endian.npz", mu=mu.astype(">f8"), sigma=sigma.astype(">f8"))


if __name__ == "__main__":
    main()
