// Package bench measures the speed of training, of evaluation, of matrix products
// and of each kernel, beside exact results that show whether a change touched more
// than the speed, in the Go benchmark format, which benchstat and the libraries of
// golang.org/x/perf read. It judges nothing: comparing two commits on a noisy
// machine is another matter.
//
// [WriteExperiment] writes the figures of a finished experiment. Everything else
// is Go benchmarks:
//
//	make bench > new.txt
//	go tool benchstat old.txt new.txt
//	go test ./benchmarks/bench -run - -bench Kernel/n=37
//	go test ./benchmarks/bench -run - -bench 'Kernel/n=25$/ImageStep/avx512/batch=10$' -cpuprofile cpu.out -args -pin=1
//	go test ./benchmarks/bench -run - -bench Train/n=100/generic -benchtime 1x
//	go test ./benchmarks/bench -run - -bench Gemm/float64/size=256
//
// They use MNIST from the directory that LOSSGLASS_DATA names or from the cache,
// else the built-in digits, and the header says which. A size (n=; 50-50 is two hidden layers) or minibatch
// (batch=) that the pattern names is measured even where it is none of the
// experiment's; as in every pattern, n=25 without a $ matches n=250 too. The
// portable kernels are measured at one size and minibatch only, unless the
// pattern names them.
//
// Units:
//
//	samples/s        samples x networks; for training, those trained on
//	FLOP/s           dense-equivalent: 460 n to train on a sample and 220 n to evaluate it, for each
//	                 network 100-n-10, and so on with more hidden layers, as train.TrainFLOPs counts; biases, softmax
//	                 and update not counted. Spin glasses: 2 n^3/3 for energy and gradient of a replica, in float64
//	%peak            FLOP/s in percent of peak-FLOP/s; over 100 where skipping zero pixels gains more than is lost
//	%peak-isa        the same in percent of what the kernels' own instruction set reaches; left out where that is the best
//	%peak-executed   as %peak, counting only terms whose pixel is not zero (about 204 n and 92 n on MNIST, exactly
//	                 those of the samples measured); left out where it is no other count
//	peak-FLOP/s      what one core reaches with fma and nothing else, by the best kernels of this CPU: the
//	                 median of samples taken in between; in float64 half as much as in float32; on two threads twice
//	loss-bits        the upper 48 bits of a float64, the mean loss: exact
//	test-loss        the mean test loss itself, where it need not pass through testing.B.ReportMetric
//	digest48         the first 48 bits of a SHA-256 over weights or other results: exact
//
// The exact units come from a fixed amount of work, whatever the number of
// iterations, and are the same for every instruction set and machine.
package bench

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"golang.org/x/perf/benchfmt"

	"github.com/lossglass/lossglass/benchmarks/environment"
)

// metadata says of each unit which way is better, or that it is exact.
var metadata = []struct{ unit, key, value string }{
	{"samples/s", "better", "higher"},
	{"FLOP/s", "better", "higher"},
	{"%peak", "better", "higher"},
	{"%peak-isa", "better", "higher"},
	{"%peak-executed", "better", "higher"},
	{"peak-FLOP/s", "better", "higher"},
	{"test-loss", "assume", "exact"},
	{"loss-bits", "assume", "exact"},
	{"digest48", "assume", "exact"},
	{"diverged", "assume", "exact"},
	{"allocs/op", "assume", "exact"},
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

// A setting is a fact about the figures of a file.
type setting struct{ key, value string }

// writeHeader writes where figures come from, as far as it is known. Settings
// without which they do not compare become file configuration, by which benchstat
// splits its tables. What may well differ between two files that are compared,
// the commit above all, becomes lines that benchstat passes over.
func writeHeader(w io.Writer, e environment.Environment, settings []setting) error {
	about := []setting{
		{"# commit", e.Commit},
		{"# go", e.Go},
		{"# platform", e.Platform},
		{"# cpu", e.CPU},
		{"fingerprint", e.Fingerprint},
	}
	for _, s := range append(about, settings...) {
		if s.value == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", s.key, s.value); err != nil {
			return err
		}
	}
	return writeMetadata(w)
}

// lossBits returns the upper 48 bits of x, every NaN being the same: an integer
// that survives where numbers are printed with all digits before the point.
func lossBits(x float64) float64 {
	if x != x {
		x = math.NaN()
	}
	return float64(math.Float64bits(x) >> 16)
}

// digest48 returns the first 48 bits of a digest as an integer.
func digest48(sum [sha256.Size]byte) float64 {
	return float64(binary.BigEndian.Uint64(sum[:]) >> 16)
}
