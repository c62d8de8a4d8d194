"""Runs the published implementations on single layers, where a folder with them is given (not run by itself).

The folder holds checkouts named wanda (locuslab/wanda 8e8fc87), sparsegpt (IST-DASLab/sparsegpt 147d215),
OWL (luuyin/OWL dddb7a4), RIA (biomedical-cybernetics/Relative-importance-and-activation-pruning 7bc55b0),
AlphaPruning (haiquanlu/AlphaPruning 5f0e984) and OBS-Diff (Alrightlone/OBS-Diff 3383a4f). They run as they
are, in float32 on the CPU: calls to CUDA do nothing, packages that they import but do not need here are
empty, and a made-up model of blocks that hand their input on stands for a language model. A convolution
is given to them as a Linear layer over its unfolded input, since none of them unfolds one.
"""
import contextlib
import importlib
import io
import re
import sys
import tempfile
import types
from pathlib import Path
from unittest import mock

import numpy as np
import torch
import transformers
from torch import nn
from transformers.pytorch_utils import Conv1D

UNUSED = {"datasets": ["load_dataset"], "weightwatcher": [], "scipy": [], "scipy.optimize": ["linear_sum_assignment"]}


def linear(weights):
    layer = nn.Linear(weights.shape[1], weights.shape[0], bias=False)
    layer.weight.data = torch.tensor(weights, dtype=torch.float32)
    return layer


class Block(nn.Module):
    """Layers that see consecutive columns of the input, from start on; the input is handed on as it is."""

    def __init__(self, matrices, start=0):
        super().__init__()
        self.start = start
        for i, matrix in enumerate(matrices):
            setattr(self, f"layer{i}", linear(matrix))

    def forward(self, x, **_):
        at = self.start
        for layer in self.children():
            layer(x[..., at:at + layer.in_features])
            at += layer.in_features
        return (x,)


class Model(nn.Module):
    """A model of such blocks, under the names that the references look for."""

    def __init__(self, blocks, tokens, width):
        super().__init__()
        self.model = nn.Module()
        starts = np.cumsum([0] + [sum(w.shape[1] for w in b) for b in blocks])
        self.model.layers = nn.ModuleList(Block(b, int(at)) for b, at in zip(blocks, starts))
        self.model.decoder = nn.Module()
        self.model.decoder.layers = self.model.layers
        self.config = types.SimpleNamespace(use_cache=False, hidden_size=width, max_position_embeddings=tokens)
        self.hf_device_map, self.seqlen = {}, tokens

    def forward(self, x):
        return self.model.layers[0](x, attention_mask=None, position_ids=None)


