"""Write the original single-file layout of the small checkpoints made by make_small_checkpoint.py.

    python make_single_file.py [--dir DIR]

Makes small-f32.safetensors, small-f16.safetensors (SD2: OpenCLIP names with one resblock more than
the folder has, text_projection, logit_scale, twelve schedule vectors) and small-sd15.safetensors
(text encoder under cond_stage_model.transformer.text_model., with position_ids) in DIR (default: made/),
in the old header layout: name order, no padding.
Check the results with check_single_file.py.
"""
import argparse
import re
from pathlib import Path

import numpy as np
import torch

from common import REFS, read_component, record, write_old_layout

RESNET = {"norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1", "norm2": "out_layers.0",
          "conv2": "out_layers.3", "conv_shortcut": "skip_connection"}
UNET_ENDS = {"conv_in": "input_blocks.0.0", "time_embedding.linear_1": "time_embed.0",
             "time_embedding.linear_2": "time_embed.2", "conv_norm_out": "out.0", "conv_out": "out.2"}


def unet_name(name):
    stem, leaf = name.rsplit(".", 1)
    if stem in UNET_ENDS:
        return f"{UNET_ENDS[stem]}.{leaf}"
    block, rest = re.fullmatch(r"(down_blocks\.\d|mid_block|up_blocks\.\d)\.(.+)", stem).groups()
    kind, j, inner = re.fullmatch(r"(resnets|attentions|downsamplers|upsamplers)\.(\d)\.(.+)", rest).groups()
    i, j = int(block[-1]) if block[-1].isdigit() else None, int(j)
    if block == "mid_block":
        place = f"middle_block.{1 if kind == 'attentions' else 2 * j}"
    elif kind == "downsamplers":
        return f"input_blocks.{3 * i + 3}.0.op.{leaf}"
    elif kind == "upsamplers":
        return f"output_blocks.{3 * i + 2}.{1 if i == 0 else 2}.conv.{leaf}"
    else:
        at = f"input_blocks.{3 * i + j + 1}" if block.startswith("down") else f"output_blocks.{3 * i + j}"
        place = f"{at}.{1 if kind == 'attentions' else 0}"
    return f"{place}.{RESNET[inner] if kind == 'resnets' else inner}.{leaf}"


VAE_ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def vae_name(name):
    found = re.fullmatch(r"(encoder|decoder)\.(down|up)_blocks\.(\d)\.(resnets\.(\d)|(?:down|up)samplers\.0)\.(.+)", name)
    if found:
        side, way, i, what, j, inner = found.groups()
        i = int(i) if way == "down" else 3 - int(i)
        what = f"block.{j}" if j else f"{way}sample"
        return f"{side}.{way}.{i}.{what}.{inner.replace('conv_shortcut', 'nin_shortcut')}"
    found = re.fullmatch(r"(encoder|decoder)\.mid_block\.(resnets|attentions)\.(\d)\.(.+)\.(weight|bias)", name)
    if found:
        side, kind, j, inner, leaf = found.groups()
        if kind == "attentions":
            return f"{side}.mid.attn_1.{VAE_ATTENTION[inner]}.{leaf}"
        return f"{side}.mid.block_{int(j) + 1}.{inner}.{leaf}"
    return name.replace("conv_norm_out", "norm_out")


def vae_tensors(vae):
    out = {}
    for name, tensor in vae.items():
        new = vae_name(name)
        out[new] = tensor[:, :, None, None] if ".attn_1." in new and tensor.ndim == 2 else tensor
    return out


BLOCK = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "self_attn.out_proj": "attn.out_proj", "mlp.fc1": "mlp.c_fc",
         "mlp.fc2": "mlp.c_proj"}


