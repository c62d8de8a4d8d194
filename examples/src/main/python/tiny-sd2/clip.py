"""The two CLIPs, trained contrastively on captions that differ in one attribute.

The judge scores images. The other, the reader, gives the text encoder, and its image tower is thrown away. In
training, linear heads read each attribute from the space both towers share, which makes the image tower see
shapes early; they are no part of what is kept.
"""
import random

import torch
import torch.nn.functional as F
from torch import nn
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModelWithProjection, CLIPVisionConfig

import scenes
import tokenizer

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]
SPACE = 64
VARIED = (scenes.SHAPE, scenes.COLOUR, scenes.SIZE, scenes.PLACE, scenes.GROUND)
WEIGHTS = (0.55, 0.2, 0.08, 0.1, 0.07)


def text_config(width, layers, heads):
    encode = tokenizer.Encoder()
    return CLIPTextConfig(vocab_size=encode.size, hidden_size=width, intermediate_size=4 * width,
                          num_hidden_layers=layers, num_attention_heads=heads, hidden_act="gelu",
                          max_position_embeddings=tokenizer.LENGTH, projection_dim=SPACE,
                          bos_token_id=encode.start, eos_token_id=encode.end, pad_token_id=encode.pad)


def draw(model, seed):
    """Draws weights with variance 1 / fan_in: the library's default is meant for wide towers."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            if p.ndim > 1:
                scale = 0.1 if "embedding.weight" in name and "patch" not in name else p[0].numel() ** -0.5
                scale *= 0.5 if name.endswith(("out_proj.weight", "fc2.weight")) else 1.0
                p.copy_(torch.randn(p.shape, generator=generator) * scale)


@torch.no_grad()
def show_edges_and_places(embeddings):
    """Weakens what patches say of their mean colour, which else drowns edges and places and hides shapes for long.

    Places start as sines and cosines of row and column, so that neighbours are alike.
    """
    weight = embeddings.patch_embedding.weight
    weight -= 0.8 * weight.mean((2, 3), keepdim=True)
    places = embeddings.position_embedding.weight
    side, quarter = round((len(places) - 1) ** 0.5), places.shape[1] // 4
    angles = torch.arange(side)[:, None] * 0.2 * 15 ** (torch.arange(quarter) / (quarter - 1))
    waves = 0.5 * torch.cat([angles.sin(), angles.cos()], 1)
    grid = torch.cat([waves[:, None].expand(-1, side, -1), waves[None].expand(side, -1, -1)], 2)
    places[1:] = grid.reshape(side * side, -1)


class Judge(nn.Module):
    """A CLIPModel of transformers."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    @staticmethod
    def make(seed):
        vision = CLIPVisionConfig(hidden_size=64, intermediate_size=256, num_hidden_layers=4, num_attention_heads=2,
                                  image_size=scenes.SIDE, patch_size=8, hidden_act="gelu", projection_dim=SPACE)
        model = CLIPModel(CLIPConfig(text_config=text_config(64, 3, 2).to_dict(), vision_config=vision.to_dict(),
                                     projection_dim=SPACE))
        draw(model, seed)
        show_edges_and_places(model.vision_model.embeddings)
        model.logit_scale.data.fill_(2.3)
        return Judge(model)

    @property
    def logit_scale(self):
        return self.model.logit_scale

    def images(self, images):
        pooled = self.model.vision_model(pixel_values=normalise(images)).pooler_output
        return F.normalize(self.model.visual_projection(pooled), dim=-1)

    def texts(self, ids):
        pooled = self.model.text_model(input_ids=ids).pooler_output
        return F.normalize(self.model.text_projection(pooled), dim=-1)


class Reader(nn.Module):
    """The text encoder with all its blocks, and a convolutional image tower, which is not kept."""

    def __init__(self, seed):
        super().__init__()
        self.text = CLIPTextModelWithProjection(text_config(96, 5, 3))
        draw(self.text, seed)
        torch.manual_seed(seed)
        widths = (3, 32, 64, 96, 128)
        layers = []
        for before, after in zip(widths, widths[1:]):
            layers += [nn.Conv2d(before, after, 3, 2, 1), nn.GroupNorm(8, after), nn.SiLU()]
        self.tower = nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * 16, SPACE))
        self.logit_scale = nn.Parameter(torch.tensor(2.3))

    def images(self, images):
        return F.normalize(self.tower(normalise(images)), dim=-1)

    def texts(self, ids):
        return F.normalize(self.text(input_ids=ids).text_embeds, dim=-1)


def normalise(images):
    return (images - MEAN) / DEVIATION


