#!/usr/bin/env bash
# The demo's figures and notebooks from its results.
#
# usage: figures.sh SADDLE RESULTS FIGURES NOTEBOOKS
set -euo pipefail
saddle=$1 results=$2 figures=$3 notebooks=$4
mkdir -p "$figures" "$notebooks"

for kind in landscape spectrum lesion frequency fourier variance oversmoothing similarity calibration; do
    pair="$results/resnet-$kind.h5 $results/vit-$kind.h5"
    scale=$([ $kind = landscape ] && echo "--scale log" || true)
    # shellcheck disable=SC2086
    "$saddle" plot $pair --titles ResNet,ViT $scale --force --out "$figures/$kind" >/dev/null
    # shellcheck disable=SC2086
    "$saddle" export notebook $pair --titles ResNet,ViT $scale --force --out "$notebooks/$kind.ipynb" \
        >/dev/null
done
