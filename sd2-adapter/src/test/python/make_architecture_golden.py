"""Writes what diffusers and transformers make of some small configurations.

For each model: the configurations of its three components, and the names and shapes of all their
parameters, as JSON on the standard output, one model a line. Run with torch, diffusers and
transformers installed (made with torch 2.15.0, diffusers 0.42.1, transformers 5.24.0):

    python make_architecture_golden.py > ../resources/io/github/espalier/sd2/architecture/architecture-golden.json
"""

import json
import sys

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

ATTENDS, PLAIN = True, False


def unet(channels, down, up, heads, **others):
    return {
        "_class_name": "UNet2DConditionModel",
        "block_out_channels": channels,
        "down_block_types": ["CrossAttnDownBlock2D" if a else "DownBlock2D" for a in down],
        "up_block_types": ["CrossAttnUpBlock2D" if a else "UpBlock2D" for a in up],
        "attention_head_dim": heads,
        **others,
    }


def vae(channels, **others):
    return {
        "_class_name": "AutoencoderKL",
        "block_out_channels": channels,
        "down_block_types": ["DownEncoderBlock2D"] * len(channels),
        "up_block_types": ["UpDecoderBlock2D"] * len(channels),
        **others,
    }


def text(**others):
    return {"model_type": "clip_text_model", "vocab_size": 100, **others}


MODELS = {
    # SD2 in small: four blocks, two layers each, linear projections.
    "sd2-small": (
        unet([16, 32, 32, 32], [ATTENDS] * 3 + [PLAIN], [PLAIN] + [ATTENDS] * 3, [1, 2, 2, 4],
             norm_num_groups=8, layers_per_block=2, cross_attention_dim=24,
             use_linear_projection=True),
        vae([8, 16, 16, 16], norm_num_groups=8, layers_per_block=1),
        text(hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2,
             max_position_embeddings=16, hidden_act="gelu"),
    ),
    # SD1 in small: convolutions as projections, one number of heads.
    "sd1-small": (
        unet([16, 32, 32, 32], [ATTENDS] * 3 + [PLAIN], [PLAIN] + [ATTENDS] * 3, 4,
             norm_num_groups=8, layers_per_block=1, cross_attention_dim=16),
        vae([8, 16], norm_num_groups=4, layers_per_block=1, latent_channels=4),
        text(hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4),
    ),
    # The smallest depth with a way down, and an inpainting input.
    "two-blocks": (
        unet([16, 24], [PLAIN, ATTENDS], [ATTENDS, PLAIN], [2, 3], in_channels=9,
             norm_num_groups=4, layers_per_block=1, cross_attention_dim=8,
             use_linear_projection=True),
        vae([16], norm_num_groups=16, layers_per_block=3, latent_channels=4),
        text(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1),
    ),
    # One block; two transformer blocks in each transformer; other numbers of channels.
    "one-block": (
        unet([32], [ATTENDS], [ATTENDS], 2, in_channels=3, out_channels=6, layers_per_block=2,
             cross_attention_dim=8, transformer_layers_per_block=2, sample_size=8),
        vae([8, 8, 24], norm_num_groups=8, layers_per_block=2, latent_channels=6, in_channels=1,
            out_channels=2),
        text(hidden_size=8, intermediate_size=24, num_hidden_layers=3, num_attention_heads=2),
    ),
    # Channels that shrink with depth: residual blocks on the way up may need no shortcut.
    "shrinking": (
        unet([48, 16, 32], [PLAIN, PLAIN, ATTENDS], [PLAIN, ATTENDS, PLAIN], [3, 2, 1],
             norm_num_groups=16, layers_per_block=1, cross_attention_dim=12,
             use_linear_projection=True),
        vae([32, 16, 32], norm_num_groups=8, layers_per_block=1),
        text(hidden_size=12, intermediate_size=20, num_hidden_layers=2, num_attention_heads=3,
             projection_dim=7),
    ),
}


def shapes(model, prefix=""):
    """Names by shape, which takes less room than shapes by name."""
    names = {}
    for name, tensor in sorted(model.state_dict().items()):
        if not name.endswith("position_ids"):
            shape = ",".join(map(str, tensor.shape))
            names.setdefault(shape, []).append(prefix + name)
    return names


def text_shapes(config):
    model = CLIPTextModel(CLIPTextConfig(**config))
    # From release 5 on, transformers leaves this prefix out in memory, but not in files.
    flat = not any(name.startswith("text_model.") for name in model.state_dict())
    return shapes(model, "text_model." if flat else "")


def main():
    lines = []
    with torch.device("meta"):
        for name, (unet_config, vae_config, text_config) in MODELS.items():
            model = {
                "unet": {
                    "config": unet_config,
                    "tensors": shapes(UNet2DConditionModel.from_config(unet_config)),
                },
                "vae": {
                    "config": vae_config,
                    "tensors": shapes(AutoencoderKL.from_config(vae_config)),
                },
                "text_encoder": {"config": text_config, "tensors": text_shapes(text_config)},
            }
            lines.append(json.dumps(name) + ":" + json.dumps(model, separators=(",", ":")))
    sys.stdout.write("{" + ",\n".join(lines) + "}\n")


if __name__ == "__main__":
    main()
