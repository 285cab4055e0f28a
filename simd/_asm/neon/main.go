// Package neon generates the assembly of the package simd/neon as text, since avo, which
// simd/_asm uses for amd64, has no arm64. A kernel takes registers from a pool, and
// kernel.scope gives them back. The generator panics if no register is free: it never
// spills one to the stack.
package neon

import (
	"path/filepath"

	"github.com/lossglass/lossglass/simd/_asm/kernels"
	"github.com/lossglass/lossglass/simd/blocks"
)

// Write writes the files of each family of kernels to a folder.
func Write(folder string) error {
	tables := kernels.Constants{
		Package: "neon", Arch: "arm64", Rows: rows, TallRows: rows,
		Cols32: widest * bytes / 4, Cols64: widest * bytes / 8, FMAFlops: (*machine)(nil).Shape().FMAFlops(),
	}
	if err := tables.WriteTables(folder); err != nil {
		return err
	}
	for family, emit := range families {
		f := &file{}
		emit(f)
		name := filepath.Join(folder, family+"_arm64")
		if err := f.write(name+".s", name+".go"); err != nil {
			return err
		}
	}
	return nil
}

// families maps the name of each generated file to the function that emits its kernels.
var families = map[string]func(f *file){
	"network":     func(f *file) { kernels.Network(&machine{file: f}) },
	"elementwise": func(f *file) { kernels.Elementwise(&machine{file: f}) },
	"probe":       func(f *file) { kernels.Probe(&machine{file: f}) },
	"gemm": func(f *file) {
		for _, e := range []element{float32s, float64s} {
			f.gemm(e)
			kernels.Panel(&machine{file: f}, widest, e.bytes(), blocks.NEON.PackAhead)
			f.transpose(e)
		}
	},
	"glass": func(f *file) {
		f.interaction()
		f.field()
		f.symv()
	},
}
