"""Features of pytorch-fid's FID network in float64, with weights and images by formula.

    python make_inception_golden.py --out ../resources/io/github/espalier/metrics/inception

Writes golden.tsv (image number, height, width, tap, then the features with seven digits) and tensors.tsv
(name and shape of each tensor of the weight file, but fc and num_batches_tracked).
"""
import argparse
import pathlib

import torch

from inception_formula import image, network

IMAGES = [(0, 299, 299), (1, 299, 299), (2, 107, 91), (3, 75, 75)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    blocks, shapes = network()
    lines = []
    with torch.inference_mode():
        for number, height, width in IMAGES:
            for maps in blocks(image(number, height, width).double()[None]):
                features = maps[0].mean((1, 2))
                print(number, tuple(maps.shape), "features: mean %.3f, deviation %.3f, least %.2e" % (
                    features.mean(), features.std(), features.min()))
                numbers = " ".join(f"{v:.6e}" for v in features.tolist())
                lines.append(f"{number}\t{height}\t{width}\t{len(features)}\t{numbers}\n")
    (out / "golden.tsv").write_text("".join(lines))
    (out / "tensors.tsv").write_text(
        "".join(f"{name}\t{' '.join(map(str, shape))}\n" for name, shape in shapes.items()))


if __name__ == "__main__":
    main()
