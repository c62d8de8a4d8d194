"""Golden images: whole runs of StableDiffusionPipeline on the small checkpoints, float32 on the CPU.

    python make_e2e_golden.py --checkpoints DIR --out DIR [--demo DIR --demo-out DIR]

DIR of --checkpoints has small-e2e, small-f32 and small-sd15 (make_small_checkpoint.py); F16 weights are
loaded as float32. Writes e2e-golden.safetensors and e2e-golden.json to --out and, for the demo's
checkpoint (--demo, the small-sd2 folder of the examples), files of the same names and form to --demo-out.

e2e-golden.json: "tokens" is {checkpoint: {text: its 77 ids}}, and "cases" a list of:

    case         prefix of its tensors
    checkpoint   folder name
    scheduler    diffusers class; made by Class.from_config(the raw scheduler_config.json as a dict), so
                 what the file lacks (timestep_spacing) has the default of that class
    prediction   prediction_type, put in place of the file's
    height, width, steps, guidance, eta, prompts, seeds
    negative     null, or one negative prompt for each prompt
    timesteps    what the scheduler gave for that number of steps, one for each call of the U-Net
    init_sigma   init_noise_sigma: factor of the noise
    gap          {grey, latents}: largest difference to the same run in float64 with the same (float32)
                 noise: how far float32 is from exact, to set a tolerance by

Each image has its own torch.Generator on the CPU with its own seed; the noise of an image is the first
randn(1, 4, height/8, width/8) from it, and eta draws one more of that shape after each step.

Tensors, all as torch has them (NCHW) but image:

    <case>/noise      F32 [batch, 4, h, w], before the factor init_sigma
    <case>/latents    F32 [batch, 4, h, w], after the last step, before the division by the scaling factor
    <case>/image      U8 [batch, height, width, 3]

for cases with one image

    <case>/steps      F32 [calls, 1, 4, h, w], latents after each call

and for the cases of TRACED (ddim.v_prediction, pndm.epsilon, no-guidance, sd15; cat of the demo)

    <case>/noise_pred F32 [calls, 1, 4, h, w], after guidance, of each call
    <case>/context    F32 [2, 77, width], by the text encoder: negative (or empty) prompt, then prompt; [1, ...]
                      without guidance
    <case>/decoded    F32 [1, 3, height, width], by the VAE, not yet clamped

Stages: latents = noise * init_sigma; each call: input = scale_model_input(latents twice), the U-Net's batch is
[negative, prompt], prediction = u + guidance * (c - u); guidance <= 1 runs the prompt alone; the VAE decodes
latents / scaling_factor; the image is clamp(0.5 x + 0.5, 0, 1) in float32, times 255 in float32, rounded half to even.
"""
import argparse
import json
from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from diffusers import StableDiffusionPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion
from diffusers.schedulers import scheduling_ddim
from safetensors.torch import save_file

from common import versions

CAT = "a photo of a cat"
HORSE = "an astronaut riding a red horse"
DOG = "A large painting of the green dog, with a small blue cat!"
BAD = "a small dog in blue"
SEEDS = (0, 42, 123456789)
TRACED = ("ddim.v_prediction", "pndm.epsilon", "no-guidance", "sd15", "cat")
SCHEDULERS = ("DDIMScheduler", "PNDMScheduler", "EulerDiscreteScheduler", "DPMSolverMultistepScheduler")


def case(name, scheduler="DDIMScheduler", prediction="v_prediction", checkpoint="small-e2e", size=(64, 64), steps=8,
         guidance=7.5, eta=0.0, prompts=(CAT,), negative=None, seeds=(0,)):
    return {"case": name, "checkpoint": checkpoint, "scheduler": scheduler, "prediction": prediction,
            "height": size[0], "width": size[1], "steps": steps, "guidance": guidance, "eta": eta,
            "prompts": list(prompts), "negative": negative, "seeds": list(seeds)}


def all_cases():
    steps = dict(zip(SCHEDULERS, (10, 7, 6, 8)))
    cases = []
    for prediction in ("v_prediction", "epsilon"):
        for i, scheduler in enumerate(SCHEDULERS):
            name = f"{scheduler.removesuffix('Scheduler').lower()}.{prediction}"
            more = steps[scheduler] + 2
            negative = ["", BAD, BAD] if i % 2 == (prediction == "epsilon") else None
            cases.append(case(name, scheduler, prediction, steps=steps[scheduler], prompts=[(CAT, HORSE)[i % 2]],
                              seeds=[SEEDS[i % 3]]))
            cases.append(case(f"{name}.batch", scheduler, prediction, size=((64, 48), (48, 64))[i % 2], steps=more,
                              prompts=[CAT, HORSE, DOG], negative=negative, seeds=SEEDS))
    return cases + [
        case("no-guidance", "EulerDiscreteScheduler", guidance=1.0, prompts=[HORSE], seeds=[42]),
        case("low-guidance", guidance=2.0, steps=4, negative=[BAD], prompts=[DOG], seeds=[7]),
        case("eta", eta=0.5, seeds=[42]),
        case("eta.batch", prediction="epsilon", eta=0.5, prompts=[CAT, HORSE], seeds=SEEDS[:2]),
        case("dpm.12", "DPMSolverMultistepScheduler", steps=12, prompts=[DOG], seeds=[2**63 - 1]),
        case("dpm.20", "DPMSolverMultistepScheduler", steps=20, size=(32, 48), prompts=[HORSE], seeds=[1]),
        case("tall", size=(96, 64), prompts=[HORSE], steps=4, seeds=[123456789]),
        case("small", checkpoint="small-f32", prompts=[HORSE], seeds=[123456789]),
        case("sd15", "PNDMScheduler", "epsilon", checkpoint="small-sd15", prompts=[DOG], seeds=[42]),
    ]


