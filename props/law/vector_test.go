package law

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// naive is the specification as a routine; its norm is computed by scaling.
func naive(c VectorCall[float32], a, x, y []float32) float32 {
	c.A.Data, c.X.Data, c.Y.Data = a, x, y
	if c.Operation == OpNrm2 {
		if kind := c.Specified(); kind[0] != 0 {
			return kind[0]
		}
		norm, _ := c.norm()
		rounded, _ := norm.Float32()
		return rounded
	}
	return c.put(y, c.Netlib())
}

// changed returns naive with the call changed.
func changed(change func(c *VectorCall[float32])) VectorRoutine[float32] {
	return func(c VectorCall[float32], a, x, y []float32) float32 {
		change(&c)
		return naive(c, a, x, y)
	}
}

// result returns naive with its result changed.
func result(change func(c VectorCall[float32], got float32) float32) VectorRoutine[float32] {
	return func(c VectorCall[float32], a, x, y []float32) float32 {
		got := naive(c, a, x, y)
		for i := range y {
			if c.Operation.writes() {
				y[i] = change(c, y[i])
			}
		}
		return change(c, got)
	}
}

func flush(_ VectorCall[float32], v float32) float32 {
	if math.Abs(float64(v)) < 0x1p-126 {
		return 0
	}
	return v
}

// vectorFaults are broken routines, with the law that must find each.
var vectorFaults = []struct {
	law    string
	o      VectorOperation
	broken VectorRoutine[float32]
}{
	{"equals-specification", OpDot, result(func(_ VectorCall[float32], v float32) float32 { return v * (1 + 0x1p-10) })},
	{"equals-specification", OpNrm2, result(func(_ VectorCall[float32], v float32) float32 { return v * (1 + 0x1p-8) })},
	{"negative-increments", OpAxpy, changed(func(c *VectorCall[float32]) { c.X.Inc = max(c.X.Inc, -c.X.Inc) })},
	{"negative-increments", OpGemv, changed(func(c *VectorCall[float32]) { c.Y.Inc = max(c.Y.Inc, -c.Y.Inc) })},
	{"padding", OpAxpy, func(c VectorCall[float32], a, x, y []float32) float32 {
		v := naive(c, a, x, y)
		if len(y) > 1 && c.Y.Inc != 1 {
			y[1] = 7
		}
		return v
	}},
	{"exact-integers", OpAsum, changed(func(c *VectorCall[float32]) { c.X.N = c.X.N / 4 * 4 })},
	{"exact-integers", OpAmax, func(c VectorCall[float32], _, x, _ []float32) float32 { // the last of the largest
		values := c.X.Values()
		slices.Reverse(values)
		return float32(max(0, c.N-1-first(values)))
	}},
	{"subnormals", OpDot, result(flush)},
	{"subnormals", OpGemv, result(flush)},
	{"alpha-zero", OpAxpy, func(c VectorCall[float32], _, x, y []float32) float32 {
		for i := range c.N {
			y[c.Y.Index(i)] += c.Alpha * x[c.X.Index(i)]
		}
		return 0
	}},
	{"beta-zero", OpGemv, func(c VectorCall[float32], a, x, y []float32) float32 {
		before := slices.Clone(y)
		v := naive(c, a, x, y)
		for i := range y {
			y[i] += c.Beta * before[i]
		}
		return v
	}},
	{"non-finite", OpDot, result(func(_ VectorCall[float32], v float32) float32 {
		if v != v {
			return 0
		}
		return v
	})},
	{"norm-range", OpNrm2, func(c VectorCall[float32], _, _, _ []float32) float32 {
		sum := float32(0)
		for _, x := range c.X.Values() {
			if x != x {
				return x
			}
			sum += x * x
		}
		return float32(math.Sqrt(float64(sum)))
	}},
	{"nan-index", OpAmax, func(c VectorCall[float32], a, x, y []float32) float32 {
		x = slices.Clone(x)
		for i, v := range x {
			if v != v {
				x[i] = -1
			}
		}
		return naive(c, a, x, y)
	}},
	{"open-increments", OpDot, changed(func(c *VectorCall[float32]) { c.X.N = min(c.X.N, 1+c.X.N*max(c.X.Inc, -c.X.Inc)) })},
}

// Every law of vectors finds a fault made for it, and none finds one in the specification.
func TestVectorLaws(t *testing.T) {
	operations := []VectorOperation{OpDot, OpAxpy, OpNrm2, OpAsum, OpAmax, OpGemv}
	for _, o := range operations {
		for _, contract := range []Contract{BitExact, WithinBound | Deterministic} {
			if o == OpNrm2 && contract == BitExact {
				continue // no result of nrm2 is specified to the last bit
			}
			for _, p := range VectorProperties(naive, o, contract) {
				if found := FalsifyCases(p, 30); found != nil {
					t.Errorf("%s, contract %d: %s", o, contract, found.Log)
				}
			}
		}
	}
	for _, f := range vectorFaults {
		all := VectorProperties(f.broken, f.o, WithinBound|Deterministic)
		p := all[slices.IndexFunc(all, func(p Property) bool { return p.Name == f.law })]
		if FalsifyCases(p, 400) == nil {
			t.Errorf("%s does not find the fault of %s", f.law, f.o)
		}
	}
}

// A result that depends on the number of threads is found; the operands are long enough for
// several.
func TestVectorThreadCount(t *testing.T) {
	halves := func(threads int) VectorRoutine[float32] {
		return func(c VectorCall[float32], a, x, y []float32) float32 {
			sum := float32(0)
			for part := range threads {
				s := float32(0)
				for i := part * c.N / threads; i < (part+1)*c.N/threads; i++ {
					s += float32(x[i] * y[i])
				}
				sum += s
			}
			return sum
		}
	}
	if FalsifyCases(VectorThreadCountProperty(halves, OpDot), 10) == nil {
		t.Error("not found")
	}
	one := func(int) VectorRoutine[float32] { return halves(1) }
	if found := FalsifyCases(VectorThreadCountProperty(one, OpDot), 2); found != nil {
		t.Error(found.Log)
	}
	rapid.Check(t, func(t *rapid.T) {
		if x := repeated[float64](t, "x", 130); x[61] != x[0] || x[129] != x[7] {
			t.Fatal("not periodic")
		}
	})
}
