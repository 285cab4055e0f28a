package measure

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"unsafe"

	"github.com/lossglass/lossglass/benchmarks/internal/memory"
	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/report/format"
	"github.com/lossglass/lossglass/simd/probe/instruction"
)

const (
	smallest       = 4 << 10
	sizesPerDouble = 4 // working sets grow by the fourth root of two, rounded to whole strides
)

// memoryCurves measures bandwidths and latencies.
func (r *run) memoryCurves(ctx context.Context) error {
	largest := r.largest()
	for _, cores := range coreCounts(r.Conditions.Cores) {
		r.progress("bandwidth up to %s on %s", memory.Text(float64(largest)), format.Count(cores, "core"))
		// All cores together have the largest working set.
		if err := r.bandwidths(ctx, cores, largest/int64(cores)); err != nil {
			return err
		}
	}
	for _, huge := range []bool{false, true} {
		if huge && r.Identity.HugePages == "never" || huge && r.Identity.HugePages == "" {
			r.note("This system has no transparent huge pages: latencies are with ordinary pages only.")
			continue
		}
		r.progress("latency up to %s, %s pages", memory.Text(float64(largest)), map[bool]string{true: "huge", false: "ordinary"}[huge])
		if err := r.latencies(ctx, huge, largest); err != nil {
			return err
		}
	}
	curve, huge := latencyCurve(r.Memory.Latency)
	r.Memory.Detected = Detect(curve)
	r.Memory.Levels = levels(r.Memory.Bandwidth, kernelpoints.Caches(r.Profile))
	r.compareCaches(huge)
	return nil
}

// largest returns the largest working set: at most a quarter of the memory that there is.
func (r *run) largest() int64 {
	if n := r.Largest; n > 0 {
		return n
	}
	wanted := int64(64 << 20)
	if n := len(r.Identity.Caches); n > 0 {
		wanted = 4 * r.Identity.Caches[n-1].Bytes
	}
	return max(smallest, min(wanted, r.Conditions.MemoryLimit/4))
}

// sizes returns the working sets up to the largest.
func sizes(largest int64) []int64 {
	var all []int64
	for size := int64(smallest); ; size *= 2 {
		for step := range sizesPerDouble {
			rounded := size * []int64{1000, 1189, 1414, 1682}[step] / 1000 / instruction.Stride * instruction.Stride
			if rounded > largest {
				return all
			}
			if len(all) == 0 || rounded > all[len(all)-1] {
				all = append(all, rounded)
			}
		}
	}
}

// bandwidths measures the bandwidth curves with the widest vectors.
func (r *run) bandwidths(ctx context.Context, cores int, largest int64) error {
	areas := make([][]byte, cores)
	for core := range areas {
		area, release, err := mapped(int(largest), true)
		if err != nil {
			return fmt.Errorf("%s of memory: %w", memory.Text(float64(largest)), err)
		}
		defer release()
		fill(area)
		areas[core] = area
	}
	var jobs []Job
	var points []profile.Bandwidth
	for operation, loop := range memoryLoops() {
		for i, size := range sizes(largest) {
			if i%2 == 1 {
				continue // bandwidth has no steps that need all sizes
			}
			jobs = append(jobs, Job{Name: fmt.Sprintf("%s %d bytes", operation, size), Run: func(core, rounds int) { loop(rounds, areas[core][:size]) }})
			points = append(points, profile.Bandwidth{Operation: operation, Cores: cores, Bytes: size})
		}
	}
	timings, err := r.measure(ctx, cores, jobs...)
	if err != nil {
		return err
	}
	for i, t := range timings {
		points[i].Rate = float64(points[i].Bytes) / t.Seconds * float64(cores)
	}
	r.Memory.Bandwidth = append(r.Memory.Bandwidth, points...)
	return nil
}

// fill writes a number into each word: untouched pages would all be the same page of zeros.
func fill(area []byte) {
	for i := 0; i+8 <= len(area); i += 8 {
		binary.NativeEndian.PutUint64(area[i:], 0x3ff3c0ca3ff3c0ca)
	}
}

// memoryLoops iterates over the operations and their loops with the widest vectors. A copy of
// half an area to its other half reads and writes as many bytes as the area has.
func memoryLoops() func(yield func(operation string, loop instruction.Loop) bool) {
	widest := instruction.Loops{Read: portableRead, Write: portableWrite, Copy: portableCopy}
	if all := instruction.MemoryLoops(setNames()...); len(all) > 0 {
		widest = all[len(all)-1]
	}
	return func(yield func(string, instruction.Loop) bool) {
		_ = yield("read", widest.Read) && yield("write", widest.Write) && yield("copy", widest.Copy)
	}
}

