package measure

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/cpuid/v2"

	"github.com/lossglass/lossglass/benchmarks/profile"
)

// curve is a latency curve of working sets from 4 KiB on.
func curve(cycles ...float64) (points []profile.Latency) {
	for i, size := range sizes(1 << 40)[:len(cycles)] {
		points = append(points, profile.Latency{Bytes: size, Cycles: cycles[i]})
	}
	return points
}

// levelsOf repeats values, each so many times.
func levelsOf(times int, values ...float64) (all []float64) {
	for _, v := range values {
		all = append(all, slices.Repeat([]float64{v}, times)...)
	}
	return all
}

func TestDetect(t *testing.T) {
	at := func(i int) int64 { return sizes(1 << 40)[i] }
	smooth := levelsOf(8, 4, 14, 50, 300)
	rising := append(levelsOf(8, 4), append([]float64{5, 7, 10, 13}, levelsOf(8, 14, 50)...)...)
	disturbed := slices.Clone(smooth)
	disturbed[2], disturbed[11], disturbed[19] = 90, 30, 900
	// Pages at random addresses fill some sets of a cache before others, and a table of addresses
	// that is too small makes a plateau of its own.
	pages := append(levelsOf(8, 4, 14), append([]float64{19, 22, 22, 23, 26, 31, 38, 44}, levelsOf(8, 50, 300)...)...)
	for name, c := range map[string]struct {
		cycles []float64
		want   []int // the last points of which half of the loads hit
	}{
		"steps":        {smooth, []int{7, 15, 23}},
		"a rise":       {rising, []int{9, 19}}, // 7 of 4 and 14 cycles, but not 10
		"disturbed":    {disturbed, []int{7, 15, 23}},
		"random pages": {pages, []int{7, 21, 31}}, // 31 of 14 and 50 cycles
		"flat":         {levelsOf(20, 4), nil},
		"nothing":      {nil, nil},
	} {
		var want []profile.Cache
		for i, last := range c.want {
			want = append(want, profile.Cache{Level: i + 1, Bytes: at(last)})
		}
		if got := Detect(curve(c.cycles...)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Sizes of working sets are multiples of the loops' stride, ascend, and have every power of two.
func TestSizes(t *testing.T) {
	all := sizes(128 << 20)
	for i, size := range all {
		if size%1024 != 0 || i > 0 && size <= all[i-1] {
			t.Errorf("%d after %d", size, all[max(0, i-1)])
		}
	}
	for size := int64(4 << 10); size <= 128<<20; size *= 2 {
		if !slices.Contains(all, size) {
			t.Errorf("no %d", size)
		}
	}
	if all[len(all)-1] > 128<<20 || len(sizes(4095)) != 0 {
		t.Errorf("%v", all)
	}
}

// The bandwidth of a level is the median of the working sets inside of it.
func TestLevels(t *testing.T) {
	caches := []profile.Cache{{Level: 1, Bytes: 32 << 10}, {Level: 2, Bytes: 512 << 10}}
	var points []profile.Bandwidth
	for _, size := range sizes(8 << 20) {
		rate := 10.
		switch {
		case size <= 24<<10:
			rate = 100
		case size >= 64<<10 && size <= 384<<10:
			rate = 50
		case size < 1<<20:
			rate = 1 // on the edges, which do not count
		}
		points = append(points, profile.Bandwidth{Operation: "read", Cores: 1, Bytes: size, Rate: rate})
	}
	want := []profile.Level{{Level: 1, Operation: "read", Cores: 1, Rate: 100}, {Level: 2, Operation: "read", Cores: 1, Rate: 50}, {Level: 0, Operation: "read", Cores: 1, Rate: 10}}
	if got := levels(points, caches); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := levels(points, nil); got != nil {
		t.Errorf("without caches: %+v", got)
	}
}

// Where the curve and the CPU disagree, a note says so.
func TestCompareCaches(t *testing.T) {
	r := &run{Profile: &profile.Profile{Identity: profile.Identity{Caches: []profile.Cache{{Level: 1, Bytes: 32 << 10}, {Level: 2, Bytes: 512 << 10}, {Level: 3, Bytes: 32 << 20}}}}}
	r.Memory.Detected = []profile.Cache{{Level: 1, Bytes: 32 << 10}, {Level: 2, Bytes: 256 << 10}}
	r.compareCaches(true)
	if len(r.Notes) != 2 || !strings.HasPrefix(r.Notes[0], "Level 2: the latency curve shows 256 KiB, the CPU reports 512 KiB. Possible reason: ") || r.Notes[1] != "The latency curve shows 2 caches, the CPU reports 3." {
		t.Errorf("%q", r.Notes)
	}
	r.Notes = nil
	r.Memory.Detected = append(slices.Clone(r.Identity.Caches), profile.Cache{Level: 4, Bytes: 64 << 20})
	r.compareCaches(true)
	if len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "Level 4: the latency curve shows a step behind 64 MiB, the CPU reports no such cache.") {
		t.Errorf("%q", r.Notes)
	}
}

// A CPU that reports no caches, as those of arm64, is not contradicted.
func TestCompareNoCaches(t *testing.T) {
	r := &run{Profile: &profile.Profile{Memory: profile.Memory{Detected: []profile.Cache{{Level: 1, Bytes: 32 << 10}}}}}
	if r.compareCaches(true); len(r.Notes) != 0 {
		t.Errorf("%q", r.Notes)
	}
}

// How much was disturbed is noted, and of how many measurements nothing else is known if there are any.
func TestNoteShared(t *testing.T) {
	for never, want := range map[int]string{0: "Figures are of the other samples.", 3: "Figures are of the other samples; 3 of the measurements had none, and are their fastest sample."} {
		r := &run{Profile: &profile.Profile{Conditions: profile.Conditions{Shared: .5}}, never: never}
		r.noteShared()
		if len(r.Notes) != 1 || !strings.HasSuffix(r.Notes[0], want) {
			t.Errorf("%q, want %q", r.Notes, want)
		}
	}
}

// What the process may not use is noted.
func TestNoteConditions(t *testing.T) {
	for _, c := range []struct {
		conditions profile.Conditions
		want       []string
	}{
		{profile.Conditions{CPUs: []int{0, 1, 2, 3}, GOMAXPROCS: 4, Cores: 4}, nil},
		{profile.Conditions{CPUs: []int{0, 2, 3}, GOMAXPROCS: 4, Cores: 3}, []string{"may use 3 of the 4 CPUs (GOMAXPROCS=4, allowed CPUs 0,2-3)"}},
		{profile.Conditions{CPUs: []int{0, 1, 2, 3}, GOMAXPROCS: 1, Cores: 1}, []string{"may use 1 of the 4 CPUs (GOMAXPROCS=1", "no figures of several"}},
		{profile.Conditions{CPUs: []int{0, 1, 2, 3}, GOMAXPROCS: 4, Cores: 4, Quota: 4}, nil},
		{profile.Conditions{CPUs: []int{0, 1, 2, 3}, GOMAXPROCS: 4, Cores: 1, Quota: .5}, []string{"may use 1 of the 4 CPUs (GOMAXPROCS=4, allowed CPUs 0-3, a quota of 0.5 CPUs): there are no figures of several"}},
		{profile.Conditions{CPUs: []int{0, 1, 2, 3}, GOMAXPROCS: 4, Cores: 4, Emulator: "qemu"}, []string{"interpreted by qemu: no figure here is a measurement"}},
	} {
		r := &run{Profile: &profile.Profile{Conditions: c.conditions, Identity: profile.Identity{LogicalCPUs: 4}}}
		r.noteConditions()
		notes := slices.DeleteFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "There is no assembly") })
		text := strings.Join(notes, "\n")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%+v: no %q in %q", c.conditions, want, text)
			}
		}
		if c.want == nil && text != "" {
			t.Errorf("%+v: %q", c.conditions, text)
		}
	}
}

