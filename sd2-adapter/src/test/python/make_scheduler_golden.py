"""Writes what diffusers' schedulers compute on a small latent with a made-up model.

Three lists: noise schedules (all alphas_cumprod, float32, base64), timesteps (for many numbers of steps,
the count and sum of (i + 1) t_i), and runs (timesteps, init_noise_sigma, the first value after each
call, and all values at the end). The model is 0.5 x t / (t + 1) + 0.1 (j - 5) for value j of the scaled
input x, in float64, rounded to the type of the latents. That type is float64 for DDIM and PNDM, whose
classes allow it (coefficients stay float32), and float32 for the others, which cast to it, and for runs
with noise. Run with torch and diffusers installed (made with torch 2.15.0, diffusers 0.42.1):

    python make_scheduler_golden.py > ../resources/io/github/espalier/sd2/scheduler/scheduler-golden.json
"""

import base64
import json
import logging

import diffusers
import numpy as np
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler, PNDMScheduler

KINDS = {
    "DDIM": DDIMScheduler,
    "PNDM": PNDMScheduler,
    "EULER": EulerDiscreteScheduler,
    "DPM_SOLVER_PP_2M": DPMSolverMultistepScheduler,
}
SPACINGS = ["leading", "linspace", "trailing"]
PREDICTIONS = ["epsilon", "v_prediction"]
STEPS = [1, 2, 4, 10, 50]
SD2 = {
    "_class_name": "DDIMScheduler",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
}
SCHEDULES = [
    ("scaled_linear", 0.00085, 0.012, 1000),
    ("linear", 0.0001, 0.02, 1000),
    ("linear", 0.0001, 0.02, 1100),
    ("squaredcos_cap_v2", 0.0001, 0.02, 1000),
    ("scaled_linear", 0.00085, 0.012, 7),
    ("linear", 0.3, 0.5, 1),
]
BASE = [float(np.float32(1.3 * np.sin(j + 1))) for j in range(12)]


def alphas(curve, first, last, timesteps):
    made = DDIMScheduler(timesteps, first, last, curve)
    raw = made.alphas_cumprod.numpy().astype("<f4").tobytes()
    return {"curve": curve, "first": first, "last": last, "timesteps": timesteps,
            "alphas": base64.b64encode(raw).decode()}


def timesteps(kind, spacing):
    """Without those that numpy's arange adds by rounding: trailing then has one more, of -1."""
    rows = []
    for steps in [*range(1, 41), 50, 61, 64, 75, 96, 100, 103, 150, 200, 250, 333, 400, 500, 900, 999, 1000]:
        scheduler = KINDS[kind].from_config(dict(SD2, timestep_spacing=spacing))
        scheduler.set_timesteps(steps)
        made = scheduler.timesteps.double().numpy()
        if made[-1] < 0:
            made = made[:-1]
        plain = np.unique(made)
        good = len(plain) == steps and made.max() <= 999
        rows.append([steps, len(made), float((made * np.arange(1, len(made) + 1)).sum())] if good else [steps])
    return {"kind": kind, "spacing": spacing, "rows": rows}


def model(x, t):
    j = torch.arange(x.numel(), dtype=torch.float64)
    t = float(t)
    return (0.5 * x.double() * t / (t + 1) + 0.1 * (j - 5)).to(x.dtype)


def run(kind, config, steps, eta=0.0, seed=None):
    scheduler = KINDS[kind].from_config(config)
    scheduler.set_timesteps(steps)
    double = kind in ("DDIM", "PNDM") and not eta
    base = torch.tensor(BASE, dtype=torch.float64 if double else torch.float32)
    x = base * scheduler.init_noise_sigma
    more = {"eta": eta, "generator": torch.Generator().manual_seed(seed)} if eta else {}
    first = []
    for t in scheduler.timesteps:
        scaled = scheduler.scale_model_input(x, t)
        x = scheduler.step(model(scaled, t), t, x, **more).prev_sample
        first.append(x[0].item())
    made = {"kind": kind, "config": config, "steps": steps,
            "timesteps": scheduler.timesteps.double().tolist(),
            "initial_noise_scale": float(scheduler.init_noise_sigma), "first": first, "end": x.tolist()}
    if eta:
        made |= {"eta": eta, "seed": seed}
    return made


def runs():
    for kind in KINDS:
        for prediction in PREDICTIONS:
            plain = dict(SD2, prediction_type=prediction)
            yield run(kind, plain, 10)  # the class's own spacing
            for spacing in SPACINGS:
                for steps in STEPS:
                    yield run(kind, dict(plain, timestep_spacing=spacing), steps)
    for prediction in PREDICTIONS:
        plain = dict(SD2, prediction_type=prediction)
        for steps in (4, 5, 10, 50):
            yield run("PNDM", dict(plain, skip_prk_steps=False), steps)
        for eta in (0.3, 1.0):
            yield run("DDIM", plain, 4, eta, 7)
            yield run("DDIM", dict(plain, set_alpha_to_one=True), 10, eta, 2**32 - 1)
    for kind in KINDS:
        yield run(kind, {"_class_name": KINDS[kind].__name__}, 10)  # every default of the class
        yield run(kind, dict(SD2, set_alpha_to_one=True, steps_offset=0), 10)
        yield run(kind, dict(SD2, beta_schedule="squaredcos_cap_v2", timestep_spacing="leading"), 10)
        yield run(kind, dict(SD2, num_train_timesteps=8, trained_betas=[.1, .2, .15, .3, .2, .4, .3, .5]), 4)
    yield run("DDIM", dict(SD2, clip_sample=True, clip_sample_range=0.5), 10)


def lines(name, values):
    return '"%s":[\n%s]' % (name, ",\n".join(json.dumps(v, separators=(",", ":")) for v in values))


def main():
    logging.disable(logging.WARNING)
    diffusers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    print("{" + ",\n".join([
        '"base":' + json.dumps(BASE),
        lines("schedules", [alphas(*s) for s in SCHEDULES]),
        lines("timesteps", [timesteps(k, s) for k in KINDS for s in SPACINGS]),
        lines("runs", runs()),
    ]) + "}")


if __name__ == "__main__":
    main()
