"""Times the Fréchet distance of two 2048-dimensional summaries by SciPy and by Espalier, in one run.

    python bench_frechet.py --espalier ../../../../examples/espalier

SciPy's routes are those of the trace of the root of the product of the two covariances; Espalier's time is of
the whole distance, of the same summaries. The threads are those that each library takes by itself.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

import numpy
import scipy
import scipy.linalg


def summary(generator, width):
    x = generator.standard_normal((4000, width)) / numpy.sqrt(numpy.arange(1, width + 1))
    basis = numpy.linalg.qr(generator.standard_normal((width, width)))[0]
    x = x @ basis
    return x.mean(axis=0), numpy.cov(x, rowvar=False)


def timed(name, route, runs):
    best = None
    for _ in range(runs):
        start = time.perf_counter()
        trace = route()
        seconds = time.perf_counter() - start
        best = seconds if best is None else min(best, seconds)
    print(f"{name:10} {best:8.3f} s  trace {trace:.13g}", flush=True)
    return best, trace


def by_root(s, t):
    values, vectors = scipy.linalg.eigh(s)
    root = (vectors * numpy.sqrt(numpy.maximum(values, 0))) @ vectors.T
    return numpy.sqrt(numpy.maximum(scipy.linalg.eigvalsh(root @ t @ root), 0)).sum()


def espalier(program, first, second, runs):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, (mean, covariance) in (("first", first), ("second", second)):
            files.append(pathlib.Path(folder) / f"{name}.npz")
            numpy.savez(files[-1], mu=mean, sigma=covariance)
        command = [program, "bench", "frechet", *files, "--runs", str(runs), "--json", "--quiet"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--espalier", help="the program, to print its time and the ratio too")
    arguments.add_argument("--runs", type=int, default=2, help="the least of so many times counts")
    options = arguments.parse_args()
    generator = numpy.random.default_rng(0)
    first, second = summary(generator, 2048), summary(generator, 2048)
    s, t = first[1], second[1]
    print(f"scipy {scipy.__version__}, numpy {numpy.__version__}")
    seconds, trace = timed("sqrtm", lambda: numpy.trace(scipy.linalg.sqrtm(s @ t)).real, options.runs)
    timed(
        "eigvals",
        lambda: numpy.sqrt(numpy.linalg.eigvals(s @ t).astype(complex)).real.sum(),
        options.runs,
    )
    timed("eigh root", lambda: by_root(s, t), options.runs)
    if options.espalier:
        result = espalier(options.espalier, first, second, max(options.runs, 3))
        own = min(result["seconds"])
        apart = first[0] - second[0]
        expected = apart @ apart + numpy.trace(s) + numpy.trace(t) - 2 * trace
        print(f"espalier   {own:8.3f} s  distance {result['distance']:.13g}, SciPy's {expected:.13g}")
        print(f"espalier / sqrtm: {own / seconds:.3f}")


if __name__ == "__main__":
    main()
