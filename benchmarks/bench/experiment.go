package bench

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

// peakSamples is the number of peak measurements for a whole experiment.
const peakSamples = 200

// WriteExperiment writes the figures of the finished mnist experiment in the directory
// dir, one line for each size:
//
//   - exact results, in the name: the number of diverged runs and the digest of the
//     runs' digests.
//   - the mean test loss over the runs that did not diverge, summed in the order of
//     the runs (test-loss).
//   - speed of the median pack: samples/s is the samples trained on divided by the
//     recorded time, which includes training and both evaluations; FLOP/s counts the
//     dense-equivalent operations of all three. A pack runs on one core.
//
// The speed is that of the last environment that computed packs, omitted if none is
// recorded. %peak is omitted if that environment was another machine, because
// WriteExperiment measures the peak on this one, within a second.
func WriteExperiment(w io.Writer, dir string) error {
	results, err := mnist.ReadRuns(dir)
	if err != nil {
		return err
	}
	if !results.Complete {
		return fmt.Errorf("%s is not finished: no benchmark figures", dir)
	}
	speed := readSpeed(dir, results.Plan)
	buffered := bufio.NewWriter(w)
	if err := writeExperiment(buffered, results, speed); err != nil {
		return err
	}
	return buffered.Flush()
}

func writeExperiment(w io.Writer, results *mnist.Results, speed *speed) error {
	if err := writeHeader(w, speed.environment, speed.settings(results.Plan)); err != nil {
		return err
	}
	for _, n := range results.Plan.Sizes {
		packs := (results.Plan.Runs + relunet.Lanes - 1) / relunet.Lanes
		e := exactOf(n, results.Runs)
		line := fmt.Appendf(nil, "BenchmarkMNIST/n=%s/batch=%d/diverged=%d/digest=%s %d",
			mnist.LayersText(results.Plan.Layers(n)), results.Plan.Batch, e.diverged, e.digest, packs)
		for _, v := range append(speed.values(n, results.Plan), e.loss...) {
			// The shortest text that parses to the same value; benchfmt.Writer would print integers with an exponent.
			line = strconv.AppendFloat(append(line, ' '), v.value, 'f', -1, 64)
			line = append(append(line, ' '), v.unit...)
		}
		if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

type value struct {
	value float64
	unit  string
}

// exact holds the exact results of one size.
type exact struct {
	diverged int
	digest   string
	loss     []value // one, or none if all runs diverged
}

func exactOf(n int, runs []mnist.Run) exact {
	digests := sha256.New()
	var sum float64
	finished, diverged := 0, 0
	for _, r := range runs {
		if r.N != n {
			continue
		}
		fmt.Fprintln(digests, r.WeightsSHA256)
		if r.Diverged() {
			diverged++
			continue
		}
		sum += float64(r.TestLoss)
		finished++
	}
	e := exact{diverged: diverged, digest: shorten([sha256.Size]byte(digests.Sum(nil)))}
	if finished > 0 {
		e.loss = []value{{sum / float64(finished), "test-loss"}}
	}
	return e
}

// speed holds the times in which one environment computed packs.
type speed struct {
	environment environment.Environment
	packs       map[int][]experiment.UnitTime // by size
	peak        *probe                        // nil where this is another machine
}

// readSpeed returns the times of the plan's packs in the last environment that
// computed any; none if no times are recorded.
func readSpeed(dir string, plan mnist.Plan) *speed {
	sizes := map[string]int{}
	for _, p := range plan.Packs() {
		sizes[p.Key()] = p.N()
	}
	s := &speed{}
	for _, session := range experiment.ReadTiming(dir) {
		if len(session.Units) == 0 {
			continue
		}
		e, ok := session.ReadEnvironment()
		if !ok {
			continue
		}
		if s.packs == nil || e != s.environment {
			s.environment, s.packs = e, map[int][]experiment.UnitTime{}
		}
		for _, u := range session.Units {
			if n, known := sizes[u.Unit]; known {
				s.packs[n] = append(s.packs[n], u)
			}
		}
	}
	if s.packs != nil && s.environment.Fingerprint == environment.Fingerprint() {
		s.peak = newProbe(simd.Detect())
		for range peakSamples {
			s.peak.sample()
		}
	}
	return s
}

func (s *speed) settings(p mnist.Plan) []setting {
	list := []setting{
		{"data", p.Data},
		{"data-sha256", p.DataSHA256},
		{"plan", fmt.Sprintf("%s of %s on %d images, tested on %d, rate %v %s %v, start %s, seed %d",
			format.Count(p.Runs, "run"), format.Count(p.Epochs, "epoch"), p.TrainSamples, p.TestSamples, p.Rate, p.Schedule, p.Decay, p.Start, p.Seed)},
	}
	if p.Float64 {
		list = append(list, setting{"precision", "float64"})
	}
	if s.packs != nil {
		list = append(list, setting{"isa", s.environment.ISA}, setting{"workers", strconv.Itoa(s.environment.Workers)})
	}
	if s.peak != nil {
		list = append(list, setting{"peak-isa", s.peak.kernels.Name})
	}
	return list
}

// values returns the speed of the median pack of a size.
func (s *speed) values(n int, p mnist.Plan) []value {
	if len(s.packs[n]) == 0 {
		return nil
	}
	hidden := p.Layers(n)
	// A pack's work may be less than the plan's: see experiment.UnitTime.
	evaluation := relunet.Lanes * float64(p.TrainSamples+p.TestSamples) * mnist.EvaluateFLOPs(hidden...)
	var samples, flops []float64 // a second
	for _, pack := range s.packs[n] {
		samples = append(samples, (pack.Work-evaluation)/mnist.TrainFLOPs(hidden...)/pack.Seconds)
		flops = append(flops, pack.Work/pack.Seconds)
	}
	rate := median(flops)
	values := []value{{median(samples), "samples/s"}, {rate, "FLOP/s"}}
	if s.peak != nil {
		peak := s.peak.peak()
		values = append(values,
			value{100 * rate / peak, "%peak"},
			value{peak, "peak-FLOP/s"})
	}
	return values
}
