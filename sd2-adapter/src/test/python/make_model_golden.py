"""Golden outputs of whole small models, computed by diffusers and transformers in float64.

    python make_model_golden.py --out DIR

Writes for each model DIR/<model>/config.json (as diffusers or transformers writes it), DIR/<model>-golden.safetensors
and, for all, DIR/models-golden.json. Models: text-gelu, text-quick-gelu, unet-linear (SD2's form, heads
1, 2, 3, 3), unet-conv (SD1's form: proj_in/out are 1x1 convolutions, 2 heads everywhere), unet-inpaint (as
unet-linear, but of 9 input channels), unet-mixed (three blocks, the middle one without attention, and two
transformer layers in each attention), vae.

Weights are formula.weight(name, shape) with the names of the tensors in diffusers' files (so the text
encoder's start with "text_model."); they are the same in every model that has a tensor of that name and
shape. Inputs are formula.values(name, shape) with center 0 and scale 1.

models-golden.json is a list of runs:

    run        prefix of all tensor names of the run, which are "<run>/<name>"
    model      which
    arguments  timestep (U-Net: one for the whole batch), ids (text: rows of token ids), direction (vae)
    inputs     {name: [shape, center, scale]}: formula values of name "<model>/<run>/<name>"
    results    {name: shape}: F64
    outputs    {module name: shape}: F32 (rounded from float64), tensor "<run>/<module>.output": what a module returned
    taps       {module name: shape}: F32, tensor "<run>/<module>.input": what a Linear or Conv2d was given

Results: text: final (after final_layer_norm), hidden.0 (embeddings), hidden.N (after N blocks, no norm).
U-Net: sample. VAE: mean and logvar (clamped to [-30, 20]; no scaling factor), or sample (decoded, no
scaling factor, no clamping). Shapes are torch's: images NCHW, sequences [batch, length, width].

A U-Net of height or width 12 or 10 takes the way with explicit sizes for the upsampling (6x5 -> 3x3 ->
2x2 and back). torch computes the sinusoids of the timestep in float32 here too: output time_proj has them.
conv_norm_out is before its SiLU. The Attention of the VAE returns its sum with the residual.
"""
import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

import formula
from common import versions

WIDTH = 16
VOCABULARY = 574
IDS = [[572, *range(512, 526), 573] + [0] * 61, [572, 530, 3, 256 + 71, 0, 541, 87, 573] + [0] * 69]
UNET_OUTPUTS = ("ResnetBlock2D", "Transformer2DModel", "Downsample2D", "Upsample2D", "UNetMidBlock2DCrossAttn",
                "Timesteps", "TimestepEmbedding")
VAE_OUTPUTS = ("ResnetBlock2D", "Attention", "Downsample2D", "Upsample2D")
ENDS = ("conv_in", "conv_norm_out")
BLOCK = "transformer_blocks.0"
UNET_TAPS = (
    "time_embedding.linear_1", "time_embedding.linear_2", "down_blocks.0.resnets.0.conv1",
    "down_blocks.0.resnets.1.time_emb_proj", "down_blocks.1.resnets.0.conv2", "down_blocks.1.resnets.0.conv_shortcut",
    "down_blocks.0.attentions.0.proj_in", f"down_blocks.0.attentions.0.{BLOCK}.attn1.to_q",
    f"down_blocks.1.attentions.1.{BLOCK}.attn1.to_out.0", f"down_blocks.2.attentions.0.{BLOCK}.attn2.to_k",
    f"mid_block.attentions.0.{BLOCK}.attn2.to_q", f"mid_block.attentions.0.{BLOCK}.attn2.to_out.0",
    f"mid_block.attentions.0.{BLOCK}.ff.net.0.proj", f"up_blocks.2.attentions.2.{BLOCK}.ff.net.2",
    "up_blocks.1.attentions.0.proj_out", "down_blocks.1.downsamplers.0.conv", "up_blocks.1.upsamplers.0.conv",
    "up_blocks.3.resnets.0.conv1", "up_blocks.3.resnets.2.conv_shortcut", "conv_out")
TEXT_TAPS = tuple(f"encoder.layers.1.{name}"
                  for name in ("self_attn.q_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2"))


def text_encoder(act):
    return CLIPTextModel(CLIPTextConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=3,
        num_attention_heads=4, max_position_embeddings=77, hidden_act=act, projection_dim=512, bos_token_id=0,
        eos_token_id=2, pad_token_id=1))


def unet(linear, channels=4):
    return UNet2DConditionModel(
        sample_size=8, in_channels=channels, out_channels=4, layers_per_block=2, block_out_channels=(8, 16, 24, 24),
        norm_num_groups=4, cross_attention_dim=WIDTH, attention_head_dim=[1, 2, 3, 3] if linear else 2,
        use_linear_projection=linear, down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3)


def mixed_unet():
    return UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, layers_per_block=1, block_out_channels=(8, 16, 24),
        norm_num_groups=4, cross_attention_dim=WIDTH, attention_head_dim=[1, 2, 3], use_linear_projection=True,
        transformer_layers_per_block=2, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D", "CrossAttnUpBlock2D"))


def autoencoder():
    return AutoencoderKL(
        block_out_channels=(4, 8, 12, 12), norm_num_groups=4, latent_channels=4, layers_per_block=2, sample_size=64,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)