def open_clip_tensors(text):
    """The folder's text encoder by OpenCLIP's names, plus the tensors that a folder does not keep."""
    pick = {n.removeprefix("text_model."): t for n, t in text.items()}
    out = {"token_embedding.weight": pick["embeddings.token_embedding.weight"],
           "positional_embedding": pick["embeddings.position_embedding.weight"],
           "ln_final.weight": pick["final_layer_norm.weight"], "ln_final.bias": pick["final_layer_norm.bias"]}
    layers = 1 + max(int(n.split(".")[2]) for n in pick if n.startswith("encoder.layers."))
    for n in range(layers):
        block = f"transformer.resblocks.{n}"
        for leaf in ("weight", "bias"):
            parts = [pick[f"encoder.layers.{n}.self_attn.{p}_proj.{leaf}"] for p in "qkv"]
            out[f"{block}.attn.in_proj_{leaf}"] = torch.cat(parts)
            for old, new in BLOCK.items():
                out[f"{block}.{new}.{leaf}"] = pick[f"encoder.layers.{n}.{old}.{leaf}"]
    generator = torch.Generator().manual_seed(24)
    dtype = out["positional_embedding"].dtype

    def noise(shape):
        return (0.1 * torch.randn(shape, generator=generator)).to(dtype)

    for name in [n for n in out if n.startswith("transformer.resblocks.0.")]:
        out[name.replace("resblocks.0.", f"resblocks.{layers}.")] = noise(out[name].shape)
    width = out["positional_embedding"].shape[1]
    out["text_projection"] = noise((width, width))
    out["logit_scale"] = torch.tensor(100.0).log().to(dtype)
    return out


def schedule_vectors():
    """LDM's buffers for linear_start .00085, linear_end .012, v_posterior 0, computed in double."""
    betas = np.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000) ** 2
    alphas = 1 - betas
    bar = np.cumprod(alphas)
    prev = np.append(1.0, bar[:-1])
    variance = betas * (1 - prev) / (1 - bar)
    return {"betas": betas, "alphas_cumprod": bar, "alphas_cumprod_prev": prev, "sqrt_alphas_cumprod": np.sqrt(bar),
            "sqrt_one_minus_alphas_cumprod": np.sqrt(1 - bar), "log_one_minus_alphas_cumprod": np.log(1 - bar),
            "sqrt_recip_alphas_cumprod": np.sqrt(1 / bar), "sqrt_recipm1_alphas_cumprod": np.sqrt(1 / bar - 1),
            "posterior_variance": variance,
            "posterior_log_variance_clipped": np.log(np.maximum(variance, 1e-20)),
            "posterior_mean_coef1": betas * np.sqrt(prev) / (1 - bar),
            "posterior_mean_coef2": (1 - prev) * np.sqrt(alphas) / (1 - bar)}


def single_file(folder, open_clip):
    text, unet, vae = (read_component(folder / c) for c in ("text_encoder", "unet", "vae"))
    out = {"model.diffusion_model." + unet_name(n): t for n, t in unet.items()}
    out |= {"first_stage_model." + n: t for n, t in vae_tensors(vae).items()}
    if open_clip:
        out |= {"cond_stage_model.model." + n: t for n, t in open_clip_tensors(text).items()}
    else:
        out |= {"cond_stage_model.transformer." + n: t for n, t in text.items()}
        ids = torch.arange(77).reshape(1, 77)
        out["cond_stage_model.transformer.text_model.embeddings.position_ids"] = ids
    dtype = next(iter(unet.values())).dtype
    return out | {n: torch.from_numpy(v).to(dtype) for n, v in schedule_vectors().items()}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--dir", type=Path, default=REFS)
    folder = args.parse_args().dir.resolve()
    facts, paths = {}, []
    for name in ("small-f32", "small-f16", "small-sd15"):
        tensors = single_file(folder / name, open_clip=name != "small-sd15")
        paths.append(folder / f"{name}.safetensors")
        write_old_layout(tensors, paths[-1])
        facts[name] = {"tensors": len(tensors), "elements": sum(t.numel() for t in tensors.values())}
        print(paths[-1], facts[name], paths[-1].stat().st_size, "bytes")
    record("make_single_file", {"single_files": facts}, ("torch", "numpy"), paths)


if __name__ == "__main__":
    main()
