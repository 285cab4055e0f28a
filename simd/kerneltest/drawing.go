package kerneltest

import (
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

// A drawing collects the arguments of a call.
type drawing struct {
	*rapid.T
	set    *simd.Set
	kernel access.Kernel

	args     []reflect.Value                    // by parameter; those not yet drawn are invalid
	operands map[string]law.Operand             // the arguments that are memory
	mapped   map[string]func(x float32) float32 // functions to apply to the elements of operands
	aliases  [2]string                          // two operands that share their memory
	labels   []string
	patterns string // the names of the operands' patterns
}

// label counts the call as a case of the given kind.
func (d *drawing) label(name string) {
	if !slices.Contains(d.labels, name) {
		d.labels = append(d.labels, name)
	}
}

// chance draws whether the call is a case of the given kind, with probability 1/n.
func (d *drawing) chance(label string, n int) bool {
	yes := rapid.IntRange(0, n-1).Draw(d.T, label) == 0
	if yes {
		d.label(label)
	}
	return yes
}

// number draws a number from least to most, often one near the borders.
func (d *drawing) number(name string, least, most int, borders ...int) int {
	return gen.Size(d.T, name, least, most, append(borders, 2, 5)...)
}

// argument sets the parameter of that name to an int or bool.
func (d *drawing) argument(name string, value any) {
	d.args[d.kernel.Param(name)] = reflect.ValueOf(value)
}

// size draws the parameter of that name, which is an int.
func (d *drawing) size(name string, least, most int, borders ...int) int {
	n := d.number(name, least, most, borders...)
	d.argument(name, n)
	return n
}

// sizes draws every parameter that is an int or bool, and one length for all slices, a
// multiple of sixteen.
func (d *drawing) sizes() {
	length := 16 * d.number("vectors", 0, 5)
	for i, name := range d.kernel.Params {
		switch t := d.kernel.Type().In(i); t.Kind() {
		case reflect.Int:
			d.size(name, 1, 13)
		case reflect.Bool:
			d.argument(name, d.chance(name, 2))
		case reflect.Slice:
			d.args[i] = reflect.MakeSlice(t, length, length)
		}
	}
}

// stride draws the parameter of that name, the stride of rows with that many elements.
func (d *drawing) stride(name string, length int) {
	stride := gen.Stride(d.T, name, length)
	if stride > length {
		d.label("padded")
	}
	d.argument(name, stride)
}

// operand sets the parameter of that name to memory whose contents the accesses of
// the call depend on. contents is a slice of the parameter's type.
func (d *drawing) operand(name string, o law.Operand, contents any) {
	d.argument(name, contents)
	d.operands[name] = o
}

// call draws the contents of the remaining operands, and returns the call.
func (d *drawing) call() Call {
	t := d.kernel.Type()
	for i := range d.args {
		if !d.args[i].IsValid() {
			d.args[i] = reflect.Zero(t.In(i)) // which is read by no declaration
		}
	}
	declared := d.kernel.Call(d.args)
	var text string
	var operands []law.Operand
	positions := make([]int, len(d.args)) // of arguments in operands, -1 where they are no memory
	for i, name := range d.kernel.Params {
		element := elementOf(t.In(i))
		if element == nil {
			text += fmt.Sprintf("%s %v, ", name, d.args[i])
			positions[i] = -1
			continue
		}
		if name == d.aliases[1] {
			continue // drawn as the other one
		}
		o, ok := d.operands[name]
		if !ok {
			o = d.contents(name, element, declared.Len(name))
		}
		positions[i] = len(operands)
		operands = append(operands, d.accessed(o, name, element, declared))
	}
	if d.aliases[1] != "" {
		positions[d.kernel.Param(d.aliases[1])] = positions[d.kernel.Param(d.aliases[0])]
	}
	return Call{
		Case: text + d.patterns, Operands: operands, Labels: d.labels,
		Call: func(kernel reflect.Value, memory []law.Arg) {
			args := slices.Clone(d.args)
			for i, at := range positions {
				if at >= 0 {
					args[i] = view(memory[at], t.In(i))
				}
			}
			kernel.Call(args)
		},
	}
}

// contents draws the contents of an operand.
func (d *drawing) contents(name string, element reflect.Type, n int) law.Operand {
	switch element.Kind() {
	case reflect.Float32:
		o := numbers[float32](d, name, n)
		if f := d.mapped[name]; f != nil {
			o = o.Mapped(f)
		}
		return o
	case reflect.Float64:
		return numbers[float64](d, name, n)
	default:
		counts := make([]uint32, n)
		for i := range counts {
			counts[i] = uint32(i)
		}
		return law.U32(name, counts)
	}
}

// numbers draws an operand of n numbers.
func numbers[T gen.Float](d *drawing, name string, n int) law.Operand {
	x, pattern := gen.Matrix(d.T, name, 1, n, gen.Wild[T](), gen.Spikes[T]())
	d.patterns += fmt.Sprintf("%s: %s, ", name, pattern)
	for _, class := range gen.Classify(x...).Names() {
		d.label("with " + class)
	}
	return law.Numbers(name, x)
}

// accessed returns the operand with what the call accesses: everything else is padding.
// The words of an element of a list share its fate.
func (d *drawing) accessed(o law.Operand, name string, element reflect.Type, call access.Call) law.Operand {
	per := 1
	if element.Kind() == reflect.Array {
		per = element.Len()
	}
	modes := call.Modes(name, o.Len()/per)
	for _, r := range call.Regions {
		if r.Operand == name && r.Count > 1 {
			o = o.Rows(r.Stride*per, r.Stride*per) // for messages
		}
	}
	if slices.Contains(modes, 0) {
		o = o.Only(func(i int) bool { return modes[i/per] != 0 })
	}
	if slices.ContainsFunc(modes, func(m access.Mode) bool { return m&access.Write != 0 }) || d.aliases[0] == name {
		o = o.Written()
	}
	return o
}

// elementOf returns the type of the elements of a parameter that is memory, or nil.
func elementOf(t reflect.Type) reflect.Type {
	switch t.Kind() {
	case reflect.Slice:
		return t.Elem()
	case reflect.Pointer:
		return t.Elem().Elem()
	}
	return nil
}

// view returns memory as an argument of that type.
func view(memory law.Arg, t reflect.Type) reflect.Value {
	base := unsafe.Pointer(unsafe.SliceData(memory))
	if t.Kind() == reflect.Pointer {
		return reflect.NewAt(t.Elem(), base)
	}
	n := len(memory) * 4 / int(t.Elem().Size())
	return reflect.SliceAt(t.Elem(), base, n)
}
