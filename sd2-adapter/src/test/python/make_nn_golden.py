"""Golden outputs of single layers and modules, computed by torch and diffusers in float64.

    python make_nn_golden.py --out DIR

Writes nn-golden.safetensors and nn-golden.json (about the same cases) to DIR. Weights and inputs are
those of formula.py and are not stored: weights by the name "<case>.<torch parameter name>", inputs by
"<case>.<input name>". All images are NCHW, all sequences [batch, length, width], as torch has them.

nn-golden.json is a list of cases:

    case        its name, the prefix of all names
    op          what was run, see below
    arguments   of the op (stride, groups, eps, ...)
    weights     {parameter name: shape}; formula weight(case + "." + name, shape)
    inputs      {input name: [shape, center, scale]}; formula values(case + "." + name, shape, center, scale);
                the cases named "small" have small inputs, so that a wrong eps shows
    outputs     {result name: shape}; F64 in nn-golden.safetensors as "<case>.<result name>"

Ops, each named after its class or function:

    linear, conv2d, group_norm, layer_norm
                    torch.nn.functional. "padding" of conv2d is [left, right, top, bottom], filled with zeros.
    softmax         over the last axis.
    activation      inputs are stored (F32), as activation.input; outputs gelu (exact, by erf), quick_gelu
                    (x * sigmoid(1.702 x)) and silu.
    scaled_dot_product_attention
                    query [b, n, heads * dim], key and value [b, m, heads * dim]: heads are split from the last
                    axis, head by head (head 0 first), output [b, n, heads * dim] before any output
                    projection; scale dim^-0.5; causal: query i sees keys 0..i.
    Attention       diffusers: to_q, to_k, to_v, to_out.0; with group_norm and a residual for the VAE's (input NCHW).
    CLIPAttention   transformers: q_proj, k_proj, v_proj, out_proj, causal.
    FeedForward     diffusers, GEGLU: net.0.proj, net.2.
    BasicTransformerBlock, Transformer2DModel, ResnetBlock2D, Upsample2D, Downsample2D, TimestepEmbedding
                    diffusers; inputs hidden_states (or input), context, temb. An Upsample2D with "size" is
                    given that explicit output size.
    interpolate     nearest neighbour, to scale 2 or to an explicit size.
    timestep_embedding
                    diffusers get_timestep_embedding(flip_sin_to_cos, downscale_freq_shift 0). Inputs t are
                    stored (F64). torch computes it in float32, also in a float64 model: output is F32,
                    as torch gives it; exact is F64, the same formula in float64.
"""
import argparse
import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers.models.attention import BasicTransformerBlock, FeedForward
from diffusers.models.attention_processor import Attention
from diffusers.models.downsampling import Downsample2D
from diffusers.models.embeddings import TimestepEmbedding, get_timestep_embedding
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.transformers.transformer_2d import Transformer2DModel
from diffusers.models.upsampling import Upsample2D
from safetensors.torch import save_file
from transformers import CLIPTextConfig
from transformers.models.clip.modeling_clip import CLIPAttention

import formula
from common import versions


class Cases:
    """What has been computed so far."""

    def __init__(self):
        self.about = []
        self.tensors = {}

    def add(self, case, op, run, arguments=None, weights=None, inputs=None):
        """run(weights, inputs) gives the output, or a dict of outputs; weights may be a module."""
        module = weights if isinstance(weights, torch.nn.Module) else None
        if module is not None:
            formula.fill(module, case + ".")
            weights = {name: tuple(p.shape) for name, p in module.named_parameters()}
        weights = weights or {}
        inputs = {name: value if isinstance(value[0], tuple) else (value, 0, 1)
                  for name, value in (inputs or {}).items()}
        given = {name: formula.values(f"{case}.{name}", *value).double() for name, value in inputs.items()}
        made = module or {name: formula.weight(f"{case}.{name}", shape).double() for name, shape in weights.items()}
        with torch.inference_mode():
            outputs = run(made, given)
        outputs = outputs if isinstance(outputs, dict) else {"output": outputs}
        assert all(o.dtype == torch.float64 and o.isfinite().all() for o in outputs.values()), case
        self.tensors.update({f"{case}.{name}": o.contiguous().clone() for name, o in outputs.items()})
        self.about.append({
            "case": case, "op": op, "arguments": arguments or {},
            "weights": {name: list(shape) for name, shape in weights.items()},
            "inputs": {name: [list(value[0]), *value[1:]] for name, value in inputs.items()},
            "outputs": {name: list(o.shape) for name, o in outputs.items()}})