class References:
    """What the references make of given weights [out, in] and inputs [samples, tokens, in]."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        transformers.Conv1D = Conv1D
        torch.cuda.synchronize = torch.cuda.empty_cache = lambda *_: None
        torch.Tensor.cuda = lambda tensor, *_: tensor
        to = torch.Tensor.to
        torch.Tensor.to = lambda tensor, *to_what, **options: (
            tensor if str(to_what[:1]).startswith("('cuda") else to(tensor, *to_what, **options))
        for name, members in UNUSED.items():
            if name not in sys.modules:
                module = types.ModuleType(name)
                for member in members:
                    setattr(module, member, None)
                sys.modules[name] = module

    def package(self, name, module):
        """A module of lib/ of a checkout, under a name of its own, for all of them are called lib."""
        alias = "reference_" + re.sub(r"\W", "_", name)
        if alias not in sys.modules:
            package = types.ModuleType(alias)
            package.__path__ = [str(self.folder / name / "lib")]
            sys.modules[alias] = package
        return importlib.import_module(f"{alias}.{module}")

    def run_model(self, module, function, blocks, inputs, n_m=(0, 0), **options):
        """Runs a whole prune_* function; the input has the columns of all layers; returns weights and output."""
        samples, tokens, width = inputs.shape
        model = Model(blocks, tokens, width)
        defaults = {"nsamples": samples, "seed": 0, "seqlen": tokens, "model": "opt", "use_variant": False}
        args = types.SimpleNamespace(**{**defaults, **options})
        loader = [(torch.tensor(inputs[i:i + 1], dtype=torch.float32),) for i in range(samples)]
        text = io.StringIO()
        loaders = mock.patch.object(module, "get_loaders", lambda *_, **__: (loader, None))
        with loaders, torch.no_grad(), contextlib.redirect_stdout(text):
            np.set_printoptions(precision=17, floatmode="unique", linewidth=10000)
            getattr(module, function)(args, model, None, torch.device("cpu"), prune_n=n_m[0], prune_m=n_m[1])
            np.set_printoptions()
        found = [[layer.weight.data.numpy().astype(np.float64) for layer in b.children()] for b in model.model.layers]
        return found, text.getvalue()

    def wanda(self, w, x, sparsity="0.5", n_m=(0, 0), variant=False):
        found, text = self.run_model(self.package("wanda", "prune"), "prune_wanda", [[w]], x, n_m,
                                     sparsity_ratio=float(sparsity), use_variant=variant)
        return found[0][0] == 0, text

    def ria(self, w, x, sparsity="0.5", n_m=(0, 0), rows=False, permute=False, assign=False):
        options = {"reconstruction": False, "gptq": False, "semi_sparse_acc": False, "calib_dataset": "", "lsa": assign,
                   "prune_method": "ria", "a": 0.5, "importance_score": "sum", "fast": False}
        found, _ = self.run_model(self.package("RIA", "prune"), "prune_ria", [[w]], x, n_m, per_outneuron=rows,
                                  sparsity_ratio=float(sparsity), reallocation=permute, **options)
        return found[0][0] == 0

    def owl(self, blocks, x, sparsity, m, width):
        """Outlier ratios per block and densities, as printed before and after the adjustment."""
        _, text = self.run_model(self.package("OWL", "prune_all"), "prune_wanda_outlier", blocks, x, model="llama",
                                 sparsity_ratio=float(sparsity), Hyper_m=m, Lamda=width)
        parse = lambda label: [float(v) for v in re.search(label + r" \[([^\]]*)\]", text)[1].replace(",", " ").split()]
        return parse("before adjustment"), parse("after adjustment")

    def sparsegpt(self, w, x, sparsity, n_m=(0, 0), block=128):
        """Pruned weights and loss."""
        if "sparsegpt" not in sys.modules:
            with mock.patch.object(sys, "path", [str(self.folder / "sparsegpt"), *sys.path]):
                importlib.import_module("sparsegpt")
        layer = linear(w)
        pruner = sys.modules["sparsegpt"].SparseGPT(layer)
        for i in range(x.shape[0]):
            pruner.add_batch(torch.tensor(x[i:i + 1], dtype=torch.float32), None)
        return self.finish(pruner, layer, float(sparsity), *n_m, blocksize=block)

    def reconstruct(self, w, x, mask):
        """RIA's SparseGPT with a mask that is given."""
        layer = linear(w)
        args = types.SimpleNamespace(gptq=False)
        pruner = self.package("RIA", "layerwrapper").WrappedGPT(args, layer, reconstruct=True)
        for i in range(x.shape[0]):
            pruner.add_batch(torch.tensor(x[i:i + 1], dtype=torch.float32), torch.zeros(1, x.shape[1], w.shape[0]))
        return self.finish(pruner, layer, 0.5, mask=torch.tensor(mask))[0]

    def obs_diff(self, w, x, alphas, batch, sparsity):
        """Hessian and pruned weights; step k of the inputs has the weight alphas[k]."""
        layer = linear(w)
        pruner = self.package("OBS-Diff", "OBS_Diff").OBS_Diff(layer, types.SimpleNamespace(no_compensate=False))
        for k, alpha in enumerate(alphas):
            part = torch.tensor(x[k * batch:(k + 1) * batch], dtype=torch.float32) * np.sqrt(alpha)
            pruner.add_batch(part, None, alpha * batch)
        hessian = pruner.H.numpy().astype(np.float64)
        return hessian, self.finish(pruner, layer, float(sparsity))[0]

    @staticmethod
    def finish(pruner, layer, *arguments, **options):
        text = io.StringIO()
        with torch.no_grad(), contextlib.redirect_stdout(text):
            pruner.fasterprune(*arguments, **options)
        loss = re.search(r"error (\S+)", text.getvalue())
        return layer.weight.data.numpy().astype(np.float64), float(loss[1]) if loss else None

    def exponents(self, layers, rule):
        """AlphaPruning's metric of Linear and Conv2d layers; rule is xmin_mid or xmin_peak."""
        net = nn.Sequential()
        for i, w in enumerate(layers):
            layer = linear(w) if w.ndim == 2 else nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], bias=False)
            layer.weight.data = torch.tensor(w, dtype=torch.float32)
            net.add_module(str(i), layer)
        with contextlib.redirect_stdout(io.StringIO()):
            return self.package("AlphaPruning", "esd_utils").net_esd_estimator(net, fix_fingers=rule)["alpha"]

    def alpha_ratios(self, blocks, metric, sparsity, epsilon, by_block):
        module = self.package("AlphaPruning", "prune")
        model = Model(blocks, 1, 1)
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            np.save(Path(folder) / "metric.npy", np.array(metric))
            args = types.SimpleNamespace(model="llama", ww_metric_cache=folder, ww_metric="metric",
                                         mapping_type="block_wise" if by_block else "layer_wise",
                                         sparsity_ratio=float(sparsity))
            return module.ww_sparsity(args, model, None, 1.0 - epsilon, 1.0 + epsilon)
