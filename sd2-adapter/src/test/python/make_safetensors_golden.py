"""Writes the golden safetensors files of the tests with the Python package.

Run it twice, each time with the resource directory of the tests as the only argument:

    pip install safetensors==0.8.0   # writes modern-*.safetensors: by type, padded
    pip install safetensors==0.2.8   # writes legacy-*.safetensors: by name, not padded

The data of a tensor is a pattern that the tests repeat: byte i is (sum of the bytes of the name in
UTF-8 + 7 * i) mod 256.
"""

import ctypes
import pathlib
import sys
from importlib.metadata import version

try:
    from safetensors._safetensors_rust import serialize
except ImportError:
    from safetensors.safetensors_rust import serialize

BITS = {
    "bool": 8, "float4_e2m1fn_x2": 8, "uint8": 8, "int8": 8, "float8_e5m2": 8, "float8_e4m3fn": 8,
    "float8_e8m0fnu": 8, "float8_e4m3fnuz": 8, "float8_e5m2fnuz": 8, "int16": 16, "uint16": 16,
    "float16": 16, "bfloat16": 16, "int32": 32, "uint32": 32, "float32": 32, "complex64": 64,
    "float64": 64, "int64": 64, "uint64": 64,
}  # fmt: skip
LEGACY_TYPES = [
    "bool", "uint8", "int8", "int16", "float16", "bfloat16", "int32", "float32", "float64", "int64",
]  # fmt: skip

# name: (tensors as name, type, shape; metadata)
CASES = {
    "empty": ([], None),
    "metadata": ([], {"framework": "pt"}),
    "shapes": (
        [
            ("scalar", "float32", []),
            ("none", "float32", [0]),
            ("none.deep", "int64", [2, 0, 4]),
            ("one", "float16", [1]),
            ("deep", "bfloat16", [1, 2, 1, 3, 2]),
        ],
        {"format": "pt"},
    ),
    "names": (
        [
            ("\uffff last of the plane", "uint8", [1]),
            ("\U0001f333 espalier", "uint8", [2]),
            ("poids d'entrée", "uint8", [3]),
            ('quote " and \\ and /', "uint8", [1]),
            ("spaces in it", "uint8", [0]),
            ("Upper", "uint8", [1]),
        ],
        {"clé \t\n\x1f\x7f": '"wert" \\ \U0001f333'},
    ),
    "layers": (
        [
            ("text_model.embeddings.position_ids", "int64", [1, 5]),
            ("text_model.embeddings.position_embedding.weight", "float32", [5, 3]),
            ("text_model.final_layer_norm.bias", "float32", [3]),
            ("text_model.encoder.layers.10.fc1.weight", "float32", [4, 3]),
            ("text_model.encoder.layers.9.fc1.weight", "float32", [4, 3]),
        ],
        {"format": "pt"},
    ),
}


def pattern(name, count):
    start = sum(name.encode())
    return bytes((start + 7 * i) % 256 for i in range(count))


def size(dtype, shape):
    count = BITS[dtype] // 8
    for extent in shape:
        count *= extent
    return count


def modern(tensors, metadata):
    from safetensors import TensorSpec

    specs, alive = {}, []
    for name, dtype, shape in tensors:
        count = size(dtype, shape)
        buffer = ctypes.create_string_buffer(pattern(name, count), max(count, 1))
        alive.append(buffer)
        specs[name] = TensorSpec(
            dtype=dtype, shape=shape, data_ptr=ctypes.addressof(buffer), data_len=count
        )
    return bytes(serialize(specs, metadata=metadata))


def legacy(tensors, metadata):
    values = {
        name: {"dtype": dtype, "shape": shape, "data": pattern(name, size(dtype, shape))}
        for name, dtype, shape in tensors
    }
    return bytes(serialize(values, metadata))


def main():
    target = pathlib.Path(sys.argv[1])
    old = version("safetensors").startswith("0.2.")
    kind, write = ("legacy", legacy) if old else ("modern", modern)
    types = LEGACY_TYPES if old else list(BITS)
    cases = dict(CASES)
    # Names against the order of types, so that the two orders differ.
    cases["types"] = ([(f"{99 - i} {t}", t, [2, 3]) for i, t in enumerate(types)], None)
    for name, (tensors, metadata) in cases.items():
        (target / f"{kind}-{name}.safetensors").write_bytes(write(tensors, metadata))


main()