def linear(cases):
    def run(w, x):
        return F.linear(x["input"], w["weight"], w.get("bias"))

    cases.add("linear.bias", "linear", run, weights={"weight": (11, 7), "bias": (11,)}, inputs={"input": (2, 5, 7)})
    cases.add("linear.nobias", "linear", run, weights={"weight": (9, 13)}, inputs={"input": (1, 7, 13)})
    cases.add("linear.wide", "linear", run, weights={"weight": (70, 130), "bias": (70,)},
              inputs={"input": (1, 37, 130)})


def convolution(cases, case, channels, size, kernel=3, stride=1, padding=(1, 1, 1, 1), batch=1):
    def run(w, x):
        return F.conv2d(F.pad(x["input"], padding), w["weight"], w["bias"], stride=stride)

    into, out = channels
    cases.add(case, "conv2d", run, {"stride": stride, "padding": list(padding)},
              {"weight": (out, into, kernel, kernel), "bias": (out,)}, {"input": (batch, into, *size)})


def convolutions(cases):
    convolution(cases, "conv3x3.odd", (5, 7), (9, 7), batch=2)
    convolution(cases, "conv3x3.middle", (16, 24), (12, 10))
    convolution(cases, "conv3x3.wide", (32, 48), (17, 9))
    convolution(cases, "conv3x3.tiny", (3, 4), (1, 2))
    convolution(cases, "conv3x3.stride2", (5, 7), (10, 8), stride=2, batch=2)
    convolution(cases, "conv3x3.stride2.odd", (6, 4), (9, 7), stride=2)
    convolution(cases, "conv3x3.asymmetric", (5, 7), (10, 8), stride=2, padding=(0, 1, 0, 1), batch=2)
    convolution(cases, "conv3x3.asymmetric.odd", (6, 4), (9, 7), stride=2, padding=(0, 1, 0, 1))
    convolution(cases, "conv1x1", (13, 9), (5, 7), kernel=1, padding=(0, 0, 0, 0), batch=2)


def norms(cases):
    def group(case, groups, eps, shape, center=0, scale=1):
        def run(w, x):
            return F.group_norm(x["input"], groups, w["weight"], w["bias"], eps)

        cases.add(case, "group_norm", run, {"groups": groups, "eps": eps},
                  {"weight": (shape[1],), "bias": (shape[1],)}, {"input": (shape, center, scale)})

    group("group_norm.1", 1, 1e-5, (2, 6, 5, 3))
    group("group_norm.4", 4, 1e-5, (2, 12, 5, 7))
    group("group_norm.8", 8, 1e-6, (1, 8, 3, 5))
    group("group_norm.eps5", 4, 1e-5, (1, 8, 5, 7), scale=0.005)
    group("group_norm.eps6", 4, 1e-6, (1, 8, 5, 7), scale=0.005)
    group("group_norm.offset", 4, 1e-5, (1, 8, 9, 7), center=1000, scale=0.1)

    def layer(case, shape, center=0, scale=1):
        def run(w, x):
            return F.layer_norm(x["input"], shape[-1:], w["weight"], w["bias"], 1e-5)

        cases.add(case, "layer_norm", run, {"eps": 1e-5}, {"weight": shape[-1:], "bias": shape[-1:]},
                  {"input": (shape, center, scale)})

    layer("layer_norm", (2, 5, 13))
    layer("layer_norm.small", (1, 3, 40), scale=0.005)
    layer("layer_norm.offset", (1, 3, 40), center=1000, scale=0.1)


def activations(cases):
    grid = [i / 16 for i in range(-12 * 16, 12 * 16 + 1)]
    extremes = [30.0, 100.0, 1000.0, 0.0, 1e-30, 2**-126, 1e-40, 2**-149]
    x = torch.tensor(grid + extremes + [-e for e in extremes], dtype=torch.float32)
    cases.tensors["activation.input"] = x
    x = x.double()
    with torch.inference_mode():
        outputs = {"gelu": F.gelu(x), "quick_gelu": x * torch.sigmoid(1.702 * x), "silu": F.silu(x)}
    cases.tensors.update({f"activation.{name}": y for name, y in outputs.items()})
    cases.about.append({"case": "activation", "op": "activation", "arguments": {}, "weights": {}, "inputs": {},
                        "outputs": {name: list(y.shape) for name, y in outputs.items()}})
    cases.add("softmax", "softmax", lambda w, x: x["input"].softmax(-1), inputs={"input": (5, 77)})
    cases.add("softmax.large", "softmax", lambda w, x: x["input"].softmax(-1), inputs={"input": ((3, 19), 1000, 100)})


