#!/bin/bash
# Computes an experiment on several machines over ssh, with GNU parallel, and joins the shards here.
# Every machine needs rsync, the program (LOSSGLASS, default ./lossglass) and the images
# (LOSSGLASS_DATA) at the same paths. HOSTS has a line for each machine, as for ssh; ":" is this one.
# The same command continues after an interruption: shards that are complete are not computed again.
#
#   examples/parallel.sh HOSTS SHARDS mnist -preset paper
set -euo pipefail
lossglass=${LOSSGLASS:-./lossglass}
hosts=$1 shards=$2
shift 2

mkdir -p shards
# One shard at a time on each machine uses all its CPUs. merge verifies what came back.
parallel --sshloginfile "$hosts" --jobs 1 --retries 3 --joblog shards.log --resume-failed --workdir . \
  --env LOSSGLASS_DATA --return shards/{} "$lossglass" "$@" -shard "{}/$shards" -out shards/{} ::: $(seq "$shards")
"$lossglass" merge shards/* -out all
