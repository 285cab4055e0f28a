#!/bin/bash
# Computes an experiment on a Slurm cluster: each task of a job array computes a shard, and a
# job that waits for all of them merges the shards. Submit from a directory that all nodes see:
#
#   job=$(sbatch --parsable --array=1-64 examples/slurm.sh mnist -preset paper)
#   sbatch --dependency=afterok:${job%;*} --kill-on-invalid-dep=yes examples/slurm.sh merge
#
# LOSSGLASS is the program (default bin/lossglass), RESULTS the directory of the results
# (default results/local/slurm). A part of an array is submitted again with the number of all
# shards: SHARDS=64 sbatch --array=7,9 examples/slurm.sh mnist -preset paper
#
# Or let all tasks compute one directory together. Then there is nothing to merge, any number of tasks
# will do, and more can be submitted at any time. They keep their CPUs until the last pack is finished:
#
#   sbatch --array=1-64 examples/slurm.sh mnist -preset paper -join results/local/slurm
#SBATCH --job-name=lossglass
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=512M
#SBATCH --time=4:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@120
set -u

lossglass=${LOSSGLASS:-bin/lossglass}
results=${RESULTS:-results/local/slurm}
export GOMAXPROCS=${SLURM_CPUS_PER_TASK:-1} # because not every cluster confines a task to its CPUs

if [ "${1:-}" = merge ]; then
  exec "$lossglass" merge "$results"/shards/* -out "$results/all"
fi
[ $# -gt 0 ] || set -- mnist -preset paper

task=${SLURM_ARRAY_TASK_ID:?is not set: submit a job array, such as sbatch --array=1-64}
case " $* " in
*" -join"* | *" --join"*) ;;
*)
  shards=${SHARDS:-$SLURM_ARRAY_TASK_MAX}
  if [ -z "${SHARDS:-}" ] && [ "$SLURM_ARRAY_TASK_COUNT" != "$shards" ]; then
    echo "slurm.sh: the array is not --array=1-N: set SHARDS to the number of all shards" >&2
    exit 2
  fi
  # A node that Slurm has given up may still be computing. Then this task does not wait for it, but
  # computes the shard elsewhere; merge compares what was computed twice.
  dir=$results/shards/$task
  if [ -e "$dir/lock" ] && ! flock --nonblock "$dir/lock" true; then
    dir=$dir.${SLURM_RESTART_COUNT:-again}
  fi
  set -- "$@" -shard "$task/$shards" -out "$dir"
  ;;
esac

# SIGUSR1 says that the time of the task ends (--signal): what is finished, and checkpoints of
# the rest, are kept, and the task queues again. SIGTERM is scancel or preemption, after which
# Slurm decides what comes next.
requeue=
trap 'signalled=yes requeue=yes; kill -TERM "$child"' USR1
trap 'signalled=yes; kill -TERM "$child"' TERM

"$lossglass" "$@" &
child=$!
signalled=yes
while [ -n "$signalled" ]; do # wait returns early when a signal comes
  signalled=
  wait "$child"
  status=$?
done
if [ -n "$requeue" ] && [ "$status" != 0 ]; then
  exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$task"
fi
exit "$status"
