#!/usr/bin/env python3
"""Race Saddle against PyTorch over the families of the registry: both programs in turn, whole processes.

    python3 Benchmarks/race_zoo.py --saddle .build/release/saddle --peers peers.py --python venv/bin/python

Writes Benchmarks/zoo.json and the table Benchmarks/ZOO.md. `--only TEXT` runs the rows whose name holds the text and
keeps the others as they are, so that a long race can be run in parts. Where timm has no such network Saddle runs alone.
"""
import argparse
import json
import os
import sys
import time
from pathlib import Path

from race import median, number, peer, processor, run, spread

LARGE = "size=224,classes=1000"
STEM = f"{LARGE},stem=large"
# Saddle's network, timm's, whether it is convolutional: then the peer's better memory layout counts
NETWORKS = [
    (f"resnet18,{STEM}", "resnet18", True),
    (f"resnet50,{STEM}", "resnet50", True),
    (f"preresnet50,{STEM}", "resnetv2_50", True),
    (f"resnext50,{STEM}", "resnext50_32x4d", True),
    (f"wideresnet50,{STEM}", "wide_resnet50_2", True),
    (f"seresnet50,{STEM}", "seresnet50", True),
    (f"vgg11,{LARGE}", "vgg11_bn", True),
    (f"mobilenet,{STEM}", "mobilenetv2_100", True),
    (f"deit_tiny,{LARGE},patch=16", "deit_tiny_patch16_224", False),
    (f"pit_tiny,{LARGE},patch=16,stride=8", "pit_ti_224", False),
    (f"swin_tiny,{LARGE},patch=4,window=7", "swin_tiny_patch4_window7_224", False),
    ("cait_xxs24", "cait_xxs24_224", False),
    ("resmlp12", "resmlp_12_224", False),
    (f"mixer_small,{LARGE},patch=16", "mixer_s16_224", False),
    ("resnet20", None, True),
    ("cbamresnet50", None, True),
    ("alexnet", None, True),
    ("prevgg11", None, True),
    ("park_vit_tiny", None, False),
    ("park_pit_tiny", None, False),
    ("park_swin_tiny", None, False),
    ("convit_tiny", None, False),
    ("alternet50", None, True),
]
OPERATIONS = ["hvp", "gradient", "forward"]
BATCH = 2


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saddle", default=".build/release/saddle")
    parser.add_argument("--peers", required=True, help="the script that times the peer")
    parser.add_argument("--python", required=True, help="an interpreter with PyTorch and timm")
    parser.add_argument("--rounds", type=int, default=2, help="how often each program runs")
    parser.add_argument("--only", default="", help="run the rows whose name, after a space, holds this text")
    parser.add_argument("--quick", action="store_true", help="run each pair once")
    parser.add_argument("--out", default=str(Path(__file__).parent))
    return parser.parse_args()


def unrest(runs):
    """By how much a program's times differ, from process to process or within one."""
    within = [(r["seconds_max"] - r["seconds_min"]) / r["seconds_median"] for r in runs if "seconds_max" in r]
    return max([spread(runs)] + within)


def race(a, model, timm, is_convolutional, operation):
    ours, theirs = [], {}
    layouts = ["nchw", "nhwc"] if is_convolutional else ["nchw"]
    for _ in range(1 if a.quick else a.rounds):
        ours.append(run([
            a.saddle, "bench", "--model", model, "--op", operation, "--batch", str(BATCH), "--repeat", "5", "--json"]))
        if timm is None:
            continue
        for layout in layouts:
            common = ["--workload", f"timm:{timm}", "--op", operation, "--batch", str(BATCH)]
            theirs.setdefault(layout, []).append(run(peer(a, common, [], layout)))
        # The layout that is slower by far need not run again.
        times = {layout: median(theirs[layout]) or float("inf") for layout in layouts}
        layouts = [layout for layout in layouts if times[layout] < 1.2 * min(times.values())]
    best = min(theirs, key=lambda layout: median(theirs[layout]) or float("inf"), default=None)
    seconds, peer_seconds = median(ours), median(theirs[best]) if best else None
    work, peer_work = median(ours, "gflop"), median(theirs[best], "gflop") if best else None
    # By operations: the two networks are the same but for what little their authors changed.
    ratio = peer_seconds / seconds * work / peer_work if seconds and peer_seconds else None
    return {
        "model": model, "timm": timm, "op": operation, "saddle": ours, "peer": theirs, "seconds": seconds,
        "peer_seconds": peer_seconds, "peer_layout": best, "gflop": work, "peer_gflop": peer_work, "ratio": ratio,
        "spread": max([unrest(ours)] + [unrest(runs) for runs in theirs.values()]),
        "share": median(ours, "share_of_products"), "compile": median(ours, "seconds_to_compile"),
        "peak_rss_mb": median(ours, "peak_rss_mb"),
        "peer_rss_mb": min((m for m in (median(r, "peak_rss_mb") for r in theirs.values()) if m), default=None),
    }