class Trained(nn.Module):
    """A CLIP with the heads that read attributes in training."""

    def __init__(self, model):
        super().__init__()
        self.clip = model
        self.heads = nn.ModuleList(nn.Linear(SPACE, choices) for choices in scenes.CHOICES)

    def attributes(self, embedding, told):
        """Mean cross-entropy of the attributes that told gives, -1 where it gives none."""
        total = 0.0
        for column, head in enumerate(self.heads):
            target = told[:, column].clone()
            if column in scenes.TWO_ONLY or column in scenes.ONE_ONLY:
                target[told[:, scenes.KIND] != (1 if column in scenes.TWO_ONLY else 0)] = -1
            weight = 2.0 if column in (scenes.SHAPE, scenes.SHAPE2) else 1.0
            if (target >= 0).any():
                total = total + weight * F.cross_entropy(6 * head(embedding), target, ignore_index=-1)
        return total / len(self.heads)


def groups_of_four(count, generator, everything):
    """Scenes in groups of four that share all but one attribute, and that attribute."""
    draw = scenes.draw_attributes if everything else scenes.seen_attributes
    base = draw(count // 4, generator).repeat_interleave(4, 0)
    varied = torch.multinomial(torch.tensor(WEIGHTS), count // 4, True, generator=generator)
    varied = torch.tensor(VARIED)[varied].repeat_interleave(4)
    two = base[:, scenes.KIND] == 1
    varied[two & ((varied == scenes.SIZE) | (varied == scenes.PLACE))] = scenes.AXIS
    for column in (*VARIED, scenes.AXIS):
        choices = scenes.CHOICES[column]
        order = torch.rand(count // 4, choices, generator=generator).argsort(1)
        values = order[:, torch.arange(4) % choices].reshape(-1)
        rows = varied == column
        base[rows, column] = values[rows]
    alike = (base[:, scenes.SHAPE] == base[:, scenes.SHAPE2]) | (base[:, scenes.COLOUR] == base[:, scenes.COLOUR2])
    same = two & alike
    replaced = same | (scenes.held_out(base) & (not everything))
    base[replaced] = draw(count, generator)[replaced]
    return scenes.tidy(base), varied


def captions_of_groups(batch, varied, seed):
    """Captions of groups: one choice of what is said for each group, which tells what varies within it."""
    rng = random.Random(seed)
    texts, told = [], batch.clone()
    for row, scene in enumerate(batch.tolist()):
        if row % 4 == 0:
            said = scenes.choose_said(scene, rng) | {int(varied[row])}
        texts.append(scenes.caption(scene, said, rng))
        scenes.hide(told[row], said)
    return texts, told


def augment(images, generator):
    """Blur, noise and a little of other brightness, as decoders make them."""
    count = len(images)
    strength = torch.rand(count, 1, 1, 1, generator=generator) * 0.8
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, 1)
    images = torch.lerp(images, blurred, strength)
    noise = torch.rand(count, 1, 1, 1, generator=generator) ** 2 * 0.08
    shift = (torch.rand(count, 3, 1, 1, generator=generator) - 0.5) * 0.06
    return (images + shift + noise * torch.randn(images.shape, generator=generator)).clamp(0, 1)


def contrast(image, text, scale, batch, told):
    """The symmetric contrastive loss, without pairs that also fit though they are not the pair drawn."""
    fits = ((told[:, None] == batch[None]) | (told[:, None] < 0)).all(2)
    fits.fill_diagonal_(False)
    logits = (scale * text @ image.T).masked_fill(fits, -30.0)
    target = torch.arange(len(batch))
    right = (logits.argmax(0) == target).float().mean().item()
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2, right


def objective(trained, size, everything, seed, alone=0):
    """The loss of a step, on scenes drawn for it; the first steps, as many as alone, train only the image tower."""
    encode = tokenizer.Encoder()

    def loss(step, generator):
        if step < alone:
            batch, _ = groups_of_four(size, generator, everything)
            seen = trained.attributes(trained.clip.images(scenes.render(batch, generator)), batch)
            return 2 * seen, {"seen": seen.item()}
        batch, varied = groups_of_four(size, generator, everything)
        texts, told = captions_of_groups(batch, varied, seed * 1_000_003 + step)
        image = trained.clip.images(augment(scenes.render(batch, generator), generator))
        text = trained.clip.texts(encode(texts, trim=True))
        scale = trained.clip.logit_scale.exp().clamp(max=60)
        pairs, right = contrast(image, text, scale, batch, told)
        seen, read = trained.attributes(image, batch), trained.attributes(text, told)
        cosine = (image * text).sum(1).mean().item()
        numbers = {"pairs": pairs.item(), "seen": seen.item(), "top1": right, "cos": cosine, "scale": scale.item()}
        return pairs + 2 * seen + 0.5 * read, numbers

    return loss


@torch.no_grad()
def zero_shot(model, images, batch):
    """Parts of one-object images whose shape, and whose colour, is that of the best of all 42 captions."""
    encode = tokenizer.Encoder()
    texts = ["a photo of " + scenes.noun(s, c) for s in range(len(scenes.SHAPES)) for c in range(len(scenes.COLOURS))]
    best = (model.images(images) @ model.texts(encode(texts)).T).argmax(1)
    shape = (best // len(scenes.COLOURS) == batch[:, scenes.SHAPE]).float().mean().item()
    colour = (best % len(scenes.COLOURS) == batch[:, scenes.COLOUR]).float().mean().item()
    return shape, colour
