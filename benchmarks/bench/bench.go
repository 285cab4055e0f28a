// Package bench measures the speed of training, evaluation, Hessians, matrix products, spin
// glasses and single kernels. Beside the speed it reports exact results, which show
// whether a change altered more than the speed. The output is the Go benchmark
// format, which benchstat and the libraries of golang.org/x/perf read. The package
// does not compare commits; see ../METHODOLOGY.md for that.
//
// [WriteExperiment] writes the figures of a finished experiment. Everything else is
// a Go benchmark:
//
//	make bench > new.txt
//	go tool benchstat old.txt new.txt
//	go test ./benchmarks/bench -run - -bench Kernel/n=37
//	go test ./benchmarks/bench -run - -bench 'Kernel/n=25$/ImageStep/avx512/batch=10$' -cpuprofile cpu.out -args -pin=1
//	go test ./benchmarks/bench -run - -bench Train/n=100/generic -benchtime 1x
//	go test ./benchmarks/bench -run - -bench Gemm/float64/size=256
//
// The benchmarks of networks use MNIST from the directory in LOSSGLASS_DATA or from the cache,
// or else the built-in digits; a line before the first of them names the data. A size (n=; 50-50 is two
// hidden layers) or minibatch (batch=) in the pattern is measured even if it is not
// one of the experiment's. As in every pattern, n=25 without a $ also matches n=250.
// The portable kernels are measured at one size and minibatch only, unless the
// pattern names them.
//
// Units:
//
//	samples/s        samples x networks per second; for training, the samples trained on
//	FLOP/s           dense-equivalent: 460 n to train on a sample and 220 n to evaluate it, for each
//	                 network 100-n-10, and so on with more hidden layers, as mnist.TrainFLOPs counts; biases, softmax
//	                 and update not counted. Spin glasses: 2 n^3/3 for energy and gradient of a replica, in float64.
//	                 Hessian: P (P+1) for each image, with P parameters; CountBelow: 2 P^3/3; both in float64
//	%peak            FLOP/s in percent of peak-FLOP/s; above 100 if skipping zero pixels saves more than all else costs
//	%peak-isa        FLOP/s in percent of the peak of the kernels' own instruction set; omitted for the fastest set
//	%peak-executed   as %peak, counting only terms whose pixel is not zero (about 204 n and 92 n on MNIST, exactly
//	                 those of the samples measured); omitted if both counts are equal
//	peak-FLOP/s      speed of one core with fused multiply-adds only, by the fastest kernels of this CPU: the median
//	                 of samples taken during the benchmark; halved for float64, doubled for two threads
//	insn/op          the instructions that a kernel in assembly executes, exactly, the same on every machine: counted
//	                 by package emulate from the source and the operands, before the time is measured
//	test-loss        the mean test loss, in the files that WriteExperiment writes
//
// The exact results are no units but the last parts of a benchmark's name:
//
//	BenchmarkTrain/n=100/isa=avx2/batch=100/allocs=0/digest=a24d99f6c0b0-2
//
//	allocs           the allocations of one iteration
//	diverged         the number of diverged runs
//	digest           the first 48 bits of a SHA-256 over weights, losses or other results, in hexadecimal
//
// benchstat prints a changed value of a unit as a percentage, +0.00% if the change is
// small. A changed name it cannot compare: it shows the old and the new result in two
// rows, each with an empty cell where the other has its speed, and no percentage. With
// -ignore /allocs,/digest it compares the speeds in spite of that. [SplitExact] gives
// other programs the exact results.
//
// They come from a fixed amount of work that does not depend on the number of
// iterations. The digests are the same for every instruction set and machine.
package bench

import (
	"fmt"
	"io"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

// metadata declares for each unit whether more is better or the value is exact.
var metadata = []struct{ unit, key, value string }{
	{"samples/s", "better", "higher"},
	{"FLOP/s", "better", "higher"},
	{"%peak", "better", "higher"},
	{"%peak-isa", "better", "higher"},
	{"%peak-executed", "better", "higher"},
	{"peak-FLOP/s", "better", "higher"},
	{"insn/op", "better", "lower"},
	{"insn/op", "assume", "exact"},
	{"test-loss", "assume", "exact"},
}

func writeMetadata(w io.Writer) error {
	out := benchfmt.NewWriter(w)
	for _, m := range metadata {
		err := out.Write(&benchfmt.UnitMetadata{
			UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: m.unit, Key: m.key},
			OrigUnit:        m.unit,
			Value:           m.value,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A setting is one line of the header of a benchmark file.
type setting struct{ key, value string }

// writeHeader writes the origin of the figures. Settings that must agree for two files
// to be comparable become file configuration, by which benchstat splits its tables.
// Facts that usually differ between compared files, the commit above all, become
// comment lines, which benchstat ignores. Empty values are omitted.
func writeHeader(w io.Writer, e environment.Environment, settings []setting) error {
	about := []setting{
		{"# commit", e.Commit},
		{"# go", e.Go},
		{"# platform", e.Platform},
		{"# cpu", e.CPU},
		{"fingerprint", e.Fingerprint},
	}
	if err := writeSettings(w, append(about, settings...)); err != nil {
		return err
	}
	return writeMetadata(w)
}

// writeSettings writes those that are not empty.
func writeSettings(w io.Writer, settings []setting) error {
	for _, s := range settings {
		if s.value == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", s.key, s.value); err != nil {
			return err
		}
	}
	return nil
}
