"""Make a corpus of small safetensors inputs with the verdicts of the reference implementation.

    python fuzz_safetensors.py [--out FILE]

Writes safetensors-corpus.json (default: made/): {"versions", "cases": [{"name", "hex", "verdict", "message",
"tensors", "metadata"}]}. The verdict is that of safetensors.deserialize(bytes); each input also goes
through a file and safe_open, and "safe_open" is given where its verdict differs. "tensors" and
"metadata" belong to accepted inputs only. A message may vary from run to run where the
reference walks a hash map: the least of forty is kept. Fixed seed.
"""
import argparse
import json
import random
import struct
import tempfile
from pathlib import Path

import safetensors

from common import REFS, record, versions

PACKAGES = ("safetensors", "numpy")
CASES = {}
SMALL = b'{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
BITS = {"BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
        "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
        "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64}


def pack(header, data=b"", size=None):
    header = header.encode("utf-8", "surrogatepass") if isinstance(header, str) else header
    return struct.pack("<Q", len(header) if size is None else size) + header + data


def add(name, raw):
    if raw not in CASES.values():
        assert name not in CASES, name
        CASES[name] = raw


def info(dtype='"F32"', shape="[1]", offsets="[0,4]", more=""):
    return f'{{"dtype":{dtype},"shape":{shape},"data_offsets":{offsets}{more}}}'


def entry(name, text, data=4):
    """One header whose text is given, with that many data bytes."""
    add(name, pack(text, bytes(range(1, data + 1))))


def prefix_cases():
    n = len(SMALL)
    for value in (0, 1, 2, n - 1, n + 1, n + 3, n + 4, n + 5, n + 12, 255, 65536, 99_999_999, 100_000_000, 100_000_001,
                  2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + n, 2 ** 63 - 1, 2 ** 63, 2 ** 63 + n, 2 ** 64 - 8, 2 ** 64 - 9,
                  2 ** 64 - 1):
        add(f"prefix N={value}", pack(SMALL, bytes(4), value))
    add("prefix big-endian N", struct.pack(">Q", n) + SMALL + bytes(4))
    for text in ("{}", " {}", "{} ", "{", "}", "", " ", "[]", "null", "true", "1", '""', "{}{}", "{},", '{"__metadata__":{}}'):
        entry(f"whole header {text!r}", text, 0)
        entry(f"whole header {text!r} and one byte", text, 1)
    whole = pack(SMALL, b"\1\2\3\4")
    for size in list(range(0, 12)) + list(range(12, len(whole), 6)) + [len(whole) - k for k in (1, 2, 3, 4, 5)]:
        add(f"truncated to {size}", whole[:size])
    for extra in (b"\0", b" ", bytes(8), whole):
        add(f"followed by {len(extra)} bytes {extra[:1]!r}", whole + extra)
    add("git-lfs pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n")
    add("pickle in zip", b"PK\x03\x04" + bytes(26))


def flip_cases():
    whole = pack(SMALL, b"\1\2\3\4")
    for at in range(8, 8 + len(SMALL)):
        for bit in (0, 5):
            add(f"flip bit {bit} at {at}", whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1:])
    for at in range(8, 8 + len(SMALL), 2):
        for value in (0x00, 0x22, 0x5c, 0xff):
            add(f"byte {value:02x} at {at}", whole[:at] + bytes([value]) + whole[at + 1:])
    for at in range(8 + len(SMALL), len(whole)):
        add(f"data byte ff at {at}", whole[:at] + b"\xff" + whole[at + 1:])


NUMBERS = ("-0", "00", "01", "04", "1.", ".1", "1.0", "4.0", "0.0", "4e0", "4E0", "4e+0", "40e-1", "+4", "0x4", "0e0", "0e",
           "1e", "1e999", "-1e999", "1e-999", "0e999", "1e400", "1" + "0" * 400, "-1", "-4", "9223372036854775807",
           "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775808",
           "-9223372036854775809", "340282366920938463463374607431768211456", "1_0", "Infinity", "-Infinity", "NaN",
           "true", "false", '"4"', "null", "[]", "[4]", "{}", " 4 ", "4,", ",4", "4 4", "-", "--1", "- 1",
           "1e99999999999999999999", "0." + "3" * 60, "1e308", "1.8e308", "4\u00a0", "\u0664")


