"""Writes small files of torch.save and torch.jit.save, and what the safetensors package makes of them.

    python make_torch_golden.py --out made/torch

Copy the folder to the test resources below io/github/espalier/sd2/torch. Files of the legacy format hold
addresses of memory as keys, and those of torch.jit.save an identity, so that these differ each time; all
safetensors files come out the same.

The files attack-*.p* are pickles that would create the file `espalier-was-here` in the working directory.
Nothing here loads them, and nothing should.
"""

import argparse
import collections
import os
import pathlib
import pickle
import warnings

import torch
from safetensors.torch import save_file

TYPES = [
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
    torch.int8, torch.uint8, torch.bool,
]  # fmt: skip
NEW_TYPES = [
    torch.uint16, torch.uint32, torch.uint64, torch.complex64, torch.float8_e4m3fn, torch.float8_e5m2,
]  # fmt: skip


def numbers(*shape, dtype=torch.float32, begin=0):
    count = 1
    for extent in shape:
        count *= extent
    if dtype in (torch.float8_e4m3fn, torch.float8_e5m2):
        return torch.arange(begin, begin + count, dtype=torch.uint8).view(dtype).reshape(shape)
    return (torch.arange(begin, begin + count) % 251).to(dtype).reshape(shape)


def types(dtypes):
    return collections.OrderedDict(
        (str(dtype).removeprefix("torch."), numbers(2, 3, dtype=dtype, begin=1)) for dtype in dtypes
    )


def views():
    base = numbers(4, 5, 6)
    tied = numbers(3, 3, begin=7)
    return {
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0),
        "empty.deep": torch.empty(2, 0, 3, dtype=torch.float16),
        "one": torch.tensor([7], dtype=torch.int64),
        "transposed": base.transpose(0, 2),
        "permuted": base.permute(1, 2, 0),
        "rows": base[1:3],
        "columns": base[:, 1:4, ::2],
        "tail": base.reshape(-1)[100:],
        "expanded": torch.tensor([1.0, 2.0]).expand(3, 2),
        "channels": numbers(2, 3, 4, 5, dtype=torch.float16).to(memory_format=torch.channels_last),
        "bytes": numbers(6, 7, dtype=torch.uint8).t(),
        "doubles": numbers(3, 4, dtype=torch.float64).t(),
        "tied.a": tied,
        "tied.b": tied,
        "tied.c": tied.t(),
        "parameter": torch.nn.Parameter(numbers(2, 2)),
        "naïve \U0001f333": numbers(2),
    }


def model():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.ReLU(), torch.nn.Linear(4, 2)
    )


def nested():
    network = model()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    network(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "best": 0.25,
        "name": "small",
        "seed": 2**80,
        "done": False,
        "nothing": None,
        "shape": torch.Size([1, 2]),
        "device": torch.device("cpu"),
        "dtype": torch.float16,
        "history": [0.5, 0.25],
        "state_dict": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "means": [torch.ones(2), (torch.zeros(1),)],
    }


def flat(value, name=""):
    """What the converter makes of a nested object."""
    if isinstance(value, torch.Tensor):
        return {name: value}
    items = []
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    found = {}
    for key, item in items:
        found.update(flat(item, f"{name}.{key}" if name else str(key)))
    return found


def write(out, name, value, key=None, legacy=True, **options):
    torch.save(value, out / f"{name}.pth", **options)
    if legacy:
        torch.save(value, out / f"{name}-legacy.pth", _use_new_zipfile_serialization=False, **options)
    tensors = flat(value[key] if key else value)
    reference(out / f"{name}.safetensors", tensors)


def reference(path, tensors):
    copies = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    save_file(copies, path, metadata={"format": "pt"})


class Scripted(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = model()
        self.factor = 2.0
        self.sizes = [1, 2]
        self.names = {"a": 1}
        self.register_buffer("offset", numbers(2, dtype=torch.float16))
        self.register_buffer("turned", numbers(2, 3).t())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x) * self.factor + self.offset + self.sizes[0] + self.names["a"]


class Attack:
    def __reduce__(self):
        return os.system, ("touch espalier-was-here",)


class Evaluated:
    def __reduce__(self):
        return eval, ("open('espalier-was-here', 'w').close()",)


def attacks(out):
    tensors = {"a": numbers(2)}
    torch.save({**tensors, "b": Attack()}, out / "attack-zip.pth")
    torch.save({**tensors, "b": Attack()}, out / "attack-protocol4.pth", pickle_protocol=4)
    torch.save(
        {**tensors, "b": Attack()}, out / "attack-legacy.pth", _use_new_zipfile_serialization=False
    )
    torch.save({"a": ((1, [Attack()]), tensors)}, out / "attack-nested.pth")
    torch.save({**tensors, "b": Evaluated()}, out / "attack-eval.pth")
    torch.save(model(), out / "whole-module.pth")
    (out / "attack-plain.pkl").write_bytes(pickle.dumps(Attack(), protocol=2))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    write(out, "types", types(TYPES))
    write(out, "new-types", types(NEW_TYPES), legacy=False)
    write(out, "views", views())
    write(out, "protocol4", {"a": numbers(2, 2), "b": {"c": numbers(3).half()}}, pickle_protocol=4)
    write(out, "nested", nested())
    reference(out / "nested-state-dict.safetensors", nested()["state_dict"])
    scripted = torch.jit.script(Scripted())
    scripted.save(str(out / "scripted.pt"))
    reference(out / "scripted.safetensors", scripted.state_dict())
    torch.save(numbers(2), out / "bare-tensor.pth")
    torch.save({"epoch": 1}, out / "no-tensors.pth")
    torch.save({"a": torch.zeros(2).to_sparse()}, out / "sparse.pth")
    torch.save({"a.b": numbers(1), "a": {"b": numbers(2)}}, out / "same-name.pth")
    torch.save({"a": torch.zeros(1).expand(1 << 40)}, out / "expanded-bomb.pth")
    attacks(out)


if __name__ == "__main__":
    main()
