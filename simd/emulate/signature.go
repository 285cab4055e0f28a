package emulate

import (
	"fmt"
	"reflect"
	"strings"
)

// A slot is a word of the arguments on the stack.
type slot struct {
	name   string // as the assembly must call it, such as x_len
	offset int
	size   int
}

// layout returns the slots of a function type's arguments, named as the
// declaration in the source names them.
func (f *function) layout(t reflect.Type) ([]slot, error) {
	if t.Kind() != reflect.Func || t.NumOut() > 0 || t.IsVariadic() {
		return nil, fmt.Errorf("emulate: %s: %s is no function type without results", f.Name, t)
	}
	if len(f.params) != t.NumIn() {
		return nil, fmt.Errorf("emulate: %s is declared with %d parameters in the comment before it, %s has %d", f.Name, len(f.params), t, t.NumIn())
	}
	var slots []slot
	at := 0
	for i := range t.NumIn() {
		p, in := f.params[i], t.In(i)
		if p.typ != in.String() {
			return nil, fmt.Errorf("emulate: %s: parameter %s is declared as %s in the comment before it, in %s it is %s", f.Name, p.name, p.typ, t, in)
		}
		switch in.Kind() {
		case reflect.Int, reflect.Pointer:
			at = (at + 7) &^ 7
			slots = append(slots, slot{p.name, at, 8})
			at += 8
		case reflect.Bool:
			slots = append(slots, slot{p.name, at, 1})
			at++
		case reflect.Slice:
			at = (at + 7) &^ 7
			for n, part := range []string{"_base", "_len", "_cap"} {
				slots = append(slots, slot{p.name + part, at + 8*n, 8})
			}
			at += 24
		default:
			return nil, fmt.Errorf("emulate: %s: parameters of type %s are not known", f.Name, in)
		}
	}
	if at != f.Args {
		return nil, fmt.Errorf("emulate: TEXT says that the arguments of %s take %d bytes; those of %s take %d", f.Name, f.Args, t, at)
	}
	return slots, f.checkArguments(slots)
}

// checkArguments returns an error if an instruction names an argument that is not
// there, or uses it in another size than it has.
func (f *function) checkArguments(slots []slot) error {
	for i := range f.body {
		in := &f.body[i]
		for n := range in.operands {
			o := &in.operands[n]
			if o.kind != argumentInMemory {
				continue
			}
			wrong := fmt.Sprintf("there is no argument %s+%d", o.name, o.value)
			for _, s := range slots {
				if s.name == o.name && int64(s.offset) == o.value {
					wrong = ""
					if in.form != formLoadAddress && in.size != s.size {
						wrong = fmt.Sprintf("%s has %d bytes", s.name, s.size)
					}
				}
			}
			if wrong != "" {
				return &Fault{Function: f.Name, File: f.file, Line: in.line, Instruction: in.text, Reason: wrong}
			}
		}
	}
	return nil
}

// frame returns the arguments of a call as they lie on the stack: values gives
// the value of each slot.
func frameOf(slots []slot, values []uint64) Frame {
	last := slots[len(slots)-1]
	n := (last.offset + 7 + 1) / 8
	if last.size == 8 {
		n = last.offset/8 + 1
	}
	f := Frame{Words: make([]uint64, n), Bytes: make([]int, n)}
	for i, s := range slots {
		f.Words[s.offset/8] |= values[i] << (8 * (s.offset % 8))
		f.Bytes[s.offset/8] = s.offset%8 + s.size
	}
	return f
}

// pointee returns the element type of a slice or of a pointer to an array, down
// to its 32-bit or 64-bit numbers.
func pointee(t reflect.Type) (element reflect.Type, err error) {
	element = t.Elem()
	for element.Kind() == reflect.Array {
		element = element.Elem()
	}
	switch element.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Uint32, reflect.Int32, reflect.Uint64, reflect.Int64:
		return element, nil
	}
	return nil, fmt.Errorf("emulate: elements of type %s are not known", strings.TrimPrefix(t.String(), "*"))
}
