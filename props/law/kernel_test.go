package law

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/internal/machine"
)

// A doubling sets dst[i] = 2 src[i] for the first two elements of rows of three.
type doubling func(dst, src []float32)

// double is the specification.
func double(dst, src []float32) {
	for i := range dst {
		if i%3 < 2 {
			dst[i] = 2 * src[i]
		}
	}
}

// doublingUnderTest pairs a kernel with its specification, or if verify is set with a
// Verify that allows an error of a thousandth, and no Spec.
func doublingUnderTest(k doubling, verify, deterministic bool) KernelUnderTest[doubling] {
	u := KernelUnderTest[doubling]{Kernel: k, Deterministic: deterministic}
	if !verify {
		u.Spec = double
	}
	u.Draw = func(t *rapid.T) KernelCall[doubling] {
		n := 3*rapid.IntRange(0, 5).Draw(t, "rows") + 2
		src, _ := gen.Matrix(t, "src", 1, n, []gen.Pattern[float32]{gen.Uniform[float32]()}, nil)
		call := KernelCall[doubling]{
			Case:     fmt.Sprintf("%d elements", n),
			Operands: []Operand{F32("dst", make([]float32, n)).Rows(3, 2).Written(), F32("src", src).Rows(3, 2)},
			Call:     func(k doubling, args []Arg) { k(args[0].F32(), args[1].F32()) },
		}
		if verify {
			call.Verify = func(after []Arg) string {
				for i, x := range after[0].F32() {
					if i%3 < 2 && !(math.Abs(float64(x-2*src[i])) <= 1e-3) {
						return fmt.Sprintf("element %d is %v, want %v", i, x, 2*src[i])
					}
				}
				return ""
			}
		}
		return call
	}
	return u
}

// kernelModes are the ways to check the result of a kernel: by a specification, or by Verify
// with and without Deterministic.
var kernelModes = []struct {
	name                  string
	verify, deterministic bool
}{{"bits", false, false}, {"verified", true, false}, {"verified and deterministic", true, true}}

// lastCaller is a value that broken kernels keep from call to call.
var lastCaller, callers atomic.Uint64

// inside is the number of callers in a broken kernel, and overlaps how many came in since there
// was none.
var inside, overlaps atomic.Int64

// outside returns element i of a slice whatever its length, as assembly does.
//
//go:nocheckptr
func outside(s []float32, i int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), 4*i))
}

// use keeps the compiler from dropping an access.
//
//go:noinline
func use(float32) {}

// brokenDoublings has a kernel that breaks each law of kernels and no other law,
// except where alsoFails names one.
var brokenDoublings = []struct {
	law       string
	kernel    doubling
	available bool // on this machine
	alsoFails []string
}{
	{"equals-specification", func(dst, src []float32) { double(dst, src); dst[1]++ }, true, nil},
	{"equals-specification", func(dst, src []float32) {}, true, nil},
	{"equals-specification", func(dst, src []float32) { double(dst, src); src[0] = 3 }, true, []string{"concurrent-callers"}},
	{"padding", func(dst, src []float32) {
		double(dst, src)
		if len(src) > 2 {
			dst[0] -= 0 * src[2]
		}
	}, true, nil},
	{"padding", func(dst, src []float32) { // copies the gaps with the rows
		for i := range dst {
			dst[i] = 2 * src[i]
			if i%3 == 2 {
				dst[i] = src[i]
			}
		}
	}, true, nil},
	{"guard-after", func(dst, src []float32) { double(dst, src); use(*outside(src, len(src))) }, gen.Guards, nil},
	{"guard-before", func(dst, src []float32) { double(dst, src); use(*outside(src, -1)) }, gen.Guards, nil},
	{"alignment", func(dst, src []float32) {
		double(dst, src)
		if uintptr(unsafe.Pointer(&src[0]))%16 == 4 {
			dst[1]++
		}
	}, true, nil},
	{"machine-state", func(dst, src []float32) { double(dst, src); machine.FlushToZero() }, machine.Known, nil},
	{"concurrent-callers", func(dst, src []float32) {
		me := callers.Add(1)
		lastCaller.Store(me)
		runtime.Gosched()
		double(dst, src)
		if lastCaller.Load() != me {
			dst[0]++
		}
	}, true, nil},
	{"concurrent-callers", func(dst, src []float32) { // only after several calls that overlap without a pause
		if inside.Add(1) == 1 {
			overlaps.Store(0)
		} else {
			overlaps.Add(1)
		}
		runtime.Gosched()
		double(dst, src)
		if overlaps.Load() > 3 {
			dst[0]++
		}
		inside.Add(-1)
	}, true, nil},
	{"repeatable", func(dst, src []float32) {
		double(dst, src)
		dst[0] += float32(lastCaller.Swap(uint64(len(src))))
	}, true, []string{"equals-specification", "padding", "alignment", "concurrent-callers"}},
}

