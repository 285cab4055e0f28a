package proof

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
)

// The specification, executed in numbers, is that of the portable kernels, bit for bit.
func TestSpecification(t *testing.T) {
	sets, err := emulate.Sets()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, set := range sets {
		for _, kernel := range set.Specification().Kernels() {
			shapes := 0
			for s := range Shapes(set, kernel) {
				if random.IntN(20) == 0 || shapes == 0 {
					compareSpecification(t, set, kernel, s, random)
					shapes++
				}
			}
			if specification[uint64](kernel.Name) != nil && shapes == 0 {
				t.Errorf("%s of %s has no shapes", kernel.Name, set.Name)
			}
		}
	}
}

func compareSpecification(t *testing.T, set *simd.Set, kernel access.Kernel, s Shape, random *rand.Rand) {
	t.Helper()
	memory := map[string][]uint64{}
	for _, o := range s.memory() {
		if o == nil {
			continue
		}
		memory[o.name] = make([]uint64, o.length*o.per)
		for i := range memory[o.name] {
			if memory[o.name][i] = value(random, o.bits); !o.isData(i) {
				memory[o.name][i] = uint64(o.fixed[i])
			}
		}
	}
	if s.alias[0] != "" {
		memory[s.alias[1]] = memory[s.alias[0]]
	}
	args := make([]reflect.Value, len(s.args))
	for i, name := range kernel.Params {
		if args[i] = s.args[i]; memory[name] != nil {
			args[i] = toGo(s.args[i].Type(), memory[name])
		}
		if name == s.alias[1] {
			args[i] = args[kernel.Param(s.alias[0])]
		}
	}
	kernel.Func().Call(args)
	specification[uint64](kernel.Name)(&call[uint64]{numbers[uint64]{emulate.Concrete{}, s.width()}, s, memory})
	for i, o := range s.memory() {
		if o == nil {
			continue
		}
		for n, want := range fromGo(args[i]) {
			if got := memory[o.name][n]; got != want && !(bothNaN(got, want, o.bits)) {
				t.Fatalf("%s of %s (%s): %s[%d] is %#x, by the portable kernel %#x", kernel.Name, set.Name, s, o.name, n, got, want)
			}
		}
	}
}

// value draws the bits of a number: often one of those that arithmetic treats in a special way.
func value(random *rand.Rand, bits int) uint64 {
	x := random.NormFloat64()
	switch random.IntN(8) {
	case 0:
		x = []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), 0x1p-140, 2}[random.IntN(9)]
	case 1:
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