def number_cases():
    for x in NUMBERS:
        label = x if len(x) < 30 else f"{x[:8]}...({len(x)})"
        entry(f"dim {label}", f'{{"t":{info(shape=f"[{x}]")}}}')
        entry(f"begin {label}", f'{{"t":{info(offsets=f"[{x},4]")}}}')
        entry(f"end {label}", f'{{"t":{info(offsets=f"[0,{x}]")}}}')
        entry(f"unknown field {label}", '{"t":' + info(more=f',"x":{x}') + "}")
    for x in ("1", "-0", "1.5", "1e999", "true", "null", "[]", "{}", '["a"]', '{"a":"b"}', '"a"'):
        entry(f"metadata value {x}", f'{{"__metadata__":{{"a":{x}}},"t":{info()}}}')
        entry(f"metadata itself {x}", f'{{"__metadata__":{x},"t":{info()}}}')
        entry(f"tensor info {x}", f'{{"t":{x}}}')
        entry(f"shape itself {x}", f'{{"t":{info(shape=x)}}}')
        entry(f"offsets itself {x}", f'{{"t":{info(offsets=x)}}}')
        entry(f"dtype itself {x}", f'{{"t":{info(dtype=x)}}}')


STRINGS = {
    "escaped letter": r"\u0041", "escaped quote": r"\"", "escaped slash": r"\/", "escaped backslash": r"\\",
    "control escapes": r"\b\f\n\r\t", "escaped NUL": r"\u0000", "escape x": r"\x41", "escape '": r"\'", "escape a": r"\a",
    "escape U": r"\U0041", "short u": r"\u004", "bad hex": r"\u00g1", "hex capitals": r"\u00C9\u00c9",
    "surrogate pair": r"\ud83d\ude00", "pair in capitals": r"\uD83D\uDE00", "lone high": r"\ud83d", "lone low": r"\ude00",
    "low then high": r"\ude00\ud83d", "high then letter": r"\ud83dA", "high then escaped letter": r"\ud83d\u0041",
    "high then other escape": r"\ud83d\n", "high high low": r"\ud83d\ud83d\ude00", "highest": r"\udbff\udfff",
    "noncharacter": r"\uffff", "escaped BOM": r"\ufeff", "raw emoji": "\U0001f600", "raw U+10FFFF": "\U0010ffff",
    "raw U+2028": "\u2028", "raw DEL": "\x7f", "raw C1": "\x85", "raw NUL": "\0", "raw tab": "\t", "raw newline": "\n",
    "raw 1f": "\x1f", "raw surrogate bytes": "\ud800", "overlong": b"\xc0\x80", "beyond Unicode": b"\xf4\x90\x80\x80",
    "lone continuation": b"\x80", "cut sequence": b"\xe2\x82", "latin-1": b"\xe9", "backslash at end": "\\", "empty": "",
    "combining": "e\u0301", "precomposed": "\u00e9", "300 letters": "x" * 300}


def string_cases():
    places = {"tensor name": '{"@":' + info() + "}", "metadata key": '{"__metadata__":{"@":"v"},"t":' + info() + "}",
              "metadata value": '{"__metadata__":{"k":"@"},"t":' + info() + "}",
              "unknown field name": '{"t":' + info(more=',"@":1') + "}",
              "unknown field value": '{"t":' + info(more=',"x":"@"') + "}"}
    for what, text in STRINGS.items():
        raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
        for place, form in places.items():
            add(f"{what} in {place}", pack(form.encode().replace(b"@", raw), b"\1\2\3\4"))
    for name, text in {"dtype key": SMALL.replace(b"dtype", rb"dt\u0079pe"), "shape key": SMALL.replace(b"shape", rb"\u0073hape"),
                       "dtype value": SMALL.replace(b"F32", rb"F\u0033\u0032"),
                       "dtype lower": SMALL.replace(b"F32", b"f32"), "dtype with space": SMALL.replace(b"F32", b"F32 "),
                       "dtype empty": SMALL.replace(b"F32", b""), "key case": SMALL.replace(b"shape", b"Shape")}.items():
        add(f"escape or form: {name}", pack(text, b"\1\2\3\4"))
    for dtype in ("F128", "F4_E2M1", "I4", "U4", "F8", "C128", "BOOL8", "bool", "float32", "BFLOAT16", "C32", "I128"):
        entry(f"unknown dtype {dtype}", f'{{"t":{info(dtype=json.dumps(dtype))}}}')
    for form in ('{"F32":null}', '{"F32":[]}', '{"F32":{}}', '{"F32":1}', '{"F32":null,"F16":null}', '["F32"]', "17", "{}"):
        entry(f"dtype as {form}", f'{{"t":{info(dtype=form)}}}')


