"""Write small but complete Stable Diffusion pipelines in the diffusers folder layout.

    python make_small_checkpoint.py [--out DIR] [--variants DIR]

Makes small-f32, small-f16 (SD2), small-sd15, small-inpaint and small-e2e (F16) under DIR (default:
made/), and with --variants also the folders fp16-variant (whole), sharded and old-names (changed parts only).
The weights are random with a fixed seed. Every tensor is drawn (norms and biases too), so that no
two tensors are equal and a wrong mapping cannot pass; two layers get planted zeros and ties.
Post steps: see restore_published_form().
"""
import argparse
import json
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import (AutoencoderKL, DDIMScheduler, PNDMScheduler, StableDiffusionInpaintPipeline,
                       StableDiffusionPipeline, UNet2DConditionModel)
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPImageProcessor, CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from common import REFS, prunable, read_component, read_safetensors, record, write_old_layout

PACKAGES = ("torch", "diffusers", "transformers", "tokenizers", "safetensors", "numpy")
TEXT_WIDTH = 16
WORDS = "a an the of on in cat dog photo red blue green small large painting horse riding astronaut and with".split()


def byte_symbols():
    """The 256 printable stand-ins for bytes in CLIP's order: printable Latin-1 first, the rest from U+0100."""
    kept = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    return [chr(b) for b in kept] + [chr(256 + i) for i in range(256 - len(kept))]


def bpe_merges():
    """Left-to-right merges that join each word of WORDS, without repeats."""
    merges = []
    for word in WORDS:
        parts = list(word[:-1]) + [word[-1] + "</w>"]
        while len(parts) > 1:
            pair = (parts[0], parts[1])
            if pair not in merges:
                merges.append(pair)
            parts[:2] = ["".join(pair)]
    return merges


def write_tokenizer(folder, pad):
    """vocab.json, merges.txt and the two settings files, as SD2's repository has them."""
    folder.mkdir(parents=True, exist_ok=True)
    merges = bpe_merges()
    symbols = byte_symbols()
    tokens = symbols + [s + "</w>" for s in symbols] + [a + b for a, b in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    assert len(set(tokens)) == len(tokens)
    vocab = {t: i for i, t in enumerate(tokens)}

    def token(text):
        return {"content": text, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}

    special = {"bos_token": token("<|startoftext|>"), "eos_token": token("<|endoftext|>"), "pad_token": pad,
               "unk_token": token("<|endoftext|>")}
    config = {"add_prefix_space": False, "bos_token": {"__type": "AddedToken", **special["bos_token"]},
              "do_lower_case": True, "eos_token": {"__type": "AddedToken", **special["eos_token"]},
              "errors": "replace", "model_max_length": 77, "pad_token": "<|endoftext|>",
              "tokenizer_class": "CLIPTokenizer",
              "unk_token": {"__type": "AddedToken", **special["unk_token"]}}
    for name, value in (("special_tokens_map", special), ("tokenizer_config", config)):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=2) + "\n")
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False, separators=(",", ":")), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), "utf-8")
    return len(vocab)


def draw(model, generator):
    """Normal weights of variance 1/fan_in; norm weights near 1; small biases."""
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape, generator=generator)
            if p.ndim > 1:
                p.copy_(noise * p[0].numel() ** -0.5)
            else:
                p.copy_((1 if name.endswith("weight") else 0) + 0.1 * noise)


def plant(linear):
    """Exact zeros of both signs and, elsewhere in the layer, multiples of 1/16, so that ties abound."""
    with torch.no_grad():
        w = linear.weight
        w.copy_((w * 16).round() / 16)
        w.view(-1)[::23] = 0.0
        w.view(-1)[7::23] = -0.0


def calm(unet, vae):
    """Scale layers so that images depend much on the prompt and little on rounding.

    With the weights as drawn, a run of many steps can be chaotic: v-prediction in float32 and in float64
    then ends in different images.
    """
    with torch.no_grad():
        unet.conv_out.weight.mul_(0.4)
        vae.decoder.conv_out.weight.mul_(0.6)
        for name, p in unet.named_parameters():
            if "attn2" in name and p.ndim == 2:
                p.mul_(2)


