#!/usr/bin/env python3
"""Race Saddle against PyTorch: both programs in turn (A B A B ...) on one machine, as whole processes.

    python3 Benchmarks/race.py --saddle .build/release/saddle --peers peers.py --python venv/bin/python

Writes Benchmarks/race.json with every run, and one table of medians into Benchmarks/README.md. The peer runs tuned, for
convolutional networks in both memory layouts, of which the better median counts; where `VARIANTS` says so also
compiled and as it is installed, once, for that takes minutes. `--quick` runs each pair once.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

# workload, operation, batch, further arguments of both programs, ratio that was asked for, if any
PAIRS = [
    ("vit_ti", "hvp", 4, [], 1.35),
    ("resnet20", "hvp", 128, [], 1.5),
    ("vit_ti", "gradient", 4, [], 1.2),
    ("resnet20", "forward", 128, [], 1.2),
    ("resnet20", "gradient", 128, [], 1.2),
    ("resnet20", "hvp", 128, ["--batchnorm", "batch"], 2.0),
    ("vit_ti", "forward", 16, [], 1.25),
    ("resnet20", "landscape", 128, [], 1.4),
    ("deit_s_224", "hvp", 4, [], 1.1),
    ("resnet50", "hvp", 16, [], 1.7),
    ("vit_ti", "hvp_fresh", 4, [], 1.35),
    ("resnet20", "top5", 16, [], 4.0),
    ("vit_ti", "hvp", 16, [], 1.4),
    ("vit_ti", "train_step", 16, [], 1.2),
    ("resnet20", "power", 128, [], 1.8),
    ("resnet50", "gradient", 16, [], 1.2),
    ("deit_s_224", "gradient", 4, [], 1.1),
    ("vit_ti", "gradient", 16, [], 1.2),
    # Fewer images than workers, and one too many.
    ("vit_ti", "hvp", 1, [], None),
    ("vit_ti", "hvp", 3, [], None),
    ("vit_ti", "gradient", 1, [], None),
    ("deit_s_224", "hvp", 1, [], None),
    ("resnet20", "hvp", 1, [], None),
    ("resnet50", "hvp", 1, [], None),
    ("resnet50", "gradient", 1, [], None),
]
# pairs that the peer also runs compiled, with the layout that suits it, and with the settings it comes with
VARIANTS = {("vit_ti", "hvp", 4): "nchw", ("resnet20", "hvp", 128): "nhwc"}
# where the table stands in the README
BEGIN, END = "<!-- race: written by race.py -->", "<!-- end of the race -->"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saddle", default=".build/release/saddle")
    parser.add_argument("--peers", required=True, help="the script that times the peer")
    parser.add_argument("--python", required=True, help="an interpreter with PyTorch")
    parser.add_argument("--rounds", type=int, default=2, help="how often each program runs")
    parser.add_argument("--only", default="", help="run the pairs whose name holds this text")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", default=str(Path(__file__).parent))
    return parser.parse_args()


def run(command):
    """The JSON document that a program prints, or why there is none."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return {"error": last}
    return json.loads(lines[-1])


def median(runs, key="seconds_median"):
    values = [r[key] for r in runs if key in r and r[key] is not None]
    return statistics.median(values) if values else None


def spread(runs):
    values = [r["seconds_median"] for r in runs if "seconds_median" in r]
    return (max(values) - min(values)) / statistics.median(values) if len(values) > 1 else 0.0


def peer(a, common, extra, layout):
    return [a.python, a.peers, *common, *extra, "--layout", layout, "--repeat", "3" if a.quick else "5"]