def duplicate_cases():
    t, half = info(), info('"F16"', "[2]")
    for name, text in {
        "same name twice, equal": f'{{"t":{t},"t":{t}}}', "same name twice, last valid": f'{{"t":{info(shape="[9]")},"t":{t}}}',
        "same name twice, first valid": f'{{"t":{t},"t":{info(shape="[9]")}}}',
        "same name twice, other dtype": f'{{"t":{t},"t":{half}}}', "same name thrice": f'{{"t":{half},"t":{t},"t":{half}}}',
        "same name by escape": f'{{"t":{t},"\\u0074":{half}}}', "first of twice is null": f'{{"t":null,"t":{t}}}',
        "first of twice has bad dtype": f'{{"t":{info(dtype="7")},"t":{t}}}',
        "names differ in case": f'{{"t":{t},"T":{info(offsets="[4,8]")}}}',
        "duplicate dtype": f'{{"t":{{"dtype":"F32",{t[1:]}}}', "duplicate shape": f'{{"t":{{"shape":[1],{t[1:]}}}',
        "duplicate data_offsets": f'{{"t":{{"data_offsets":[0,4],{t[1:]}}}',
        "duplicate dtype by escape": f'{{"t":{{"dt\\u0079pe":"F32",{t[1:]}}}',
        "duplicate unknown field": '{"t":' + info(more=',"x":1,"x":2') + "}",
        "metadata last": f'{{"t":{t},"__metadata__":{{"a":"b"}}}}',
        "metadata between": f'{{"s":{info(shape="[0]", offsets="[0,0]")},"__metadata__":{{"a":"b"}},"t":{t}}}',
        "metadata twice": f'{{"__metadata__":{{"a":"b"}},"__metadata__":{{"a":"b"}},"t":{t}}}',
        "metadata twice, first null": f'{{"__metadata__":null,"__metadata__":{{"a":"b"}},"t":{t}}}',
        "metadata twice, both null": f'{{"__metadata__":null,"t":{t},"__metadata__":null}}',
        "metadata twice by escape": f'{{"__metadata__":{{"a":"b"}},"__metadata\\u005f_":{{}},"t":{t}}}',
        "metadata by escape": f'{{"__metadata\\u005f_":{{"a":"b"}},"t":{t}}}',
        "metadata key twice": f'{{"__metadata__":{{"a":"b","a":"c"}},"t":{t}}}',
        "metadata key twice by escape": f'{{"__metadata__":{{"a":"b","\\u0061":"c"}},"t":{t}}}',
        "metadata key named dtype": f'{{"__metadata__":{{"dtype":"F32"}},"t":{t}}}',
        "metadata is tensor info": f'{{"__metadata__":{t}}}', "metadata in other case": f'{{"__Metadata__":{{"a":"b"}},"t":{t}}}',
        "metadata empty key": f'{{"__metadata__":{{"":""}},"t":{t}}}', "metadata only": '{"__metadata__":{"a":"b"}}',
    }.items():
        entry(name, text)
    entry("metadata only, no data", '{"__metadata__":{"a":"b"}}', 0)
    entry("names differ in case, eight bytes", f'{{"t":{t},"T":{info(offsets="[4,8]")}}}', 8)
    for absent in ("dtype", "shape", "data_offsets"):
        fields = {"dtype": '"F32"', "shape": "[1]", "data_offsets": "[0,4]"}
        del fields[absent]
        entry(f"no {absent}", '{"t":{' + ",".join(f'"{k}":{v}' for k, v in fields.items()) + "}}")
    entry("fields in other order", '{"t":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}}')
    for form in ('["F32",[1],[0,4]]', '["F32",[1]]', '["F32"]', "[]", '["F32",[1],[0,4],0]', '["F32",[1],[0,4],null]',
                 '[["F32",[1],[0,4]]]', '["F32",[1],0,4]', '["F32",1,[0,4]]', '[[1],"F32",[0,4]]', '["F32",[1],[0,4,4]]',
                 '["F32",[1],[0]]', '["F32",[1],{"0":0,"1":4}]', '[{"F32":null},[1],[0,4]]', '["F32",[1,],[0,4]]',
                 '["dtype","F32","shape",[1],"data_offsets",[0,4]]'):
        entry(f"array form {form}", f'{{"t":{form}}}')


