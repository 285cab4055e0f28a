package law

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"unsafe"

	"github.com/lossglass/lossglass/props/gen"
)

// A KernelCall is one call of a kernel with drawn arguments. K is the type of an
// implementation: a function, or a table of them.
type KernelCall[K any] struct {
	Case     string // the shape and all that is not in the operands
	Operands []Operand
	// Call calls the kernel, last thing, with the memory of the operands.
	Call   func(k K, args []Arg)
	Labels []string // what the case is an example of
}

// String describes the call for people.
func (t KernelCall[K]) String() string {
	var b strings.Builder
	b.WriteString(t.Case)
	for _, o := range t.Operands {
		b.WriteString("\n  " + o.literal())
	}
	return b.String()
}

// Two poisons for padding: a NaN, and a large number, both with telling bits.
const (
	poisonNaN   = 0x7fdeadff
	poisonLarge = 0x7e0badba
)

// A setting is how a call's memory is laid out, and what is done round the call.
type setting struct {
	place  func(i int, o Operand) Arg
	poison uint32
	around func(call func()) (wrong string)
}

// plain is memory as a program would allocate it.
func plain() setting {
	return setting{
		place: func(_ int, o Operand) Arg {
			// Aligned for any type; the slack takes what a broken kernel writes past the end.
			return words(make([]float64, len(o.words)/2+16))[:len(o.words)]
		},
		poison: poisonNaN,
		around: func(call func()) string { call(); return "" },
	}
}

// Args returns memory for one call, as a program would allocate it: the operands,
// with poison in their padding.
func (t KernelCall[K]) Args() []Arg {
	args := make([]Arg, len(t.Operands))
	for i, o := range t.Operands {
		args[i] = plain().place(i, o)
		copy(args[i], o.poisoned(poisonNaN))
	}
	return args
}

// run carries the call out and returns the memory of each operand afterwards,
// or what was wrong: a fault, or a write where there must be none.
func run[K any](call KernelCall[K], k K, s setting) (after [][]uint32, wrong string) {
	args := make([]Arg, len(call.Operands))
	before := make([][]uint32, len(args))
	for i, o := range call.Operands {
		args[i] = s.place(i, o)
		before[i] = o.poisoned(s.poison)
		copy(args[i], before[i])
	}
	var fault string
	if wrong := s.around(func() { fault = call.invoke(k, args) }); fault != "" || wrong != "" {
		return nil, cmp.Or(fault, wrong)
	}
	after = make([][]uint32, len(args))
	for i, o := range call.Operands {
		after[i] = slices.Clone([]uint32(args[i]))
		if wrong := o.clobbered(before[i], after[i]); wrong != "" {
			return nil, wrong
		}
	}
	return after, ""
}

// clobbered tells of a changed word that the call had no right to change, bit for bit.
func (o Operand) clobbered(before, after []uint32) string {
	per := o.kind.size() / 4
	for w := range before {
		if i := w / per; before[w] != after[w] && (!o.written || o.used != nil && !o.used[i]) {
			what := "padding"
			if !o.written {
				what = "an operand that is only read"
			}
			return fmt.Sprintf("%s was overwritten: %s", what, o.show(after, before, i))
		}
	}
	return ""
}

// differ says how the outcome of a call differs from the one wanted.
func (t KernelCall[K]) differ(got, want [][]uint32) string {
	for n, o := range t.Operands {
		if i := o.differ(got[n], want[n]); i >= 0 {
			return o.show(got[n], want[n], i)
		}
	}
	return ""
}

// shifted places each operand that many words behind a border of 64 bytes.
func shifted(offsets []int) setting {
	s := plain()
	s.place = func(i int, o Operand) Arg {
		const line = 16
		off := offsets[i]
		if o.kind == float64s {
			off &^= 1
		}
		room := make([]uint32, len(o.words)+3*line)
		at := int(uintptr(unsafe.Pointer(&room[0])) / 4 % line)
		return room[(line-at)%line+off:][:len(o.words):len(o.words)]
	}
	return s
}

// guarded places each operand against an unreadable page. release gives the
// memory back.
func guarded(side gen.Side) (s setting, release func()) {
	var frees []func()
	s = plain()
	s.place = func(_ int, o Operand) Arg {
		memory, free := gen.Guarded(4*len(o.words), side)
		frees = append(frees, free)
		return unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(memory))), len(o.words))
	}
	return s, func() {
		for _, free := range frees {
			free()
		}
	}
}

// call calls the kernel and tells of the fault in it, if any: an access to
// unreadable memory, or an aligned move of data that are not.
func (t KernelCall[K]) invoke(k K, args []Arg) (wrong string) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		reason := recover()
		if reason == nil {
			return
		}
		fault, ok := reason.(interface{ Addr() uintptr })
		if !ok {
			panic(reason)
		}
		wrong = "a fault: an access to memory that is no operand's, or an aligned move of data that are not aligned"
		for i, o := range t.Operands {
			from := uintptr(unsafe.Pointer(unsafe.SliceData(args[i])))
			size := uintptr(4 * len(args[i]))
			const page = 4096
			switch at := fault.Addr(); {
			case at >= from+size && at < from+size+page:
				wrong = fmt.Sprintf("access %d bytes past the end of %s, which has %d elements", at-from-size, o.name, o.Len())
			case at < from && at+page >= from:
				wrong = fmt.Sprintf("access %d bytes before the begin of %s", from-at, o.name)
			}
		}
	}()
	t.Call(k, args)
	return ""
}
