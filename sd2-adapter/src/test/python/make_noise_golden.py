"""Writes what torch.randn draws on the CPU, in float32, from seeded generators.

A case is a seed and the lengths of successive calls. Short calls are given whole; long ones by every
stride-th value, sum, and sum of squares, in float64. Values of calls of 16 or more depend in the last
digits on the processor; these are of one with AVX-512 (equal to AVX2). Run with torch installed (made
with torch 2.15.0):

    python make_noise_golden.py > ../resources/io/github/espalier/sd2/noise/noise-golden.json
"""

import json

import torch

LONG, STRIDE = 64, 509

SEEDS = [0, 1, 42, 2**31, 2**32 - 1, 2**32, 2**32 + 42, 2**63, 2**64 - 1, -1]
LENGTHS = [1, 2, 5, 15, 16, 17, 31, 32, 33, 40, 4 * 64 * 64]
SEQUENCES = [
    [1, 1, 3, 5],
    [1, 16, 1],
    [3, 20, 2, 33, 15, 16],
    [0, 5, 0, 17],
    [4 * 64 * 64, 4 * 64 * 64 + 3, 7],
    [700, 700],  # more than one renewal of the generator's 624 words
]


def case(seed, lengths):
    generator = torch.Generator().manual_seed(seed)
    calls = []
    for length in lengths:
        values = torch.randn(length, generator=generator, dtype=torch.float32)
        call = {"length": length}
        if length < LONG:
            call["values"] = values.tolist()
        else:
            call["samples"] = values[::STRIDE].tolist()
            call["sum"] = values.double().sum().item()
            call["squares"] = values.double().square().sum().item()
        calls.append(call)
    return {"seed": str(seed), "calls": calls}


def main():
    cases = [case(seed, [length]) for seed in SEEDS[:5] for length in LENGTHS]
    cases += [case(seed, [3, 19]) for seed in SEEDS[5:]]
    cases += [case(seed, lengths) for seed in (0, 42) for lengths in SEQUENCES]
    print('{"stride":%d,"cases":[' % STRIDE)
    print(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
    print("]}")


if __name__ == "__main__":
    main()
