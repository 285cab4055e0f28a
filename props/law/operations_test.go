package law

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/props/reference"
)

// An operationCase is an operation with implementations of it: one that has the bits of
// the specification, one that is only within bounds, and one that is broken.
type operationCase struct {
	name                 string
	exact, loose, broken func(contract Contract) []Property
}

func properties[K any](kernel func(K, Contract) KernelUnderTest[K], f K) func(Contract) []Property {
	return func(c Contract) []Property { return kernel(f, c).Properties() }
}

func eachElement(f func(x float32) float32) Elementwise {
	return func(dst, src []float32) {
		for i, x := range src {
			dst[i] = f(x)
		}
	}
}

func crossEntropyBy(offset float32, soft func(logits []float32) []float32) CrossEntropy {
	return func(grad, logits []float32, label int) float32 {
		copy(grad, soft(logits))
		grad[label]--
		return reference.Loss(logits, uint8(label)) + offset
	}
}

// softmax64 is the softmax computed in float64.
func softmax64(logits []float32) []float32 {
	sum, p := 0.0, make([]float32, len(logits))
	for _, z := range logits {
		sum += math.Exp(float64(z - slices.Max(logits)))
	}
	for c, z := range logits {
		p[c] = float32(math.Exp(float64(z-slices.Max(logits))) / sum)
	}
	return p
}

// dotBy returns a dot product of vectors that are first changed by order.
func dotBy(order func(x []float32) []float32) Dot[float32] {
	return func(x, y []float32) float32 {
		sum := float32(0)
		y = order(y)
		for i, x := range order(x) {
			sum = reference.Fma32(x, y[i], sum)
		}
		return sum
	}
}

func reversed(x []float32) []float32 { x = slices.Clone(x); slices.Reverse(x); return x }

func gemvBy(transA func(bool) bool, extra float32) Gemv[float32] {
	return func(tA bool, m, n int, alpha float32, a []float32, lda int, x []float32, beta float32, y []float32) {
		rows, depth := m, n
		if tA {
			rows, depth = n, m
		}
		for i := range rows {
			sum := float32(0)
			for p := range depth {
				at := i*lda + p
				if transA(tA) {
					at = p*lda + i
				}
				sum += alpha * a[min(at, len(a)-1)] * x[p]
			}
			y[i] = sum + beta*y[i] + extra
		}
	}
}

var operationCases = []operationCase{
	{"exp", properties(ExpKernel, eachElement(reference.Exp)),
		properties(ExpKernel, eachElement(func(x float32) float32 { return float32(math.Exp(float64(x))) })),
		properties(ExpKernel, eachElement(func(x float32) float32 { return reference.Exp(x) * (1 + 0x1p-20) }))},
	{"log", properties(LogKernel, eachElement(reference.Log)),
		properties(LogKernel, eachElement(func(x float32) float32 { return float32(math.Log(float64(x))) })),
		properties(LogKernel, eachElement(func(x float32) float32 { return reference.Log(max(x, 0)) }))},
	{"ReLU", properties(ReLUKernel, eachElement(reference.ReLU[float32])),
		properties(ReLUKernel, eachElement(func(x float32) float32 { // -0 stays -0
			if x < 0 {
				return 0
			}
			return x
		})),
		properties(ReLUKernel, eachElement(func(x float32) float32 { // NaN becomes 0
			if x > 0 {
				return x
			}
			return 0
		}))},
	{"ReLU backward", properties(ReLUBackwardKernel, func(dst, delta, h []float32) {
		for i := range dst {
			dst[i] = 0
			if h[i] > 0 {
				dst[i] = delta[i]
			}
		}
	}), properties(ReLUBackwardKernel, func(dst, delta, h []float32) {
		for i := range dst {
			dst[i] = float32(math.Copysign(0, -1))
			if h[i] > 0 {
				dst[i] = delta[i]
			}
		}
	}), properties(ReLUBackwardKernel, func(dst, delta, h []float32) {
		for i := range dst {
			dst[i] = 0
			if h[i] >= 0 {
				dst[i] = delta[i]
			}
		}
	})},
	{"SGD step", properties(SGDStepKernel, func(w, g []float32, step float32) {
		for i := range w {
			w[i] = reference.Fma32(-step, g[i], w[i])
		}
	}), properties(SGDStepKernel, func(w, g []float32, step float32) {
		for i := range w {
			w[i] -= float32(step * g[i])
		}
	}), properties(SGDStepKernel, func(w, g []float32, step float32) {
		for i := range w {
			w[i] += float32(step * g[i])
		}
	})},
	{"cross-entropy", properties(CrossEntropyKernel, crossEntropyBy(0, reference.Softmax[float32])),
		properties(CrossEntropyKernel, crossEntropyBy(0, softmax64)),
		properties(CrossEntropyKernel, crossEntropyBy(1e-3, reference.Softmax[float32]))},
	{"dot", properties(DotKernel[float32], dotBy(slices.Clone[[]float32])),
		properties(DotKernel[float32], dotBy(reversed)),
		properties(DotKernel[float32], dotBy(func(x []float32) []float32 { return x[:len(x)/2*2] }))},
	{"gemv", properties(GemvKernel[float32], GemvKernel[float32](nil, BitExact).Spec),
		properties(GemvKernel[float32], gemvBy(func(t bool) bool { return t }, 0)),
		properties(GemvKernel[float32], gemvBy(func(bool) bool { return false }, 0))},
}