// Peaks of one core that are clearly below the published ones are noted.
func TestNotePeaks(t *testing.T) {
	r := &run{Profile: &profile.Profile{Peaks: []profile.Peak{
		{ISA: "scalar", Operation: "store", Bits: 64, Cores: 1, PerCycle: 1, Bound: 2},
		{ISA: "avx2", Operation: "load", Bits: 256, Cores: 1, PerCycle: 1.95, Bound: 2},
		{ISA: "avx2", Operation: "load", Bits: 256, Cores: 2, PerCycle: 1.5, Bound: 2},
		{ISA: "avx2", Operation: "load", Bits: 256, Cores: 1, PerCycle: 1.5},
	}}}
	r.notePeaks()
	if want := []string{"64-bit store (scalar) on 1 core: 1.00 a cycle were measured, the published number is 2."}; !slices.Equal(r.Notes, want) {
		t.Errorf("%q", r.Notes)
	}
}

func TestWidth(t *testing.T) {
	for form, want := range map[string]int{"ADDQ r, r": 64, "ADDPS x, x": 128, "VFMADD231PS m, y, y": 256, "VADDPS z, z, z": 512, "VMOVUPS y, m": 256, "VFMLA v.s4, v.s4, v.s4": 128} {
		if got := width(form); got != want {
			t.Errorf("%s: %d bits", form, got)
		}
	}
}

