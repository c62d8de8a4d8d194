"""The U-Net: predicts v from noisy latents, the step and the text encoder's states, on SD2's noise schedule."""
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel

import loop
import scenes
import tokenizer
import vae as autoencoder

UNSEEN = 0.1
SHAPING = (350, 900)


def make(width, seed):
    """Three levels as narrow as they can be; the caption is read at the two smaller ones and between them."""
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        sample_size=scenes.SIDE // 4, in_channels=4, out_channels=4, layers_per_block=1, norm_num_groups=16,
        block_out_channels=(32, 64, 96), cross_attention_dim=width, attention_head_dim=[1, 2, 3],
        use_linear_projection=True, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"))
    with torch.no_grad():
        for name, p in unet.named_parameters():
            if name.endswith(("conv2.weight", "proj_out.weight", "conv_out.weight")):
                p.mul_(0.3)
    return unet


def scheduler():
    """SD2's: DDIM, scaled linear betas, v-prediction."""
    return DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", num_train_timesteps=1000,
                         clip_sample=False, set_alpha_to_one=False, steps_offset=1, prediction_type="v_prediction")


@torch.no_grad()
def states(text_model, texts):
    """What the U-Net is given for captions: the text encoder's last normalised states."""
    ids = tokenizer.Encoder()(texts)
    return torch.cat([text_model(input_ids=part).last_hidden_state for part in ids.split(256)])


@torch.no_grad()
def prepare(vae, text_model, count, seed):
    """Latents and text states of random scenes without the held-out pairs, in half precision to save memory."""
    generator = torch.Generator().manual_seed(seed)
    batch = scenes.seen_attributes(count, generator, pairs=0.15)
    texts, _ = scenes.describe(batch, seed, drop=0.2)
    latents = torch.cat([autoencoder.encode(vae, scenes.render(part, generator)) for part in batch.split(256)])
    known = torch.cat([states(text_model, texts[i:i + 1024]).half() for i in range(0, count, 1024)])
    return latents.half(), known, states(text_model, [""])[0]


def objective(unet, data, size):
    """Mean squared error of v; a tenth of the captions is empty.

    Half of the steps are spread evenly over the schedule, half over the part in which shapes are decided.
    """
    latents, known, empty = data
    alphas = scheduler().alphas_cumprod
    rank, count = loop.workers()

    def loss(step, generator):
        rows = torch.randint(len(latents), (size,), generator=generator)
        spread = (torch.arange(size) + torch.rand(size, generator=generator)) / size
        middle = torch.arange(size) % 4 > 1
        times = torch.where(middle, SHAPING[0] + (SHAPING[1] - SHAPING[0]) * spread, 1000 * spread).long()
        clean = latents[rows].float()
        text = known[rows].float()
        text[torch.rand(size, generator=generator) < UNSEEN] = empty
        noise = torch.randn(clean.shape, generator=generator)
        clean, text, noise, times = (part[rank::count] for part in (clean, text, noise, times))
        signal, spoiled = alphas[times].sqrt()[:, None, None, None], (1 - alphas[times]).sqrt()[:, None, None, None]
        target = signal * noise - spoiled * clean
        found = unet(signal * clean + spoiled * noise, times, encoder_hidden_states=text).sample
        error = (found - target).square().mean((1, 2, 3))
        third = len(error) // 3
        return error.mean(), {"low": error[:third].mean().item(), "high": error[-third:].mean().item()}

    return loss


@torch.no_grad()
def generate(unet, vae, text_model, texts, seed, steps=20, guidance=4.0):
    """Images of captions by DDIM with classifier-free guidance."""
    plan = scheduler()
    plan.set_timesteps(steps)
    given = states(text_model, texts)
    empty = states(text_model, [""]).expand_as(given)
    generator = torch.Generator().manual_seed(seed)
    side = scenes.SIDE // 4
    latents = torch.randn(len(texts), 4, side, side, generator=generator)
    for time in plan.timesteps:
        found = []
        for part, a, b in zip(latents.split(64), given.split(64), empty.split(64)):
            both = unet(torch.cat([part, part]), time, encoder_hidden_states=torch.cat([b, a])).sample
            without, with_text = both.chunk(2)
            found.append(without + guidance * (with_text - without))
        latents = plan.step(torch.cat(found), time, latents).prev_sample
    return autoencoder.decode(vae, latents)
