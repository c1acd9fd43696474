"""Writes `state-dicts.txt.gz` beside this script: keys and shapes of every network of timm and
torchvision that the registry names.

    python Tests/Fixtures/state_dicts.py

needs PyTorch, timm and torchvision of builds that match. A line is `library:name`, then `key:extents` of each tensor but
counters of batches.
"""

import gzip
import pathlib
import re

import timm
import torch
import torchvision

FOLDER = pathlib.Path(__file__).parent
REGISTRY = FOLDER.parent.parent / "Sources/Networks/Registry"


def make(library, name):
    """The network, without memory for its weights where its constructor allows that."""
    create = timm.create_model if library == "timm" else torchvision.models.get_model
    try:
        with torch.device("meta"):
            return create(name, num_classes=1000)
    except NotImplementedError:
        return create(name, num_classes=1000)


def main():
    lines = []
    for file in sorted(REGISTRY.glob("OriginalModel+*.swift")):
        for library, name in re.findall(r"^ +(timm|torchvision) (\S+) \d", file.read_text(), re.M):
            state = make(library, name).state_dict()
            tensors = [
                f"{key}:{','.join(map(str, value.shape))}" for key, value in state.items()
                if not key.endswith("num_batches_tracked")]
            lines.append(" ".join([f"{library}:{name}"] + tensors))
    text = "".join(line + "\n" for line in lines).encode()
    (FOLDER / "state-dicts.txt.gz").write_bytes(gzip.compress(text, 9, mtime=0))


main()