def build(kind, vocab_size):
    generator = torch.Generator().manual_seed({"sd2": 20, "sd15": 15, "inpaint": 9, "e2e": 1}[kind])
    sd15, e2e = kind == "sd15", kind == "e2e"
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=9 if kind == "inpaint" else 4, out_channels=4, layers_per_block=2,
        block_out_channels=(8, 16, 24, 24) if e2e else (4, 8, 12, 12), norm_num_groups=4,
        cross_attention_dim=TEXT_WIDTH,
        attention_head_dim=2 if sd15 else [1, 2, 3, 3], use_linear_projection=not sd15,
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3)
    vae = AutoencoderKL(
        block_out_channels=(4, 8, 12, 12) if e2e else (2, 4, 6, 6), norm_num_groups=4 if e2e else 2,
        latent_channels=4, layers_per_block=2, sample_size=64,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)
    text = CLIPTextModel(CLIPTextConfig(
        vocab_size=vocab_size, hidden_size=TEXT_WIDTH, intermediate_size=4 * TEXT_WIDTH, num_hidden_layers=3,
        num_attention_heads=4, max_position_embeddings=77, hidden_act="quick_gelu" if sd15 else "gelu",
        projection_dim=512, bos_token_id=0, eos_token_id=2, pad_token_id=1))
    for model in (text, unet, vae):
        draw(model, generator)
    if e2e:
        calm(unet, vae)
    modules = dict(text.named_modules())
    plant(next(m for n, m in modules.items() if n.endswith("layers.1.mlp.fc1")))
    plant(unet.mid_block.attentions[0].transformer_blocks[0].ff.net[0].proj)
    values = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000,
                  set_alpha_to_one=False, steps_offset=1)
    if sd15:
        scheduler = PNDMScheduler(**values, skip_prk_steps=True, prediction_type="epsilon")
    else:
        scheduler = DDIMScheduler(**values, clip_sample=False, prediction_type="v_prediction")
    return text, unet, vae, scheduler


def restore_published_form(folder, pad):
    """Undo what today's releases write differently from the published SD2 files.

    1. text_encoder file: names get the "text_model." prefix, which transformers 5 leaves out for a
       model made in memory (it writes the prefix for a model that was read from a file that has it).
    2. tokenizer: the four files of SD2's repository in place of one tokenizer.json.
    3. scheduler_config.json: only the keys SD2's file has (no timestep_spacing or rescale_betas_zero_snr).
    4. CLIPImageProcessor by its published name (without torchvision its class here is ...Pil).
    """
    for path in (folder / "model_index.json", folder / "feature_extractor/preprocessor_config.json"):
        path.write_text(path.read_text().replace("CLIPImageProcessorPil", "CLIPImageProcessor"))
    path = folder / "text_encoder/model.safetensors"
    tensors = {"text_model." + n.removeprefix("text_model."): t for n, t in read_safetensors(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})
    shutil.rmtree(folder / "tokenizer")
    write_tokenizer(folder / "tokenizer", pad)
    keys = ["_class_name", "_diffusers_version", "beta_end", "beta_schedule", "beta_start", "clip_sample",
            "num_train_timesteps", "prediction_type", "set_alpha_to_one", "skip_prk_steps", "steps_offset",
            "trained_betas"]
    config = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    config = {"clip_sample": False, "skip_prk_steps": True, **config}
    (folder / "scheduler/scheduler_config.json").write_text(json.dumps({k: config[k] for k in keys}, indent=2) + "\n")


def write_pipeline(kind, dtype, folder):
    shutil.rmtree(folder, ignore_errors=True)
    pad = "<|endoftext|>" if kind == "sd15" else "!"
    with tempfile.TemporaryDirectory() as tmp:
        vocab_size = write_tokenizer(Path(tmp), pad)
        tokenizer = CLIPTokenizer.from_pretrained(tmp, pad_token=pad)
    text, unet, vae, scheduler = build(kind, vocab_size)
    cls = StableDiffusionInpaintPipeline if kind == "inpaint" else StableDiffusionPipeline
    pipe = cls(vae=vae, text_encoder=text, tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None,
               feature_extractor=CLIPImageProcessor(), requires_safety_checker=False)
    pipe.to(dtype=dtype).save_pretrained(folder, safe_serialization=True)
    restore_published_form(folder, pad)
    return check(folder, text, unet, vae)