def nesting_cases():
    for depth in (1, 64, 120, 122, 123, 124, 125, 126, 127, 128, 129, 130, 140):
        for name, inner in (("arrays", "[" * depth + "]" * depth), ("objects", '{"":' * depth + "1" + "}" * depth)):
            entry(f"unknown field, {depth} {name}", '{"t":' + info(more=f',"x":{inner}') + "}")
    for depth in (124, 125, 126, 127, 128, 129):
        entry(f"tensor info is {depth} arrays", '{"t":' + "[" * depth + "]" * depth + "}")
        entry(f"metadata value is {depth} arrays", '{"__metadata__":{"a":' + "[" * depth + "]" * depth + '},"t":' + info() + "}")
        entry(f"array form, fourth entry is {depth} arrays", '{"t":["F32",[1],[0,4],' + "[" * depth + "]" * depth + "]}")


def space_cases():
    blanks = {"space": b" ", "tab": b"\t", "LF": b"\n", "CR": b"\r", "CRLF": b"\r\n", "VT": b"\x0b", "FF": b"\x0c",
              "NUL": b"\0", "BOM": b"\xef\xbb\xbf", "NBSP": b"\xc2\xa0", "EM SPACE": b"\xe2\x80\x83", "DEL": b"\x7f",
              "comma": b",", "comment": b"/**/", "hash comment": b"#\n", "brace": b"}", "semicolon": b";"}
    for name, blank in blanks.items():
        for place, text in {"before": blank + SMALL, "after": SMALL + blank, "before colon": SMALL.replace(b'"t":', b'"t"' + blank + b":"),
                            "in list": SMALL.replace(b"[0,4]", b"[0," + blank + b"4]"), "inside {": b"{" + blank + SMALL[1:],
                            "before last }": SMALL[:-1] + blank + b"}", "in key": SMALL.replace(b"shape", b"sha" + blank + b"pe"),
                            }.items():
            add(f"{name} {place}", pack(text, b"\1\2\3\4"))
    for name, text in {"missing colon": SMALL.replace(b'"t":', b'"t"'), "missing comma": SMALL.replace(b'"F32",', b'"F32"'),
                       "single quotes": SMALL.replace(b'"', b"'"), "unquoted key": SMALL.replace(b'"t"', b"t"),
                       "trailing comma in object": SMALL[:-1] + b",}", "trailing comma in list": SMALL.replace(b"[1]", b"[1,]"),
                       "leading comma": b"{," + SMALL[1:], "UTF-16 header": SMALL.decode().encode("utf-16-le"),
                       "cut string": SMALL[:10], "40 spaces after": SMALL + b" " * 40, "40 spaces before": b" " * 40 + SMALL}.items():
        add(name, pack(text, b"\1\2\3\4"))


