package proof

import (
	"reflect"

	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/network"
)

// A Shape is one call of a kernel without its data.
type Shape struct {
	kernel  access.Kernel
	args    []reflect.Value // slices and pointers only where their elements decide what is accessed
	alias   [2]string       // two operands that are the same memory, or none
	assumed *assumption     // how comparisons turn out on which the kernel branches, or nil
	// anyMaximum says that the results are the same, or NaN, whichever of two zeros the maximum in the specification is,
	// and whatever it is where an operand is NaN.
	anyMaximum bool
	unique     bool // is a quick shape, however long it takes: no shorter one executes all of its lines
}

// shape returns a call of the kernel. values are names of parameters, each followed by its
// value: an int, a bool or the contents of an operand. All other operands are data.
func shape(kernel access.Kernel, values ...any) Shape {
	s := Shape{kernel: kernel}
	for i := range kernel.Params {
		s.args = append(s.args, reflect.Zero(kernel.Type().In(i)))
	}
	for i := 0; i < len(values); i += 2 {
		s.args[kernel.Param(values[i].(string))] = reflect.ValueOf(values[i+1])
	}
	return s
}

// inPlace returns the call with two operands in the same memory.
func (s Shape) inPlace(a, b string) Shape {
	s.alias = [2]string{a, b}
	return s
}

// An operand is the memory that a slice or a pointer leads to.
type operand struct {
	name   string
	bits   int // of an element: of a list, of each of its numbers
	per    int // numbers in an element
	modes  []access.Mode
	fixed  []uint32 // the elements, if they decide what is accessed
	length int      // of the slice, in elements
}

// memory returns the operands of the call by their parameters. Those that are no memory are nil.
func (s Shape) memory() []*operand {
	declared := s.kernel.Call(s.args)
	operands := make([]*operand, len(s.args))
	for i, name := range s.kernel.Params {
		t := s.args[i].Type()
		if t.Kind() != reflect.Slice && t.Kind() != reflect.Pointer {
			continue
		}
		o := &operand{name: name, per: 1}
		o.length = max(declared.Len(name), fixedLength(s.args[i]))
		o.modes = declared.Modes(name, o.length)
		number := t.Elem()
		if number.Kind() == reflect.Array { // a list's entry, or what a pointer leads to
			if t.Kind() == reflect.Slice {
				o.per = number.Len()
			}
			number = number.Elem()
		}
		o.bits = 8 * int(number.Size())
		o.fixed = fixedNumbers(s.args[i])
		operands[i] = o
	}
	return operands
}

func fixedLength(v reflect.Value) int {
	if v.Kind() == reflect.Slice {
		return v.Len()
	}
	return 0
}

// fixedNumbers returns the contents of an operand that the shape gives.
func fixedNumbers(v reflect.Value) (numbers []uint32) {
	switch x := v.Interface().(type) {
	case []uint32:
		return x
	case []network.Span:
		for _, e := range x {
			numbers = append(numbers, e[:]...)
		}
	case []network.Entry:
		for _, e := range x {
			numbers = append(numbers, e[:]...)
		}
	}
	return numbers
}

// isData reports whether number i of an operand is data: all are but those that the shape
// gives. Of an entry of a pair list, the factors are data.
func (o *operand) isData(i int) bool {
	return o.fixed == nil || o.per == len(network.Entry{}) && i%o.per != 0
}

// A call is one call with data of type V.
type call[V any] struct {
	numbers[V]
	Shape
	memory map[string][]V // operands, number by number
}

// integer returns the value of a parameter that is an int, and flag that of one that is a bool.
func (c *call[V]) size(name string) int  { return int(c.args[c.kernel.Param(name)].Int()) }
func (c *call[V]) flag(name string) bool { return c.args[c.kernel.Param(name)].Bool() }

// known returns number i of an operand that the shape gives.
func (c *call[V]) known(name string, i int) int {
	bits, known := c.Bits(c.memory[name][i])
	if !known {
		panic("proof: " + name + " is data")
	}
	return int(bits)
}

// width returns how many bits the numbers that the kernel computes with have.
func (s Shape) width() int {
	if s.kernel.Name[len(s.kernel.Name)-2:] == "64" {
		return 64
	}
	return 32
}

var _ emulate.Domain[Term] = (*Terms)(nil)
