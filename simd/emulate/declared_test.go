package emulate_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/emulate"
)

// A declared kernel may access the elements of its declaration only.
func TestDeclaredAccess(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{load + "VMOVUPS (SI), X0; VMOVUPS X0, (DI); RET", ""},
		{load + "VMOVUPS (SI), X0; VMOVUPS X0, (DI); VMOVUPS (DI), X1; RET", ""}, // what it has written itself
		{load + "VMOVUPS 4(SI), X0; VMOVUPS X0, (DI); RET", "reads at src+16, which is none of the call's elements"},
		{load + "VMOVUPS (SI), X0; VMOVUPS X0, (SI); RET", "writes at src+0, which is read-only"},
		{load + "VMOVUPS (DI), X0; VMOVUPS X0, (DI); RET", "reads at dst+0, where nothing was written before"},
		{load + "VMOVUPS (SI), X0; VMOVUPS X0, 4(DI); RET", "writes at dst+16, which is none of the call's elements"},
		{load + "MOVL (SI), AX; MOVL AX, (DI); RET", "RET: dst+4 is not written"},
	} {
		program, err := emulate.Parse(source(0, test.body))
		if err != nil {
			t.Fatal(err)
		}
		var f kernel
		declared := access.Declare(&f, "F", "n dst src ok", func(n int, dst, src []float32, ok bool) access.Call {
			return access.Call{Regions: []access.Region{access.Vector("dst", access.Write, n), access.Vector("src", access.Read, n)}}
		})
		value, err := program.Kernel(declared)
		if err != nil {
			t.Fatal(err)
		}
		reflect.ValueOf(&f).Elem().Set(value)
		var fault string
		func() {
			defer func() {
				if reason, ok := recover().(error); ok {
					fault = reason.Error()
				}
			}()
			f(4, make([]float32, 8), make([]float32, 8), false)
		}()
		if test.want == "" && fault != "" || !strings.Contains(fault, test.want) {
			t.Errorf("%s\ngives %s\nwants %s", test.body, fault, test.want)
		}
	}
}
