package measure

import (
	"context"
	"encoding/binary"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/probe"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

// instructions measures the throughput and latency of every form, the peaks, and the clock
// under vectors of each width.
func (r *run) instructions(ctx context.Context) error {
	probes := instruction.Probes(setNames()...)
	var jobs []Job
	for _, p := range probes {
		jobs = append(jobs, job(p.Form, p.Repeat))
		if p.Chain != nil {
			jobs = append(jobs, job(p.Form+" chain", p.Chain))
		}
	}
	r.progress("%d forms of instructions", len(probes))
	timings, err := r.measure(ctx, 1, jobs...)
	if err != nil {
		return err
	}
	for _, p := range probes {
		t := profile.Throughput{Form: p.Form, ISA: isaOf(p), Bits: width(p.Form), Kernel: p.Kernel, Cycles: timings[0].Cycles / float64(p.Count), AtMost: timings[0].IsDisturbed()}
		timings = timings[1:]
		if p.Chain != nil {
			t.Chain = timings[0].Cycles / float64(p.ChainCount)
			timings = timings[1:]
		}
		r.Throughputs = append(r.Throughputs, t)
	}
	if err := r.peaks(ctx); err != nil {
		return err
	}
	r.notePeaks()
	if err := r.waiting(ctx); err != nil {
		return err
	}
	return r.clocks(ctx)
}

// missed is the share of its bound below which a peak is noted.
const missed = 0.95

// notePeaks notes the peaks of one core that are below the published ones.
func (r *run) notePeaks() {
	for _, p := range r.Peaks {
		if p.Cores == 1 && p.PerCycle < missed*p.Bound {
			r.note("%s: %.2f a cycle were measured, the published number is %g.", p, p.PerCycle, p.Bound)
		}
	}
}

// job returns the job that runs a loop of an instruction, with an area for each core. The
// chain of a load needs an area that begins with its address.
func job(name string, loop instruction.Loop) Job {
	areas := make([][]byte, runtime.GOMAXPROCS(0))
	for core := range areas {
		areas[core] = numbers()
		if slices.Contains(addressChains, name) {
			binary.NativeEndian.PutUint64(areas[core], uint64(address(areas[core])))
		}
	}
	return Job{Name: name, Run: func(core, rounds int) { loop(rounds, areas[core]) }}
}

var addressChains = []string{"MOVQ m, r chain", "MOVD m, r chain"}

// numbers returns an area for probes. Its words are a number above 1, as float32 and as
// float64, so that no product of them is subnormal, which would be slow.
func numbers() []byte {
	area := alignedBytes(instruction.Area)
	for i := 0; i < len(area); i += 4 {
		binary.NativeEndian.PutUint32(area[i:], 0x3ff3c0ca)
	}
	return area
}

// attempts is how often peaks are measured until none is above its bound, which a clock that
// was read wrong can do.
const attempts = 3

// peaks measures the peaks on one core and on all.
func (r *run) peaks(ctx context.Context) error {
	for _, cores := range coreCounts(r.Conditions.Cores) {
		r.progress("peaks on %s", format.Count(cores, "core"))
		var declared []probe.Peak
		var found []instruction.Probe
		for _, p := range probe.Peaks[runtime.GOARCH] {
			if f, ok := probeOf(formOf(p.Example)); ok {
				declared, found = append(declared, p), append(found, f)
			}
		}
		if err := r.peaksOf(ctx, declared, found, cores); err != nil {
			return err
		}
		if len(instruction.Probes(setNames()...)) == 0 {
			if err := r.portablePeak(ctx, cores); err != nil {
				return err
			}
		}
	}
	return nil
}

// coreCounts returns 1 and the number of cores, if it is another one.
func coreCounts(cores int) []int {
	if cores == 1 {
		return []int{1}
	}
	return []int{1, cores}
}

// peaksOf measures peaks, and those above their bounds again.
func (r *run) peaksOf(ctx context.Context, declared []probe.Peak, found []instruction.Probe, cores int) error {
	peaks := make([]profile.Peak, len(declared))
	failed := make([]error, len(declared))
	open := make([]int, len(declared))
	for i := range open {
		open[i] = i
	}
	for attempt := 0; attempt < attempts && len(open) > 0; attempt++ {
		var jobs []Job
		for _, i := range open {
			jobs = append(jobs, job(found[i].Form, found[i].Repeat))
		}
		timings, err := r.measure(ctx, cores, jobs...)
		if err != nil {
			return err
		}
		var above []int
		for n, i := range open {
			peaks[i] = r.peak(declared[i], found[i], cores, timings[n])
			if failed[i] = check(peaks[i], r.Identity.Microarchitecture); failed[i] != nil {
				above = append(above, i)
			}
		}
		open = above
	}
	if len(open) > 0 {
		return failed[open[0]]
	}
	if cores == 1 {
		r.keepBetter(peaks, found)
	}
	r.Peaks = append(r.Peaks, peaks...)
	return nil
}

// keepBetter replaces peaks of one core by what the same probes reached when all forms were
// measured, and the forms by what the peaks reached, if that is faster: a core that was shared
// at one time may have been alone at the other. No peak gets above its bound.
func (r *run) keepBetter(peaks []profile.Peak, found []instruction.Probe) {
	for i := range peaks {
		for k := range r.Throughputs {
			t, p := &r.Throughputs[k], peaks[i]
			if t.Form != found[i].Form {
				continue
			}
			factor := 1 / t.Cycles / p.PerCycle
			p.PerCycle, p.Rate = p.PerCycle*factor, p.Rate*factor
			if factor > 1 && check(p, r.Identity.Microarchitecture) == nil {
				peaks[i] = p
			}
			t.Cycles = 1 / peaks[i].PerCycle
			t.AtMost = t.AtMost && p.AtLeast
			peaks[i].AtLeast = t.AtMost
		}
	}
}

// peak returns the peak that a timing of its probe says.
func (r *run) peak(p probe.Peak, found instruction.Probe, cores int, t Timing) profile.Peak {
	peak := profile.Peak{ISA: p.ISA, Operation: p.Operation, Element: p.Element, Bits: p.Bits, Cores: cores,
		PerCycle: float64(found.Count) / t.Cycles, Rate: amount(p) * float64(found.Count) / t.Seconds * float64(cores), AtLeast: t.IsDisturbed()}
	if p.Operation != "load" && p.Operation != "store" && p.Operation != "nop" {
		peak.Latency = r.chain(found.Form)
	}
	if r.Rough == "" {
		peak.Bound = bound(r.Identity.Microarchitecture, p.Operation, p.Bits)
	}
	return peak
}

// amount is what one instruction does: floating-point operations or bytes, or one NOP.
func amount(p probe.Peak) float64 {
	switch p.Operation {
	case "load", "store":
		return float64(p.Bits) / 8
	case "nop":
		return 1
	}
	elements := float64(p.Bits) / map[string]float64{"float32": 32, "float64": 64}[p.Element]
	if p.Operation == "fma" {
		return 2 * elements
	}
	return elements
}

// chain returns the latency of a form.
func (r *run) chain(form string) float64 {
	for _, t := range r.Throughputs {
		if t.Form == form {
			return t.Chain
		}
	}
	return 0
}

// portablePeak measures the fma of the portable kernels, where there is no assembly.
func (r *run) portablePeak(ctx context.Context, cores int) error {
	kernels := simd.Detect()
	timings, err := r.measure(ctx, cores, Job{Name: "portable fma", Run: func(_, rounds int) { kernels.Probe.FMA(rounds) }})
	if err != nil {
		return err
	}
	t := timings[0]
	flops := float64(kernels.Probe.FMAFlops)
	r.Peaks = append(r.Peaks, profile.Peak{ISA: kernels.Name, Operation: "fma", Element: "float32", Bits: 32, Cores: cores,
		Rate: flops / t.Seconds * float64(cores), PerCycle: flops / 2 / t.Cycles, AtLeast: t.IsDisturbed()})
	return nil
}

// heavySeconds is for how long vectors of a width work before the clock is read. The CPUs
// that lower their clock for wide vectors do it within a millisecond, and raise it again
// after about as long.
const heavySeconds = 0.002

// clocks reads the clock directly after work with vectors of each width.
func (r *run) clocks(ctx context.Context) error {
	for _, p := range r.Peaks {
		if p.Operation != "fma" || p.Element != "float32" || p.Cores != 1 || p.Bits < 128 {
			continue
		}
		for _, declared := range probe.Peaks[runtime.GOARCH] {
			if declared.ISA != p.ISA || declared.Bits != p.Bits || declared.Operation != "fma" || declared.Element != "float32" {
				continue
			}
			found, _ := probeOf(formOf(declared.Example))
			area, clock := numbers(), newClock()
			heavy := max(1, int(heavySeconds*p.PerCycle*r.Clock[0].Hertz/float64(found.Count)))
			timings, err := r.measure(ctx, 1, Job{Name: "clock under " + p.String(), Before: func() { found.Repeat(heavy, area) },
				Run: func(_, rounds int) { clock.chain(rounds, clock.area) }})
			if err != nil {
				return err
			}
			r.Clock = append(r.Clock, profile.Clock{When: "under " + strings.Join(strings.Fields(p.String())[:3], " "), Hertz: clock.adds / timings[0].Seconds})
		}
	}
	return nil
}

// isaOf returns the instruction set that a probe belongs to.
func isaOf(p instruction.Probe) string {
	switch {
	case p.Needs != "":
		return p.Needs
	case runtime.GOARCH == "arm64":
		return "neon"
	case width(p.Form) == 128:
		return "sse"
	}
	return "scalar"
}

var vectorKind = regexp.MustCompile(`\b([xyz]|v\.(?:s4|d2|b16|4s|2d|2s))\b`)

// width returns the bits of the widest vector of a form, 64 if it has none.
func width(form string) int {
	_, operands, _ := strings.Cut(form, " ")
	bits := 64
	for _, kind := range vectorKind.FindAllString(operands, -1) {
		bits = max(bits, map[string]int{"y": 256, "z": 512}[kind], 128)
	}
	return bits
}

// alignedBytes returns memory that begins at a multiple of 64.
func alignedBytes(n int) []byte {
	all := make([]byte, n+63)
	return all[-address(all)%64:][:n:n]
}

func address(b []byte) uintptr { return uintptr(unsafe.Pointer(&b[0])) }