def table(rows):
    lines = [
        "| network | operation | GFLOP | Saddle s | PyTorch s | ratio | spread | share of products | Saddle MB | PyTorch MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        layout = " (nhwc)" if row["peer_layout"] == "nhwc" else ""
        share = "-" if row["share"] is None else f"{100 * row['share']:.0f}%"
        lines.append(
            f"| {row['model']} | {row['op']} | {number(row['gflop'], 1)} | {number(row['seconds'])} "
            f"| {number(row['peer_seconds'])}{layout} | {number(row['ratio'], 2)} | {100 * row['spread']:.0f}% | {share} "
            f"| {number(row['peak_rss_mb'], 0)} | {number(row['peer_rss_mb'], 0)} |")
    return "\n".join(lines)


def write(out, head, rows):
    """All that is known so far, in the order of the tables above."""
    (out / "zoo.json").write_text(json.dumps({"about": head, "rows": rows}, indent=1) + "\n")
    short = [
        f"{row['model'].split(',')[0]} {row['op']} ({row['ratio']:.2f})" for row in rows
        if row["ratio"] and row["ratio"] < (1.25 if row["op"] == "hvp" else 1.1)]
    heavy = [
        f"{row['model'].split(',')[0]} {row['op']} ({row['peak_rss_mb'] / row['peer_rss_mb']:.2f} times)" for row in rows
        if row["peer_rss_mb"] and row["peak_rss_mb"] and row["peak_rss_mb"] > row["peer_rss_mb"]]
    (out / "ZOO.md").write_text(
        f"# The families of the registry\n\n{head}\n\nThe ratio is that of the times for as many operations: above 1 Saddle "
        f"is faster. The spread is the largest within a process or between them. Where timm has no such network Saddle runs alone, at CIFAR size. PyTorch's memory is that of the layout "
        f"that takes less.\n\n{table(rows)}\n\n"
        f"Below 1.25 for Hessian products or 1.1 for gradients and forward passes: {', '.join(short) or 'none'}.\n\n"
        f"More memory than PyTorch: {', '.join(heavy) or 'none'}.\n")


def main():
    a = arguments()
    out = Path(a.out)
    # Asked of the packages: beside a CPU build of PyTorch timm cannot be imported as it is.
    versions = run([a.python, "-c", "from importlib.metadata import version as v; import json; "
                    "print(json.dumps({n: v(n) for n in ['torch', 'timm']}))"])
    head = (
        f"{time.strftime('%Y-%m-%d')}, {processor()}, {os.cpu_count()} cores, PyTorch {versions['torch']} tuned, timm {versions['timm']}; "
        f"batch {BATCH}, both programs in turn, {'one process' if a.quick else f'{a.rounds} processes'} of each, medians. Command: "
        f"`make race-zoo`{' with --quick' if a.quick else ''}.")
    known = out / "zoo.json"
    rows = {(row["model"], row["op"]): row for row in json.loads(known.read_text())["rows"]} if known.exists() else {}
    for model, timm, is_convolutional in NETWORKS:
        for operation in OPERATIONS:
            if a.only not in f" {model} {operation}":
                continue
            started = time.time()
            row = rows[model, operation] = race(a, model, timm, is_convolutional, operation)
            print(
                f"{model} {operation}: Saddle {number(row['seconds'])} s, PyTorch {number(row['peer_seconds'])} s, ratio "
                f"{number(row['ratio'], 2)}, {number(row['peak_rss_mb'], 0)} of {number(row['peer_rss_mb'], 0)} MB "
                f"({time.time() - started:.0f} s)", file=sys.stderr, flush=True)
            for run_ in row["saddle"] + sum(row["peer"].values(), []):
                if "error" in run_:
                    print("    " + run_["error"], file=sys.stderr, flush=True)
            order = [(name, op) for name, _, _ in NETWORKS for op in OPERATIONS]
            write(out, head, [rows[key] for key in order if key in rows])


if __name__ == "__main__":
    main()
