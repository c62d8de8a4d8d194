"""PyTorch's time for pytorch-fid's FID network, on the CPU.

    python time_inception.py [--batch 16] [--size 299] [--threads 2] [--runs 3]

Weights and images are by formula (inception_formula.py); their values do not matter. One run comes first and is
not counted. Prints one line of JSON: seconds of each run, their least and median, and what was run; `espalier
bench inception --pytorch FILE` reads it.
"""
import argparse
import json
import os
import resource
import statistics
import time

import pytorch_fid
import torch
import torchvision

from inception_formula import image, network


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--batch", type=int, default=16)
    args.add_argument("--size", type=int, default=299)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--runs", type=int, default=3)
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    blocks, _ = network(torch.float32)
    images = torch.stack([image(number, args.size, args.size) for number in range(args.batch)])
    seconds = []
    with torch.inference_mode():
        for _ in range(args.runs + 1):
            start = time.perf_counter()
            maps = blocks(images)[-1]
            seconds.append(time.perf_counter() - start)
    assert maps.isfinite().all()
    counted = seconds[1:]
    median = statistics.median(counted)
    print(json.dumps({
        "seconds": [round(s, 3) for s in counted], "least": round(min(counted), 3), "median": round(median, 4),
        "images_per_second": round(args.batch / median, 3), "first": round(seconds[0], 3), **vars(args),
        "dtype": "float32", "cores": os.cpu_count(),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "torch": torch.__version__, "torchvision": torchvision.__version__,
        "pytorch_fid": pytorch_fid.__version__}))


if __name__ == "__main__":
    main()
