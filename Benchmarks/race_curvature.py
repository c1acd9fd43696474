#!/usr/bin/env python3
"""Race Saddle against the peers' own programs for curvature: PyHessian, curvlinops, pytorch-hessian-eigenthings.

    python3 Benchmarks/race_curvature.py --saddle .build/release/saddle --python venv/bin/python --resnet20 resnet20.th --cifar10 DIR

Each task runs on the same weights and images in every program, in turn. Saddle is timed as a whole process, with reading,
compiling and writing; the peers from the network in memory on, without their imports. Values are compared, and
Benchmarks/PEERS.md and peers.json are written. The interpreter needs torch, timm, numpy, scipy, safetensors and the peers.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEERS = ["pyhessian", "curvlinops", "eigenthings"]
NAMES = {"pyhessian": "PyHessian 0.1", "curvlinops": "curvlinops 3.0.1", "eigenthings": "hessian-eigenthings 1.0.0a5"}
TASKS = {
    "top5": "top five eigenvalues",
    "trace": "trace to 1% standard error",
    "density": "density, 10 probes of 50 products",
    "ggn": "top five of the Gauss-Newton matrix",
}
# workload: Saddle's name of the network, examples
WORKLOADS = {
    "resnet20": ("resnet20", 16),
    "vit_ti": ("vit,size=32,patch=2,width=192,depth=12,heads=3,classes=100,qkv_bias=false", 1),
}
# Of Hutchinson's estimate, which takes thousands: its time to 1% is projected from these by the square of the error.
TRACE_LIMIT = 200


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saddle", default=".build/release/saddle")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--resnet20", help="trained weights (resnet20-12fca82f.th); random ones without")
    parser.add_argument("--cifar10", help="folder of cifar-10-batches-bin; random images without")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="run the pairs of workload and task that hold this text")
    parser.add_argument("--folder", help="where weights and images lie; a temporary folder without")
    parser.add_argument("--peer", choices=PEERS + ["prepare"], help=argparse.SUPPRESS)
    parser.add_argument("--workload", help=argparse.SUPPRESS)
    parser.add_argument("--task", help=argparse.SUPPRESS)
    return parser.parse_args()


# ------------------------------------------------------------------------------------------------ the peers


def network(workload):
    import torch
    from torch import nn
    import torch.nn.functional as F

    class Block(nn.Module):
        def __init__(self, inner, width, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(inner, width, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(width)
            self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(width)
            self.grow, self.stride = width - inner, stride

        def forward(self, x):
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            if self.grow:
                x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.grow // 2, self.grow // 2))
            return F.relu(y + x)

    class ResNet20(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
            inner = 16
            for stage, width in enumerate((16, 32, 64)):
                blocks = []
                for index in range(3):
                    blocks.append(Block(inner, width, 2 if stage and not index else 1))
                    inner = width
                setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            self.linear = nn.Linear(64, 10)

        def forward(self, x):
            x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
            return self.linear(x.mean((2, 3)))

    torch.manual_seed(0)
    if workload == "resnet20":
        return ResNet20()
    # torchvision's own operators are not needed, and are absent where it was built for another torch.
    network.library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        try:
            network.library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        except RuntimeError:
            pass
    import timm.layers
    timm.layers.set_fused_attn(False)
    from timm.models.vision_transformer import VisionTransformer
    return VisionTransformer(
        img_size=32, patch_size=2, embed_dim=192, depth=12, num_heads=3, num_classes=100, qkv_bias=False)


def prepare(a):
    """Writes weights and images that all programs read."""
    import numpy as np
    import torch
    from safetensors.torch import save_file
    for workload, (_, count) in WORKLOADS.items():
        model = network(workload)
        if workload == "resnet20" and a.resnet20:
            state = torch.load(a.resnet20, map_location="cpu", weights_only=False)["state_dict"]
            model.load_state_dict({k.removeprefix("module."): v for k, v in state.items()}, strict=False)
        folder = Path(a.folder)
        state = {k: v.contiguous() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
        save_file(state, str(folder / f"{workload}.safetensors"))
        if a.cifar10:
            found = next(Path(a.cifar10).rglob("test_batch.bin"))
            raw = np.frombuffer(found.read_bytes(), np.uint8).reshape(-1, 3073)[:count]
            images = raw[:, 1:].reshape(-1, 3, 32, 32) / 255.0
            mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
            images = (images - np.reshape(mean, (3, 1, 1))) / np.reshape(deviation, (3, 1, 1))
            labels = raw[:, 0].astype(np.int64)
        else:
            draws = np.random.default_rng(1)
            images, labels = draws.standard_normal((count, 3, 32, 32)), draws.integers(0, 10, count)
        save_file(
            {"images": torch.tensor(images, dtype=torch.float32), "labels": torch.tensor(labels)},
            str(folder / f"{workload}-images.safetensors"))


def until_certain(samples, more):
    """Draws until the standard error of the mean is 1% of it, at least ten times."""
    while True:
        samples += more()
        count = len(samples)
        error = statistics.stdev(samples) / count ** 0.5 if count > 1 else float("inf")
        if (count >= 10 and error <= 0.01 * abs(statistics.fmean(samples))) or count >= TRACE_LIMIT:
            return {"value": statistics.fmean(samples), "error": error, "products": count}


def project(result):
    """Adds the seconds to a standard error of 1%, where the samples end before."""
    if "error" in result:
        share = result["error"] / (0.01 * abs(result["value"]))
        result["projected"] = result["seconds"] * max(share, 1) ** 2
    return result


def peer(a):
    import numpy as np
    import torch
    from safetensors.torch import load_file
    torch.set_num_threads(a.threads)
    torch.manual_seed(3)
    model = network(a.workload).eval()
    model.load_state_dict(load_file(f"{a.folder}/{a.workload}.safetensors"), strict=False)
    data = load_file(f"{a.folder}/{a.workload}-images.safetensors")
    x, y = data["images"], data["labels"].long()
    criterion = torch.nn.CrossEntropyLoss()
    parameters = [p for p in model.parameters() if p.requires_grad]
    size = sum(p.numel() for p in parameters)
    if a.peer == "pyhessian":
        from pyhessian import hessian
        if a.task == "ggn":
            return {"none": "has no Gauss-Newton matrix"}
        start = time.perf_counter()
        target = hessian(model, criterion, data=(x, y), cuda=False)
        if a.task == "top5":
            result = {"values": target.eigenvalues(maxIter=100, tol=1e-3, top_n=5)[0]}
        elif a.task == "trace":
            # Its own end looks at the change of the mean; a tolerance below every change turns that off.
            result = until_certain([], lambda: target.trace(maxIter=5, tol=-float("inf")))
        else:
            values, weights = target.density(iter=50, n_v=10)
            result = {"values": [float(np.max(np.real(values))), float(np.min(np.real(values)))]}
    elif a.peer == "curvlinops":
        import curvlinops
        import scipy.sparse.linalg
        start = time.perf_counter()
        kind = curvlinops.GGNLinearOperator if a.task == "ggn" else curvlinops.HessianLinearOperator
        target = kind(model, criterion, parameters, [(x, y)], check_deterministic=False)
        if a.task in ("top5", "ggn"):
            values = scipy.sparse.linalg.eigsh(
                target.to_scipy(), k=5, which="LA", tol=1e-3, return_eigenvectors=False)
            result = {"values": sorted((float(v) for v in values), reverse=True)}
        elif a.task == "trace":
            result = until_certain([], lambda: [float(curvlinops.hutchinson_trace(target, 1))])
        else:
            from curvlinops.papyan2020traces.spectrum import lanczos_approximate_spectrum
            grid, _ = lanczos_approximate_spectrum(target, 50, num_repeats=10)
            result = {"values": [float(grid[-1]), float(grid[0])], "margin": True}
    else:
        import hessian_eigenthings as things
        start = time.perf_counter()
        if a.task == "ggn":
            target = things.GGNOperator(
                model, [(x, y)], things.supervised_forward, things.supervised_loss_of_output(criterion))
        else:
            target = things.HessianOperator(model, [(x, y)], things.supervised_loss(criterion))
        if a.task in ("top5", "ggn"):
            # It has no end of its own: the steps grow until its residuals say that all have converged.
            steps = 20
            while True:
                found = things.lanczos(target, k=5, max_iter=steps, tol=1e-3, which="LA", reorthogonalize=True, seed=0)
                if bool(torch.as_tensor(found.converged).all()) or steps >= 320:
                    break
                steps *= 2
            result = {"values": sorted((float(v) for v in found.eigenvalues), reverse=True), "products": steps}
        elif a.task == "trace":
            seeds = iter(range(10 ** 6))
            result = until_certain(
                [], lambda: things.hutchinson(target, num_samples=5, seed=next(seeds)).samples.tolist())
        else:
            found = things.spectral_density(target, num_runs=10, lanczos_steps=50, seed=0)
            result = {"values": [float(found.raw_eigenvalues.max()), float(found.raw_eigenvalues.min())]}
    return project(result | {"seconds": time.perf_counter() - start, "parameters": size})


# ------------------------------------------------------------------------------------------------ Saddle


def saddle(a, workload, task):
    model, _ = WORKLOADS[workload]
    folder = Path(a.folder)
    common = [
        "--model", model, "--weights", str(folder / f"{workload}.safetensors"), "--data",
        f"tensors:{folder / f'{workload}-images.safetensors'}", "--threads", str(a.threads), "--force", "--json",
        "--out", str(folder / "result.h5"),
    ]
    words = {
        "top5": ["eigenvalues", "--top", "5", "--bottom", "0", "--tolerance", "1e-3"],
        "ggn": ["eigenvalues", "--top", "5", "--bottom", "0", "--tolerance", "1e-3", "--operator", "ggn"],
        "trace": ["trace", "--tolerance", "0.01", "--max-iterations", "1000"],
        "trace-hutchinson": [
            "trace", "--method", "hutchinson", "--tolerance", "0.01", "--max-iterations", str(TRACE_LIMIT)],
        "density": ["density", "--probes", "10", "--steps", "50"],
    }[task]
    start = time.perf_counter()
    done = subprocess.run([a.saddle, "hessian", *words, *common], capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        return {"failure": done.stderr.strip().splitlines()[-1]}
    document = json.loads(done.stdout)
    result = {"seconds": seconds, "measuring": document["seconds"], "products": document["products"]}
    if task in ("top5", "ggn"):
        result["values"] = [row["eigenvalue"] for row in document["eigenvalues"]]
    elif task == "density":
        nodes = [row["node"] for row in document["nodes"]]
        result["values"] = [max(nodes), min(nodes)]
    else:
        result |= {"value": document["trace"], "error": document["standard_error"], "converged": document["converged"]}
    return project(result)


def text(task, result):
    if "values" in result:
        return ", ".join(f"{v:.4g}" for v in result["values"])
    if "value" in result:
        return f"{result['value']:.5g} ± {result['error']:.2g}"
    return result.get("none") or result.get("failure", "")


def ask(a, workload, task, name):
    command = [a.python, __file__, "--peer", name, "--workload", workload, "--task", task, "--folder", a.folder,
               "--threads", str(a.threads)]
    environment = dict(os.environ, OMP_NUM_THREADS=str(a.threads), MKL_NUM_THREADS=str(a.threads))
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        return {"failure": (done.stderr.strip().splitlines() or ["no answer"])[-1][:120]}
    return json.loads(lines[-1])


def table(results):
    lines = [
        "| workload | task | program | result | products | seconds | Saddle is faster by |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for workload in WORKLOADS:
        for task, words in TASKS.items():
            found = results.get(f"{workload} {task}")
            if not found:
                continue
            own = found["saddle"].get("projected", found["saddle"].get("seconds"))
            for name, result in found.items():
                title = {"saddle": "Saddle", "saddle hutchinson": "Saddle, hutchinson"}.get(name) or NAMES[name]
                seconds = result.get("projected", result.get("seconds"))
                ratio = f"{seconds / own:.1f}" if seconds and own and name in PEERS else ""
                lines.append(
                    f"| {workload} | {words} | {title} | {text(task, result)} | {result.get('products', '')} | "
                    f"{f'{seconds:.2f}' if seconds else '-'} | {ratio} |")
    return "\n".join(lines)


def main():
    a = arguments()
    if a.peer == "prepare":
        return prepare(a)
    if a.peer:
        print(json.dumps(peer(a)))
        return
    temporary = tempfile.TemporaryDirectory()
    a.folder = a.folder or temporary.name
    extra = [word for flag in ("resnet20", "cifar10") if getattr(a, flag) for word in (f"--{flag}", getattr(a, flag))]
    subprocess.run([a.python, __file__, "--peer", "prepare", "--folder", a.folder, *extra], check=True)
    here = Path(__file__).parent
    stored = here / "peers.json"
    results = json.loads(stored.read_text())["results"] if stored.exists() else {}
    for workload in WORKLOADS:
        for task in TASKS:
            if a.only not in f"{workload} {task}":
                continue
            found = {"saddle": saddle(a, workload, task)}
            if task == "trace":
                found["saddle hutchinson"] = saddle(a, workload, "trace-hutchinson")
            for name in PEERS:
                found[name] = ask(a, workload, task, name)
                print(workload, task, name, found[name], file=sys.stderr)
            results[f"{workload} {task}"] = found
            stored.write_text(json.dumps(
                {"threads": a.threads, "processor": platform.processor(), "results": results}, indent=1) + "\n")
            page = here / "PEERS.md"
            begin, end = "<!-- race: written by race_curvature.py -->", "<!-- end of the race -->"
            old = page.read_text()
            page.write_text(
                old[:old.index(begin)] + begin + "\n\n" + table(results) + "\n\n" + old[old.index(end):])


if __name__ == "__main__":
    main()
