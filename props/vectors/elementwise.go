package vectors

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/internal/exact"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/props/reference"
)

// elementInput is a call y_i = f(x_i).
type elementInput struct {
	X numbers `json:"x"`
}

// backwardInput is a call of the gradient of ReLU.
type backwardInput struct {
	Delta numbers `json:"delta"`
	H     numbers `json:"h"`
}

// A function is an operation on each element of a vector of float32.
type function struct {
	name       string
	definition []string
	bound      []string
	recipes    []elementRecipe
	specify    func(x float32) float32
	// value returns the exact value, and false where the specified result is the only one.
	value func(x float32) (*big.Float, bool)
}

// An elementRecipe describes one kind of arguments.
type elementRecipe struct {
	comment string
	flags   []string
	draw    func(d *drawer, i int) float32 // argument i; nil for one of each special value
}

var exactBound = []string{"lower = result = upper: there is one right answer. As numbers, -0 and +0 are equal."}

func ulpBound(name string) []string {
	return []string{
		fmt.Sprintf("lower and upper are the least and the largest float32 within %d units in the last place of the exact %s(x): what vector libraries promise. A unit is the distance of two float32 in the binade of the exact value, 2^-149 where that is subnormal.", law.LooseUlp, name),
		"Exact values are computed in 512 bits. Infinite results must be infinite, except that finite numbers within the bound of a result that overflows are allowed, and the reverse.",
	}
}

func elementwise() []operation {
	uniformOn := func(low, high float32) func(d *drawer, _ int) float32 {
		return func(d *drawer, _ int) float32 { return low + float32((high-low)*d.unit()) }
	}
	anyBits := elementRecipe{"any bits", []string{"wide-range"}, func(d *drawer, _ int) float32 {
		return math.Float32frombits(uint32(d.seed()))
	}}
	special := func(flags ...string) elementRecipe {
		return elementRecipe{comment: "special values", flags: append(flags, "special")}
	}
	functions := []function{
		{"relu", []string{"y = +0 if x <= 0, else x, in float32: NaN stays NaN, and -0 becomes +0."}, exactBound, []elementRecipe{
			{"numbers uniform on [-1, 1]", nil, uniformOn(-1, 1)},
			{"subnormal numbers", []string{"subnormal"}, func(d *drawer, _ int) float32 { return float32(d.below(2001)-1000) * eta }},
			special("signed-zero", "subnormal"), anyBits,
		}, reference.ReLU[float32], func(float32) (*big.Float, bool) { return nil, false }},
		{"exp", []string{"y = e^x in float32, by the polynomial and the sequence of operations of reference.Exp (props/reference/explog.go), whose error is at most 0.895 units in the last place."}, ulpBound("exp"), []elementRecipe{
			{"numbers uniform on [-1, 1]", nil, uniformOn(-1, 1)},
			{"arguments of the softmax", nil, uniformOn(-30, 0)},
			{"all results but the subnormal ones", []string{"wide-range"}, uniformOn(-87, 88)},
			{"subnormal results", []string{"subnormal"}, uniformOn(-103.9, -87.5)},
			{"results beside the largest number", []string{"overflow"}, uniformOn(88.7, 88.75)},
			{"halves of multiples of ln 2", []string{"range-reduction"}, func(d *drawer, i int) float32 {
				x := float32(float64(1+d.below(125)) / float64(one(d, 2, -2)) * math.Ln2)
				return math.Float32frombits(math.Float32bits(x) + uint32(d.below(5)) - 2)
			}},
			{"arguments near zero", []string{"tiny"}, func(d *drawer, _ int) float32 {
				return (2*d.unit() - 1) * float32(math.Ldexp(1, -d.below(140)))
			}},
			special(), anyBits,
		}, reference.Exp, exactExp},
		{"log", []string{"y = the natural logarithm of x in float32, by the polynomial and the sequence of operations of reference.Log (props/reference/explog.go), whose error is at most 0.882 units in the last place. The logarithm of either zero is -inf, that of a negative number NaN."}, ulpBound("log"), []elementRecipe{
			{"numbers uniform on [0, 10]", nil, uniformOn(0, 10)},
			{"sums of exponentials", nil, uniformOn(1, 10)},
			{"arguments beside one", []string{"near-one"}, func(d *drawer, _ int) float32 {
				return 1 + float32((2*d.unit()-1)*float32(math.Ldexp(1, -d.below(24))))
			}},
			{"positive numbers of all magnitudes", []string{"wide-range"}, func(d *drawer, _ int) float32 {
				return math.Float32frombits(uint32(d.below(0x7f800000)))
			}},
			{"subnormal arguments", []string{"subnormal"}, func(d *drawer, _ int) float32 { return math.Float32frombits(uint32(1 + d.below(1<<23-1))) }},
			special("subnormal"), anyBits,
		}, reference.Log, exactLog},
	}
	var all []operation
	for _, f := range functions {
		all = append(all, operation{f.name, f.definition, f.bound, f.draw})
	}
	return slices.Insert(all, 1, reluBackward(functions[0].recipes))
}

