"""Writes the trained parts as published checkpoints are laid out, in F16, and reads them back."""
import json
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessor, CLIPModel, CLIPTextConfig, CLIPTextModel, CLIPTokenizer

import clip
import scenes
import tokenizer
import unet as denoiser

KEPT_SCHEDULE = ("_class_name", "_diffusers_version", "beta_end", "beta_schedule", "beta_start", "clip_sample",
                 "num_train_timesteps", "prediction_type", "set_alpha_to_one", "skip_prk_steps", "steps_offset",
                 "trained_betas")


def text_encoder(model):
    """The text tower without its last block, as SD2 keeps 23 of OpenCLIP's 24."""
    config = CLIPTextConfig.from_dict(model.config.to_dict())
    config.num_hidden_layers -= 1
    kept = CLIPTextModel(config)
    wanted = {name.removeprefix("text_model."): name for name in kept.state_dict()}
    values = model.text_model.state_dict()
    kept.load_state_dict({full: values[name] for name, full in wanted.items()})
    return kept.eval()


def dump(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")


def read_tokenizer(folder, pad):
    """CLIPTokenizer of a folder, after checking that scenes' captions become the same ids as in training."""
    found = CLIPTokenizer.from_pretrained(folder, pad_token=pad)
    batch = scenes.draw_attributes(500, torch.Generator().manual_seed(3), pairs=0.4)
    texts = scenes.describe(batch, 3)[0] + [""]
    theirs = found(texts, padding="max_length", max_length=tokenizer.LENGTH, return_tensors="pt")
    said = theirs.attention_mask.bool()
    if not torch.equal(theirs.input_ids[said], tokenizer.Encoder()(texts)[said]):
        raise ValueError("CLIPTokenizer splits captions in another way than in training")
    return found


def write_pipeline(folder, text, unet, vae):
    """The diffusers folder, its small files as SD2's repository has them."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place:
        tokenizer.write(Path(place), tokenizer.PAD)
        words = read_tokenizer(place, tokenizer.PAD)
    pipe = StableDiffusionPipeline(
        vae=vae, text_encoder=text, tokenizer=words, unet=unet, scheduler=denoiser.scheduler(), safety_checker=None,
        feature_extractor=CLIPImageProcessor(size=scenes.SIDE, crop_size=scenes.SIDE), requires_safety_checker=False)
    pipe.to(dtype=torch.float16).save_pretrained(folder, safe_serialization=True)
    for name in ("model_index.json", "feature_extractor/preprocessor_config.json"):
        path = folder / name
        path.write_text(path.read_text("utf-8").replace("CLIPImageProcessorPil", "CLIPImageProcessor"), "utf-8")
    prefix(folder / "text_encoder/model.safetensors")
    shutil.rmtree(folder / "tokenizer")
    tokenizer.write(folder / "tokenizer", tokenizer.PAD)
    path = folder / "scheduler/scheduler_config.json"
    config = {"clip_sample": False, "skip_prk_steps": True, **json.loads(path.read_text("utf-8"))}
    dump(path, {key: config[key] for key in KEPT_SCHEDULE})


def prefix(path):
    """Published text encoders have the prefix "text_model.", which newer releases leave out in memory."""
    tensors = {"text_model." + name.removeprefix("text_model."): value for name, value in load_file(path).items()}
    save_file(tensors, path, metadata={"format": "pt"})


def write_judge(folder, model):
    """A CLIPModel's folder with its tokenizer and how images are prepared."""
    shutil.rmtree(folder, ignore_errors=True)
    model.to(torch.float16).save_pretrained(folder, safe_serialization=True)
    tokenizer.write(folder, tokenizer.END)
    read_tokenizer(folder, tokenizer.END)
    dump(folder / "preprocessor_config.json",
         {"crop_size": {"height": scenes.SIDE, "width": scenes.SIDE}, "do_center_crop": True, "do_convert_rgb": True,
          "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": clip.MEAN.flatten().tolist(),
          "image_processor_type": "CLIPImageProcessor", "image_std": clip.DEVIATION.flatten().tolist(),
          "resample": 3, "rescale_factor": 1 / 255, "size": {"shortest_edge": scenes.SIDE}})


def read(folder):
    """Text encoder, U-Net, autoencoder and judge as a user would read them, then in 32 bits."""
    sd2 = folder / "sd2"
    parts = (CLIPTextModel.from_pretrained(sd2 / "text_encoder"), UNet2DConditionModel.from_pretrained(sd2 / "unet"),
             AutoencoderKL.from_pretrained(sd2 / "vae"), CLIPModel.from_pretrained(folder / "judge"))
    text, unet, vae, judge = (part.float().eval() for part in parts)
    return text, unet, vae, clip.Judge(judge)


def write_index(folder):
    """The paths of all files of a folder, beside it, since programs cannot list what is in a jar."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    folder.with_name(folder.name + ".files").write_text("".join(path + "\n" for path in paths), "utf-8")


def sizes(folder):
    """Bytes of each part of a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            part = path.relative_to(folder).parts[0]
            found[part] = found.get(part, 0) + path.stat().st_size
    return found
