package emulate

import (
	"fmt"
	"reflect"

	"github.com/lossglass/lossglass/simd/access"
)

// Bind returns the function of that name as a Go function, which executes it in the
// emulator. F is the function's Go type. The returned function panics with a *[Fault]
// as the package comment says. It may be called concurrently.
//
// The function may read and write all elements of its slices, and of the arrays that
// its pointers point to, and no other memory. Slices may overlap.
func Bind[F any](p *Program, name string) (F, error) {
	var f F
	value, err := p.Func(name, reflect.TypeFor[F]())
	if err == nil {
		f = value.Interface().(F)
	}
	return f, err
}

// Func is [Bind] for a type that is known at run time only.
func (p *Program) Func(name string, t reflect.Type) (reflect.Value, error) {
	b, err := p.bind(name, t)
	if err != nil {
		return reflect.Value{}, err
	}
	return b.function(t), nil
}

// Kernel is [Program.Func] for a declared kernel, whose declaration states which
// elements a call reads and writes. To access any other element is a fault, and so is
// to read an element that the call only writes before writing it, or not to write it.
func (p *Program) Kernel(declared access.Kernel) (reflect.Value, error) {
	b, err := p.bind(declared.Name, declared.Type())
	if err != nil {
		return reflect.Value{}, err
	}
	b.declared = &declared
	return b.function(declared.Type()), nil
}

// function returns the function as a value of its type.
func (b *bound) function(t reflect.Type) reflect.Value {
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		if _, err := b.call(args); err != nil {
			panic(err)
		}
		return nil
	})
}

// Count calls a function with those arguments, which it may change, and returns the
// number of instructions executed and of bytes read and written.
func (p *Program) Count(name string, args ...any) (Counts, error) {
	m, err := p.machineAfter(name, args, nil)
	if err != nil {
		return Counts{}, err
	}
	return m.counts, nil
}

// machineAfter returns the machine after a call of a function with those arguments, whose
// instructions are visited if visit is not nil.
func (p *Program) machineAfter(name string, args []any, visit Visit) (*Machine[uint64], error) {
	types, values := make([]reflect.Type, len(args)), make([]reflect.Value, len(args))
	for i, arg := range args {
		types[i], values[i] = reflect.TypeOf(arg), reflect.ValueOf(arg)
	}
	b, err := p.bind(name, reflect.FuncOf(types, nil, false))
	if err != nil {
		return nil, err
	}
	b.visit = visit
	return b.call(values)
}

// A bound is a function of a program, checked and ready to be called.
type bound struct {
	program  *Program
	code     *function
	declared *access.Kernel // or nil
	visit    Visit          // or nil
}

func (p *Program) bind(name string, t reflect.Type) (*bound, error) {
	f := p.functions[name]
	if f == nil {
		return nil, fmt.Errorf("emulate: no function %s", name)
	}
	if f.err != nil {
		return nil, f.err
	}
	if err := f.checkType(t); err != nil {
		return nil, err
	}
	return &bound{program: p, code: f}, nil
}

// call executes the function in numbers, and returns the machine that it ran on.
func (b *bound) call(args []reflect.Value) (*Machine[uint64], error) {
	m := NewMachine(b.program, Concrete{Arm64: b.code.arm64})
	areas := make([]*area, len(args))
	for i, arg := range args {
		areas[i] = memoryOf(b.code.params[i].name, arg)
	}
	if b.declared != nil {
		b.restrict(areas, args)
	}
	placeAreas(m, areas)
	if b.visit != nil {
		m.visit = func(step int, address uint64) {
			argument, offset := argumentAt(areas, address)
			b.visit(step, argument, offset)
		}
	}
	values := make([]any, len(args))
	for i, arg := range args {
		if values[i] = arg.Interface(); areas[i] != nil {
			values[i] = Memory{areas[i].address, areas[i].length}
		}
	}
	frame, err := b.program.Frame(b.code.Name, values...)
	if err != nil {
		return nil, err
	}
	if err := m.Call(b.code.Name, frame); err != nil {
		return nil, err
	}
	for _, a := range areas {
		if cell := a.missing(); cell >= 0 {
			return nil, m.fault("%s+%d is not written", a.name, 4*cell)
		}
	}
	for _, a := range areas {
		a.giveBack()
	}
	if called := b.program.Called; called != nil {
		called(m.Executed(), m.counts)
	}
	return m, nil
}

// restrict sets what the declaration lets the call do to each area.
func (b *bound) restrict(areas []*area, args []reflect.Value) {
	call := b.declared.Call(args)
	for i, a := range areas {
		if a == nil {
			continue
		}
		_, n, size, _ := access.Memory(args[i])
		a.modes = make([]access.Mode, 0, a.cells)
		for _, mode := range call.Modes(b.declared.Params[i], n) {
			for range size / 4 {
				a.modes = append(a.modes, mode)
			}
		}
	}
}
