"""CLIP embeddings and CLIPScores of small models, from transformers, openai/CLIP, OpenCLIP and torchmetrics.

    python make_clip_golden.py --out ../resources/io/github/espalier/metrics/clip

Needs torch, torchvision, transformers, openai-clip, open_clip_torch and torchmetrics. Weights are those of
sd2-adapter/src/test/python/formula.py, by the names in the file; images are those of make_resize_golden.py.
Nothing of the models is stored but their configurations and the names and shapes of their tensors.

clip-golden.json:

    texts, images   what is embedded; images as [width, height]
    models          of each: layout; files (name: JSON value) beside the weights; tensors (name: shape); the
                    embeddings, divided by their norm; pairs of text k and image k: cosines, and with
                    "A photo depicts " before the text; for transformers also torchmetrics' score
    framings        images made square: name of the framing, [width, height, side], SHA-256 of the bytes
    bootstrap       of the cosines of the first model: percentile interval by NumPy's RandomState
"""
import argparse
import gzip
import hashlib
import json
import os
import pathlib
import sys
import tempfile

import clip
import numpy
import open_clip
import PIL
import torch
import torchmetrics
import torchvision
import transformers
from clip.clip import _transform
from clip.model import CLIP as OpenAiClip
from PIL import Image
from torchmetrics.functional.multimodal import clip_score
from transformers import CLIPConfig, CLIPModel, CLIPProcessor, CLIPTokenizerFast
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[3] / "sd2-adapter" / "src" / "test" / "python"))
import formula  # noqa: E402

PREFIX = "A photo depicts "
TEXTS = [
    "a photo of a cat", "Two dogs &amp; a ball!", "", "  An  ICE-CREAM van, parked at 42nd street  ",
    "caf\u00e9 \u2014 na\u00efve \U0001f600", "x", "red " * 90 + "end",
]
IMAGES = [(40, 57), (33, 32), (101, 37), (31, 90), (32, 32), (17, 23), (35, 64)]
FRAMED = [(40, 57, 32), (33, 32, 32), (101, 37, 32), (31, 90, 32), (32, 32, 32), (17, 23, 32), (35, 64, 32),
          (500, 375, 224), (375, 500, 224), (640, 427, 336), (227, 224, 224), (224, 231, 224), (7, 700, 28)]


def image(width, height):
    words = numpy.arange(1, 3 * width * height + 1, dtype=numpy.uint64) * 2654435761 % 2**32
    return Image.fromarray((words >> 13).astype(numpy.uint8).reshape(height, width, 3))


def fill(module):
    """Gives the formula's weights to a state dictionary, but for scalars and buffers of indexes."""
    state = module.state_dict()
    with torch.no_grad():
        for name, tensor in state.items():
            if tensor.dim() > 0 and tensor.is_floating_point() and "attn_mask" not in name:
                tensor.copy_(formula.weight(name, tuple(tensor.shape)))
    return {name: list(t.shape) for name, t in state.items() if t.dim() > 0 and t.is_floating_point()
            and "attn_mask" not in name}


def unit(vectors):
    wide = vectors.double().numpy()
    return wide / numpy.sqrt((wide**2).sum(1, keepdims=True))


def entry(layout, files, tensors, embed_texts, embed_images):
    with torch.no_grad():
        texts, prefixed = unit(embed_texts(TEXTS)), unit(embed_texts([PREFIX + t for t in TEXTS]))
        images = unit(embed_images([image(*size) for size in IMAGES]))
    return {
        "layout": layout, "files": files, "tensors": tensors,
        "textEmbeddings": texts.tolist(), "imageEmbeddings": images.tolist(),
        "cosines": (texts * images).sum(1).tolist(), "prefixed": (prefixed * images).sum(1).tolist(),
    }


def vocabulary(folder):
    """CLIP's vocabulary as transformers has it, from the merges that OpenCLIP ships."""
    merges = gzip.open(pathlib.Path(open_clip.__file__).parent / "bpe_simple_vocab_16e6.txt.gz").read().decode()
    lines = merges.split("\n")[1:49152 - 256 - 2 + 1]
    encoder = open_clip.tokenizer.SimpleTokenizer().encoder
    names = {"<start_of_text>": "<|startoftext|>", "<end_of_text>": "<|endoftext|>"}
    vocab = {names.get(token, token): index for token, index in encoder.items()}
    (folder / "vocab.json").write_text(json.dumps(vocab))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")


class Features:
    """A model as torchmetrics 1.9 knows it: transformers 5 wraps what these functions return."""

    def __init__(self, model):
        self.config, self.model = model.config, model

    def to(self, device):
        return self

    def get_image_features(self, pixels):
        return self.model.get_image_features(pixels).pooler_output

    def get_text_features(self, ids, mask):
        return self.model.get_text_features(ids, mask).pooler_output


