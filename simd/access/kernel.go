package access

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A Kernel is the declaration of one kernel in a table. A table is the Kernels struct of a
// family, which has a field for each kernel.
type Kernel struct {
	// Name is the name of the kernel's assembly function, which no other kernel of a set has.
	Name string
	// Params are the names of its parameters.
	Params []string

	field  reflect.Value // the field of the table
	access reflect.Value // a function of the same parameters that returns a Call
}

// Declare declares the kernel in a field of a table: the name of its assembly function,
// the names of its parameters separated by spaces, and a function, access, that states
// what a call does. access has the parameters of the kernel and returns a Call. It reads
// only the operands that decide which elements are accessed, such as pair lists; all
// others may be nil. Declare panics if the types do not fit.
func Declare[F any](field *F, name, params string, access any) Kernel {
	k := Kernel{name, strings.Fields(params), reflect.ValueOf(field).Elem(), reflect.ValueOf(access)}
	kernel, states := k.field.Type(), k.access.Type()
	same := kernel.NumIn() == states.NumIn() && kernel.NumIn() == len(k.Params) && states.NumOut() == 1 && states.Out(0) == reflect.TypeFor[Call]()
	for i := 0; same && i < kernel.NumIn(); i++ {
		same = kernel.In(i) == states.In(i)
	}
	if !same {
		panic(fmt.Sprintf("access: %s is a %v with parameters %q, and is declared by a %v", name, kernel, params, states))
	}
	return k
}

// Type returns the type of the kernel, a function without results.
func (k Kernel) Type() reflect.Type { return k.field.Type() }

// Func returns the function in the table, which may be nil.
func (k Kernel) Func() reflect.Value { return reflect.ValueOf(k.field.Interface()) }

// Address returns the address of the field of the table that the kernel is in.
func (k Kernel) Address() uintptr { return k.field.Addr().Pointer() }

// Replace puts another function of the kernel's type into the table.
func (k Kernel) Replace(f reflect.Value) { k.field.Set(f) }

// Wrap replaces the kernel in the table by a function that calls wrapper with the kernel
// and the arguments of the call.
func (k Kernel) Wrap(wrapper func(kernel reflect.Value, args []reflect.Value)) {
	kernel := k.Func()
	k.Replace(reflect.MakeFunc(k.Type(), func(args []reflect.Value) []reflect.Value {
		wrapper(kernel, args)
		return nil
	}))
}

// Call returns what a call with these arguments does.
func (k Kernel) Call(args []reflect.Value) Call {
	return k.access.Call(args)[0].Interface().(Call)
}

// Param returns the index of the parameter of that name. It panics if there is none.
func (k Kernel) Param(name string) int {
	i := slices.Index(k.Params, name)
	if i < 0 {
		panic(fmt.Sprintf("access: %s has no parameter %s", k.Name, name))
	}
	return i
}
