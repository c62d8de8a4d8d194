"""The captions of the demo with their real scenes, and sheets of generated ones for the eye."""
import json

import torch
from PIL import Image

import scenes

SEED = 40_000


def picture(image):
    return Image.fromarray((image.permute(1, 2, 0) * 255).round().byte().numpy())


def write(folder, count):
    """captions.txt with a caption a line, real/ with an image of each, and scenes.jsonl with their attributes.

    One caption in eight has two objects; a quarter of the others have a held-out pair of shape and colour.
    """
    generator = torch.Generator().manual_seed(SEED)
    two = scenes.seen_attributes(count // 8, generator, pairs=1.0)
    one = scenes.draw_attributes(8 * count, generator, pairs=0.0)
    unseen = scenes.held_out(one)
    singles = count - len(two)
    one = torch.cat([one[unseen][:singles // 4], one[~unseen][:singles - singles // 4]])
    batch = torch.cat([one, two])
    batch = batch[torch.randperm(count, generator=generator)]
    texts, _ = scenes.describe(batch, SEED, drop=0.2)
    images = scenes.render(batch, generator)
    away = scenes.held_out(batch)
    (folder / "real").mkdir(parents=True, exist_ok=True)
    lines = []
    for row, (text, scene) in enumerate(zip(texts, batch.tolist())):
        name = f"{row:05d}.png"
        picture(images[row]).save(folder / "real" / name, optimize=True)
        lines.append(json.dumps({"file": name, "caption": text, **facts(scene), "held_out": bool(away[row])}))
    (folder / "scenes.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "captions.txt").write_text("\n".join(texts) + "\n", "utf-8")


def facts(scene):
    """A scene's attributes by their words."""
    found = {"objects": scene[scenes.KIND] + 1, "shape": scenes.SHAPES[scene[scenes.SHAPE]],
             "colour": scenes.COLOUR_NAMES[scene[scenes.COLOUR]], "ground": scenes.GROUND_NAMES[scene[scenes.GROUND]]}
    if scene[scenes.KIND] == 0:
        return {**found, "size": scenes.SIZES[scene[scenes.SIZE]], "place": scenes.PLACES[scene[scenes.PLACE]]}
    return {**found, "relation": scenes.RELATIONS[scene[scenes.AXIS]][0],
            "shape2": scenes.SHAPES[scene[scenes.SHAPE2]], "colour2": scenes.COLOUR_NAMES[scene[scenes.COLOUR2]]}


def save_grid(path, texts, images, columns=12):
    """The first images, twelve a row, and their captions in a text file beside."""
    rows = min(8, len(images) // columns)
    shown = images[:rows * columns].reshape(rows, columns, 3, scenes.SIDE, scenes.SIDE).permute(2, 0, 3, 1, 4)
    picture(shown.reshape(3, rows * scenes.SIDE, columns * scenes.SIDE)).save(path)
    path.with_suffix(".txt").write_text("\n".join(texts[:rows * columns]) + "\n", "utf-8")