def demo_cases(checkpoint):
    """Little guidance: with 7.5 the demo's random weights amplify rounding until float32 says nothing."""
    return [case("cat", checkpoint=checkpoint, steps=10, guidance=2.0, seeds=[10]),
            case("horse", checkpoint=checkpoint, steps=10, guidance=2.0, prompts=[HORSE], seeds=[5])]


class Noise:
    """Stands in for randn_tensor: draws float32 always, keeps what it drew first."""

    def __init__(self):
        self.first = None

    def __call__(self, shape, generator=None, device=None, dtype=None, layout=None):
        drawn = torch.cat([torch.randn(1, *shape[1:], generator=g) for g in generator])
        self.first = drawn if self.first is None else self.first
        return drawn.to(dtype)


def load(folder, dtype):
    pipe = StableDiffusionPipeline.from_pretrained(folder, dtype=dtype, local_files_only=True, safety_checker=None)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def run(pipe, folder, about):
    """The case's tensors, in the type of the pipeline."""
    config = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    config["prediction_type"] = about["prediction"]
    pipe.scheduler = getattr(diffusers, about["scheduler"]).from_config(config)
    noise = Noise()
    pipeline_stable_diffusion.randn_tensor = scheduling_ddim.randn_tensor = noise
    seen = {"noise_pred": [], "steps": []}
    decode = pipe.vae.decode

    def on_step(pipe, index, timestep, found):
        seen["noise_pred"].append(found["noise_pred"])
        seen["steps"].append(found["latents"])
        seen["context"] = found["prompt_embeds"]
        return {}

    def on_decode(*args, **kwargs):
        found = decode(*args, **kwargs)
        seen["decoded"] = found[0]
        return found

    pipe.vae.decode = on_decode
    pipe._callback_tensor_inputs = ["latents", "prompt_embeds", "noise_pred"]
    generators = [torch.Generator("cpu").manual_seed(s) for s in about["seeds"]]
    image = pipe(about["prompts"], height=about["height"], width=about["width"], num_inference_steps=about["steps"],
                 guidance_scale=about["guidance"], negative_prompt=about["negative"], eta=about["eta"],
                 generator=generators, output_type="np", callback_on_step_end=on_step,
                 callback_on_step_end_tensor_inputs=pipe._callback_tensor_inputs).images
    pipe.vae.decode = decode
    pil = np.stack([np.asarray(i) for i in pipe.numpy_to_pil(image)])
    out = {"noise": noise.first, "latents": seen["steps"][-1], "image": torch.from_numpy(pil.copy())}
    if len(about["prompts"]) == 1:
        out.update(steps=torch.stack(seen["steps"]))
    if about["case"] in TRACED:
        out.update(noise_pred=torch.stack(seen["noise_pred"]), context=seen["context"], decoded=seen["decoded"])
    return out


def report(about, image):
    grey = image.numpy()
    print(f"{about['case']:32} std {grey.std():5.1f}  at 0 {(grey == 0).mean():.3f}  at 255 {(grey == 255).mean():.3f}",
          " gap", about["gap"])


def save(out, cases, tensors, tokens):
    out.mkdir(parents=True, exist_ok=True)
    path = out / "e2e-golden.safetensors"
    save_file(tensors, path, metadata={"format": "pt"})
    assert path.stat().st_size < 1_000_000, path.stat().st_size
    lines = ",\n".join(json.dumps(each) for each in cases)
    ids = json.dumps(tokens, indent=1).replace("\n   ", "").replace("\n  ]", "]")
    (out / "e2e-golden.json").write_text(f'{{"tokens":{ids},\n"cases":[\n{lines}\n]}}\n')
    for file in ("e2e-golden.safetensors", "e2e-golden.json"):
        (out / file).chmod(0o644)


def make(checkpoints, cases, out):
    tensors, tokens, pipes = {}, {}, {}
    for about in cases:
        name = about["checkpoint"]
        if name not in pipes:
            pipes[name] = [load(checkpoints / name, dtype) for dtype in (torch.float32, torch.float64)]
        single, double = pipes[name]
        made = run(single, checkpoints / name, about)
        exact = run(double, checkpoints / name, about)
        about["timesteps"] = single.scheduler.timesteps.tolist()
        about["init_sigma"] = float(single.scheduler.init_noise_sigma)
        assert torch.equal(made["noise"], exact["noise"])
        about["gap"] = {"grey": int((made["image"].int() - exact["image"].int()).abs().max()),
                        "latents": float(f"{(made['latents'] - exact['latents']).abs().max():.2g}")}
        report(about, made["image"])
        texts = [*about["prompts"], *(about["negative"] or [""])]
        ids = single.tokenizer(texts, padding="max_length", max_length=77, truncation=True).input_ids
        tokens.setdefault(name, {}).update(zip(texts, ids))
        tensors.update({f"{about['case']}/{n}": t.contiguous() for n, t in made.items()})
    save(out, cases, tensors, tokens)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--checkpoints", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--demo", type=Path)
    args.add_argument("--demo-out", type=Path)
    args = args.parse_args()
    torch.set_num_threads(1)
    diffusers.logging.set_verbosity_error()
    transformers.logging.set_verbosity_error()
    make(args.checkpoints, all_cases(), args.out)
    if args.demo:
        make(args.demo.parent, demo_cases(args.demo.name), args.demo_out)
    print(versions("torch", "diffusers", "transformers", "tokenizers", "safetensors", "numpy"))


if __name__ == "__main__":
    main()
