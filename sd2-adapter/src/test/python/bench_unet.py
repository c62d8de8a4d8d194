"""PyTorch's time for a forward pass of SD2's U-Net, on the CPU.

    python bench_unet.py [--size 64] [--batch 2] [--threads 2] [--runs 3] [--dtype float32|bfloat16]

Weights are drawn in place (their values do not matter), so no checkpoint is needed; the model takes
3.5 GB in float32. One run comes first and is not counted. Prints one line of JSON: seconds of each run,
their least and median, and what was run.
"""
import argparse
import json
import os
import resource
import statistics
import time

import torch
from diffusers import UNet2DConditionModel

from common import versions

CONFIG = dict(
    sample_size=64, in_channels=4, out_channels=4, layers_per_block=2, block_out_channels=(320, 640, 1280, 1280),
    norm_num_groups=32, cross_attention_dim=1024, attention_head_dim=[5, 10, 20, 20], use_linear_projection=True,
    down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
    up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3)


def build(dtype):
    """Never two copies: made without memory, then allocated and drawn, one tensor at a time."""
    with torch.device("meta"):
        model = UNet2DConditionModel(**CONFIG)
    model = (model if dtype == torch.float32 else model.to(dtype)).to_empty(device="cpu").eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(0)
    for p in model.parameters():
        if p.ndim > 1:
            p.normal_(std=p[0].numel() ** -0.5, generator=generator)
        else:
            p.uniform_(0.9, 1.1, generator=generator)
    return model


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--size", type=int, default=64, help="of the latents: 64 is a picture of 512")
    args.add_argument("--batch", type=int, default=2)
    args.add_argument("--threads", type=int, default=2)
    args.add_argument("--runs", type=int, default=3)
    args.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    dtype = getattr(torch, args.dtype)
    model = build(dtype)
    generator = torch.Generator().manual_seed(1)
    sample = torch.randn(args.batch, 4, args.size, args.size, generator=generator).to(dtype)
    context = torch.randn(args.batch, 77, 1024, generator=generator).to(dtype)
    seconds = []
    with torch.inference_mode():
        for _ in range(args.runs + 1):
            start = time.perf_counter()
            out = model(sample, 981, context, return_dict=False)[0]
            seconds.append(time.perf_counter() - start)
    assert out.isfinite().all()
    counted = seconds[1:]
    print(json.dumps({
        "seconds": [round(s, 3) for s in counted], "least": round(min(counted), 3),
        "median": round(statistics.median(counted), 3), "first": round(seconds[0], 3), **vars(args),
        "parameters": sum(p.numel() for p in model.parameters()), "cores": os.cpu_count(),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        **versions("torch", "diffusers")}))


if __name__ == "__main__":
    main()