def dtype_cases():
    for dtype, bits in BITS.items():
        quoted = json.dumps(dtype)
        for shape in ([], [1], [2], [4], [3, 1], [0]):
            count = 1
            for d in shape:
                count *= d
            exact = count * bits // 8
            sizes = {exact, exact + 1} if shape in ([1], [2]) else {exact}
            if bits % 8 or shape in ([], [1], [0]):
                for size in sizes:
                    entry(f"{dtype} {shape} in {size} bytes", f'{{"t":{info(quoted, json.dumps(shape), f"[0,{size}]")}}}', size)
        entry(f"{dtype} [4] one byte short", f'{{"t":{info(quoted, "[4]", f"[0,{bits // 2 - 1}]")}}}', bits // 2 - 1)
    for dtype in ("F4", "F6_E2M3", "F6_E3M2"):
        for n in range(1, 10):
            size = n * BITS[dtype] // 8
            entry(f"{dtype} [{n}] rounded down", f'{{"t":{info(json.dumps(dtype), f"[{n}]", f"[0,{size}]")}}}', size)
            entry(f"{dtype} [{n}] rounded up", f'{{"t":{info(json.dumps(dtype), f"[{n}]", f"[0,{size + 1}]")}}}', size + 1)
    entry("BOOL 2", f'{{"t":{info(chr(34) + "BOOL" + chr(34), "[4]")}}}')
    big = 2 ** 63
    for shape in ([2 ** 62], [2 ** 61], [2 ** 60], [2 ** 59, 4], [2 ** 32, 2 ** 32], [2 ** 32, 2 ** 31], [big, 2], [2, big], [0, big, big],
                  [big, big, 0], [big, 0, big], [2 ** 64 - 1], [2 ** 64 - 1, 0], [0, 2 ** 64 - 1, 2 ** 64 - 1], [1] * 200, [0] * 100,
                  [1, 0, 1], [2 ** 64 - 1, 2 ** 64 - 1], [3037000500, 3037000500], [2 ** 58 + 1, 8]):
        for dtype in ("F4", "U8", "F64"):
            for size in (0, 1):
                label = shape if len(shape) < 9 else f"{len(shape)} of {shape[0]}"
                entry(f"{dtype} {label} in {size} bytes",
                      f'{{"t":{info(json.dumps(dtype), json.dumps(shape), f"[0,{size}]")}}}', size)


def layout_cases():
    top = 2 ** 64
    for begin, end in ((0, top - 1), (top - 1, top - 1), (top - 4, top - 1), (top, top), (top + 4, top + 8), (2 ** 63, 2 ** 63 + 4), (4, 0),
                       (4, 8), (1, 5), (0, 3), (0, 5), (0, 8), (2 ** 32, 2 ** 32 + 4), (3, 3), (0, 0), (2 ** 63 - 4, 2 ** 63), (5, 4)):
        entry(f"offsets {begin},{end}", f'{{"t":{info(offsets=f"[{begin},{end}]")}}}')
        entry(f"offsets {begin},{end} of nothing", f'{{"t":{info(shape="[0]", offsets=f"[{begin},{end}]")}}}')
    lists = {"in order": [(0, 1), (1, 2), (2, 4)], "backwards": [(2, 4), (1, 2), (0, 1)], "hole": [(0, 1), (2, 4)],
             "hole at start": [(1, 4)], "overlap": [(0, 2), (1, 4)], "nested": [(0, 4), (1, 2)], "same range": [(0, 4), (0, 4)],
             "same start": [(0, 2), (0, 4)], "empty first": [(0, 0), (0, 4)], "empty last": [(0, 4), (4, 4)],
             "empty between": [(0, 2), (2, 2), (2, 4)], "empty inside": [(0, 4), (2, 2)], "empty beyond": [(0, 4), (5, 5)],
             "many empties": [(0, 0), (0, 0), (0, 4), (4, 4), (4, 4)], "empties alone": [(0, 0), (0, 0)], "short": [(0, 1), (1, 3)],
             "long": [(0, 1), (1, 5)], "reversed range": [(0, 4), (4, 2)], "reversed between": [(0, 3), (3, 1), (1, 4)],
             "wrap": [(0, 4), (4, top - 1)], "four": [(3, 4), (0, 1), (2, 3), (1, 2)], "empty before hole": [(0, 0), (1, 1), (1, 4)]}
    for name, ranges in lists.items():
        text = ",".join(f'"{chr(97 + i)}":{info(chr(34) + "U8" + chr(34), f"[{max(0, e - b)}]", f"[{b},{e}]")}' for i, (b, e) in enumerate(ranges))
        entry(f"layout {name}", "{" + text + "}")
    mixed = (f'{{"a":{info(offsets="[1,5]")},"b":{info(chr(34) + "U8" + chr(34), "[1]", "[0,1]")},'
             f'"c":{info(chr(34) + "I64" + chr(34), "[]", "[5,13]")}}}')
    entry("unaligned tensors", mixed, 13)
    entry("40 tensors", "{" + ",".join(f'"{k}":{info(chr(34) + "U8" + chr(34), "[1]", f"[{k},{k + 1}]")}' for k in range(40)) + "}", 40)


def random_cases(count=120):
    rng = random.Random(20240)
    base = ('{"__metadata__":{"format":"pt"},"a":' + info('"F16"', "[2,1]", "[0,4]") + ',"b":' + info('"U8"', "[3]", "[4,7]") + "}").encode()
    tokens = [b'"', b",", b":", b"{", b"}", b"[", b"]", b"0", b"4", b"-", b"1e9", b"null", b'"a"', b"\\", b" ", b"F32", b"__metadata__"]
    for k in range(count):
        text = base
        for _ in range(rng.choice((1, 1, 2, 3))):
            at = rng.randrange(len(text))
            kind = rng.randrange(4)
            if kind == 0:
                text = text[:at] + text[at + rng.randrange(1, 6):]
            elif kind == 1:
                text = text[:at] + rng.choice(tokens) + text[at:]
            elif kind == 2:
                end = at + rng.randrange(1, 40)
                text = text[:end] + text[at:end] + text[end:]
            else:
                text = text[:at] + bytes([rng.randrange(128)]) + text[at + 1:]
        add(f"random {k}", pack(text, bytes(7)))


def verdict(read):
    """("ACCEPT", value) or ("REJECT", message), which must be one verdict in 40 tries: the least message."""
    values, messages = [], set()
    for _ in range(40):
        try:
            values.append(read())
        except Exception as e:  # the reference's own error class, or Python's for a file that cannot be mapped
            messages.add(str(e).removeprefix("Error while deserializing: ").removeprefix("Error while deserializing header: "))
    assert not (values and messages), messages
    return ("ACCEPT", values[0]) if values else ("REJECT", min(messages))


def open_file(path, raw):
    path.write_bytes(raw)
    with safetensors.safe_open(path, framework="np") as f:
        return {"metadata": f.metadata(), "names": sorted(f.keys())}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--out", type=Path, default=REFS / "safetensors-corpus.json")
    out = args.parse_args().out.resolve()
    for family in (prefix_cases, flip_cases, number_cases, string_cases, duplicate_cases, nesting_cases, space_cases, dtype_cases,
                   layout_cases, random_cases):
        before = len(CASES)
        family()
        print(f"{family.__name__}: {len(CASES) - before}")
    cases, differ = [], []
    with tempfile.TemporaryDirectory() as tmp:
        for name, raw in CASES.items():
            how, value = verdict(lambda: safetensors.deserialize(raw))
            case = {"name": name, "hex": raw.hex(), "verdict": how}
            file_how, file_value = verdict(lambda: open_file(Path(tmp) / "t.safetensors", raw))
            if how == "ACCEPT":
                case["tensors"] = {n: {"dtype": t["dtype"], "shape": list(t["shape"])} for n, t in sorted(value)}
            else:
                case["message"] = value
            if file_how == "ACCEPT":
                assert how == "REJECT" or file_value["names"] == sorted(case["tensors"]), name
                if file_value["metadata"] is not None:
                    case["metadata"] = dict(sorted(file_value["metadata"].items()))
            if file_how != how:
                case["safe_open"] = f"{file_how} {'' if file_how == 'ACCEPT' else file_value}".strip()
                differ.append((name, how, case["safe_open"]))
            cases.append(case)
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    out.write_text(f'{{"versions":{json.dumps(versions(*PACKAGES))},"cases":[\n{lines}\n]}}\n')
    accepted = sum(c["verdict"] == "ACCEPT" for c in cases)
    print(f"{len(cases)} cases, {accepted} accepted, {len(cases) - accepted} rejected, {out.stat().st_size} bytes")
    print("safe_open differs:", differ or "never")
    record("fuzz_safetensors", {"cases": len(cases), "accepted": accepted}, PACKAGES, [out])


if __name__ == "__main__":
    main()
