"""The autoencoder: 64x64 images to latents of 16x16x4 and back.

The loss weighs objects more than the ground, and half the scenes have colours that no word names, or whole
axes of colour are lost. In the end scale and mean of each latent channel are folded into the convolutions
next to the latents, so that every channel has mean 0 and deviation 1 after SD2's scaling factor.
"""
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL

import scenes

SCALING = 0.18215


def make(seed):
    torch.manual_seed(seed)
    return AutoencoderKL(block_out_channels=(16, 32, 32), norm_num_groups=8, latent_channels=4, layers_per_block=1,
                         sample_size=scenes.SIDE, down_block_types=("DownEncoderBlock2D",) * 3,
                         up_block_types=("UpDecoderBlock2D",) * 3, scaling_factor=SCALING)


def signed(images):
    return images * 2 - 1


def crop(images, scenes_drawn, generator):
    """Half-size windows around the first object, give or take 12 pixels, [N, C, 32, 32]."""
    half = scenes.SIDE // 2
    centres, _, _, _ = scenes.layout(scenes_drawn, torch.zeros(len(images), 6))
    corner = centres + half / 2 + torch.randint(-12, 13, centres.shape, generator=generator)
    corner = corner.round().long().clamp(0, half)
    rows = corner[:, 1, None, None, None] + torch.arange(half)[None, None, :, None]
    columns = corner[:, 0, None, None, None] + torch.arange(half)[None, None, None, :]
    index = torch.arange(len(images))[:, None, None, None], torch.arange(images.shape[1])[None, :, None, None]
    return images[(*index, rows, columns)]


def objective(vae, size, cropped):
    """The loss of a step: weighted absolute and squared error, and a weak pull to a normal distribution.

    The first steps, as many as cropped, see windows of a quarter of the area, which costs a quarter.
    """

    def loss(step, generator):
        batch = scenes.draw_attributes(size, generator, pairs=0.3)
        free = torch.rand(size, generator=generator) < 0.5
        images = scenes.render(batch, generator, random_colours=free)
        mask = F.max_pool2d(scenes.object_mask(images), 3, 1, 1)
        if step < cropped:
            window = crop(torch.cat([images, mask], 1), batch, generator)
            images, mask = window[:, :3], window[:, 3:]
        return measure(vae, images, mask, generator)

    return loss


def measure(vae, images, mask, generator):
    posterior = vae.encode(signed(images)).latent_dist
    latents = posterior.mean + posterior.std * torch.randn(posterior.mean.shape, generator=generator)
    error = vae.decode(latents).sample - signed(images)
    pull = posterior.kl().mean() / latents[0].numel()
    return weigh(error, mask) + 2e-3 * pull, {"psnr": ratio(error), "kl": pull.item()}


def weigh(error, mask):
    """Mean absolute error and twice the squared one, objects five times as heavy as the ground."""
    weight = 1 + 4 * mask
    return (weight * error.abs()).mean() / 2 + (weight * error.square()).mean()


def ratio(error):
    return -10 * torch.log10(error.detach().square().mean() / 4).item()


def decoder_objective(vae, size):
    """The loss of a step for the decoder alone, whose latents are spoiled a little, as a U-Net's are."""
    for part in (vae.encoder, vae.quant_conv):
        part.requires_grad_(False)

    def loss(step, generator):
        batch = scenes.draw_attributes(size, generator, pairs=0.2)
        free = torch.rand(size, generator=generator) < 0.2
        images = scenes.render(batch, generator, random_colours=free)
        mask = F.max_pool2d(scenes.object_mask(images), 3, 1, 1)
        latents = encode(vae, images)
        spoiled = 0.15 * torch.rand(size, 1, 1, 1, generator=generator)
        latents = latents + spoiled * torch.randn(latents.shape, generator=generator)
        error = vae.decode(latents / SCALING).sample - signed(images)
        return weigh(error, mask), {"psnr": ratio(error)}

    return loss


@torch.no_grad()
def encode(vae, images):
    """Latents as the U-Net sees them: means, times the scaling factor."""
    parts = [vae.encode(signed(part)).latent_dist.mean for part in images.split(64)]
    return torch.cat(parts) * SCALING


@torch.no_grad()
def decode(vae, latents):
    """Images in 0 to 1, rounded to 256 steps as files hold them."""
    parts = [vae.decode(part / SCALING).sample for part in latents.split(64)]
    return ((torch.cat(parts) / 2 + 0.5).clamp(0, 1) * 255).round() / 255


@torch.no_grad()
def fold_scale(vae, images):
    """Folds mean and deviation of each latent channel into the convolutions on both sides."""
    latents = encode(vae, images) / SCALING
    mean = latents.mean((0, 2, 3))
    factor = 1 / (SCALING * latents.std((0, 2, 3)))
    before, after = vae.quant_conv, vae.post_quant_conv
    channels = len(mean)
    after.bias += after.weight[:, :, 0, 0] @ mean
    after.weight /= factor[None, :, None, None]
    before.weight[:channels] *= factor[:, None, None, None]
    before.bias[:channels] = (before.bias[:channels] - mean) * factor
    before.bias[channels:] += 2 * factor.log()
    return {"mean": mean.tolist(), "deviation": latents.std((0, 2, 3)).tolist()}


def psnr(vae, images):
    error = decode(vae, encode(vae, images)) - images
    return -10 * torch.log10(error.square().mean()).item()