def race(a, workload, operation, batch, extra):
    common = ["--workload", workload, "--op", operation, "--batch", str(batch)]
    ours, theirs = [], {}
    layouts = ["nchw"] if workload in ("vit_ti", "deit_s_224") else ["nchw", "nhwc"]
    for _ in range(1 if a.quick else a.rounds):
        ours.append(run([a.saddle, "bench", *common, *extra_for_saddle(extra), "--json"]))
        for layout in layouts:
            theirs.setdefault(layout, []).append(run(peer(a, common, extra, layout)))
    compiled = stock = None
    if not extra and not a.quick and (workload, operation, batch) in VARIANTS:
        layout = VARIANTS[workload, operation, batch]
        compiled = run(peer(a, common, ["--compile"], layout))
        stock = run(peer(a, common, ["--settings", "stock"], "nchw"))
    best = min(
        (m for m in ((median(runs), layout) for layout, runs in theirs.items()) if m[0] is not None),
        default=(None, None))
    return {
        "workload": workload, "op": operation, "batch": batch, "extra": extra, "saddle": ours, "peer": theirs,
        "seconds": median(ours), "peer_seconds": best[0], "peer_layout": best[1], "compiled": compiled, "stock": stock,
        "ratio": best[0] / median(ours) if best[0] and median(ours) else None,
        "spread": max(spread(ours), *(spread(r) for r in theirs.values())),
        "gflop_per_s": median(ours, "gflop_per_s"), "share": median(ours, "share_of_products"),
        "peak_rss_mb": median(ours, "peak_rss_mb"),
        "peer_rss_mb": median(theirs.get("nchw", []), "peak_rss_mb"),
    }


def extra_for_saddle(extra):
    return ["--batch-norm" if word == "--batchnorm" else word for word in extra]


def number(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def table(rows):
    lines = [
        "| workload | operation | batch | Saddle s | PyTorch s | ratio | asked | at the product rate | compiled s (ratio) | stock s (ratio) | spread "
        "| GFLOP/s | share of products | Saddle MB | PyTorch MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        name = row["op"] + (" (batch statistics)" if row["extra"] else "")
        peer = number(row["peer_seconds"]) + (f" ({row['peer_layout']})" if row["peer_layout"] == "nhwc" else "")
        variants = [(row[kind] or {}).get("seconds_median") for kind in ("compiled", "stock")]
        compiled, stock = (f"{t:.3f} ({t / row['seconds']:.2f})" if t else "-" for t in variants)
        share = "-" if row["share"] is None else f"{100 * row['share']:.0f}%"
        # What the ratio would be if all of Saddle's time went into products at the measured rate.
        ceiling = row["ratio"] / row["share"] if row["ratio"] and row["share"] else None
        lines.append(
            f"| {row['workload']} | {name} | {row['batch']} | {number(row['seconds'])} | {peer} "
            f"| {number(row['ratio'], 2)} | {number(row['bar'], 2)} | {number(ceiling, 2)} "
            f"| {compiled} | {stock} | {100 * row['spread']:.0f}% "
            f"| {number(row['gflop_per_s'], 0)} | {share} | {number(row['peak_rss_mb'], 0)} "
            f"| {number(row['peer_rss_mb'], 0)} |")
    return "\n".join(lines)


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def write(out, head, rows):
    """What is known so far: a race that is stopped leaves the pairs that are done."""
    (out / "race.json").write_text(json.dumps({"about": head, "rows": rows}, indent=1) + "\n")
    readme = out / "README.md"
    if not readme.exists():
        return
    before, mark, rest = readme.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if mark and end:
        readme.write_text(f"{before}{BEGIN}\n\n{head}\n\n{table(rows)}\n\n{END}{after}")


def main():
    a = arguments()
    version = subprocess.run(
        [a.python, "-c", "import torch; print(torch.__version__)"], capture_output=True, text=True).stdout.strip()
    rows = []
    head = (
        f"{time.strftime('%Y-%m-%d')}, {processor()}, {os.cpu_count()} cores, PyTorch {version} tuned (its better "
        f"memory layout; its memory is that of nchw), {1 if a.quick else a.rounds} whole processes of each in turn, "
        f"medians. Command: "
        f"`make race`{' with --quick' if a.quick else ''}.")
    for workload, operation, batch, extra, bar in PAIRS:
        if a.only and a.only not in f"{workload} {operation} {batch}":
            continue
        started = time.time()
        row = race(a, workload, operation, batch, extra) | {"bar": bar}
        rows.append(row)
        print(
            f"{workload} {operation} {batch} {' '.join(extra)}: Saddle {number(row['seconds'])} s, "
            f"PyTorch {number(row['peer_seconds'])} s, ratio {number(row['ratio'], 2)} "
            f"({time.time() - started:.0f} s)", file=sys.stderr, flush=True)
        for run_ in row["saddle"] + sum(row["peer"].values(), []):
            if "error" in run_:
                print("    " + run_["error"], file=sys.stderr, flush=True)
        write(Path(a.out), head, rows)
    print(table(rows))


if __name__ == "__main__":
    main()