func portableRead(rounds int, area []byte) {
	var sum uint64
	for range rounds {
		for i := 0; i+8 <= len(area); i += 8 {
			sum += binary.NativeEndian.Uint64(area[i:])
		}
	}
	sink.Store(sum)
}

func portableWrite(rounds int, area []byte) {
	for range rounds {
		clear(area)
	}
}

func portableCopy(rounds int, area []byte) {
	for range rounds {
		copy(area[len(area)/2:], area[:len(area)/2])
	}
}

// steps is the number of loads of a sample of a chase.
const steps = 1 << 13

// latencies measures the latency curve: a chase through all cache lines of a working set in
// a random order, in which each line holds the address of the next.
func (r *run) latencies(ctx context.Context, huge bool, largest int64) error {
	area, release, err := mapped(int(largest), huge)
	if err != nil {
		return fmt.Errorf("%s of memory: %w", memory.Text(float64(largest)), err)
	}
	defer release()
	fill(area)
	if huge && !hasHugePages(area) {
		r.note("The system gave no huge pages: latencies are with ordinary pages only.")
		return nil
	}
	// All chases use one area, so each is laid again before it is visited.
	var jobs []Job
	all, perRound := sizes(largest), 0
	for _, size := range all {
		c := newChase(area[:size])
		perRound = c.perRound
		jobs = append(jobs, Job{Name: fmt.Sprintf("chase %d bytes", size), Rounds: steps / c.perRound, Prepare: c.lay, Run: c.run})
	}
	timings, err := r.measure(ctx, 1, jobs...)
	if err != nil {
		return err
	}
	for i, t := range timings {
		r.Memory.Latency = append(r.Memory.Latency, profile.Latency{HugePages: huge, Bytes: all[i], Seconds: t.Seconds / float64(perRound), Cycles: t.Cycles / float64(perRound)})
	}
	return nil
}

// line is the distance of the nodes of a chase in bytes.
const line = 64

// A chase is a cycle of addresses through an area.
type chase struct {
	area     []byte
	order    []uint32 // of the lines
	at       int      // where in the order the next sample begins
	loop     instruction.Loop
	perRound int
}

func newChase(area []byte) *chase {
	c := &chase{area: area, loop: portableChase, perRound: 8}
	for _, form := range []string{"MOVQ m, r", "MOVD m, r"} {
		if p, ok := probeOf(form); ok {
			c.loop, c.perRound = p.Chain, p.ChainCount
		}
	}
	return c
}

// lay writes the addresses, in an order that begins anew, and walks once round, so that the
// caches hold what they can.
func (c *chase) lay() {
	if c.order == nil {
		c.order = make([]uint32, len(c.area)/line)
		for i := range c.order {
			c.order[i] = uint32(i)
		}
		random := rand.New(rand.NewPCG(1, uint64(len(c.area))))
		random.Shuffle(len(c.order), func(i, j int) { c.order[i], c.order[j] = c.order[j], c.order[i] })
	}
	for i, from := range c.order {
		to := c.order[(i+1)%len(c.order)]
		binary.NativeEndian.PutUint64(c.area[int(from)*line:], uint64(address(c.area[int(to)*line:])))
	}
	c.at = 0
	c.loop(len(c.order)/c.perRound, c.area[int(c.order[0])*line:])
	c.at = len(c.order) / c.perRound * c.perRound % len(c.order)
}

// run continues the cycle where the last sample ended, so that a cycle that is longer than a
// sample is walked through as a whole.
func (c *chase) run(_, rounds int) {
	c.loop(rounds, c.area[int(c.order[c.at])*line:])
	c.at = (c.at + rounds*c.perRound) % len(c.order)
}

// portableChase is the chase where there is no assembly: eight loads a round.
func portableChase(rounds int, area []byte) {
	p := unsafe.Pointer(&area[0])
	for range rounds {
		for range 8 {
			p = *(*unsafe.Pointer)(p)
		}
	}
	sink.Store(uint64(uintptr(p)))
}

// latencyCurve returns the curve with huge pages if there is one, since with ordinary pages
// the steps of the address translation lie between those of the caches.
func latencyCurve(all []profile.Latency) (curve []profile.Latency, huge bool) {
	huge = slices.ContainsFunc(all, func(l profile.Latency) bool { return l.HugePages })
	for _, l := range all {
		if l.HugePages == huge {
			curve = append(curve, l)
		}
	}
	return curve, huge
}
