package law

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unsafe"
)

type kind int

const (
	float32s kind = iota
	float64s
	uint32s
)

// An Operand is one slice argument of a call: its contents, which of its elements take
// part, and whether the call writes to it.
type Operand struct {
	name    string
	kind    kind
	words   []uint32 // the bits, as in memory
	used    []bool   // by element; nil: all
	stride  int      // elements of a row, for messages
	written bool
}

// F32 returns an operand of float32.
func F32(name string, data []float32) Operand {
	return Operand{name: name, kind: float32s, words: append([]uint32{}, words(data)...)}
}

// F64 returns an operand of float64.
func F64(name string, data []float64) Operand {
	return Operand{name: name, kind: float64s, words: append([]uint32{}, words(data)...)}
}

// U32 returns an operand of 32-bit words that are not floating-point numbers, such as
// indices.
func U32(name string, data []uint32) Operand {
	return Operand{name: name, kind: uint32s, words: append([]uint32{}, data...)}
}

// Numbers returns an operand of float32 or float64.
func Numbers[T float32 | float64](name string, data []T) Operand {
	if x, ok := any(data).([]float32); ok {
		return F32(name, x)
	}
	return F64(name, any(data).([]float64))
}

// words returns the memory of a slice in 32-bit words.
func words[T float32 | float64](data []T) []uint32 {
	size := int(unsafe.Sizeof(T(0)) / 4)
	return unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(data))), len(data)*size)
}

// Written marks the operand as one that the call writes to. All others must keep their
// bits.
func (o Operand) Written() Operand { o.written = true; return o }

// Rows divides the operand into rows of stride elements, of which the first cols take
// part, cols <= stride. The rest is padding: the call must not write to it, and the
// result must not depend on it.
func (o Operand) Rows(stride, cols int) Operand {
	o.stride = stride
	return o.Only(func(i int) bool { return i%stride < cols })
}

// Only restricts the elements that take part to those for which used is true; the
// others are padding.
func (o Operand) Only(used func(i int) bool) Operand {
	o.used = make([]bool, o.Len())
	for i := range o.used {
		o.used[i] = used(i)
	}
	return o
}

// Mapped replaces each float32 x by f(x).
func (o Operand) Mapped(f func(x float32) float32) Operand {
	o.words = append([]uint32{}, o.words...)
	x := Arg(o.words).F32()
	for i := range x {
		x[i] = f(x[i])
	}
	return o
}

// size returns the size of an element in bytes.
func (k kind) size() int { return [...]int{4, 8, 4}[k] }

// Name returns the operand's name.
func (o Operand) Name() string { return o.name }

// Len returns the number of elements, including padding.
func (o Operand) Len() int { return len(o.words) * 4 / o.kind.size() }

// Used reports whether element i takes part; otherwise it is padding.
func (o Operand) Used(i int) bool { return o.used == nil || o.used[i] }

// poisoned returns the words with all padding replaced by poison, which fills a
// float64 twice.
func (o Operand) poisoned(poison uint32) []uint32 {
	w := append([]uint32{}, o.words...)
	for i := range w {
		if !o.usedWord(i) {
			w[i] = poison
		}
	}
	return w
}

// usedWord reports whether 32-bit word i takes part.
func (o Operand) usedWord(i int) bool { return o.used == nil || o.used[i*4/o.kind.size()] }

// copyPadding copies the padding of src to dst.
func (o Operand) copyPadding(dst, src []uint32) {
	for i := range dst {
		if !o.usedWord(i) {
			dst[i] = src[i]
		}
	}
}

// paddingWritten returns which element of the padding has other bits after a call, or "".
func (o Operand) paddingWritten(before, after []uint32) string {
	for i := range before {
		if before[i] != after[i] && !o.usedWord(i) {
			return "padding was overwritten: " + o.show(after, before, i*4/o.kind.size())
		}
	}
	return ""
}

// bits returns element i of the words.
func (o Operand) bits(w []uint32, i int) uint64 {
	if o.kind == float64s {
		return math.Float64bits(Arg(w).F64()[i])
	}
	return uint64(w[i])
}

// value returns element i of the words as a number; NaN for operands of U32.
func (o Operand) value(w []uint32, i int) float64 {
	switch o.kind {
	case float32s:
		return float64(math.Float32frombits(w[i]))
	case float64s:
		return Arg(w).F64()[i]
	default:
		return math.NaN()
	}
}

// differ returns the first element in which got and want differ, or -1. Numbers
// that are both NaN agree.
func (o Operand) differ(got, want []uint32) int {
	for i := range o.Len() {
		if g, w := o.bits(got, i), o.bits(want, i); g != w {
			x, y := o.value(got, i), o.value(want, i)
			if o.kind == uint32s || x == x || y == y {
				return i
			}
		}
	}
	return -1
}

// at names an element.
func (o Operand) at(i int) string {
	if o.stride > 0 {
		return fmt.Sprintf("%s[%d] (row %d, column %d)", o.name, i, i/o.stride, i%o.stride)
	}
	return fmt.Sprintf("%s[%d]", o.name, i)
}

// show describes an element and the wanted one: values, bits and, for numbers, their
// distance.
func (o Operand) show(got, want []uint32, i int) string {
	digits := 2 * o.kind.size()
	g, w := o.bits(got, i), o.bits(want, i)
	if o.kind == uint32s {
		return fmt.Sprintf("%s = 0x%0*x, want 0x%0*x", o.at(i), digits, g, digits, w)
	}
	number := func(w []uint32) string { return strconv.FormatFloat(o.value(w, i), 'g', -1, 8*o.kind.size()) }
	return fmt.Sprintf("%s = %s (0x%0*x), want %s (0x%0*x), %s", o.at(i), number(got), digits, g, number(want), digits, w, ulps(g, w, o.kind))
}

// ulps describes the distance of two numbers in units in the last place.
func ulps(a, b uint64, k kind) string {
	order := func(bits uint64) int64 { // monotone in the number
		if k == float32s {
			if x := int32(bits); x < 0 {
				return int64(math.MinInt32) - int64(x)
			}
			return int64(int32(bits))
		}
		if x := int64(bits); x < 0 {
			return math.MinInt64 - x
		}
		return int64(bits)
	}
	x, y := order(a), order(b)
	return fmt.Sprintf("%d ulp apart", uint64(max(x, y))-uint64(min(x, y)))
}

// literal returns the operand as Go source if it is short.
func (o Operand) literal() string {
	if o.Len() > 16 {
		return fmt.Sprintf("%s: %d elements", o.name, o.Len())
	}
	var b strings.Builder
	for i := range o.Len() {
		if o.used != nil && !o.used[i] {
			b.WriteString("_, ")
		} else if o.kind == uint32s {
			fmt.Fprintf(&b, "%#x, ", o.words[i])
		} else {
			fmt.Fprintf(&b, "%x, ", o.value(o.words, i))
		}
	}
	return fmt.Sprintf("%s: {%s}", o.name, strings.TrimSuffix(b.String(), ", "))
}

// An Arg is the memory of an operand during a call.
type Arg []uint32

// F32 returns the memory as float32.
func (a Arg) F32() []float32 { return View[float32](a) }

// F64 returns the memory as float64.
func (a Arg) F64() []float64 { return View[float64](a) }

// View returns the memory as elements of type T, which must be made of 32-bit
// words, or of 64-bit words if the operand is of float64.
func View[T any](a Arg) []T {
	var t T
	n := len(a) * 4 / int(unsafe.Sizeof(t))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(a))), n)
}
