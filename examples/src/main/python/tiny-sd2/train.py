"""Trains the tiny Stable Diffusion 2 and its judge, stage by stage.

    python train.py --work DIR [--stage NAME ...] [--threads N]

Stages: text (the CLIP that gives the text encoder), judge, vae, unet, export, gates; all of them by default, in
this order. A stage that was stopped goes on from its last file in DIR; a finished one is only read. Text, judge
and vae do not depend on each other, so that with two cores two of them can run at once, one thread each.
"""
import argparse
import json
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

STAGES = ("text", "judge", "vae", "unet", "export", "gates")
CLIP_STEPS = {"text": 1500, "judge": 2200}


def clip_stage(folder, kind):
    """One of the two CLIPs; the judge alone sees the held-out pairs."""
    seed = {"text": 11, "judge": 12}[kind]
    model = clip.Reader(seed) if kind == "text" else clip.Judge.make(seed)
    trained = clip.Trained(model)
    seconds = loop.train(kind, trained, clip.objective(trained, 128, kind == "judge", seed), folder, steps=CLIP_STEPS[kind],
                         lr=2e-3, decay=0.05, warmup=100, average=0.995, seed=seed)
    return model.eval(), seconds


def vae_stage(folder):
    vae = autoencoder.make(13)
    seconds = loop.train("vae", vae, autoencoder.objective(vae, 16), folder, steps=2000, lr=2e-3, decay=0.0, average=0.995,
                         seed=13)
    batch = scenes.seen_attributes(1000, torch.Generator().manual_seed(13))
    print("latents before folding:", autoencoder.fold_scale(vae, scenes.render(batch)), flush=True)
    return vae.eval(), seconds


def unet_stage(folder):
    text = export.text_encoder(clip_stage(folder, "text")[0].text)
    vae, _ = vae_stage(folder)
    unet = denoiser.make(text.config.hidden_size, 14)
    path = folder / "unet-data.pt"
    if not path.exists():
        torch.save(denoiser.prepare(vae, text, 40_000, 14), path)
    data = torch.load(path, weights_only=True)
    seconds = loop.train("unet", unet, denoiser.objective(unet, data, 64), folder, steps=6000, lr=1.5e-3, average=0.998,
                         seed=14)
    return text, vae, unet, seconds


def export_stage(folder):
    text, vae, unet, seconds = unet_stage(folder)
    judge, judge_seconds = clip_stage(folder, "judge")
    times = {"text": clip_stage(folder, "text")[1], "judge": judge_seconds, "vae": vae_stage(folder)[1], "unet": seconds}
    print("seconds of training:", {name: round(value) for name, value in times.items()})
    (folder / "seconds.json").write_text(json.dumps(times) + "\n", "utf-8")
    made = folder / "tiny-sd2"
    export.write_pipeline(made / "sd2", text, unet, vae)
    export.write_judge(made / "judge", judge.model)
    demo.write(made / "scenes", 256)
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
    found.save(folder / "gates.json")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--work", type=Path, required=True)
    args.add_argument("--stage", nargs="+", choices=STAGES, default=STAGES)
    args.add_argument("--threads", type=int, default=2)
    args = args.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    stages = {"text": lambda: gate_clip("text"), "judge": lambda: gate_clip("judge"), "vae": lambda: gate_vae(),
              "unet": lambda: unet_stage(args.work), "export": lambda: export_stage(args.work),
              "gates": lambda: gates_stage(args.work)}

    def gate_clip(kind):
        gates.check_clip(gates.Gates(), clip_stage(args.work, kind)[0], kind)

    def gate_vae():
        vae, _ = vae_stage(args.work)
        gates.check_vae(gates.Gates(), vae, {})

    for stage in STAGES:
        if stage in args.stage:
            stages[stage]()


if __name__ == "__main__":
    main()