def check(folder, text, unet, vae):
    """Files hold exactly the models' parameters; count layers; check prunable() against module types."""
    facts = {}
    for component, model in (("text_encoder", text), ("unet", unet), ("vae", vae)):
        prefix = "text_model." if component == "text_encoder" else ""
        tensors = read_component(folder / component)
        state = {prefix + n.removeprefix("text_model."): t for n, t in model.state_dict().items()}
        assert tensors.keys() == state.keys() and all(torch.equal(tensors[n], state[n]) for n in tensors)
        linears = [prefix + n.removeprefix("text_model.") for n, m in model.named_modules() if type(m) is nn.Linear]
        if component != "vae":
            assert prunable(component, tensors) == sorted(linears)
        convs = [m for m in model.modules() if type(m) is nn.Conv2d]
        facts[component] = {"tensors": len(tensors), "parameters": sum(t.numel() for t in tensors.values()),
                            "linear": len(linears),
                            "linear_weights": sum(tensors[n + ".weight"].numel() for n in linears),
                            "conv3x3": sum(m.kernel_size == (3, 3) for m in convs),
                            "conv1x1": sum(m.kernel_size == (1, 1) for m in convs),
                            "dtype": str(next(iter(tensors.values())).dtype)}
    return facts


OLD_VAE = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}


def write_variants(base32, base16, out):
    """fp16-variant (whole folder), sharded (unet and text_encoder), old-names (text_encoder and vae, F32)."""
    for name in ("fp16-variant", "sharded", "old-names"):
        shutil.rmtree(out / name, ignore_errors=True)
    shutil.copytree(base16, out / "fp16-variant")
    with tempfile.TemporaryDirectory() as tmp:
        pipe = StableDiffusionPipeline.from_pretrained(base16, torch_dtype=torch.float16, local_files_only=True)
        pipe.save_pretrained(tmp, variant="fp16")
        for part in ("text_encoder/model", "unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model"):
            (out / f"fp16-variant/{part}.safetensors").unlink()
            shutil.copy(f"{tmp}/{part}.fp16.safetensors", out / f"fp16-variant/{part}.fp16.safetensors")
        for part, limit in (("unet", "90KB"), ("text_encoder", "25KB")):
            getattr(pipe, part).save_pretrained(out / f"sharded/{part}", max_shard_size=limit)
            shutil.copy(base16 / part / "config.json", out / f"sharded/{part}/config.json")
            (out / f"sharded/{part}/generation_config.json").unlink(missing_ok=True)
    for part, stem in (("text_encoder", "model"), ("vae", "diffusion_pytorch_model")):
        tensors = read_component(base32 / part)
        if part == "text_encoder":
            tensors["text_model.embeddings.position_ids"] = torch.arange(77).reshape(1, 77)
        for name in list(tensors) if part == "vae" else []:
            for new, old in OLD_VAE.items():
                if f".attentions.0.{new}." in name:
                    tensors[name.replace(f".{new}.", f".{old}.")] = tensors.pop(name)
        (out / "old-names" / part).mkdir(parents=True)
        write_old_layout(tensors, out / "old-names" / part / f"{stem}.safetensors")
        shutil.copy(base32 / part / "config.json", out / "old-names" / part)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--out", type=Path, default=REFS)
    args.add_argument("--variants", type=Path)
    args = args.parse_args()
    out = args.out.resolve()
    made = {"small-f32": ("sd2", torch.float32), "small-f16": ("sd2", torch.float16),
            "small-sd15": ("sd15", torch.float16), "small-inpaint": ("inpaint", torch.float16),
            "small-e2e": ("e2e", torch.float16)}
    facts = {name: write_pipeline(kind, dtype, out / name) for name, (kind, dtype) in made.items()}
    print(json.dumps(facts, indent=1))
    paths = [out / name for name in made]
    if args.variants:
        write_variants(out / "small-f32", out / "small-f16", args.variants.resolve())
        paths.append(args.variants.resolve())
    record("make_small_checkpoint", {"components": facts}, PACKAGES, paths)


if __name__ == "__main__":
    main()
