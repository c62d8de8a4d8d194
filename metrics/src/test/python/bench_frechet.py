"""Times the Fréchet distance of two 2048-dimensional summaries by SciPy, with the trace of each route."""

import time

import numpy
import scipy
import scipy.linalg


def covariance(generator, width):
    x = generator.standard_normal((4000, width)) / numpy.sqrt(numpy.arange(1, width + 1))
    basis = numpy.linalg.qr(generator.standard_normal((width, width)))[0]
    return numpy.cov(x @ basis, rowvar=False)


def timed(name, route):
    best = None
    for _ in range(2):
        start = time.perf_counter()
        trace = route()
        seconds = time.perf_counter() - start
        best = seconds if best is None else min(best, seconds)
    print(f"{name:10} {best:8.3f} s  trace {trace:.13g}", flush=True)


def by_root(s, t):
    values, vectors = scipy.linalg.eigh(s)
    root = (vectors * numpy.sqrt(numpy.maximum(values, 0))) @ vectors.T
    return numpy.sqrt(numpy.maximum(scipy.linalg.eigvalsh(root @ t @ root), 0)).sum()


def main():
    generator = numpy.random.default_rng(0)
    s, t = covariance(generator, 2048), covariance(generator, 2048)
    print(f"scipy {scipy.__version__}, numpy {numpy.__version__}")
    timed("sqrtm", lambda: numpy.trace(scipy.linalg.sqrtm(s @ t)).real)
    timed("eigvals", lambda: numpy.sqrt(numpy.linalg.eigvals(s @ t).astype(complex)).real.sum())
    timed("eigh root", lambda: by_root(s, t))


if __name__ == "__main__":
    main()