// The laws of every operation hold for what its contract allows, and equals-specification
// catches what it forbids: other bits under BitExact, an error under WithinBound.
func TestOperations(t *testing.T) {
	for _, c := range operationCases {
		t.Run(c.name+"/BitExact", func(t *testing.T) { Run(t, c.exact(BitExact)) })
		for _, contract := range []Contract{WithinBound, WithinBound | Deterministic} {
			t.Run(c.name+"/exact within bound", func(t *testing.T) { Run(t, c.exact(contract)) })
			t.Run(c.name+"/loose within bound", func(t *testing.T) { Run(t, c.loose(contract)) })
			if Falsify(c.broken(contract)[0]) == nil {
				t.Errorf("%s: no law catches the broken implementation under contract %d", c.name, contract)
			}
		}
		for what, all := range map[string][]Property{"loose": c.loose(BitExact), "broken": c.broken(BitExact)} {
			if Falsify(all[0]) == nil {
				t.Errorf("%s: BitExact allows the %s implementation", c.name, what)
			}
		}
	}
}

// The operations exist in float64 too.
func TestOperationsFloat64(t *testing.T) {
	CheckKernel(t, DotKernel(DotKernel[float64](nil, BitExact).Spec, WithinBound|Deterministic))
	CheckKernel(t, GemvKernel(GemvKernel[float64](nil, BitExact).Spec, WithinBound|Deterministic))
}

// A kernel that is wrong in the elements after the last multiple of sixteen is found, unless it
// promises such lengths only.
func TestOddLengthsAreDrawn(t *testing.T) {
	tail := func(dst, src []float32) {
		eachElement(reference.Exp)(dst[:len(src)/16*16], src)
	}
	if Falsify(ExpKernel(func(dst, src []float32) { tail(dst, src[:len(src)/16*16]) }, BitExact).Properties()[0]) == nil {
		t.Error("not found")
	}
	if found := FalsifyCases(ExpKernel(eachElement(reference.Exp), BitExact|Sixteens).Properties()[0], 50); found != nil {
		t.Error(found.Log)
	}
	if found := FalsifyCases(ExpKernel(func(dst, src []float32) { tail(dst, src[:len(src)/16*16]) }, BitExact|Sixteens).Properties()[0], 200); found != nil {
		t.Error(found.Log)
	}
}

// The line of a panic names no folder of the machine that built the program.
func TestPanicsNameNoFolder(t *testing.T) {
	found := Falsify(ExpKernel(func(dst, src []float32) { _ = src[len(src)] }, BitExact).Properties()[0])
	if found == nil || !strings.Contains(found.Message, "operations_test.go:") || strings.Contains(found.Message, "/") {
		t.Errorf("%+v", found)
	}
}
