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


def objective(vae, size):
    """The loss of a step: weighted absolute and squared error, and a weak pull to a normal distribution."""

    def loss(step, generator):
        batch = scenes.draw_attributes(size, generator, pairs=0.3)
        free = torch.rand(size, generator=generator) < 0.5
        images = scenes.render(batch, generator, random_colours=free)
        weight = 1 + 4 * F.max_pool2d(scenes.object_mask(images, batch), 3, 1, 1)
        posterior = vae.encode(signed(images)).latent_dist
        latents = posterior.mean + posterior.std * torch.randn(posterior.mean.shape, generator=generator)
        error = vae.decode(latents).sample - signed(images)
        absolute = (weight * error.abs()).mean() / 2
        squared = (weight * error.square()).mean() / 2
        pull = posterior.kl().mean() / latents[0].numel()
        psnr = -10 * torch.log10(error.square().mean() / 4).item()
        return absolute + 2 * squared + 2e-3 * pull, {"psnr": psnr, "kl": pull.item()}

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