class Recorder:
    """Keeps what chosen modules return and are given, once each."""

    def __init__(self, model, outputs, taps):
        self.outputs, self.taps, self.handles = {}, {}, []
        modules = dict(model.named_modules())
        for name, module in modules.items():
            if type(module).__name__ in outputs or name.removeprefix("encoder.").removeprefix("decoder.") in ENDS:
                self.handles.append(module.register_forward_hook(self.returned(name)))
        for name in taps:
            assert type(modules[name]) in (torch.nn.Linear, torch.nn.Conv2d), name
            self.handles.append(modules[name].register_forward_pre_hook(self.given(name)))

    def returned(self, name):
        def hook(module, args, result):
            assert name not in self.outputs
            self.outputs[name] = result[0] if isinstance(result, tuple) else getattr(result, "sample", result)
        return hook

    def given(self, name):
        def hook(module, args):
            assert name not in self.taps
            self.taps[name] = args[0]
        return hook

    def close(self):
        for handle in self.handles:
            handle.remove()


class Golden:
    """The runs of all models; tensors of one model at a time."""

    def __init__(self, out):
        self.out, self.runs, self.tensors = out, [], {}

    def run(self, model, name, run, execute, arguments, inputs=None, outputs=(), taps=(), prefix=""):
        inputs = inputs or {}
        given = {n: formula.values(f"{name}/{run}/{n}", shape).double() for n, shape in inputs.items()}
        recorder = Recorder(model, outputs, taps)
        with torch.inference_mode():
            results = execute(model, given)
        recorder.close()
        for n, t in results.items():
            assert t.dtype == torch.float64 and t.isfinite().all()
            self.tensors[f"{run}/{n}"] = t.contiguous().clone()
        kept = {}
        for kind, found in (("output", recorder.outputs), ("input", recorder.taps)):
            found = {prefix + n: t for n, t in found.items()}
            self.tensors.update({f"{run}/{n}.{kind}": t.float().contiguous().clone() for n, t in found.items()})
            kept[kind] = {n: list(t.shape) for n, t in found.items()}
        self.runs.append({
            "run": run, "model": name, "arguments": arguments,
            "inputs": {n: [list(shape), 0, 1] for n, shape in inputs.items()},
            "results": {n: list(t.shape) for n, t in results.items()},
            "outputs": kept["output"], "taps": kept["input"]})
        for n, t in results.items():
            print(name, run, n, "std", round(t.std().item(), 4), "max", round(t.abs().max().item(), 3))

    def close(self, model, name):
        """Save the config and the tensors."""
        shutil.rmtree(self.out / name, ignore_errors=True)
        model.float().save_pretrained(self.out / name)
        for path in (self.out / name).iterdir():
            if path.name != "config.json":
                path.unlink()
        path = self.out / f"{name}-golden.safetensors"
        save_file(self.tensors, path, metadata={"format": "pt"})
        assert path.stat().st_size < 1_000_000, path
        self.tensors = {}


def text_goldens(golden, name, act):
    model = formula.fill(text_encoder(act), "text_model.")

    def execute(model, given):
        states = {}
        handles = [model.embeddings.register_forward_hook(lambda m, a, r: states.update({"hidden.0": r}))]
        for i, layer in enumerate(model.encoder.layers):
            handles.append(layer.register_forward_hook(
                lambda m, a, r, i=i: states.update({f"hidden.{i + 1}": r[0] if isinstance(r, tuple) else r})))
        final = model(torch.tensor(IDS)).last_hidden_state
        for handle in handles:
            handle.remove()
        return {**states, "final": final}

    golden.run(model, name, "ids", execute, {"ids": IDS}, taps=TEXT_TAPS, prefix="text_model.")
    golden.close(model, name)


def unet_goldens(golden, name, unfilled, taps=UNET_TAPS):
    model = formula.fill(unfilled)
    for (height, width), timestep, length, whole in (
            ((8, 8), 981, 77, True), ((12, 10), 37.5, 9, True), ((8, 8), 37.5, 77, False), ((12, 10), 981, 77, False)):
        def execute(model, given):
            return {"sample": model(given["sample"], timestep, given["context"]).sample}

        golden.run(model, name, f"{height}x{width}.t{timestep}", execute, {"timestep": timestep},
                   {"sample": (2, model.config.in_channels, height, width), "context": (2, length, WIDTH)},
                   UNET_OUTPUTS if whole else (), taps if whole else ())
    golden.close(model, name)


def vae_goldens(golden, name):
    model = formula.fill(autoencoder())

    def encode(model, given):
        moments = model.encode(given["sample"]).latent_dist
        return {"mean": moments.mean, "logvar": moments.logvar}

    def decode(model, given):
        return {"sample": model.decode(given["latents"]).sample}

    for i, (height, width) in enumerate(((4, 4), (6, 5))):
        batch = 2 - i
        outputs = () if i else VAE_OUTPUTS
        golden.run(model, name, f"encode.{8 * height}x{8 * width}", encode, {"direction": "encode"},
                   {"sample": (batch, 3, 8 * height, 8 * width)}, outputs)
        golden.run(model, name, f"decode.{height}x{width}", decode, {"direction": "decode"},
                   {"latents": (batch, 4, height, width)}, outputs)
    golden.close(model, name)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--out", type=Path, required=True)
    args = args.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    golden = Golden(args.out)
    text_goldens(golden, "text-gelu", "gelu")
    text_goldens(golden, "text-quick-gelu", "quick_gelu")
    unet_goldens(golden, "unet-linear", unet(True))
    unet_goldens(golden, "unet-conv", unet(False))
    unet_goldens(golden, "unet-inpaint", unet(True, 9), ())
    unet_goldens(golden, "unet-mixed", mixed_unet(), ())
    vae_goldens(golden, "vae")
    lines = ",\n".join(json.dumps(run) for run in golden.runs)
    (args.out / "models-golden.json").write_text(f"[\n{lines}\n]\n")
    for path in args.out.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    print(len(golden.runs), "runs,", versions("torch", "diffusers", "transformers", "safetensors", "numpy"))


if __name__ == "__main__":
    main()
