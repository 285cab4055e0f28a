package predict

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/pipeline"
	"github.com/lossglass/lossglass/benchmarks/profile/profiletest"
	"github.com/lossglass/lossglass/simd/emulate"
)

// traced executes a loop n times in the emulator, with that body and what comes before the
// loop, and returns the kernel.
func traced(t *testing.T, n int, before, body string, cycles float64) Kernel {
	t.Helper()
	program, err := emulate.Parse(`
// func F(n int, x []float32)
TEXT ·F(SB), NOSPLIT, $0-32
	MOVQ   n+0(FP), CX
	MOVQ   x_base+8(FP), AX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	` + strings.ReplaceAll(before, "; ", "\n") + `
next:
	` + strings.ReplaceAll(body, "; ", "\n") + `
	DECQ   CX
	JNE    next
	VZEROUPPER
	RET
`)
	if err != nil {
		t.Fatal(err)
	}
	var trace []pipeline.Executed
	_, steps, err := program.Follow("F", func(step, argument int, offset int64) {
		trace = append(trace, pipeline.Executed{Step: uint16(step), Argument: int8(argument), Offset: int32(offset)})
	}, n, make([]float32, 16*n+64))
	if err != nil {
		t.Fatal(err)
	}
	call := pipeline.Call{Trace: trace, Arguments: []uintptr{0, 1 << 20}}
	return Kernel{ISA: "avx2", Kernel: "F", Size: fmt.Sprint("n=", n), Steps: steps, Cycles: cycles, Calls: []pipeline.Call{call, call, call}}
}

// bounded is the kernel without its calls, whose prediction is its largest bound.
func bounded(k Kernel) Kernel {
	k.Calls = nil
	return k
}

// Loops whose bound is known by hand, on a CPU that executes two FMAs, additions and loads, a
// store, four additions of integers and six instructions a cycle, with latencies of 4, 3 and 1.
func TestBounds(t *testing.T) {
	measured := profiletest.Zen3(t)
	fmas := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("VFMADD231PS Y0, Y1, Y%d", 2+i))
		}
		return strings.Join(all, "; ")
	}
	clear := "VXORPS Y4, Y4, Y4; VXORPS Y5, Y5, Y5; VXORPS Y6, Y6, Y6; VXORPS Y7, Y7, Y7; VXORPS Y8, Y8, Y8; VXORPS Y9, Y9, Y9; VXORPS Y10, Y10, Y10; VXORPS Y11, Y11, Y11"
	for _, test := range []struct {
		name, before, body string
		cycles             float64
		binding            string
	}{
		{"ten independent FMAs, two a cycle", clear, fmas(10), 5, FMAPipes},
		{"one FMA that needs its own result", "", fmas(1), 4, LatencyChain},
		{"four FMAs in one chain", "", strings.Join([]string{fmas(1), fmas(1), fmas(1), fmas(1)}, "; "), 16, LatencyChain},
		{"FMAs and multiplications share pipes", clear, fmas(8) + "; VMULPS Y0, Y1, Y10; VMULPS Y0, Y1, Y11", 5, FMAPipes},
		{"FMAs and additions do not", clear, fmas(8) + "; VADDPS Y0, Y1, Y10; VADDPS Y0, Y1, Y11", 4, FMAPipes},
		{"three loads", "", "VMOVUPS (AX), Y0; VMOVUPS 32(AX), Y1; VMOVUPS 64(AX), Y2", 1.5, Loads},
		{"an operand in memory is a load", clear, "VFMADD231PS (AX), Y0, Y1; VFMADD231PS (AX), Y0, Y2; VMOVUPS 32(AX), Y3; VMOVUPS 64(AX), Y4; VBROADCASTSS (AX), Y5; VMOVUPS (AX), Y6; VMOVUPS (AX), Y7; VMOVUPS (AX), Y8; VMOVUPS (AX), Y9", 4.5, Loads},
		{"two stores", "", "VMOVUPS Y0, (AX); VMOVUPS Y1, 32(AX)", 2, Stores},
		{"nothing but cleared registers: the jump and DECQ are one", "", "VXORPS Y0, Y0, Y0; VXORPS Y1, Y1, Y1; VXORPS Y2, Y2, Y2; VXORPS Y3, Y3, Y3; VXORPS Y0, Y0, Y0; VXORPS Y1, Y1, Y1; VXORPS Y2, Y2, Y2; VXORPS Y3, Y3, Y3", 9 * .1667, FrontEnd},
		{"additions of integers", "", "ADDQ CX, DX; ADDQ CX, BX; ADDQ CX, SI; ADDQ CX, DI; ADDQ CX, R8; ADDQ CX, R9; ADDQ CX, R10", 2, IntegerALU},
		{"a chain of two registers over two iterations", "", "VADDPS Y0, Y1, Y2; VMOVAPS Y2, Y1", 3, LatencyChain},
		{"a chain that a cleared register cuts", "", "VXORPS Y1, Y1, Y1; VADDPS Y0, Y1, Y1", 1, LatencyChain}, // that of DECQ
		{"a division", "", "VDIVPS Y0, Y1, Y2", 3.5, Divider},
	} {
		before := test.before
		if test.binding == IntegerALU {
			before = "MOVQ CX, DX; MOVQ CX, BX; MOVQ CX, SI; MOVQ CX, DI; MOVQ CX, R8; MOVQ CX, R9; MOVQ CX, R10"
		}
		got := Predict(measured, []Kernel{bounded(traced(t, 1000, before, test.body, 0))})
		if len(got) != 1 || math.Abs(got[0].InLoop-test.cycles) > 1e-9 || got[0].Binding != test.binding || len(got[0].Unknown) > 0 {
			t.Errorf("%s: %+v, want %v cycles, bound by %s", test.name, got, test.cycles, test.binding)
		}
	}
}

