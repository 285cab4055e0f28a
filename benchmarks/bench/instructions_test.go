package bench

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/emulate"
	"github.com/lossglass/lossglass/simd/network"
)

// programs are the assembly of each instruction set that has been counted, by name.
var programs sync.Map

// programOf returns the assembly of a set, nil for the portable kernels.
func programOf(set *simd.Set) (*emulate.Program, error) {
	if set.Name == simd.Generic().Name {
		return nil, nil
	}
	if p, ok := programs.Load(set.Name); ok {
		return p.(*emulate.Program), nil
	}
	p, err := emulate.Assembly(set.Name)
	if err == nil {
		programs.Store(set.Name, p)
	}
	return p, err
}

// A counter counts the instructions of kernels in the emulator, which leaves the operands as they
// are. Calls of the same form are counted once.
type counter struct {
	program *emulate.Program
	known   map[string]uint64
}

// count returns the number of instructions that a call of a kernel executes.
func (c *counter) count(kernel string, args []reflect.Value) (uint64, error) {
	form := formOf(kernel, args)
	if n, ok := c.known[form]; ok {
		return n, nil
	}
	var copies []any
	for _, arg := range args {
		copies = append(copies, copyOf(arg).Interface())
	}
	counts, err := c.program.Count(kernel, copies...)
	if err == nil && form != "" {
		c.known[form] = counts.Instructions
	}
	return counts.Instructions, err
}

// formOf returns what the number of instructions of a call depends on: sizes, labels and spans, and the
// lengths of vectors if there are no sizes. It is "" for SoftmaxGrad, which may divide small numbers in
// another way.
func formOf(kernel string, args []reflect.Value) string {
	if kernel == "SoftmaxGrad" {
		return ""
	}
	sized := slices.ContainsFunc(args, reflect.Value.CanInt)
	form := kernel
	for _, arg := range args {
		switch x := arg.Interface().(type) {
		case int, []uint32, []network.Span:
			form += fmt.Sprint(" ", x)
		case []float32:
			if !sized {
				form += fmt.Sprint(" ", len(x))
			}
		}
	}
	return form
}

// copyOf returns an argument with memory of its own.
func copyOf(arg reflect.Value) reflect.Value {
	switch arg.Kind() {
	case reflect.Slice:
		c := reflect.MakeSlice(arg.Type(), arg.Len(), arg.Len())
		reflect.Copy(c, arg)
		return c
	case reflect.Pointer:
		c := reflect.New(arg.Type().Elem())
		c.Elem().Set(arg.Elem())
		return c
	}
	return arg
}

// instructionsOf returns the number of instructions of all calls of a kernel in a step, 0 for the portable
// kernels.
func instructionsOf(c *calls) (uint64, error) {
	program, err := programOf(c.isa)
	if program == nil || err != nil {
		return 0, err
	}
	counter, sum := &counter{program, map[string]uint64{}}, uint64(0)
	for _, args := range c.args {
		n, err := counter.count(c.kernel, args)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// Counts do not change the operands, and are the sum of the counts of every call by itself.
func TestInstructions(t *testing.T) {
	im := smallImages()
	const n, batch = 7, 11
	for _, set := range simd.Available() {
		program, err := programOf(set)
		if err != nil {
			t.Fatal(err)
		}
		for _, kernel := range benchmarked(set) {
			c, err := record(im, set, kernel.Name, n, batch)
			if err != nil {
				t.Fatal(err)
			}
			before := c.digest()
			got, err := instructionsOf(c)
			if err != nil {
				t.Fatal(err)
			}
			if again, _ := instructionsOf(c); got != again || (got > 0) != (program != nil) {
				t.Errorf("%s of %s: %d instructions, then %d", kernel.Name, set.Name, got, again)
			}
			if program == nil {
				continue
			}
			c, err = record(im, set, kernel.Name, n, batch)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := instructionsOf(c); err != nil || c.digest() != before {
				t.Errorf("%s of %s: counting changes the operands, or %v", kernel.Name, set.Name, err)
			}
			sum := uint64(0)
			for _, args := range c.args {
				var copies []any
				for _, arg := range args {
					copies = append(copies, copyOf(arg).Interface())
				}
				counts, err := program.Count(kernel.Name, copies...)
				if err != nil {
					t.Fatal(err)
				}
				sum += counts.Instructions
			}
			if got != sum {
				t.Errorf("%s of %s: %d instructions, one by one %d", kernel.Name, set.Name, got, sum)
			}
		}
	}
}

// The count of ReLU is what its source says: so many instructions for each sixteen numbers, which are two vectors
// of AVX2, and so many before the loop and after it.
func TestInstructionsOfReLU(t *testing.T) {
	for isa, want := range map[string]struct{ around, loop uint64 }{
		"avx512": {8, 10}, "avx2": {8, 14}, "neon": {7, 14},
	} {
		program, err := emulate.Assembly(isa)
		if err != nil {
			t.Fatal(err)
		}
		for vectors := range uint64(4) {
			x := reflect.ValueOf(make([]float32, 16*vectors))
			got, err := (&counter{program, map[string]uint64{}}).count("ReLU", []reflect.Value{x, x})
			if err != nil || got != want.around+vectors*want.loop {
				t.Errorf("%s, %d numbers: %d instructions, want %d, %v", isa, 16*vectors, got, want.around+vectors*want.loop, err)
			}
		}
	}
}