// unit returns a number uniform on [0, 1).
func (d *drawer) unit() float32 { return float32(d.seed()>>40) / (1 << 24) }

// lengths of vectors: with remainders of all lengths, and a few without.
var lengths = []int{1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48}

// elements draws a vector of n arguments.
func (r elementRecipe) elements(d *drawer, n int) []float32 {
	if r.draw == nil {
		return gen.Spikes[float32]()
	}
	x := make([]float32, n)
	for i := range x {
		x[i] = r.draw(d, i)
	}
	return x
}

func (f function) draw(d *drawer, i int) test {
	r := f.recipes[i%len(f.recipes)]
	x := r.elements(d, one(d, lengths...))
	var o outputs[float32]
	for _, v := range x {
		y := f.specify(v)
		if value, several := f.value(v); several {
			lower, upper := withinUlps(value)
			o.addBetween(y, lower, upper)
		} else {
			o.add(y)
		}
	}
	return elementTest(r, len(x), elementInput{write(x...)}, map[string]output{"y": o.output()})
}

// elementTest returns the test of a vector of n elements.
func elementTest(r elementRecipe, n int, input any, expected map[string]output) test {
	t := test{Comment: r.comment, Flags: append([]string{}, r.flags...), Input: input, Expected: expected}
	if n%16 != 0 {
		t.Flags = append(t.Flags, "tail")
	}
	return t
}

// withinUlps returns the least and the largest float32 that are within law.LooseUlp of the
// exact value, where everything from the largest number and half a unit is infinite.
func withinUlps(value *big.Float) (lower, upper float32) {
	exponent := min(max(value.MantExp(nil)-1, -126), 127)
	if value.Sign() == 0 {
		exponent = -126
	}
	off := num(law.LooseUlp * math.Ldexp(1, exponent-23))
	low, high := add(value, new(big.Float).Neg(off)), add(value, off)
	overflow := num(math.Ldexp(1-math.Ldexp(1, -25), 128))
	lower, upper = between[float32](ball{value, off})
	if low.Cmp(overflow) >= 0 {
		lower = inf[float32]()
	}
	if high.Cmp(overflow) >= 0 {
		upper = inf[float32]()
	}
	return lower, upper
}

// exactExp returns e^x, and false for NaN and infinities.
func exactExp(x float32) (*big.Float, bool) {
	if !finite(x) {
		return nil, false
	}
	return exact.Exp(num(float64(min(max(x, -500), 500)))), true // beyond, no float32 is near
}

// exactLog returns log x, and false where that is NaN or infinite.
func exactLog(x float32) (*big.Float, bool) {
	if !finite(x) || x <= 0 {
		return nil, false
	}
	if x == 1 {
		return num(0), true
	}
	return exact.Log(num(float64(x))), true
}

func reluBackward(recipes []elementRecipe) operation {
	return operation{
		name:       "relu-backward",
		definition: []string{"dst = delta if h > 0, else +0, in float32: the gradient before a ReLU whose output is h. For an h that is NaN, it is +0."},
		bound:      exactBound,
		draw: func(d *drawer, i int) test {
			r := recipes[i%len(recipes)]
			n := one(d, lengths...)
			h := r.elements(d, n)
			delta := r.elements(d, len(h))
			if r.draw == nil { // special values meet others than themselves
				for j := range delta {
					k := d.below(j + 1)
					delta[j], delta[k] = delta[k], delta[j]
				}
			}
			var o outputs[float32]
			for j, v := range h {
				if v > 0 {
					o.add(delta[j])
				} else {
					o.add(0)
				}
			}
			return elementTest(r, len(h), backwardInput{write(delta...), write(h...)}, map[string]output{"dst": o.output()})
		},
	}
}
