"""Helpers shared by the reference scripts (not run by itself).

Raw safetensors reading/writing, the paper's list of prunable layers, and the manifest.
"""
import hashlib
import json
import platform
import struct
from importlib.metadata import version
from pathlib import Path

import torch

REFS = Path(__file__).resolve().parent / "made"
WIDTHS = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "U8": 1}
DTYPES = {torch.float32: "F32", torch.float16: "F16", torch.int64: "I64", torch.uint8: "U8"}
TORCH = {name: dtype for dtype, name in DTYPES.items()}


def read_safetensors(path):
    """All tensors of a file, as {name: tensor}, by this script's own parser (header order kept)."""
    raw = Path(path).read_bytes()
    size = struct.unpack_from("<Q", raw)[0]
    header = json.loads(raw[8:8 + size])
    header.pop("__metadata__", None)
    out = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        data = bytearray(raw[8 + size + begin:8 + size + end])
        flat = torch.frombuffer(data, dtype=TORCH[info["dtype"]]) if data else torch.empty(0)
        out[name] = flat.reshape(info["shape"])
    return out


def read_component(folder, variant=None):
    """The tensors of a component folder: a plain file, a variant's file, or shards with an index."""
    folder = Path(folder)
    dot = f".{variant}" if variant else ""
    for stem in ("diffusion_pytorch_model", "model"):
        plain = folder / f"{stem}{dot}.safetensors"
        index = folder / f"{stem}.safetensors.index{dot}.json"
        if plain.exists():
            return read_safetensors(plain)
        if index.exists():
            files = sorted(set(json.loads(index.read_text())["weight_map"].values()))
            return {k: v for f in files for k, v in read_safetensors(folder / f).items()}
    raise FileNotFoundError(f"no weights in {folder}")


def write_old_layout(tensors, path, metadata={"format": "pt"}):
    """Write as old releases did: tensors in name order, header not padded, so data may lie unaligned."""
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name in sorted(tensors, key=lambda n: n.encode()):
        tensor = tensors[name].contiguous()
        data = tensor.numpy().tobytes()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [at, at + len(data)]}
        blobs.append(data)
        at += len(data)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


TEXT_LINEARS = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2")


def prunable(component, tensors):
    """Names (without ".weight") of the Linear layers that the paper prunes, in file name order.

    A U-Net Linear is every 2-D weight: norms are 1-D, convolutions 4-D, and it has no embedding table.
    make_small_checkpoint.py checks this against isinstance(module, nn.Linear).
    """
    names = sorted(n.removesuffix(".weight") for n, t in tensors.items() if n.endswith(".weight") and t.ndim == 2)
    if component == "text_encoder":
        names = [n for n in names if n.endswith(TEXT_LINEARS)]
    return names


def versions(*packages):
    found = {p: version(p) for p in packages}
    return {"python": platform.python_version(), **found}


def record(section, entries, packages, paths=()):
    """Put a section in manifest.json: package versions, facts, and size + SHA-256 of the files made."""
    REFS.mkdir(exist_ok=True)
    target = REFS / "manifest.json"
    manifest = json.loads(target.read_text()) if target.exists() else {}
    files = [f for p in paths for f in (sorted(Path(p).rglob("*")) if Path(p).is_dir() else [Path(p)]) if f.is_file()]
    for f in files:
        f.chmod(0o644)
    manifest[section] = {
        "versions": versions(*packages), **entries,
        "files": {str(f.relative_to(REFS)): [f.stat().st_size, hashlib.sha256(f.read_bytes()).hexdigest()]
                  for f in files if f.is_relative_to(REFS)}}
    target.write_text(json.dumps(dict(sorted(manifest.items())), indent=1) + "\n")
    print(section, "with", manifest[section]["versions"])
