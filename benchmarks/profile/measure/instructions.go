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

// passes is how often all instructions are measured. A disturbance of some seconds spoils one
// pass of an instruction, and the best one counts.
const passes = 3

// instructions measures the throughput and latency of every form, the peaks, and the clock
// under vectors of each width.
func (r *run) instructions(ctx context.Context) error {
	probes := instruction.Probes(setNames()...)
	for pass := range passes {
		r.progress("%d forms of instructions, pass %d of %d", len(probes), pass+1, passes)
		for i, p := range probes {
			if pass == 0 {
				r.Throughputs = append(r.Throughputs, profile.Throughput{Form: p.Form, ISA: isaOf(p), Bits: width(p.Form), Kernel: p.Kernel})
			}
			if err := r.instruction(ctx, p, &r.Throughputs[i]); err != nil {
				return err
			}
		}
	}
	if err := r.peaks(ctx); err != nil {
		return err
	}
	r.notePeaks()
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

// instruction measures a form and keeps what is better than before.
func (r *run) instruction(ctx context.Context, p instruction.Probe, best *profile.Throughput) error {
	t, err := r.Measurer.Measure(ctx, job(p.Form, p.Repeat), 1)
	if err != nil {
		return err
	}
	best.Cycles = least(best.Cycles, t.Cycles()/float64(p.Count))
	if p.Chain == nil {
		return nil
	}
	t, err = r.Measurer.Measure(ctx, job(p.Form+" chain", p.Chain), 1)
	if err != nil {
		return err
	}
	best.Chain = least(best.Chain, t.Cycles()/float64(p.ChainCount))
	return nil
}

// least returns the smaller of two figures, of which the first is 0 if there is none yet.
func least(before, now float64) float64 {
	if before == 0 {
		return now
	}
	return min(before, now)
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

// peaks measures the peaks on one core and on all.
func (r *run) peaks(ctx context.Context) error {
	for _, cores := range coreCounts(r.Conditions.Cores) {
		r.progress("peaks on %s", format.Count(cores, "core"))
		for _, p := range probe.Peaks[runtime.GOARCH] {
			form := formOf(p.Example)
			if found, ok := probeOf(form); ok {
				if err := r.peak(ctx, p, found, cores); err != nil {
					return err
				}
			}
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

// peak measures one peak, again if it is above its bound, which a change of the clock in the
// middle of a measurement can do.
func (r *run) peak(ctx context.Context, p probe.Peak, found instruction.Probe, cores int) error {
	best := profile.Peak{ISA: p.ISA, Operation: p.Operation, Element: p.Element, Bits: p.Bits, Cores: cores, Latency: r.chain(found.Form)}
	if p.Operation == "load" || p.Operation == "store" || p.Operation == "nop" {
		best.Latency = 0
	}
	if r.Rough == "" {
		best.Bound = bound(r.Identity.Microarchitecture, p.Operation, p.Bits)
	}
	var err error
	for range passes {
		var t Timing
		if t, err = r.Measurer.Measure(ctx, job(found.Form, found.Repeat), cores); err != nil {
			return err
		}
		now := best
		now.PerCycle = float64(found.Count) / t.Cycles()
		now.Rate = amount(p) * float64(found.Count) / t.Seconds * float64(cores)
		if err = check(now, r.Identity.Microarchitecture); err == nil && now.PerCycle > best.PerCycle {
			best = now
		}
	}
	if best.PerCycle == 0 {
		return err
	}
	r.Peaks = append(r.Peaks, best)
	return nil
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
	t, err := r.Measurer.Measure(ctx, Job{Name: "portable fma", Run: func(_, rounds int) { kernels.Probe.FMA(rounds) }}, cores)
	if err != nil {
		return err
	}
	flops := float64(kernels.Probe.FMAFlops)
	r.Peaks = append(r.Peaks, profile.Peak{ISA: kernels.Name, Operation: "fma", Element: "float32", Bits: 32, Cores: cores,
		Rate: flops / t.Seconds * float64(cores), PerCycle: flops / 2 / t.Cycles()})
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
			t, err := r.Measurer.Measure(ctx, Job{Name: "clock under " + p.String(), Before: func() { found.Repeat(heavy, area) },
				Run: func(_, rounds int) { clock.chain(rounds, clock.area) }}, 1)
			if err != nil {
				return err
			}
			r.Clock = append(r.Clock, profile.Clock{When: "under " + strings.Join(strings.Fields(p.String())[:3], " "), Hertz: clock.adds / t.Seconds})
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
