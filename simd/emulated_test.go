package simd_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/emulate"
)

// emulated returns the kernels of an instruction set, carried out in the emulator.
func emulated(t *testing.T, sizes simd.Kernels) *simd.Kernels {
	t.Helper()
	p, err := emulate.Load(os.DirFS(sizes.Name), "*_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.ValueOf(&sizes).Elem()
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Func {
			f, err := p.Func(v.Type().Field(i).Name, v.Field(i).Type())
			if err != nil {
				t.Fatal(err)
			}
			v.Field(i).Set(f)
		}
	}
	return &sizes
}

// The assembly of every instruction set of amd64 obeys the laws in the emulator, whatever this CPU has.
func TestEmulatedKernels(t *testing.T) {
	for _, sizes := range []simd.Kernels{
		{Name: "avx2", GemmRows: 6, GemmTallRows: 12, GemmCols32: 16, GemmCols64: 8},
		{Name: "avx512", GemmRows: 14, GemmTallRows: 28, GemmCols32: 32, GemmCols64: 16},
	} {
		t.Run(sizes.Name, func(t *testing.T) {
			k := emulated(t, sizes)
			for _, kernel := range kernels {
				t.Run(kernel.name, func(t *testing.T) {
					for _, p := range properties(k, kernel.draw, nil) {
						if p.Name == "equals-specification" || p.Name == "padding" {
							law.Run(t, []law.Property{p})
						}
					}
				})
			}
		})
	}
}