// Calls are predicted instruction by instruction: by lines from the second level, by results that
// come too late, by wrong predictions, and never faster than the resources allow.
func TestCalls(t *testing.T) {
	fmas := "VFMADD231PS Y0, Y1, Y4; VFMADD231PS Y0, Y1, Y5; VFMADD231PS Y0, Y1, Y6; VFMADD231PS Y0, Y1, Y7; VFMADD231PS Y0, Y1, Y8; VFMADD231PS Y0, Y1, Y9; VFMADD231PS Y0, Y1, Y10; VFMADD231PS Y0, Y1, Y11"
	clear := "VXORPS Y4, Y4, Y4; VXORPS Y5, Y5, Y5; VXORPS Y6, Y6, Y6; VXORPS Y7, Y7, Y7; VXORPS Y8, Y8, Y8; VXORPS Y9, Y9, Y9; VXORPS Y10, Y10, Y10; VXORPS Y11, Y11, Y11"
	chain := strings.Repeat("VADDPS Y0, Y2, Y2; ", 80)
	for _, test := range []struct {
		name, body string
		n          int
		cycles     float64
		binding    string
	}{
		{"eight FMAs", fmas, 1000, 4, FMAPipes},
		{"a line from the first level", "VMOVUPS (AX), Y0; ADDQ $64, AX", 450, 1, LatencyChain}, // of AX
		{"a line from the second level", "VMOVUPS (AX), Y0; ADDQ $64, AX", 2000, 64 * 2.945 / 88.35, "L2"},
		// Each iteration begins anew, and takes 240 cycles. The additions alone need 40; of 112 that wait, those of the next iteration are few.
		{"more than fits into the window", "VXORPS Y2, Y2, Y2; " + strings.TrimSuffix(chain, "; "), 1000, 81, Waiting},
	} {
		k := traced(t, test.n, clear, test.body, 0)
		k.Calls = k.Calls[:1]
		got := Predict(profiletest.Zen3(t), []Kernel{k})
		if len(got) != 1 || math.Abs(got[0].Predicted-test.cycles) > .08*test.cycles || got[0].Binding != test.binding {
			t.Errorf("%s: %+v, want %.2f cycles, bound by %s", test.name, got, test.cycles, test.binding)
		}
	}
	unknown := profiletest.Zen3(t)
	unknown.Core = profile.Core{}
	if got := Predict(unknown, []Kernel{traced(t, 2000, "", "VMOVUPS (AX), Y0; ADDQ $64, AX", 0)}); got[0].Predicted != 1 {
		t.Errorf("of a core that was not measured: %+v", got)
	}
}

