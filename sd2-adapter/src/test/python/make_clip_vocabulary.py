"""The tokenizer's resources: CLIP's merges, and HTML 5's named character references.

    python make_clip_vocabulary.py BPE_SIMPLE_VOCAB --out FOLDER

BPE_SIMPLE_VOCAB is bpe_simple_vocab_16e6.txt.gz of openai/CLIP (also in the package open_clip_torch).
CLIP uses lines 1 to 48,894 of it; line 0 is a heading. Writes clip-merges.txt.gz (those lines) and
html5-entities.txt (name, with its semicolon if it has one, tab, code points in hex), the latter from
Python's html.entities, which has them from the HTML standard.
"""
import argparse
import gzip
import hashlib
import html.entities
from pathlib import Path

SHA256 = "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a"
MERGES = 49_408 - 512 - 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    packed = args.source.read_bytes()
    assert hashlib.sha256(packed).hexdigest() == SHA256, "not the published file"
    lines = gzip.decompress(packed).decode().split("\n")[1:1 + MERGES]
    text = "".join(line + "\n" for line in lines).encode()
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "clip-merges.txt.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    print("SHA-256 of the merges:", hashlib.sha256(text).hexdigest())
    entities = (f"{name}\t{' '.join(f'{ord(c):X}' for c in value)}\n"
                for name, value in sorted(html.entities.html5.items()))
    (args.out / "html5-entities.txt").write_text("".join(entities), encoding="ascii")


if __name__ == "__main__":
    main()
