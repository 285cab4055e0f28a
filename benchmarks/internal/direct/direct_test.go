package direct_test

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/benchmarks/internal/direct"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// Every kernel that accesses memory is called without reflection, with the arguments it is
// given in their order.
func TestEveryKernelIsListed(t *testing.T) {
	set := simd.Generic()
	for _, kernel := range kerneltest.Kernels(set) {
		if !direct.Listed(kernel.Type()) {
			t.Errorf("%s is called by reflection: add its type %v", kernel.Name, kernel.Type())
			continue
		}
		drawn := rapid.Custom(func(t *rapid.T) kerneltest.Call { return kerneltest.Draw(t, set, kernel) }).Example(1)
		drawn.Call(reflect.MakeFunc(kernel.Type(), func(args []reflect.Value) []reflect.Value {
			called := false
			spy := reflect.MakeFunc(kernel.Type(), func(got []reflect.Value) []reflect.Value {
				called = true
				for i, arg := range args {
					same := arg.Kind() != reflect.Slice && arg.Kind() != reflect.Pointer && arg.Interface() == got[i].Interface()
					if arg.Kind() == reflect.Slice || arg.Kind() == reflect.Pointer {
						same = arg.UnsafePointer() == got[i].UnsafePointer()
					}
					if !same {
						t.Errorf("%s: argument %s is another", kernel.Name, kernel.Params[i])
					}
				}
				return nil
			})
			direct.Call(spy, args)()
			if !called {
				t.Errorf("%s is not called", kernel.Name)
			}
			return nil
		}), drawn.Args())
	}
}

// A type that is not listed is called by reflection.
func TestOther(t *testing.T) {
	f := func(x string) { fmt.Print(x) }
	if direct.Listed(reflect.TypeOf(f)) {
		t.Error("listed")
	}
	got := ""
	direct.Call(reflect.ValueOf(func(x string) { got = x }), []reflect.Value{reflect.ValueOf("x")})()
	if got != "x" {
		t.Errorf("called with %q", got)
	}
}
