#!/usr/bin/env bash
# The main job on Fashion-MNIST: a small ResNet and a small ViT, trained, then for both the loss
# landscape, the Hessian max-eigenvalue spectrum, the lesion study, what is measured of feature maps and
# robustness by frequency, drawn side by side.
#
# usage: demo.sh SADDLE [FOLDER]     everything goes into FOLDER (out/demo)
set -euo pipefail
saddle=$1
out=${2:-out/demo}
start=$SECONDS
mkdir -p "$out"

declare -A model=(
    [resnet]="resnet,depth=14,inputs=1,size=28"
    [vit]="vit,inputs=1,size=28,patch=4,width=64,depth=4,heads=4"
)
declare -A recipe=(
    [resnet]="--epochs 4 --optimizer sgd --lr 0.1 --weight-decay 5e-4"
    [vit]="--epochs 9 --optimizer adamw --lr 2e-3 --weight-decay 0.05"
)
data="--data fashion-mnist --augment standard --label-smoothing 0.1"
measured="--split train --l2 5e-4"

step() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - start)); }

for name in resnet vit; do
    weights=$out/$name.safetensors
    step "train $name"
    # shellcheck disable=SC2086
    "$saddle" train --model "${model[$name]}" $data --share 0.25 --warm-up 1 \
        ${recipe[$name]} --force --out "$weights"

    from="--model ${model[$name]} --weights $weights"
    step "landscape of $name"
    # shellcheck disable=SC2086
    "$saddle" landscape $from $data $measured --first 256 --grid 21x21 \
        --force --out "$out/$name-landscape.h5"
    step "spectrum of $name"
    # shellcheck disable=SC2086
    "$saddle" hessian spectrum $from $data $measured --first 256 --batch-size 16 \
        --force --out "$out/$name-spectrum.h5"
    step "lesion of $name"
    # shellcheck disable=SC2086
    "$saddle" lesion $from $data --split test --first 2000 --force \
        --out "$out/$name-lesion.h5"
    step "robustness of $name by frequency"
    # shellcheck disable=SC2086
    "$saddle" robustness --frequency $from --data fashion-mnist --split test --first 1000 --force \
        --out "$out/$name-frequency.h5"
    for kind in fourier variance oversmoothing similarity calibration; do
        step "$kind of $name"
        command=${kind/calibration/calibrate}
        # shellcheck disable=SC2086
        "$saddle" $command $from --data fashion-mnist --split test --first 2000 --force \
            --out "$out/$name-$kind.h5" >/dev/null
    done
done

step "figures"
"$(dirname "$0")/figures.sh" "$saddle" "$out" "$out/figures" "$out/notebooks"

step "what was measured"
"$saddle" inspect --brief "$out"/{resnet,vit}{.safetensors,-landscape.h5,-spectrum.h5,-lesion.h5,-frequency.h5,-fourier.h5,-variance.h5,-oversmoothing.h5,-similarity.h5,-calibration.h5}
printf '\nfigures: %s   notebooks: %s   results: %s\n' \
    "$(echo "$out"/figures/*.png)" "$(echo "$out"/notebooks/*.ipynb)" "$out"
printf 'demo: done in %d s\n' $((SECONDS - start))
