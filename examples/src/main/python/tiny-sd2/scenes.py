"""The little world the model is trained on: flat shapes on plain grounds, and captions that describe them.

A scene is a row of nine integers (columns KIND to AXIS). One object: shape, colour, size, place, ground. Two
objects of one size, side by side or one above the other: both shapes and colours, the axis, and the ground.
Columns that a kind of scene lacks are 0.
"""
import random

import torch

SIDE = 64
SHAPES = ("circle", "square", "triangle", "star", "ring", "cross")
COLOURS = {"red": (222, 38, 38), "orange": (248, 140, 24), "yellow": (246, 228, 44), "green": (40, 165, 60),
           "cyan": (44, 208, 222), "blue": (44, 66, 218), "purple": (150, 48, 186)}
COLOUR_NAMES = tuple(COLOURS)
SIZES = ("small", "large")
RADII = (11.0, 17.0)
PAIR_RADIUS = 13.0
PLACES = ("in the middle", "on the left", "on the right", "at the top", "at the bottom")
CENTRES = ((0.0, 0.0), (-13.0, 0.0), (13.0, 0.0), (0.0, -13.0), (0.0, 13.0))
GROUNDS = {"white": 246, "grey": 128, "black": 12}
GROUND_NAMES = tuple(GROUNDS)
RELATIONS = (("to the left of", "to the right of"), ("above", "below"))
PREFIXES = ("", "a photo of ", "a picture of ", "a drawing of ")

KIND, SHAPE, COLOUR, SIZE, PLACE, GROUND, SHAPE2, COLOUR2, AXIS = range(9)
CHOICES = (2, len(SHAPES), len(COLOURS), len(SIZES), len(PLACES), len(GROUNDS), len(SHAPES), len(COLOURS), 2)
ONE_ONLY = (SIZE, PLACE)
TWO_ONLY = (SHAPE2, COLOUR2, AXIS)

# Never seen by the text encoder or the U-Net while they are trained.
HELD_OUT = frozenset({("circle", "purple"), ("square", "yellow"), ("triangle", "cyan"), ("star", "blue"),
                      ("ring", "red"), ("cross", "green")})


def held_out(scenes):
    """Which scenes have an object whose shape and colour are a held-out pair."""
    table = torch.zeros(len(SHAPES), len(COLOURS), dtype=torch.bool)
    for shape, colour in HELD_OUT:
        table[SHAPES.index(shape), COLOUR_NAMES.index(colour)] = True
    second = (scenes[:, KIND] == 1) & table[scenes[:, SHAPE2], scenes[:, COLOUR2]]
    return table[scenes[:, SHAPE], scenes[:, COLOUR]] | second


def draw_attributes(count, generator, pairs=0.2):
    """Random scenes [count, 9], the stated part of them of two objects; objects of a pair differ in both."""
    columns = [torch.randint(choices, (count,), generator=generator) for choices in CHOICES]
    scenes = torch.stack(columns, 1)
    scenes[:, KIND] = (torch.rand(count, generator=generator) < pairs).long()
    for column, choices in ((SHAPE2, len(SHAPES)), (COLOUR2, len(COLOURS))):
        offset = torch.randint(1, choices, (count,), generator=generator)
        scenes[:, column] = (scenes[:, column - SHAPE2 + SHAPE] + offset) % choices
    return tidy(scenes)


def tidy(scenes):
    """Sets the columns that a kind of scene lacks to 0."""
    two = scenes[:, KIND] == 1
    for column in ONE_ONLY:
        scenes[two, column] = 0
    for column in TWO_ONLY:
        scenes[~two, column] = 0
    return scenes


def seen_attributes(count, generator, pairs=0.2):
    """As draw_attributes, without the held-out pairs."""
    kept = torch.zeros(0, len(CHOICES), dtype=torch.long)
    while len(kept) < count:
        more = draw_attributes(count, generator, pairs)
        kept = torch.cat([kept, more[~held_out(more)]])
    return kept[:count]


def distance(shape, x, y):
    """Signed distance, about, to the outline of a shape of radius 1; negative within."""
    name = SHAPES[shape]
    if name == "circle":
        return (x * x + y * y).sqrt() - 0.94
    if name == "ring":
        return ((x * x + y * y).sqrt() - 0.72).abs() - 0.26
    if name == "square":
        return torch.maximum(x.abs(), y.abs()) - 0.82
    if name == "cross":
        wide = torch.maximum(x.abs() - 0.98, y.abs() - 0.31)
        high = torch.maximum(x.abs() - 0.31, y.abs() - 0.98)
        return torch.minimum(wide, high)
    if name == "triangle":
        return torch.maximum(y - 0.72, 0.894 * x.abs() - 0.447 * y - 0.447)
    return star_distance(x, y)


def star_distance(x, y):
    """Five points: the plane is folded onto half a point, whose edge is a line."""
    fifth = 2 * torch.pi / 5
    angle = torch.remainder(torch.atan2(x, -y) + fifth / 2, fifth) - fifth / 2
    radius = (x * x + y * y).sqrt()
    along, across = radius * angle.cos(), radius * angle.abs().sin()
    inner = torch.tensor(0.46)
    half = torch.tensor(fifth / 2)
    ix, iy = inner * half.cos(), inner * half.sin()
    outer = 1.05
    nx, ny = iy, outer - ix
    return ((along - outer) * nx + across * ny) / (nx * nx + ny * ny).sqrt()


