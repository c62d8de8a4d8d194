"""Load a single-file checkpoint in diffusers and compare every weight with a folder's.

    python check_single_file.py FILE CONFIG_DIR [--steps N]

CONFIG_DIR is a diffusers folder whose configs describe FILE and whose weights FILE should hold.
With --steps, also draws one image with N steps to show that the loaded pipeline runs.
"""
import argparse
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from transformers.utils import logging

from common import read_component, versions


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("file", type=Path)
    args.add_argument("config_dir", type=Path)
    args.add_argument("--steps", type=int)
    args = args.parse_args()
    print(versions("torch", "diffusers", "transformers", "safetensors"))
    logging.set_verbosity_error()
    weights = {c: read_component(args.config_dir / c) for c in ("text_encoder", "unet", "vae")}
    dtype = next(iter(weights["unet"].values())).dtype
    with tempfile.TemporaryDirectory() as tmp:  # the configs alone, so that no weight can come from the folder
        config = shutil.copytree(args.config_dir, f"{tmp}/config", ignore=shutil.ignore_patterns("*.safetensors"))
        pipe = StableDiffusionPipeline.from_single_file(
            str(args.file), config=str(config), local_files_only=True, torch_dtype=dtype)
    for component, expected in weights.items():
        prefix = "text_model." if component == "text_encoder" else ""
        state = {prefix + n.removeprefix("text_model."): t
                 for n, t in getattr(pipe, component).state_dict().items()}
        expected.pop("text_model.embeddings.position_ids", None)
        assert state.keys() == expected.keys(), sorted(state.keys() ^ expected.keys())[:5]
        for name, tensor in expected.items():
            assert state[name].dtype == tensor.dtype and torch.equal(state[name], tensor), name
        print(f"{component}: {len(expected)} tensors equal, dtype {dtype}")
    print("scheduler:", type(pipe.scheduler).__name__, pipe.scheduler.config.prediction_type)
    print("tokenizer:", pipe.tokenizer("a photo of a cat!", padding="max_length").input_ids[:12],
          "pad", pipe.tokenizer.pad_token, pipe.tokenizer.pad_token_id)
    if args.steps:
        pipe.to(torch.float32)
        pipe.set_progress_bar_config(disable=True)
        image = pipe("a photo of a cat", num_inference_steps=args.steps, output_type="pt",
                     generator=torch.Generator().manual_seed(0)).images
        assert image.isfinite().all()
        print("image:", tuple(image.shape), "mean", round(image.mean().item(), 4))


if __name__ == "__main__":
    main()
