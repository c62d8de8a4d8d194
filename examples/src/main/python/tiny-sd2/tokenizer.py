"""A tokenizer in CLIP's format whose merges cover the words of the captions."""
import json
import re

import torch

import scenes

LENGTH = 24
START, END, PAD = "<|startoftext|>", "<|endoftext|>", "!"


def words():
    """Every word of every caption, and a few more that people are likely to type."""
    parts = [*scenes.SHAPES, *scenes.COLOUR_NAMES, *scenes.SIZES, *scenes.PLACES, *scenes.GROUND_NAMES,
             *scenes.PREFIXES, *(word for pair in scenes.RELATIONS for word in pair)]
    parts += ["a an the background and with depicts image"]
    return sorted({word for part in parts for word in part.split()})


def byte_symbols():
    """The 256 printable stand-ins for bytes in CLIP's order: printable Latin-1 first, the rest from U+0100."""
    kept = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    return [chr(b) for b in kept] + [chr(256 + i) for i in range(256 - len(kept))]


def split(word, ranks):
    """The parts that byte-pair encoding leaves of a word: the pair of the lowest rank is joined first."""
    parts = [*word[:-1], word[-1] + "</w>"]
    while True:
        known = [pair for pair in zip(parts, parts[1:]) if pair in ranks]
        if not known:
            return parts
        best = min(known, key=ranks.get)
        joined, index = [], 0
        while index < len(parts):
            both = tuple(parts[index:index + 2]) == best
            joined.append("".join(best) if both else parts[index])
            index += 2 if both else 1
        parts = joined


def merges():
    """Merges that make every word one token: each word's are added where those of the words before leave it."""
    ranks = {}
    for word in words():
        parts = split(word, ranks)
        while len(parts) > 1:
            ranks.setdefault((parts[0], parts[1]), len(ranks))
            parts[:2] = ["".join(parts[:2])]
    if any(len(split(word, ranks)) > 1 for word in words()):
        raise ValueError("a word is more than one token")
    return list(ranks)


def vocabulary():
    symbols = byte_symbols()
    tokens = [*symbols, *(s + "</w>" for s in symbols), *(a + b for a, b in merges()), START, END]
    if len(set(tokens)) != len(tokens):
        raise ValueError("two merges make one token")
    return {token: index for index, token in enumerate(tokens)}


def write(folder, pad):
    """vocab.json, merges.txt and the two settings files, as the repositories of SD2 and CLIP have them."""
    folder.mkdir(parents=True, exist_ok=True)

    def token(text):
        return {"content": text, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}

    special = {"bos_token": token(START), "eos_token": token(END), "pad_token": pad, "unk_token": token(END)}
    typed = {key: {"__type": "AddedToken", **value} for key, value in special.items() if key != "pad_token"}
    config = {"add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": LENGTH,
              "pad_token": END, "tokenizer_class": "CLIPTokenizer", **typed}
    for name, value in (("special_tokens_map", special), ("tokenizer_config", config)):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", "utf-8")
    text = json.dumps(vocabulary(), ensure_ascii=False, separators=(",", ":"))
    (folder / "vocab.json").write_text(text, "utf-8")
    lines = "".join(f"{a} {b}\n" for a, b in merges())
    (folder / "merges.txt").write_text("#version: 0.2\n" + lines, "utf-8")


class Encoder:
    """Captions of scenes.py to ids, by looking up whole words; export.py checks it against CLIPTokenizer."""

    def __init__(self):
        table = vocabulary()
        self.size = len(table)
        self.start, self.end, self.pad = table[START], table[END], table[PAD]
        self.ids = {token[:-4]: index for token, index in table.items() if token.endswith("</w>")}

    def __call__(self, texts, trim=False):
        """Ids [N, LENGTH]; with trim no longer than the longest caption."""
        rows = [[self.start, *(self.ids[w] for w in re.findall(r"[a-z]+|,", text)), self.end] for text in texts]
        longest = max(map(len, rows))
        if longest > LENGTH:
            raise ValueError(f"a caption has {longest} tokens, more than {LENGTH}")
        width = longest if trim else LENGTH
        return torch.tensor([row + [self.pad] * (width - len(row)) for row in rows])