def cover(shapes, centres, radii):
    """How much of each pixel an object covers: [N, 64, 64], anti-aliased."""
    line = torch.arange(SIDE, dtype=torch.float32) - (SIDE - 1) / 2
    x = (line[None, None, :] - centres[:, 0, None, None]) / radii[:, None, None]
    y = (line[None, :, None] - centres[:, 1, None, None]) / radii[:, None, None]
    x, y = torch.broadcast_tensors(x, y)
    alpha = torch.empty(len(shapes), SIDE, SIDE)
    for shape in range(len(SHAPES)):
        rows = (shapes == shape).nonzero().squeeze(1)
        if len(rows):
            d = distance(shape, x[rows], y[rows]) * radii[rows, None, None]
            alpha[rows] = (0.5 - d).clamp(0, 1)
    return alpha


def layout(scenes, jitter):
    """Centres and radii of the first and the second object; jitter [N, 6] is within -1 to 1."""
    two = scenes[:, KIND] == 1
    first = torch.tensor(CENTRES)[scenes[:, PLACE]]
    apart = torch.where((scenes[:, AXIS] == 0)[:, None], torch.tensor([15.0, 0.0]), torch.tensor([0.0, 15.0]))
    first = torch.where(two[:, None], -apart, first) + 1.5 * jitter[:, 0:2]
    second = apart + 1.5 * jitter[:, 2:4]
    radius = torch.where(two, torch.tensor(PAIR_RADIUS), torch.tensor(RADII)[scenes[:, SIZE]])
    return first, radius * (1 + 0.06 * jitter[:, 4]), second, radius * (1 + 0.06 * jitter[:, 5])


def render(scenes, generator=None, random_colours=None):
    """Images [N, 3, 64, 64] in 0 to 1; without a generator every object is exactly in its place.

    random_colours, a mask [N], gives those scenes colours and grounds that no word names (for the VAE).
    """
    count = len(scenes)
    jitter = torch.zeros(count, 6)
    if generator is not None:
        jitter = torch.rand(count, 6, generator=generator) * 2 - 1
    palette = torch.tensor(list(COLOURS.values()), dtype=torch.float32) / 255
    ground = torch.tensor(list(GROUNDS.values()), dtype=torch.float32)[scenes[:, GROUND], None].expand(-1, 3) / 255
    colours = [palette[scenes[:, COLOUR]], palette[scenes[:, COLOUR2]]]
    if random_colours is not None:
        free = torch.rand(count, 3, 3, generator=generator)
        layers = [torch.where(random_colours[:, None], free[:, i], c) for i, c in enumerate([ground, *colours])]
        ground, colours = layers[0], layers[1:]
    first, radius, second, radius2 = layout(scenes, jitter)
    alpha = cover(scenes[:, SHAPE], first, radius)[:, None]
    image = ground[:, :, None, None] * (1 - alpha) + colours[0][:, :, None, None] * alpha
    two = (scenes[:, KIND] == 1).nonzero().squeeze(1)
    if len(two):
        alpha = cover(scenes[two, SHAPE2], second[two], radius2[two])[:, None]
        image[two] = image[two] * (1 - alpha) + colours[1][two, :, None, None] * alpha
    return image


def object_mask(images):
    """Where an image is not its ground (named grounds or not): [N, 1, 64, 64]."""
    return ((images - images[:, :, :1, :1]).abs().amax(1, keepdim=True) > 0.02).float()


def noun(shape, colour, size=None):
    size = SIZES[size] + " " if size is not None else ""
    article = "an" if not size and COLOUR_NAMES[colour][0] in "aeiou" else "a"
    return f"{article} {size}{COLOUR_NAMES[colour]} {SHAPES[shape]}"


def caption(scene, said, rng):
    """A caption of one scene (a list of nine) that tells shape and colour, and the columns in said."""
    if scene[KIND] == 0:
        text = noun(scene[SHAPE], scene[COLOUR], scene[SIZE] if SIZE in said else None)
        if PLACE in said:
            text += " " + PLACES[scene[PLACE]]
    else:
        objects = [noun(scene[SHAPE], scene[COLOUR]), noun(scene[SHAPE2], scene[COLOUR2])]
        swap = rng.random() < 0.5
        text = f" {RELATIONS[scene[AXIS]][swap]} ".join(reversed(objects) if swap else objects)
    if GROUND in said:
        name = GROUND_NAMES[scene[GROUND]]
        text += f" on a {name} background" if rng.random() < 0.5 else f", {name} background"
    return rng.choice(PREFIXES) + text


def choose_said(scene, rng, drop=0.3):
    """The columns that a caption names besides shape and colour; each is dropped with the stated chance."""
    return {column for column in (SIZE, PLACE, GROUND) if rng.random() >= drop}


def describe(scenes, seed, drop=0.3):
    """Captions of scenes, and what each says [N, 9]: -1 where it leaves an attribute open."""
    rng = random.Random(seed)
    texts, told = [], scenes.clone()
    for row, scene in enumerate(scenes.tolist()):
        said = choose_said(scene, rng, drop)
        texts.append(caption(scene, said, rng))
        hide(told[row], said)
    return texts, told


def hide(told, said):
    """Sets what a caption does not say to -1; a kind's missing columns stay 0."""
    hidden = (GROUND,) if told[KIND] == 1 else (SIZE, PLACE, GROUND)
    for column in hidden:
        if column not in said:
            told[column] = -1
