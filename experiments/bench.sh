#!/usr/bin/env bash
# Times the computations of the race, one process each: experiments/bench.sh SADDLE
set -euo pipefail
saddle=$1
time_one() { "$saddle" bench --workload "$1" --op "$2" --batch "$3" "${@:4}" | sed '/^ *peak/a\\'; }
for operation in forward gradient hvp hvp_fresh train_step; do time_one vit_ti $operation 4; done
for operation in forward gradient hvp hvp_fresh landscape power; do time_one resnet20 $operation 128; done
time_one resnet20 hvp 128 --batch-norm batch
time_one resnet20 top5 16
time_one resnet50 hvp 16 --profile
time_one vit_ti hvp 16 --profile
time_one deit_s_224 hvp 4
