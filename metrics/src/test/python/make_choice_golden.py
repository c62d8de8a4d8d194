"""What NumPy's `np.random.choice` without replacement draws after `np.random.seed`.

Columns: seed, population, count, the first eight numbers, the last, the sum.
"""

import argparse

import numpy

CASES = [
    (0, 118287, 10000), (1, 118287, 10000), (0, 1, 1), (7, 1, 0), (0, 2, 2), (1, 10, 10), (2**32 - 1, 1000, 5),
    (2**31, 255, 255), (42, 256, 256), (42, 257, 200), (123456789, 65536, 3), (123456789, 65537, 9),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    with open(arguments.out, "w") as file:
        print(f"# NumPy {numpy.__version__}", file=file)
        for seed, population, count in CASES:
            numpy.random.seed(seed)
            drawn = numpy.random.choice(population, count, replace=False)
            first = ",".join(map(str, drawn[:8]))
            last = drawn[-1] if count else ""
            print(seed, population, count, first, last, drawn.sum(), sep="\t", file=file)


if __name__ == "__main__":
    main()