// Where a curve shows less of a cache than the CPU reports, that is so for the kernels, too, if all
// cores share the cache.
func TestEffective(t *testing.T) {
	p := &profile.Profile{Identity: profile.Identity{Caches: []profile.Cache{{Level: 1, Bytes: 32 << 10}, {Level: 2, Bytes: 512 << 10}, {Level: 3, Bytes: 32 << 20}}}}
	p.Memory.Detected = []profile.Cache{{Level: 1, Bytes: 26 << 10}, {Level: 2, Bytes: 256 << 10}, {Level: 3, Bytes: 5 << 20}}
	want := slices.Clone(p.Identity.Caches)
	want[2].Bytes = 5 << 20
	if got := effective(p); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := effective(new(profile.Profile)); len(got) != 0 {
		t.Errorf("caches of nothing: %+v", got)
	}
}

// The probe of the FMA peak is bound by the FMA pipes: two of its FMAs take a cycle.
func TestProbe(t *testing.T) {
	program, err := emulate.Assembly("avx2")
	if err != nil {
		t.Fatal(err)
	}
	_, steps, err := program.Trace("FMA", 100)
	if err != nil {
		t.Fatal(err)
	}
	fmas := 0
	for _, s := range steps {
		if s.Class == emulate.FMA {
			fmas++
		}
	}
	got := Predict(profiletest.Zen3(t), []Kernel{{Kernel: "FMA", Steps: steps}})
	if len(got) != 1 || got[0].Binding != FMAPipes || got[0].InLoop != float64(fmas)/2 || got[0].Loop != "round" {
		t.Errorf("%d FMAs: %+v", fmas, got)
	}
}

// What is outside of the loop is part of the prediction, a share of it for each iteration.
func TestOutside(t *testing.T) {
	stores := "VMOVUPS Y0, (AX); VMOVUPS Y1, 32(AX); VMOVUPS Y2, 64(AX)"
	k := bounded(traced(t, 2, stores, "VMOVUPS Y3, (AX)", 10))
	got := Predict(profiletest.Zen3(t), []Kernel{k})[0]
	want := profile.Prediction{ISA: "avx2", Kernel: "F", Size: "n=2", Loop: "next", Trips: 2, InLoop: 1, Predicted: 2.5, Measured: 5, Binding: Stores}
	got.Bounds, want.Share, got.Share = nil, 0, 0
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if r := Residue(got); math.Abs(r-1) > 1e-9 || !IsUnexplained(got) {
		t.Errorf("residue %v", r)
	}
}

// A loop that is run seldom is not the inner loop, and an outer loop is none.
func TestFindLoop(t *testing.T) {
	step := func(target int, times uint64) emulate.Step {
		return emulate.Step{Op: "JNE", Target: target, Times: times}
	}
	plain := func(times uint64) emulate.Step { return emulate.Step{Target: -1, Times: times} }
	steps := []emulate.Step{plain(10), plain(50), step(1, 50), plain(200), step(3, 200), step(0, 10), plain(1)}
	l, ok := findLoop(steps)
	if want := (loop{first: 3, last: 4, iterations: 200, entries: 10}); !ok || l != want {
		t.Errorf("%+v, want %+v", l, want)
	}
	if _, ok := findLoop([]emulate.Step{plain(1), step(0, 0)}); ok {
		t.Error("a loop that is not executed is found")
	}
	// Two jumps to one header are one loop.
	if l, _ := findLoop([]emulate.Step{plain(50), step(0, 50), plain(10), {Op: "JMP", Target: 0, Times: 10}, plain(1)}); l.last != 3 || l.entries != 0 {
		t.Errorf("%+v", l)
	}
}

