"""FID of two sets of 12 small images by formula under each protocol, with inception_formula.py's weights.

    python make_fid_golden.py --out fid-golden.json

Images go through the references' own code for reading, resizing and scaling, in float32 as there; then through
pytorch-fid's network, in float64. clean-fid's own network is a TorchScript file that cannot be had here: its
layers are those of pytorch-fid's. The distances:

    fid         by singular values of the product of the centred features, which 12 images do not disturb
    eigenvalues torch-fidelity's route: eigenvalues of the product of the covariances
    sqrtm       pytorch-fid's calculate_frechet_distance, whose root is noisy below 2049 images
    float32     as fid, with the network in float32

Of the prepared inputs of the first images the sum and every 9973rd value are kept too.
"""

import argparse
import io
import json

import numpy
import torch
import torch.nn.functional as F
import torchvision.transforms as transforms
from PIL import Image

from cleanfid.resize import build_resizer
from image_formulas import pixels
from inception_formula import network
from make_metrics_golden import frechet
from pytorch_fid.fid_score import calculate_frechet_distance
from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x

COUNT = 12
SETS = [("waves", "gradient", "blocks"), ("gradient", "waves", "noise")]
STEP = 9973


def size(number, k):
    return (31 + 7 * k, 97 - 5 * k) if number == 0 else (101 - 6 * k, 29 + 8 * k)


def stored(image, form):
    stream = io.BytesIO()
    image.save(stream, form)
    return Image.open(io.BytesIO(stream.getvalue())).convert("RGB")


def read(number, k):
    """Odd images are JPEG files. Returns the image and whether it is one."""
    width, height = size(number, k)
    image = Image.fromarray(pixels(SETS[number][k % 3], width, height, 9 * k + 40 * number))
    jpeg = k % 2 == 1
    return stored(image, "JPEG" if jpeg else "PNG"), jpeg


def pytorch_fid(image, jpeg):
    x = transforms.ToTensor()(image)[None]
    x = F.interpolate(x, size=(299, 299), mode="bilinear", align_corners=False)
    return 2 * x - 1


def clean(mode):
    resize = build_resizer(mode)

    def prepare(image, jpeg):
        x = torch.from_numpy(resize(numpy.array(image)).transpose((2, 0, 1)))[None]
        return (x - 128) / 128
    return prepare


def torch_fidelity(image, jpeg):
    x = torch.from_numpy(numpy.array(image).transpose((2, 0, 1)))[None].float()
    x = interpolate_bilinear_2d_like_tensorflow1x(x, size=(299, 299), align_corners=False)
    return (x - 128) / 128


def paper(image, jpeg):
    first = image if jpeg else stored(image, "JPEG")
    return pytorch_fid(stored(first.resize((299, 299), resample=Image.BICUBIC), "JPEG"), True)


PROTOCOLS = {
    "pytorch-fid": pytorch_fid,
    "clean-fid": clean("clean"),
    "clean-fid-legacy-pytorch": clean("legacy_pytorch"),
    "torch-fidelity": torch_fidelity,
    "paper": paper,
}


def moments(x):
    return x.mean(axis=0), numpy.cov(x, rowvar=False)


def eigenvalues(x, y):
    (m1, s1), (m2, s2) = moments(x), moments(y)
    root = numpy.sum(numpy.sqrt(numpy.linalg.eigvals(s1 @ s2).astype("complex128")).real)
    return float((m1 - m2) @ (m1 - m2) + numpy.trace(s1) + numpy.trace(s2) - 2 * root)


def features(blocks, inputs, dtype):
    with torch.inference_mode():
        rows = [blocks(x.to(dtype))[3].mean((2, 3))[0] for x in inputs]
    return torch.stack(rows).double().numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    double, single = network()[0], network(torch.float32)[0]
    result = {}
    for name, prepare in PROTOCOLS.items():
        sets = [[prepare(*read(number, k)) for k in range(COUNT)] for number in (0, 1)]
        x, y = (features(double, inputs, torch.float64) for inputs in sets)
        x32, y32 = (features(single, inputs, torch.float32) for inputs in sets)
        result[name] = {
            "fid": frechet(x, y),
            "eigenvalues": eigenvalues(x, y),
            "sqrtm": float(calculate_frechet_distance(*moments(x), *moments(y))),
            "float32": frechet(x32, y32),
            "inputs": [
                {"sum": float(inputs[k].double().sum()), "values": inputs[k].flatten()[::STEP].tolist()}
                for inputs in sets
                for k in (0, 1)
            ],
        }
        print(name, {key: value for key, value in result[name].items() if key != "inputs"})
    with open(arguments.out, "w") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
