"""Writes the checkpoints in `containers/`, one as each kind of training script leaves it.

    python Tests/Fixtures/containers.py

needs PyTorch, timm and huggingface_hub. All hold the same small network; its weights are 0, 1/8, 2/8
... per tensor, those of a moving average are larger by 100. Beside them stand objects of many
classes, which a reader has no need of.
"""

import argparse
import collections
import functools
import pathlib
import tempfile

import numpy
import timm.utils
import torch
from huggingface_hub import save_torch_state_dict
from torch.optim.swa_utils import AveragedModel

FOLDER = pathlib.Path(__file__).parent / "containers"


class Metric:
    """An object of a training script's own class, which knows itself."""

    def __init__(self):
        self.best, self.owner = 0.5, self


class Wrapped(torch.Tensor):
    """A tensor of a class of its own."""


def network(offset=0):
    model = torch.nn.Sequential(collections.OrderedDict(
        conv=torch.nn.Conv2d(3, 2, 1), bn=torch.nn.BatchNorm2d(2), fc=torch.nn.Linear(2, 2)))
    for tensor in model.state_dict().values():
        values = torch.arange(tensor.numel()).reshape(tensor.shape)
        tensor.copy_(values / 8 + offset if tensor.is_floating_point() else values)
    return model


def objects(optimizer):
    """What scripts store beside the weights."""
    flags = argparse.Namespace(
        model="x", lr=0.1, out=pathlib.PurePosixPath("out/x"), act=torch.nn.ReLU, dtype=torch.float32,
        device=torch.device("cpu"), nested=argparse.Namespace(size=[224]))
    ring = []
    ring.append(ring)
    return {
        "args": flags, "optimizer": optimizer.state_dict(), "epoch": 7, "best": numpy.float64(91.5),
        "losses": numpy.arange(3.0), "seen": collections.Counter(a=2), "sets": {1, 2},
        "frozen": frozenset({3}), "raw": bytearray(b"abc"), "default": collections.defaultdict(list),
        "metric": Metric(), "partial": functools.partial(max, 1), "complex": 1 + 2j,
        "ring": ring, "spectrum": torch.zeros(2, dtype=torch.complex64),
        "rng": torch.random.get_rng_state()[:8].clone(), "function": torch.nn.functional.relu,
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    model, average = network(), network(100)
    optimizer = torch.optim.AdamW(model.parameters())
    model.conv(torch.ones(1, 3, 2, 2)).sum().backward()
    optimizer.step()
    model.load_state_dict(network().state_dict())
    beside = objects(optimizer)
    plain, ema = model.state_dict(), average.state_dict()

    def save(name, content, **options):
        torch.save(content, FOLDER / name, **options)

    # timm's CheckpointSaver, with its own format.
    with tempfile.TemporaryDirectory() as folder:
        shadow = timm.utils.ModelEmaV2(average)
        saver = timm.utils.CheckpointSaver(
            model, optimizer, args=beside["args"], model_ema=shadow, checkpoint_dir=folder)
        saver.save_checkpoint(3, metric=numpy.float64(81.25))
        (FOLDER / "timm.pth.tar").write_bytes(
            (pathlib.Path(folder) / "last.pth.tar").read_bytes())

    # DeiT's main.py.
    save("deit.pth", {
        "model": plain, "optimizer": beside["optimizer"], "lr_scheduler": {"last_epoch": 3},
        "epoch": 3, "model_ema": ema, "scaler": {}, "args": beside["args"]})
    # torchvision's references, whose average counts and is wrapped.
    averaged = AveragedModel(average)
    averaged.module.load_state_dict(ema)
    save("torchvision.pth", {
        "model": plain, "model_ema": averaged.state_dict(), "epoch": 3, "args": beside["args"],
        "optimizer": beside["optimizer"]})
    save("average.pth", averaged.state_dict())
    # PyTorch's imagenet example: parallel training, everything else beside it, both forms of file.
    parallel = torch.nn.DataParallel(model).state_dict()
    for form, is_zip in [("zip", True), ("legacy", False)]:
        content = dict(beside)
        if not is_zip:
            del content["spectrum"]
        save(
            f"imagenet-{form}.pth.tar", {"arch": "x", "state_dict": parallel, **content},
            _use_new_zipfile_serialization=is_zip)
    # PyTorch Lightning: the module is an attribute of another, beside a loss with weights.
    save("lightning.ckpt", {
        "epoch": 3, "global_step": 10, "pytorch-lightning_version": "2.5.0",
        "state_dict": {"loss.weight": torch.ones(2)} | {"model." + k: v for k, v in plain.items()},
        "optimizer_states": [beside["optimizer"]], "callbacks": {"M{'mode': 'min'}": beside["metric"]},
        "hyper_parameters": beside["args"], "loops": {"fit_loop": {"state_dict": {}}}})
    save("compiled.pt", torch.compile(torch.nn.DataParallel(model)).state_dict())
    inner = network()
    inner.conv = torch.compile(inner.conv)
    save("compiled-inside.pt", inner.state_dict())
    save("fsdp.pt", {"model": {f"_fsdp_wrapped_module.{k}": v for k, v in plain.items()},
                     "optim": {"state": {k: {"exp_avg": v} for k, v in plain.items()}}})
    named = {key: torch.nn.Parameter(value.clone()) if value.is_floating_point() else value
             for key, value in plain.items()}
    named["conv.bias"].tag = "kept"
    named["fc.bias"] = named["fc.bias"].detach().as_subclass(Wrapped)
    save("parameters.pt", named)
    save("nested.pt", {"agents": {"student": {"net": plain}, "teacher": {"net": ema}}, "step": 4})
    save("module.pt", model)
    for name, is_safe in [("safetensors", True), ("bin", False)]:
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        save_torch_state_dict(
            dict(plain), folder, max_shard_size=60, safe_serialization=is_safe)
    save("safetensors/pytorch_model.bin", dict(plain))


main()