func TestMicroarchitecture(t *testing.T) {
	for _, c := range []struct {
		vendor        cpuid.Vendor
		family, model int
		want          string
	}{{cpuid.AMD, 0x19, 0x01, "Zen 3"}, {cpuid.AMD, 0x19, 0x11, "Zen 4"}, {cpuid.Intel, 6, 0x8f, "Sapphire Rapids"}, {cpuid.Intel, 0x19, 1, ""}} {
		if got := microarchitecture(c.vendor, c.family, c.model); got != c.want {
			t.Errorf("%v family %d model %d: %q", c.vendor, c.family, c.model, got)
		}
	}
	if ranges([]int{0, 1, 2, 5, 7, 8}) != "0-2,5,7-8" || ranges(nil) != "" {
		t.Error(ranges([]int{0, 1, 2, 5, 7, 8}))
	}
}

// Every peak of this architecture has its probe.
func TestEveryPeakHasAProbe(t *testing.T) {
	if len(setNames()) == 1 {
		return // there are no probes
	}
	p := measured(t, options("peaks"))
	for _, operation := range []string{"fma", "add", "mul", "load", "store", "nop"} {
		if !slices.ContainsFunc(p.Peaks, func(k profile.Peak) bool { return k.Operation == operation && k.Rate > 0 }) {
			t.Errorf("no peak of %s", operation)
		}
	}
}

// The window is where loads of two chains no longer wait at the same time, for good.
func TestWindow(t *testing.T) {
	at := fills()
	cycles := func(step int, changed map[int]float64) []float64 {
		all := make([]float64, len(at))
		for i, n := range at {
			all[i] = 300
			if n >= step {
				all[i] = 590
			}
			if c, ok := changed[i]; ok {
				all[i] = c
			}
		}
		return all
	}
	last := len(at) - 1
	for name, c := range map[string]struct {
		cycles []float64
		want   int
	}{
		"256 instructions":  {cycles(32, nil), 256},
		"one slow sample":   {cycles(32, map[int]float64{3: 700}), 256},
		"no step":           {cycles(1000, nil), 0},
		"the last is slow":  {cycles(1000, map[int]float64{last: 590}), at[last] * 8},
		"all wait in turns": {cycles(0, nil), 0},
	} {
		if got := window(c.cycles, 8); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if !slices.Contains(at, 28) || !slices.Contains(at, 32) || !slices.Contains(at, 40) || !slices.IsSorted(at) {
		t.Errorf("%v lacks published windows of 224, 256 and 320", at)
	}
}

// Loops longer than the history take the time of a wrong prediction more.
func TestHistory(t *testing.T) {
	lengths := loopLengths()
	for _, longest := range []int{lengths[3], lengths[8], lengths[len(lengths)-1]} {
		for _, disturbed := range []int{-1, 1} {
			ends := make([]float64, len(lengths))
			for i, n := range lengths {
				cycles := 10 + 2.2*float64(n)
				if n > longest || i == disturbed {
					cycles += 16
				}
				ends[i] = cycles
			}
			if got := history(ends, 16); got != longest {
				t.Errorf("%d iterations, want %d", got, longest)
			}
		}
	}
}

// The ways of a cache are those of the one for data.
func TestWays(t *testing.T) {
	folder := fstest.MapFS{}
	for name, text := range map[string]string{"index0/level": "1", "index0/type": "Instruction", "index0/ways_of_associativity": "4",
		"index1/level": "1", "index1/type": "Data", "index1/ways_of_associativity": "8", "index3/level": "3", "index3/type": "Unified", "index3/ways_of_associativity": "16", "uevent": ""} {
		folder[name] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	if a, b, c := ways(folder, 1), ways(folder, 2), ways(folder, 3); a != 8 || b != 0 || c != 16 {
		t.Error(a, b, c)
	}
	if ways(fstest.MapFS{}, 1) != 0 {
		t.Error("ways of nothing")
	}
}