def dot_product(cases, case, heads, dim, lengths, causal=False, batch=1, scale=1):
    n, m = lengths

    def run(w, x):
        q, k, v = (t.unflatten(-1, (heads, dim)).transpose(1, 2) for t in (x["query"], x["key"], x["value"]))
        scores = q @ k.transpose(-1, -2) * dim**-0.5
        if causal:
            scores = scores.masked_fill(torch.ones(n, m, dtype=torch.bool).triu(1), -math.inf)
        ours = scores.softmax(-1) @ v
        theirs = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-13), case
        return ours.transpose(1, 2).flatten(-2)

    width = heads * dim
    cases.add(case, "scaled_dot_product_attention", run, {"heads": heads, "causal": causal},
              inputs={"query": ((batch, n, width), 0, scale), "key": ((batch, m, width), 0, scale),
                      "value": ((batch, m, width), 0, scale)})


def attention(cases):
    dot_product(cases, "dot_product.1x4", 1, 4, (13, 13), batch=2)
    dot_product(cases, "dot_product.2x8", 2, 8, (37, 37), scale=3)
    dot_product(cases, "dot_product.3x40", 3, 40, (11, 11), scale=3)
    dot_product(cases, "dot_product.2x64", 2, 64, (21, 21))
    dot_product(cases, "dot_product.cross.3x8", 3, 8, (35, 77), batch=2, scale=2)
    dot_product(cases, "dot_product.cross.1x64", 1, 64, (19, 5), scale=2)
    dot_product(cases, "dot_product.cross.2x40", 2, 40, (1, 7))
    dot_product(cases, "dot_product.causal.2x4", 2, 4, (77, 77), causal=True, scale=3)
    dot_product(cases, "dot_product.causal.3x64", 3, 64, (9, 9), causal=True)
    dot_product(cases, "dot_product.sharp", 1, 8, (7, 9), scale=30)

    def module(case, width, heads, dim, length, context=None):
        made = Attention(query_dim=width, heads=heads, dim_head=dim, cross_attention_dim=context and context[1])
        inputs = {"hidden_states": (2, length, width)}
        if context:
            inputs["context"] = (2, *context)
        cases.add(case, "Attention", lambda w, x: w(x["hidden_states"], encoder_hidden_states=x.get("context")),
                  {"heads": heads}, made, inputs)

    module("attention.self", 24, 3, 8, 15)
    module("attention.cross", 16, 2, 8, 15, context=(7, 12))
    for case, scale in (("attention.vae", 1), ("attention.vae.small", 0.005)):
        made = Attention(12, heads=1, dim_head=12, rescale_output_factor=1, eps=1e-6, norm_num_groups=4,
                         spatial_norm_dim=None, residual_connection=True, bias=True, upcast_softmax=True,
                         _from_deprecated_attn_block=True)
        cases.add(case, "Attention", lambda w, x: w(x["hidden_states"]), {"heads": 1, "groups": 4, "eps": 1e-6},
                  made, {"hidden_states": ((2, 12, 5, 3), 0, scale)})
    config = CLIPTextConfig(hidden_size=16, num_attention_heads=4, attn_implementation="sdpa")
    length = 11
    cases.add("attention.clip", "CLIPAttention",
              lambda w, x: w(x["hidden_states"], attention_mask=causal_mask(length))[0], {"heads": 4, "causal": True},
              CLIPAttention(config), {"hidden_states": (2, length, 16)})


def causal_mask(length):
    return torch.full((length, length), -math.inf, dtype=torch.float64).triu(1)[None, None]


