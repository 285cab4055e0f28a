// Package kernelcall keeps one call of a kernel in a file: its operands before the call and
// what it wrote. A Go test loads it with Read and holds a kernel to its specification with
// Check:
//
//	call, err := kernelcall.Read("testdata/Step-avx2.json")
//	if err != nil {
//		t.Fatal(err)
//	}
//	if difference := call.Check(simd.Detect()); difference != "" {
//		t.Error(difference)
//	}
//
// [Checker] finds such calls in a computation. The package does not draw calls: that is
// what props does.
package kernelcall

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

// A Call is one call of a kernel that did not return what its specification returns.
type Call struct {
	Kernel     string    `json:"kernel"`
	ISA        string    `json:"isa"`
	Difference string    `json:"difference"`
	Operands   []Operand `json:"operands"`
}

// An Operand is the value of a parameter before the call. Data are the little-endian bytes of its
// elements, in base64; those of an int are eight.
type Operand struct {
	Name string `json:"name"`
	Type string `json:"type"` // of Go; for readers of the file
	Data []byte `json:"data"`
}

// newCall records the operands of a call that is about to be made.
func newCall(isa string, declared access.Kernel, args []reflect.Value) *Call {
	c := &Call{Kernel: declared.Name, ISA: isa}
	for i, arg := range args {
		c.Operands = append(c.Operands, Operand{declared.Params[i], arg.Type().String(), encode(arg)})
	}
	return c
}

func encode(arg reflect.Value) []byte {
	var b bytes.Buffer
	value := arg.Interface()
	if arg.Kind() == reflect.Int {
		value = arg.Int()
	}
	if err := binary.Write(&b, binary.LittleEndian, value); err != nil {
		panic(err) // operands are ints, slices and arrays of numbers
	}
	return b.Bytes()
}

// decode returns a value of the type with the given bytes.
func decode(t reflect.Type, data []byte) (reflect.Value, error) {
	to := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Int:
		if len(data) != 8 {
			return to, fmt.Errorf("an int of %d bytes", len(data))
		}
		to.SetInt(int64(binary.LittleEndian.Uint64(data)))
		return to, nil
	case reflect.Bool:
		return to, read(data, to.Addr().Interface(), 1)
	case reflect.Pointer:
		to.Set(reflect.New(t.Elem()))
		return to, read(data, to.Interface(), int(t.Elem().Size()))
	case reflect.Slice:
		size := int(t.Elem().Size())
		to.Set(reflect.MakeSlice(t, len(data)/size, len(data)/size))
		return to, read(data, to.Interface(), len(data)/size*size)
	}
	return to, fmt.Errorf("operands of type %v are not known", t)
}

func read(data []byte, to any, size int) error {
	if len(data) != size {
		return fmt.Errorf("%d bytes for an operand of %d", len(data), size)
	}
	return binary.Read(bytes.NewReader(data), binary.LittleEndian, to)
}

// Write writes the call to a file.
func (c *Call) Write(path string) error {
	text, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, append(text, '\n'))
}

// Read reads a call from a file. The kernel must be one of this version.
func Read(path string) (*Call, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := &Call{}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	kernel, ok := find(simd.Generic(), c.Kernel)
	if !ok {
		return nil, fmt.Errorf("%s: no kernel %q", path, c.Kernel)
	}
	if _, err := c.arguments(kernel); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// arguments returns new operands for a call.
func (c *Call) arguments(kernel access.Kernel) ([]reflect.Value, error) {
	if len(c.Operands) != len(kernel.Params) {
		return nil, fmt.Errorf("%d operands for %s, which has %d", len(c.Operands), c.Kernel, len(kernel.Params))
	}
	args := make([]reflect.Value, len(c.Operands))
	for i, o := range c.Operands {
		if o.Name != kernel.Params[i] {
			return nil, fmt.Errorf("operand %d of %s is %q, not %q", i, c.Kernel, kernel.Params[i], o.Name)
		}
		var err error
		if args[i], err = decode(kernel.Type().In(i), o.Data); err != nil {
			return nil, fmt.Errorf("operand %s: %w", o.Name, err)
		}
	}
	return args, nil
}

// Check makes the call with the kernel of set and with its specification. It returns ""
// if both write the same, else the first element that differs.
func (c *Call) Check(set *simd.Set) string {
	kernel, ok := find(set, c.Kernel)
	specification, known := find(set.Specification(), c.Kernel)
	if !ok || !known {
		return "no kernel " + c.Kernel
	}
	got, err := c.arguments(kernel)
	if err != nil {
		return err.Error()
	}
	want, err := c.arguments(specification)
	if err != nil {
		return err.Error()
	}
	kernel.Func().Call(got)
	specification.Func().Call(want)
	return compare(kernel.Params, got, want)
}

func find(set *simd.Set, name string) (access.Kernel, bool) {
	for _, k := range set.Kernels() {
		if k.Name == name {
			return k, true
		}
	}
	return access.Kernel{}, false
}

// compare returns the first element in which operands differ after two calls, "" if none
// does. All NaN are the same.
func compare(names []string, got, want []reflect.Value) string {
	for i, name := range names {
		g, w := elements(got[i]), elements(want[i])
		for k := range g.Len() {
			x, y := g.Index(k), w.Index(k)
			if x.CanFloat() {
				if a, b := x.Float(), y.Float(); math.Float64bits(a) != math.Float64bits(b) && (a == a || b == b) {
					return fmt.Sprintf("%s[%d] is %v, the specification gives %v", name, k, a, b)
				}
			} else if x.Interface() != y.Interface() {
				return fmt.Sprintf("%s[%d] is %v, the specification gives %v", name, k, x, y)
			}
		}
	}
	return ""
}

// elements returns the elements of an operand as a slice or array.
func elements(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Slice:
		return v
	case reflect.Pointer:
		return v.Elem()
	}
	one := reflect.MakeSlice(reflect.SliceOf(v.Type()), 1, 1)
	one.Index(0).Set(v)
	return one
}
