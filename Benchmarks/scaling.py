#!/usr/bin/env python3
"""How the cost of a Hessian-vector product grows with batch, depth, width, tokens and workers, and what memory buys.

    python3 Benchmarks/scaling.py --saddle .build/release/saddle

Writes Benchmarks/SCALING.md: each table compares the time with a straight line through its first row.
"""
import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path


def bench(saddle, model, batch, *extra, operation="hvp"):
    command = [
        saddle, "bench", "--model", model, "--op", operation, "--batch", str(batch), "--repeat", "3", "--json", *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


RESNET50 = "resnet50,classes=100"


def vit(size=32, patch=2, width=192, depth=12):
    heads = max(width // 64, 1)
    return (f"vit,size={size},patch={patch},width={width},depth={depth},heads={heads},classes=100,"
            "qkv_bias=false")


def table(title, rows, first_column):
    """Rows are (label, result); the straight line goes through the first row in operations."""
    lines = [
        f"## {title}", "",
        f"| {first_column} | GFLOP | seconds | GFLOP/s | share of products | against the line | memory MB |",
        "| --- | --- | --- | --- | --- | --- | --- |"]
    _, start = rows[0]
    rate = start["gflop"] / start["seconds_median"]
    for label, result in rows:
        line = result["gflop"] / rate
        lines.append(
            f"| {label} | {result['gflop']:.1f} | {result['seconds_median']:.4f} | {result['gflop_per_s']:.0f} "
            f"| {100 * result['share_of_products']:.0f}% | {result['seconds_median'] / line:.2f} "
            f"| {result['peak_rss_mb']} |")
    return "\n".join(lines)


def grids(saddle, points):
    """Landscape of ResNet-20 on 64 synthetic images: seconds and memory against the number of points."""
    rows = []
    for count in points:
        start = time.time()
        command = [
            saddle, "landscape", "--model", "resnet20", "--weights", "initial", "--data", "synthetic", "--first", "64",
            "--points", str(count), "--no-certify", "--force", "--out", "scaling-grid.h5"]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise subprocess.CalledProcessError(child.returncode, command)
        rows.append((count, time.time() - start, usage.ru_maxrss / 1024))
    per_point = rows[0][1] / rows[0][0] ** 2
    lines = [
        "## Grid of a landscape (ResNet-20, 64 images, whole process)", "",
        "| grid | seconds | seconds per point | against the line | memory MB |", "| --- | --- | --- | --- | --- |"]
    for count, seconds, megabytes in rows:
        lines.append(
            f"| {count} x {count} | {seconds:.2f} | {seconds / count ** 2:.4f} "
            f"| {seconds / count ** 2 / per_point:.2f} | {megabytes:.0f} |")
    command = [
        "landscape", "--model", "resnet20", "--weights", "initial", "--data", "synthetic", "--first", "256", "--grid",
        "21x21", "--no-certify", "--force", "--json", "--out", "scaling-grid.h5"]
    done = json.loads(subprocess.run([saddle, *command], capture_output=True, text=True, check=True).stdout)
    Path("scaling-grid.h5").unlink(missing_ok=True)
    lines += [
        "",
        f"Of 21 x 21 points on 256 images {100 * (1 - done['program_seconds'] / done['seconds']):.1f}% of the "
        f"{done['seconds']:.0f} s go to what is around compiled programs (`saddle {' '.join(command)}`)."]
    return "\n".join(lines)


def workers(saddle):
    """What a second worker gives."""
    rows = [
        ("ViT-Ti, batch 4", vit(), 4), ("ViT-Ti, batch 1", vit(), 1), ("ResNet-20, batch 128", "resnet20", 128),
        ("ResNet-50, batch 16", RESNET50, 16)]
    lines = ["## Workers", "", "| product | one worker, s | two workers, s | ratio |", "| --- | --- | --- | --- |"]
    for label, model, batch in rows:
        # In turn, for the machine has better and worse minutes.
        pairs = [[bench(saddle, model, batch, "--threads", str(n))["seconds_median"] for n in (1, 2)] for _ in range(3)]
        one, two = (statistics.median(times) for times in zip(*pairs))
        lines.append(f"| {label} | {one:.4f} | {two:.4f} | {one / two:.2f} |")
    return "\n".join(lines)


def points(saddle):
    """What a new point costs beside a gradient, and what a small command takes from its start."""
    rows = [("ViT-Ti, batch 4", vit(), 4), ("ResNet-20, batch 128", "resnet20", 128)]
    lines = [
        "## New points and short commands", "",
        "| network | gradient, s | product, s | new point and product, s | set-up in gradients |",
        "| --- | --- | --- | --- | --- |"]
    for label, model, batch in rows:
        gradient, product, fresh = (
            bench(saddle, model, batch, operation=name)["seconds_median"] for name in ("gradient", "hvp", "hvp_fresh"))
        lines.append(
            f"| {label} | {gradient:.4f} | {product:.4f} | {fresh:.4f} | {(fresh - product) / gradient:.2f} |")
    command = ["evaluate", "--model", "resnet20", "--weights", "initial", "--data", "synthetic", "--first", "16"]
    seconds = []
    for _ in range(5):
        start = time.time()
        subprocess.run([saddle, *command], capture_output=True, check=True)
        seconds.append(time.time() - start)
    lines += ["", f"`saddle {' '.join(command)}` takes {statistics.median(seconds):.2f} s as a whole process."]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saddle", default=".build/release/saddle")
    parser.add_argument("--quick", action="store_true", help="leave out the largest cases")
    a = parser.parse_args()
    cut = (lambda values: values[:-1]) if a.quick else (lambda values: values)
    parts = [
        "# How cost grows",
        f"{time.strftime('%Y-%m-%d')}; one amortised Hessian-vector product, ViT-Ti unless a table says otherwise. "
        "Command: `python3 Benchmarks/scaling.py`. \"Against the line\" is the time over that of the first row scaled "
        "by operations: below 1 is better than the straight line.",
        table("Batch", [(n, bench(a.saddle, vit(), n)) for n in cut([1, 2, 4, 8, 16, 32, 64])], "batch"),
        table("Depth, batch 4", [(n, bench(a.saddle, vit(depth=n), 4)) for n in cut([2, 6, 12, 24])], "layers"),
        table("Width, batch 4", [(n, bench(a.saddle, vit(width=n), 4)) for n in cut([64, 192, 384, 768])], "width"),
        table("Tokens, batch 4",
              [(s * s + 1, bench(a.saddle, vit(size=2 * s), 4)) for s in cut([8, 16, 24, 32])], "tokens"),
        table("Residuals kept or computed again, batch 8",
              [(label, bench(a.saddle, vit(), 8, *flags)) for label, flags in (
                  ("all kept", []), ("330 MiB", ["--residuals", "330"]), ("none kept", ["--residuals", "0"]))],
              "budget"),
        workers(a.saddle),
        points(a.saddle),
        grids(a.saddle, cut([5, 11, 21, 41])),
    ]
    Path(__file__).with_name("SCALING.md").write_text("\n\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