def blocks(cases):
    cases.add("feed_forward", "FeedForward", lambda w, x: w(x["hidden_states"]), {},
              FeedForward(10, activation_fn="geglu"), {"hidden_states": (2, 7, 10)})
    block = BasicTransformerBlock(16, 2, 8, cross_attention_dim=12, activation_fn="geglu")
    cases.add("transformer_block", "BasicTransformerBlock",
              lambda w, x: w(x["hidden_states"], encoder_hidden_states=x["context"]), {"heads": 2}, block,
              {"hidden_states": (2, 15, 16), "context": (2, 7, 12)})
    for kind, straight, scale in (("linear", True, 1), ("conv", False, 1), ("small", True, 0.005)):
        made = Transformer2DModel(num_attention_heads=3, attention_head_dim=8, in_channels=24, num_layers=1,
                                  cross_attention_dim=12, norm_num_groups=4, use_linear_projection=straight)
        cases.add(f"transformer2d.{kind}", "Transformer2DModel",
                  lambda w, x: w(x["input"], encoder_hidden_states=x["context"], return_dict=False)[0],
                  {"heads": 3, "groups": 4, "eps": 1e-6, "linear_projection": straight}, made,
                  {"input": ((2, 24, 5, 3), 0, scale), "context": (2, 7, 12)})
    for case, out, temb, scale in (
            ("resnet.shortcut", 12, 20, 1), ("resnet.plain", 8, 20, 1), ("resnet.vae", 12, None, 1),
            ("resnet.small", 12, 20, 0.005), ("resnet.vae.small", 12, None, 0.005)):
        eps = 1e-5 if temb else 1e-6
        made = ResnetBlock2D(in_channels=8, out_channels=out, temb_channels=temb, groups=4, eps=eps)
        inputs = {"input": ((2, 8, 7, 5), 0, scale)}
        if temb:
            inputs["temb"] = (2, temb)
        cases.add(case, "ResnetBlock2D", lambda w, x: w(x["input"], x.get("temb")), {"groups": 4, "eps": eps}, made,
                  inputs)


def sampling(cases):
    cases.add("interpolate.2", "interpolate", lambda w, x: F.interpolate(x["input"], scale_factor=2.0, mode="nearest"),
              {"scale": 2}, inputs={"input": (2, 3, 3, 5)})
    for size in ((5, 9), (7, 3), (6, 10)):
        cases.add(f"interpolate.{size[0]}x{size[1]}", "interpolate",
                  lambda w, x: F.interpolate(x["input"], size=size, mode="nearest"), {"size": list(size)},
                  inputs={"input": (1, 2, 3, 5)})
    cases.add("upsample", "Upsample2D", lambda w, x: w(x["input"]), {}, Upsample2D(6, use_conv=True),
              {"input": (2, 6, 3, 5)})
    cases.add("upsample.size", "Upsample2D", lambda w, x: w(x["input"], (5, 9)), {"size": [5, 9]},
              Upsample2D(6, use_conv=True), {"input": (2, 6, 3, 5)})
    for name, padding, size in (("unet", 1, (7, 6)), ("vae", 0, (8, 6)), ("vae.odd", 0, (7, 5))):
        cases.add(f"downsample.{name}", "Downsample2D", lambda w, x: w(x["input"]),
                  {"padding": [1, 1, 1, 1] if padding else [0, 1, 0, 1]},
                  Downsample2D(6, use_conv=True, padding=padding, name="op"), {"input": (2, 6, *size)})


def timesteps(cases):
    t = torch.tensor([0, 1, 500.5, 981, 999], dtype=torch.float64)
    for dim in (8, 320):
        case = f"timestep_embedding.{dim}"
        half = dim // 2
        frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float64) / half)
        angles = t[:, None] * frequencies
        cases.tensors[f"{case}.t"] = t.clone()
        cases.tensors[f"{case}.exact"] = torch.cat([angles.cos(), angles.sin()], -1)
        cases.tensors[f"{case}.output"] = get_timestep_embedding(t.float(), dim, flip_sin_to_cos=True,
                                                                 downscale_freq_shift=0)
        assert torch.allclose(cases.tensors[f"{case}.exact"], cases.tensors[f"{case}.output"].double(), atol=1e-4)
        cases.about.append({"case": case, "op": "timestep_embedding", "arguments": {"dim": dim}, "weights": {},
                            "inputs": {}, "outputs": {"output": [5, dim], "exact": [5, dim]}})
    cases.add("time_mlp", "TimestepEmbedding", lambda w, x: w(x["input"]), {}, TimestepEmbedding(8, 32),
              {"input": (3, 8)})


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--out", type=Path, required=True)
    args = args.parse_args()
    torch.set_num_threads(1)
    cases = Cases()
    for add in (linear, convolutions, norms, activations, attention, blocks, sampling, timesteps):
        add(cases)
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(cases.tensors, args.out / "nn-golden.safetensors", metadata={"format": "pt"})
    lines = ",\n".join(json.dumps(case) for case in cases.about)
    (args.out / "nn-golden.json").write_text(f"[\n{lines}\n]\n")
    for path in args.out.glob("nn-golden.*"):
        path.chmod(0o644)
    print(len(cases.about), "cases,", versions("torch", "diffusers", "transformers", "safetensors", "numpy"))


if __name__ == "__main__":
    main()
