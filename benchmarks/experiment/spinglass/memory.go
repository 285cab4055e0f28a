package spinglass

import (
	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/core/spinglass"
)

// Bytes returns the memory that a process takes at most while a number of workers computes
// the experiment and its report is written, without garbage.
func (e *Experiment) Bytes(workers int) float64 {
	total := memory.Program + bytesPerRun*float64(e.plan.Runs())
	// At most as many units and disorder samples are in memory as there are workers. The
	// largest sizes take most.
	for i := len(e.plan.Sizes) - 1; i >= 0 && workers > 0; i-- {
		s := e.plan.Sizes[i]
		units := min(float64(workers), float64(s.Disorders)*float64((e.plan.Starts+blockSize-1)/blockSize))
		total += units*e.unitBytes(s.N) + min(units, float64(s.Disorders))*e.sampleBytes(s.N)
		workers -= int(units)
	}
	return total
}

// bytesPerRun is the memory of a run: its line while others are computed, and what the
// report makes of it.
const bytesPerRun = 1500

// sampleBytes returns the memory of a disorder sample.
func (e *Experiment) sampleBytes(n int) float64 {
	glasses := 1.0
	if e.plan.Method == SGD {
		glasses += float64(e.plan.Stage.Parts)
	}
	return glasses * float64(spinglass.CouplingBytes(e.plan.P, n))
}

// unitBytes returns the memory of the largest block of starts, without its disorder sample.
func (e *Experiment) unitBytes(n int) float64 {
	count := min(blockSize, e.plan.Starts)
	points := 8 * float64(n) * float64(count)
	work := spinglass.WorkBytes(e.kernels, e.plan.P, n, count) // of the descent
	if e.plan.Method == MALA {
		work = max(work, spinglass.MALAWorkBytes(e.kernels, e.plan.P, n, count))
	}
	total := points + float64(work)
	// A trajectory keeps its points and the overlaps of each two of them. Then there are its
	// lines, which are read again when those of all units are put together and for the report.
	// Two to three copies were measured, and less than two on a busy machine, where the
	// collector keeps up; and before, while it is saved, there is the checkpoint.
	const copies, bytesPerSaved = 2.2, 3 * 9
	recorded := float64(len(e.trajectory))
	pairs := float64(count) * recorded * (recorded + 1) / 2
	lines := copies * (recorded*float64(count)*bytesPerPoint + pairs*bytesPerOverlap)
	saved := (1+recorded)*points + bytesPerSaved*pairs
	return total + recorded*points + 8*pairs + max(lines, saved)
}

// The lengths of a line of a trajectory without its overlaps, and of an overlap.
const (
	bytesPerPoint   = 140
	bytesPerOverlap = 21
)