def of_transformers(activation, side, patch, text_extra, projection):
    config = CLIPConfig(
        projection_dim=projection,
        text_config=dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                         hidden_act=activation, **text_extra),
        vision_config=dict(hidden_size=48, intermediate_size=80, num_hidden_layers=2, num_attention_heads=3,
                           image_size=side, patch_size=patch, hidden_act=activation))
    model = CLIPModel(config)
    tensors = fill(model)
    model = model.double().eval()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        vocabulary(folder)
        tokenizer = CLIPTokenizerFast.from_pretrained(folder)
    processor = CLIPProcessor(CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size=side), tokenizer)
    # As saved, which is how the published files have it, without the defaults of this version.
    files = {"config.json": json.loads(config.to_json_string(use_diff=True)),
             "preprocessor_config.json": {
                 "crop_size": side, "do_center_crop": True, "do_normalize": True, "do_resize": True,
                 "image_mean": [0.48145466, 0.4578275, 0.40821073],
                 "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": side}}

    def embed_texts(texts):
        batch = tokenizer(texts, padding=True, truncation=True, max_length=77, return_tensors="pt")
        return model.text_projection(model.text_model(**batch).pooler_output)

    def embed_images(images):
        pixels = torch.cat([processor(images=i, return_tensors="pt").pixel_values for i in images])
        return model.visual_projection(model.vision_model(pixels.double()).pooler_output)

    made = entry("TRANSFORMERS", files, tensors, embed_texts, embed_images)
    single = model.float()
    pixels = [torch.from_numpy(numpy.array(image(*size))).permute(2, 0, 1) for size in IMAGES]
    short = [text for text in TEXTS if not text.startswith("red")]
    # A text that is too long loses its end token there, which is why it is left out.
    made["torchmetrics"] = float(clip_score(pixels[:len(short)], short, lambda: (Features(single), processor)))
    made["torchmetricsPairs"] = len(short)
    return made


def of_openai():
    model = OpenAiClip(40, 32, 2, 128, 8, 77, 49408, 64, 1, 2).eval()
    tensors = fill(model)
    transform = _transform(32)
    return entry("OPENAI", {}, tensors, lambda texts: model.encode_text(clip.tokenize(texts, truncate=True)),
                 lambda images: model.encode_image(torch.stack([transform(i) for i in images])))


def of_open_clip(model_cfg, preprocess_cfg):
    custom = model_cfg.get("custom_text", False)
    keys = {k: v for k, v in model_cfg.items() if k != "custom_text"}
    model = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**keys).double().eval()
    tensors = fill(model)
    tokenizer = open_clip.SimpleTokenizer(context_length=model_cfg["text_cfg"].get("context_length", 77))
    side = model_cfg["vision_cfg"]["image_size"]
    transform = open_clip.transform.image_transform_v2(
        open_clip.transform.PreprocessCfg(size=side, **preprocess_cfg), is_train=False)
    files = {"open_clip_config.json": {"model_cfg": model_cfg, "preprocess_cfg": preprocess_cfg}}
    return entry("OPEN_CLIP", files, tensors, lambda texts: model.encode_text(tokenizer(texts)),
                 lambda images: model.encode_image(torch.stack([transform(i) for i in images]).double()))


def framings():
    made = []
    for width, height, side in FRAMED:
        picture = image(width, height)
        resized = torchvision.transforms.Resize(side, torchvision.transforms.InterpolationMode.BICUBIC)(picture)
        torch_made = torchvision.transforms.CenterCrop(side)(resized)
        processor = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size=side, do_rescale=False,
                                          do_normalize=False)
        hf_made = processor(images=picture, return_tensors="np").pixel_values[0].astype(numpy.uint8)
        short = min(width, height)
        left, top = (width - short) // 2, (height - short) // 2
        cmmd = picture.crop((left, top, left + short, top + short)).resize((side, side), Image.BICUBIC)
        for name, pixels in [("TORCHVISION", numpy.array(torch_made)), ("TRANSFORMERS", hf_made.transpose(1, 2, 0)),
                             ("CMMD", numpy.array(cmmd))]:
            assert pixels.shape == (side, side, 3)
            made.append([name, [width, height, side], hashlib.sha256(pixels.tobytes()).hexdigest()])
    return made


def bootstrap(cosines, seed, resamples):
    values = numpy.array(cosines)
    random = numpy.random.RandomState(seed)
    means = [values[random.randint(0, len(values), len(values))].mean() for _ in range(resamples)]
    low, high = numpy.percentile(means, [2.5, 97.5])
    return {"seed": seed, "resamples": resamples, "values": list(cosines), "low": low, "high": high}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    models = {
        "transformers-quick": of_transformers("quick_gelu", 32, 8, {}, 24),
        "transformers-gelu": of_transformers("gelu", 28, 7, dict(eos_token_id=2, layer_norm_eps=1e-4), 20),
        "openai": of_openai(),
        "open-clip-gelu": of_open_clip(
            {"embed_dim": 20, "vision_cfg": {"image_size": 32, "layers": 2, "width": 48, "head_width": 16,
                                             "patch_size": 8},
             "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 4, "layers": 2}},
            {"mean": [0.5, 0.4, 0.6], "std": [0.5, 0.3, 0.4]}),
        "open-clip-quick": of_open_clip(
            {"embed_dim": 24, "quick_gelu": True, "custom_text": True,
             "vision_cfg": {"image_size": 28, "layers": 2, "width": 32, "head_width": 8, "patch_size": 7,
                            "mlp_ratio": 2.5},
             "text_cfg": {"context_length": 40, "vocab_size": 49408, "width": 24, "heads": 3, "layers": 1}}, {}),
    }
    versions = {m.__name__: m.__version__ for m in (
        torch, torchvision, transformers, open_clip, torchmetrics, numpy, PIL)}
    text = json.dumps({
        "versions": versions, "prefix": PREFIX, "texts": TEXTS, "images": IMAGES, "models": models,
        "framings": framings(), "bootstrap": bootstrap(models["transformers-quick"]["cosines"], 7, 400)})
    (out / "clip-golden.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
