package proof

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
)

// Data is the kind of data that a kernel is called with.
type Data int

// The kinds of data.
const (
	Ordinary Data = iota // normally distributed numbers
	Special              // among them zeros, infinities, NaNs and others that arithmetic treats in a special way
	Fragile              // zeros of both signs and numbers whose products underflow, so that many sums are -0; chains of ties
)

// Compare calls a kernel and its specification, functions of the declared type, with the same
// random data, and returns an error if a result differs in more than the bits of a NaN.
func (s Shape) Compare(kernel, specification reflect.Value, random *rand.Rand, data Data) error {
	operands := s.memory()
	memory := s.random(operands, random, data)
	got, want := s.arguments(memory), s.arguments(memory)
	specification.Call(want)
	kernel.Call(got)
	for i, o := range operands {
		if o == nil {
			continue
		}
		g, w := fromGo(got[i]), fromGo(want[i])
		for n := range w {
			if g[n] != w[n] && !bothNaN(g[n], w[n], o.bits) {
				return fmt.Errorf("%s (%s): %s[%d] is %#x, by the specification %#x", s.kernel.Name, s, o.name, n, g[n], w[n])
			}
		}
	}
	return nil
}

// FLOPs returns the number of floating-point operations of the call.
func (s Shape) FLOPs() int { return s.kernel.Call(s.args).FLOPs }

// random returns data for a call.
func (s Shape) random(operands []*operand, random *rand.Rand, data Data) map[string][]uint64 {
	draw := drawOrdinary(random, data == Special)
	if data == Fragile {
		draw = func(o *operand, _ int) uint64 { return fragile(o, random) }
	}
	memory := map[string][]uint64{}
	for _, o := range operands {
		if o == nil {
			continue
		}
		numbers := make([]uint64, o.length*o.per)
		for i := range numbers {
			if numbers[i] = draw(o, i); !o.isData(i) {
				numbers[i] = uint64(o.fixed[i])
			}
		}
		memory[o.name] = numbers
	}
	if data == Fragile && s.kernel.Name == "LossSum" {
		s.chainTies(memory["z"])
	}
	if s.alias[0] != "" {
		memory[s.alias[1]] = memory[s.alias[0]]
	}
	return memory
}

// drawOrdinary returns a function that draws number i of an operand, from numbers of one kind.
func drawOrdinary(random *rand.Rand, special bool) func(o *operand, i int) uint64 {
	k := kind{special: special && random.IntN(2) == 0, zeros: special && random.IntN(3) == 0, scale: []float64{1, 1, 40}[random.IntN(3)]}
	const lanes = 16
	alike, center := random.IntN(3) == 0, 0.0
	return func(o *operand, i int) uint64 {
		if alike && i%lanes == 0 {
			center = k.scale * random.NormFloat64()
		}
		return k.value(random, o.bits, center)
	}
}

// arguments returns the arguments of a call with data of its own.
func (s Shape) arguments(memory map[string][]uint64) []reflect.Value {
	args := slices.Clone(s.args)
	for i, name := range s.kernel.Params {
		if memory[name] != nil {
			args[i] = toGo(args[i].Type(), memory[name])
		}
	}
	if s.alias[0] != "" {
		args[s.kernel.Param(s.alias[1])] = args[s.kernel.Param(s.alias[0])]
	}
	return args
}

// A kind of data of a call.
type kind struct {
	special bool    // with infinities, NaNs and others that arithmetic treats in a special way
	zeros   bool    // every other number is zero, as often -0 as +0: few sums and products are -0 otherwise
	scale   float64 // of the other numbers: of large ones, differences have exponentials that vanish
}

// value draws the bits of a number about center, which is another one for each sixteen numbers where
// kernels branch on what is true of a whole vector.
func (k kind) value(random *rand.Rand, bits int, center float64) uint64 {
	x := k.scale * random.NormFloat64()
	if center != 0 {
		x = center + random.NormFloat64()
	}
	switch n := random.IntN(8); {
	case k.zeros && n%2 == 0:
		x = math.Copysign(0, x)
	case k.special && n == 1:
		x = []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 0x1p-140, 2, 0x1p-126, 0x1p-126 - 0x1p-149}[random.IntN(11)]
	case k.special && n == 3:
		x = math.Ldexp(x, random.IntN(300)-150)
	}
	if bits == 64 {
		return math.Float64bits(x)
	}
	return uint64(math.Float32bits(float32(x)))
}

func bothNaN(a, b uint64, bits int) bool {
	if bits == 64 {
		return math.IsNaN(math.Float64frombits(a)) && math.IsNaN(math.Float64frombits(b))
	}
	x, y := math.Float32frombits(uint32(a)), math.Float32frombits(uint32(b))
	return x != x && y != y
}

// toGo returns numbers, given by their bits, as an argument of type t.
func toGo(t reflect.Type, numbers []uint64) reflect.Value {
	switch t { // most are one of these, which reflection would take long for
	case reflect.TypeFor[[]float32]():
		v := make([]float32, len(numbers))
		for i, bits := range numbers {
			v[i] = math.Float32frombits(uint32(bits))
		}
		return reflect.ValueOf(v)
	case reflect.TypeFor[[]float64]():
		v := make([]float64, len(numbers))
		for i, bits := range numbers {
			v[i] = math.Float64frombits(bits)
		}
		return reflect.ValueOf(v)
	}
	var v, elements reflect.Value
	if t.Kind() == reflect.Pointer {
		v = reflect.New(t.Elem())
		elements = v.Elem()
	} else {
		per := 1
		if t.Elem().Kind() == reflect.Array {
			per = t.Elem().Len()
		}
		v = reflect.MakeSlice(t, len(numbers)/per, len(numbers)/per)
		elements = v
	}
	for i, bits := range numbers {
		n := numberAt(elements, i)
		switch n.Kind() {
		case reflect.Float32:
			n.SetFloat(float64(math.Float32frombits(uint32(bits))))
		case reflect.Float64:
			n.SetFloat(math.Float64frombits(bits))
		default:
			n.SetUint(bits)
		}
	}
	return v
}

// fromGo is the inverse of toGo.
func fromGo(v reflect.Value) (numbers []uint64) {
	switch x := v.Interface().(type) {
	case []float32:
		numbers = make([]uint64, len(x))
		for i, f := range x {
			numbers[i] = uint64(math.Float32bits(f))
		}
		return numbers
	case []float64:
		numbers = make([]uint64, len(x))
		for i, f := range x {
			numbers[i] = math.Float64bits(f)
		}
		return numbers
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	total := v.Len()
	if total > 0 && v.Index(0).Kind() == reflect.Array {
		total *= v.Index(0).Len()
	}
	for i := range total {
		switch n := numberAt(v, i); n.Kind() {
		case reflect.Float32:
			numbers = append(numbers, uint64(math.Float32bits(float32(n.Float()))))
		case reflect.Float64:
			numbers = append(numbers, math.Float64bits(n.Float()))
		default:
			numbers = append(numbers, n.Uint())
		}
	}
	return numbers
}

// numberAt returns number i of a slice or array of numbers or of arrays of numbers.
func numberAt(v reflect.Value, i int) reflect.Value {
	if v.Type().Elem().Kind() == reflect.Array {
		n := v.Type().Elem().Len()
		return v.Index(i / n).Index(i % n)
	}
	return v.Index(i)
}