// In every mode each law of kernels catches a kernel that breaks it.
func TestEveryKernelLawCatches(t *testing.T) {
	for _, mode := range kernelModes {
		caught := map[string]bool{}
		for _, b := range brokenDoublings {
			caught[b.law] = caught[b.law] || !b.available
			if !b.available {
				continue
			}
			properties := doublingUnderTest(b.kernel, mode.verify, mode.deterministic).Properties()
			p := properties[slices.IndexFunc(properties, func(p Property) bool { return p.Name == b.law })]
			if Falsify(p) == nil {
				t.Errorf("%s: %s does not catch a kernel that breaks it", mode.name, p.Name)
			}
			caught[b.law] = true
		}
		for _, p := range doublingUnderTest(double, mode.verify, mode.deterministic).Properties() {
			if !caught[p.Name] {
				t.Errorf("%s: no broken kernel shows that %s can fail", mode.name, p.Name)
			}
		}
	}
}

// Where a kernel promises one result, what breaks one law breaks no other.
func TestBrokenKernelBreaksOneLaw(t *testing.T) {
	for i, b := range brokenDoublings {
		for _, mode := range []int{0, 2} {
			m := kernelModes[mode]
			for _, p := range doublingUnderTest(b.kernel, m.verify, m.deterministic).Properties() {
				if b.available && p.Name != b.law && !slices.Contains(b.alsoFails, p.Name) {
					t.Run(fmt.Sprintf("%d %s %s/%s", i, b.law, m.name, p.Name), func(t *testing.T) { p.Test(t) })
				}
			}
		}
	}
}

// Without unreadable pages there are no laws of guards, which could not fail.
func TestNoGuards(t *testing.T) {
	for _, guards := range []bool{false, true} {
		names := ""
		for _, p := range doublingUnderTest(double, false, false).properties(guards) {
			names += p.Name + " "
		}
		if strings.Contains(names, "guard") != guards || strings.Count(names, " ") < 6 {
			t.Errorf("guards %v: %s", guards, names)
		}
	}
}

// In every mode the laws hold for the specification itself.
func TestKernelLawsHold(t *testing.T) {
	for _, mode := range kernelModes {
		t.Run(mode.name, func(t *testing.T) { CheckKernel(t, doublingUnderTest(double, mode.verify, mode.deterministic)) })
	}
}

// A kernel that gives other bits each time is allowed where Verify judges and no
// more is promised, and caught where it promises one result.
func TestDeterministic(t *testing.T) {
	varying := func(dst, src []float32) {
		double(dst, src)
		for i := 0; i < len(dst); i += 3 {
			dst[i] += float32(callers.Add(1)%7) * 1e-5
		}
	}
	t.Run("not promised", func(t *testing.T) { CheckKernel(t, doublingUnderTest(varying, true, false)) })
	for _, p := range doublingUnderTest(varying, true, true).Properties() {
		switch p.Name {
		case "padding", "alignment", "concurrent-callers", "repeatable":
			if Falsify(p) == nil {
				t.Errorf("%s holds for a kernel that gives other bits each time", p.Name)
			}
		}
	}
}

// machine-state also sees a vector register whose upper half is in use.
func TestMachineStateSeesUpperHalves(t *testing.T) {
	if !machine.Known || !hasAVX() {
		t.Skip("this CPU has no upper halves to soil")
	}
	if message := isolated(machine.Soil); !strings.Contains(message, "the call left") {
		t.Errorf("%q", message)
	}
}

// A kernel in Go that reads outside of a slice panics. The law that finds it says so in one
// line, with the line of the kernel and the case.
func TestKernelThatPanics(t *testing.T) {
	k := func(dst, src []float32) { dst[0] = src[len(src)] }
	f := Falsify(doublingUnderTest(k, false, false).Properties()[0])
	if !strings.Contains(f.Message, "equals-specification: panic: runtime error: index out of range [2] with length 2, at ") ||
		!strings.Contains(f.Message, "kernel_test.go:") || !strings.Contains(f.Log, "case: 2 elements") {
		t.Errorf("%s\n%s", f.Message, f.Log)
	}
}
