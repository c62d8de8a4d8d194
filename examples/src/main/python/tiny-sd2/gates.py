"""What the parts must be able to do, measured: each gate prints its figure and whether it holds."""
import itertools

import torch

import clip
import scenes
import tokenizer
import unet as denoiser
import vae as autoencoder

SEED = 20_000


class Gates:
    """Figures with the least they are to be, kept for the model card."""

    def __init__(self):
        self.figures = []

    def check(self, name, figure, least=None):
        holds = None if least is None else bool(figure >= least)
        self.figures.append({"name": name, "figure": round(float(figure), 4), "least": least, "holds": holds})
        verdict = "" if holds is None else f"  (at least {least}: {'holds' if holds else 'FAILS'})"
        print(f"{name}: {figure:.4f}{verdict}", flush=True)

    def save(self, path):
        """A table for the model card."""
        lines = ["| Figure | Value | Gate |", "|---|---|---|"]
        for each in self.figures:
            gate = "" if each["least"] is None else f"at least {each['least']}: {'holds' if each['holds'] else 'fails'}"
            lines.append(f"| {each['name']} | {each['figure']} | {gate} |")
        path.write_text("\n".join(lines) + "\n", "utf-8")


def real(count, pairs, seed):
    generator = torch.Generator().manual_seed(SEED + seed)
    batch = scenes.draw_attributes(count, generator, pairs)
    return batch, scenes.render(batch, generator)


def check_clip(gates, model, name, count=1000):
    """Zero-shot shape and colour of real one-object scenes."""
    batch, images = real(count, 0.0, 1)
    unseen = scenes.held_out(batch)
    shape, colour = clip.zero_shot(model, images, batch)
    gates.check(f"{name}: shape of real scenes", shape, 0.95)
    gates.check(f"{name}: colour of real scenes", colour, 0.95)
    shape, colour = clip.zero_shot(model, images[unseen], batch[unseen])
    gates.check(f"{name}: shape of real scenes, held-out pairs", shape)
    gates.check(f"{name}: colour of real scenes, held-out pairs", colour)


def check_vae(gates, vae, judges, count=500):
    """The same zero-shot figures after a round trip, and the error."""
    batch, images = real(count, 0.0, 2)
    trip = autoencoder.decode(vae, autoencoder.encode(vae, images))
    error = (trip - images).square().mean()
    gates.check("VAE: PSNR in dB", -10 * torch.log10(error).item())
    for name, model in judges.items():
        before, after = clip.zero_shot(model, images, batch), clip.zero_shot(model, trip, batch)
        for what, a, b in zip(("shape", "colour"), before, after):
            gates.check(f"VAE: change of {name}'s {what}", b - a, -0.02)


class Templates:
    """One-object scenes with every attribute in steps; an image is what the nearest of them is."""

    def __init__(self):
        grid = itertools.product(range(len(scenes.SHAPES)), range(len(scenes.COLOURS)), range(len(scenes.SIZES)),
                                 range(len(scenes.PLACES)), range(len(scenes.GROUNDS)))
        rows = torch.tensor([[0, *row, 0, 0, 0] for row in grid])
        self.scenes, self.images = [], []
        for dx, dy in itertools.product((-1.3, 0.0, 1.3), repeat=2):
            self.scenes.append(rows)
            self.images.append(self.render(rows, dx, dy))
        self.scenes = torch.cat(self.scenes)
        self.images = torch.cat(self.images)
        self.norms = self.images.square().sum(1)

    @staticmethod
    def render(rows, dx, dy):
        """Half-size images as rows of numbers."""
        first, radius, _, _ = scenes.layout(rows, torch.zeros(len(rows), 6))
        alpha = scenes.cover(rows[:, scenes.SHAPE], first + torch.tensor([dx, dy]), radius)[:, None]
        palette = torch.tensor(list(scenes.COLOURS.values())) / 255
        ground = torch.tensor(list(scenes.GROUNDS.values()))[rows[:, scenes.GROUND], None] / 255
        image = ground[:, :, None, None] * (1 - alpha) + palette[rows[:, scenes.COLOUR]][:, :, None, None] * alpha
        return torch.nn.functional.avg_pool2d(image, 2).flatten(1)

    def match(self, images):
        """The attributes of the nearest template of each image."""
        small = torch.nn.functional.avg_pool2d(images, 2).flatten(1)
        best = [(self.norms - 2 * part @ self.images.T).argmin(1) for part in small.split(128)]
        return self.scenes[torch.cat(best)]


def rates(found, batch, told):
    """Parts of images whose attribute is as drawn, of those whose caption says it."""
    columns = {"shape": scenes.SHAPE, "colour": scenes.COLOUR, "size": scenes.SIZE, "place": scenes.PLACE,
               "ground": scenes.GROUND}
    result = {}
    for name, column in columns.items():
        said = told[:, column] >= 0
        result[name] = (found[said, column] == batch[said, column]).float().mean().item()
    return result


@torch.no_grad()
def cosine(judge, images, texts):
    """Cosines of matched pairs [N] and their mean when captions are shifted by one."""
    ids = tokenizer.Encoder()(texts)
    image, text = judge.images(images), judge.texts(ids)
    return (image * text).sum(1), (image * text.roll(1, 0)).sum(1).mean().item()


def check_generated(gates, unet, vae, text_model, judge, count=256, steps=20, guidance=4.0):
    """One-object captions: what is drawn by template, and by the judge; then two-object captions by the judge."""
    batch, images = real(count, 0.0, 3)
    texts, told = scenes.describe(batch, SEED, drop=0.2)
    templates = Templates()
    exact = rates(templates.match(images), batch, told)
    drawn = denoiser.generate(unet, vae, text_model, texts, SEED, steps, guidance)
    unseen = scenes.held_out(batch)
    found = templates.match(drawn)
    least = {"shape": 0.8, "colour": 0.9}
    for name, rate in rates(found[~unseen], batch[~unseen], told[~unseen]).items():
        gates.check(f"templates: {name} of real scenes", exact[name])
        gates.check(f"templates: {name} of generated scenes", rate, least.get(name))
    for name, rate in rates(found[unseen], batch[unseen], told[unseen]).items():
        if name in least:
            gates.check(f"templates: {name} of generated scenes, held-out pairs", rate)
    check_cosines(gates, judge, {"real": images, "generated": drawn}, texts, "one object", 0.88)
    return texts, drawn


def check_cosines(gates, judge, kinds, texts, what, least=None):
    for name, images in kinds.items():
        matched, shuffled = cosine(judge, images, texts)
        wanted = least if name == "generated" else None
        gates.check(f"judge: cosine of {name} scenes, {what}", matched.mean().item(), wanted)
        gates.check(f"judge: cosine of {name} scenes, {what}, shuffled captions", shuffled)


def check_pairs(gates, unet, vae, text_model, judge, count=64):
    """Two-object captions, by the judge alone."""
    batch, images = real(count, 1.0, 4)
    texts, _ = scenes.describe(batch, SEED + 1, drop=0.2)
    drawn = denoiser.generate(unet, vae, text_model, texts, SEED + 1)
    check_cosines(gates, judge, {"real": images, "generated": drawn}, texts, "two objects")
    return texts, drawn
