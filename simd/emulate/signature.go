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

// layout returns the slots of the arguments, as the declaration in the source has them.
func (f *function) layout() ([]slot, error) {
	var slots []slot
	at := 0
	for _, p := range f.params {
		switch {
		case p.typ == "bool":
			slots = append(slots, slot{p.name, at, 1})
			at++
			continue
		case p.typ == "int" || p.typ[0] == '*':
			at = (at + 7) &^ 7
			slots = append(slots, slot{p.name, at, 8})
			at += 8
		case strings.HasPrefix(p.typ, "[]"):
			at = (at + 7) &^ 7
			for n, part := range []string{"_base", "_len", "_cap"} {
				slots = append(slots, slot{p.name + part, at + 8*n, 8})
			}
			at += 24
		default:
			return nil, fmt.Errorf("emulate: %s: parameters of type %s are not known", f.Name, p.typ)
		}
	}
	if at != f.Args {
		return nil, fmt.Errorf("emulate: TEXT says that the arguments of %s take %d bytes; those of its declaration take %d", f.Name, f.Args, at)
	}
	return slots, f.checkArguments(slots)
}

// checkType returns an error if the declaration in the source is not of that type.
func (f *function) checkType(t reflect.Type) error {
	if t.Kind() != reflect.Func || t.NumOut() > 0 || t.IsVariadic() {
		return fmt.Errorf("emulate: %s: %s is no function type without results", f.Name, t)
	}
	if len(f.params) != t.NumIn() {
		return fmt.Errorf("emulate: %s is declared with %d parameters in the comment before it, %s has %d", f.Name, len(f.params), t, t.NumIn())
	}
	for i, p := range f.params {
		in := t.In(i)
		if p.typ != in.String() {
			return fmt.Errorf("emulate: %s: parameter %s is declared as %s in the comment before it, in %s it is %s", f.Name, p.name, p.typ, t, in)
		}
		if in.Kind() == reflect.Slice || in.Kind() == reflect.Pointer {
			if _, err := pointee(in); err != nil {
				return err
			}
		}
	}
	return nil
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

// A Memory is an argument that leads to a region: a slice, or a pointer to an array,
// whose length is not passed.
type Memory struct {
	Address uint64 // as [Machine.Place] returns it
	Len     int
}

// Frame returns the arguments of a call for [Machine.Call]: each of them an int, a
// bool or a [Memory], as the function's declaration has them.
func (p *Program) Frame(name string, args ...any) (Frame, error) {
	f := p.functions[name]
	if f == nil {
		return Frame{}, fmt.Errorf("emulate: no function %s", name)
	}
	if len(args) != len(f.params) {
		return Frame{}, fmt.Errorf("emulate: %s has %d parameters, given are %d arguments", name, len(f.params), len(args))
	}
	if f.err != nil {
		return Frame{}, f.err
	}
	var values []uint64
	for i, arg := range args {
		n := len(values)
		switch typ := f.params[i].typ; x := arg.(type) {
		case int:
			if typ == "int" {
				values = append(values, uint64(x))
			}
		case bool:
			if typ == "bool" {
				values = append(values, bit(x))
			}
		case Memory:
			if typ[0] == '*' {
				values = append(values, x.Address)
			} else if typ[0] == '[' {
				values = append(values, x.Address, uint64(x.Len), uint64(x.Len))
			}
		}
		if len(values) == n {
			return Frame{}, fmt.Errorf("emulate: %s: parameter %s is a %s, the argument a %T", name, f.params[i].name, f.params[i].typ, arg)
		}
	}
	words := (f.Args + 7) / 8
	frame := Frame{Words: make([]uint64, words), Bytes: make([]int, words)}
	for i, s := range f.slots {
		frame.Words[s.offset/8] |= values[i] << (8 * (s.offset % 8))
		frame.Bytes[s.offset/8] = s.offset%8 + s.size
	}
	return frame, nil
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