// A form that was not measured counts as nothing and is named.
func TestUnknown(t *testing.T) {
	some := profiletest.Zen3(t)
	some.Throughputs = slices.DeleteFunc(some.Throughputs, func(x profile.Throughput) bool { return x.Form == "VADDPS y, y, y" })
	got := Predict(some, []Kernel{traced(t, 100, "", "VADDPS Y0, Y1, Y2", 0)})[0]
	if len(got.Unknown) != 1 || got.Unknown[0] != "VADDPS y, y, y" || got.Bounds[AddPipes] != 0 {
		t.Errorf("%+v", got)
	}
	if !math.IsNaN(Residue(got)) || IsUnexplained(got) {
		t.Error("a residue without a measurement")
	}
	if got := Predict(new(profile.Profile), []Kernel{traced(t, 100, "", "VADDPS Y0, Y1, Y2", 0)}); len(got) != 0 {
		t.Errorf("a prediction from no measurement: %+v", got)
	}
}

// An instruction accesses as many bytes as it does, not as its registers have.
func TestAccessed(t *testing.T) {
	for isa, test := range map[string]struct {
		source string
		args   []any
		want   map[string]int // by the beginning of the text
	}{
		"avx512": {`
// func F(n int, x []float64)
TEXT ·F(SB), NOSPLIT, $0-32
	MOVQ x_base+8(FP), AX
	MOVL 4(AX), BX
	MOVQ 8(AX), CX
	VBROADCASTSD 8(AX), Y0
	VBROADCASTSS 8(AX), Z4
	VADDPD.BCST 16(AX), Z0, Z1
	VADDPS.BCST 20(AX), Z0, Z2
	VADDPD 64(AX), Z0, Z3
	VMOVUPS (AX), X5
	VEXTRACTF128 $1, Y0, 32(AX)
	VMOVUPS Z3, 64(AX)
	VZEROUPPER
	RET
`, []any{1, make([]float64, 32)}, map[string]int{"MOVL 4": 4, "MOVQ 8": 8, "VBROADCASTSD": 8, "VBROADCASTSS": 4, "VADDPD.BCST": 8, "VADDPS.BCST": 4, "VADDPD 64": 64,
			"VMOVUPS (AX)": 16, "VEXTRACTF128": 16, "VMOVUPS Z3": 64}},
		"neon": {`
//go:build arm64

// func F(n int, x []float64)
TEXT ·F(SB), NOSPLIT, $0-32
	MOVD x_base+8(FP), R0
	FLDPQ (R0), (F0, F1)
	FMOVQ 32(R0), F2
	FSTPQ (F0, F1), 64(R0)
	RET
`, []any{1, make([]float64, 32)}, map[string]int{"FLDPQ": 32, "FMOVQ": 16, "FSTPQ": 32}},
	} {
		program, err := emulate.Parse(test.source)
		if err != nil {
			t.Fatal(err)
		}
		_, steps, err := program.Trace("F", test.args...)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, s := range steps {
			for text, want := range test.want {
				if strings.HasPrefix(s.Text, text) {
					found++
					if got := accessed(s); got != want {
						t.Errorf("%s: %s accesses %d bytes, want %d", isa, s.Text, got, want)
					}
				}
			}
		}
		if found != len(test.want) {
			t.Errorf("%s: %d of %d instructions", isa, found, len(test.want))
		}
	}
	if got := accessed(emulate.Step{}); got != 4 {
		t.Errorf("where nothing was executed: %d", got)
	}
}
