"""Writes the PyTorch files beside this script, which the tests of checkpoints read.

    python Tests/Fixtures/make.py Tests/Golden/Numbers/models.json.gz

needs PyTorch. Keys and shapes are those of the originals' state dicts, as the reference numbers
list them; the values are the hash fill of those numbers in single precision. Swin and PiT have the
keys of the timm version that wrote the published CIFAR-100 checkpoints. Each state dict is stored
in the zip format of today and in the legacy format of before PyTorch 1.6, as `{"state_dict": ...}`.
"""

import gzip
import json
import math
import pathlib
import re
import sys

import torch

MASK = (1 << 64) - 1
GOLDEN_RATIO = 0x9E3779B97F4A7C15


def symmetric(name, count):
    """Numbers in [-1, 1) from the SplitMix64 stream seeded by the FNV-1a hash of the name."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & MASK
    numbers = []
    for index in range(count):
        z = (seed + (index + 1) * GOLDEN_RATIO) & MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        numbers.append(2 * (z >> 11) * 2.0**-53 - 1)
    return numbers


def fill(key, shape):
    """The value of a trainable tensor."""
    values = torch.tensor(symmetric(key, math.prod(shape)), dtype=torch.float64)
    if len(shape) >= 2:
        values = values / math.sqrt(math.prod(shape) / shape[0])
    elif key.endswith("weight"):
        values = 1 + 0.1 * values
    else:
        values = 0.1 * values
    return values.reshape(shape).to(torch.float32)


def older(family, key):
    """The key that an older timm gave to what is now called `key`."""
    def lower(match):
        return f"{match[1]}{int(match[2]) - 1}{match[3]}"

    if family == "swin":
        key = re.sub(r"^(layers\.)(\d+)(\.downsample\.)", lower, key)
        return re.sub(r"^head\.fc\.", "head.", key)
    if family == "pit":
        return re.sub(r"^(transformers\.)(\d+)(\.pool\.)", lower, key)
    return key


def first_stages(state):
    """The state of a Swin of two stages, from that of one of three with 12 features."""
    shapes = {"norm.weight": [24], "norm.bias": [24], "head.fc.weight": [10, 24]}
    return [
        (key, shapes.get(key, shape)) for key, shape in state if not key.startswith("layers.2.")]


def main():
    models = json.loads(gzip.decompress(pathlib.Path(sys.argv[1]).read_bytes()))["models"]
    states = {model["name"]: model["state"] for model in models}
    families = {
        "vit": states["timm_vit_small"], "pit": states["timm_pit_small"],
        "swin": first_stages(states["timm_swin_small"]),
    }
    folder = pathlib.Path(__file__).parent
    for family, state in families.items():
        weights = {older(family, key): fill(key, shape) for key, shape in state}
        for form, is_zip in [("zip", True), ("legacy", False)]:
            torch.save(
                {"state_dict": weights}, folder / f"{family}-{form}.pth.tar",
                _use_new_zipfile_serialization=is_zip)


main()
