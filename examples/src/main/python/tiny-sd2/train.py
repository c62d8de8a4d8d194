"""Trains the tiny Stable Diffusion 2 and its judge, stage by stage.

    python train.py --work DIR [--stage NAME ...] [--threads N]

Stages: text (the CLIP that gives the text encoder), judge, vae, decoder, unet, export, gates; all of them by
default, in this order. A stage that was stopped goes on from its last file in DIR; a finished one is only read.
The judge does not depend on other stages, so that with two cores it can be trained beside them, one thread each.
Two processes with RANK 0 and 1, WORLD_SIZE 2, MASTER_ADDR and MASTER_PORT share the batches of the unet stage.
"""
import argparse
from pathlib import Path

import torch

import clip
import demo
import export
import gates
import loop
import scenes
import unet as denoiser
import vae as autoencoder

STAGES = ("text", "judge", "vae", "decoder", "unet", "export", "gates")
CLIP_STEPS = {"text": 500, "judge": 3400}
CLIP_BATCH = {"text": 128, "judge": 64}
ALONE = {"text": 0, "judge": 1500}


def clip_stage(folder, kind):
    """One of the two CLIPs; the judge alone sees the held-out pairs."""
    seed = {"text": 11, "judge": 12}[kind]
    model = clip.Reader(seed) if kind == "text" else clip.Judge.make(seed)
    trained = clip.Trained(model)
    loss = clip.objective(trained, CLIP_BATCH[kind], kind == "judge", seed, ALONE[kind])
    seconds = loop.train(kind, trained, loss, folder, steps=CLIP_STEPS[kind], lr=2e-3, decay=0.05,
                         average=0.995, seed=seed)
    return model.eval(), seconds


def vae_stage(folder):
    vae = autoencoder.make(13)
    seconds = loop.train("vae", vae, autoencoder.objective(vae, 24, 800), folder, steps=1000, lr=2e-3,
                         decay=0.0, average=0.995, seed=13)
    batch = scenes.seen_attributes(1000, torch.Generator().manual_seed(13))
    print("latents before folding:", autoencoder.fold_scale(vae, scenes.render(batch)), flush=True)
    return vae.eval(), seconds


def decoder_stage(folder):
    """Trains the decoder further; the latents stay as they are, so that the U-Net does not depend on it."""
    vae, _ = vae_stage(folder)
    seconds = loop.train("decoder", vae, autoencoder.decoder_objective(vae, 16), folder, steps=400, lr=1e-3,
                         decay=0.0, warmup=20, average=0.98, seed=15, save=100)
    return vae.eval(), seconds


def unet_data(folder, vae, text):
    """Latents and text states of two parts of 3,500 scenes, made once and kept; workers make one part each."""
    rank, count = loop.workers()
    paths = [folder / f"unet-data-{part}.pt" for part in range(2)]
    for part, path in enumerate(paths):
        if not path.exists() and part % count == rank:
            torch.save(denoiser.prepare(vae, text, 3_500, 14 + part), path)
    loop.wait_for_others(count)
    parts = [torch.load(path, weights_only=True) for path in paths]
    return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts]), parts[0][2]


def unet_stage(folder):
    text = export.text_encoder(clip_stage(folder, "text")[0].text)
    vae, _ = vae_stage(folder)
    unet = denoiser.make(text.config.hidden_size, 14)
    data = unet_data(folder, vae, text)
    seconds = loop.train("unet", unet, denoiser.objective(unet, data, 48), folder, steps=2000, lr=1.5e-3,
                         average=0.997, seed=14, save=100)
    return text, unet, seconds


def export_stage(folder):
    text, unet, seconds = unet_stage(folder)
    vae, decoder_seconds = decoder_stage(folder)
    judge, judge_seconds = clip_stage(folder, "judge")
    times = {"text": clip_stage(folder, "text")[1], "judge": judge_seconds, "vae": vae_stage(folder)[1],
             "decoder": decoder_seconds, "unet": seconds}
    print("processor seconds of training:", {name: round(value) for name, value in times.items()})
    made = folder / "tiny-sd2"
    export.write_pipeline(made / "sd2", text, unet, vae)
    export.write_judge(made / "judge", judge.model)
    demo.write(made / "scenes", 256)
    export.write_index(made)
    print("bytes:", export.sizes(made))


def gates_stage(folder):
    """All figures, from the files that ship."""
    text, unet, vae, judge = export.read(folder / "tiny-sd2")
    source, _ = clip_stage(folder, "text")
    found = gates.Gates()
    gates.check_clip(found, judge, "judge")
    gates.check_clip(found, source, "text encoder's CLIP")
    gates.check_vae(found, vae, {"judge": judge, "text encoder's CLIP": source})
    demo.save_grid(folder / "one.png", *gates.check_generated(found, unet, vae, text, judge))
    demo.save_grid(folder / "two.png", *gates.check_pairs(found, unet, vae, text, judge))
    found.save(folder / "gates.md")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--work", type=Path, required=True)
    args.add_argument("--stage", nargs="+", choices=STAGES, default=STAGES)
    args.add_argument("--threads", type=int, default=2)
    args = args.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    for stage in STAGES:
        if stage in args.stage:
            run(stage, args.work)


def run(stage, folder):
    """A stage, and its gates where they need no other part."""
    if stage in CLIP_STEPS:
        gates.check_clip(gates.Gates(), clip_stage(folder, stage)[0], stage)
    elif stage in ("vae", "decoder"):
        vae, _ = (vae_stage if stage == "vae" else decoder_stage)(folder)
        gates.check_vae(gates.Gates(), vae, {"text encoder's CLIP": clip_stage(folder, "text")[0]})
    else:
        {"unet": unet_stage, "export": export_stage, "gates": gates_stage}[stage](folder)


if __name__ == "__main__":
    main()
