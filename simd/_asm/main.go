// Command asm generates the assembly of the packages simd/avx2, simd/avx512 and
// simd/neon, one file for each instruction set and family of kernels, and from them the
// loops of simd/probe/instruction:
//
//	cd simd/_asm && go run .
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"

	"github.com/lossglass/lossglass/simd/_asm/kernels"
	"github.com/lossglass/lossglass/simd/_asm/neon"
	"github.com/lossglass/lossglass/simd/_asm/probes"

	_ "unsafe" // for go:linkname
)

func main() {
	for _, t := range []target{avx2, avx512} {
		if err := t.constants().WriteTables(filepath.Join("..", t.name)); err != nil {
			fmt.Fprintf(os.Stderr, "asm: %s: %v\n", t.name, err)
			os.Exit(1)
		}
		for family, emit := range families {
			if err := t.write(family, emit); err != nil {
				fmt.Fprintf(os.Stderr, "asm: %s %s: %v\n", t.name, family, err)
				os.Exit(1)
			}
		}
	}
	if err := neon.Write("../neon"); err != nil {
		fmt.Fprintf(os.Stderr, "asm: neon: %v\n", err)
		os.Exit(1)
	}
	if err := probes.Write(); err != nil {
		fmt.Fprintf(os.Stderr, "asm: probes: %v\n", err)
		os.Exit(1)
	}
}

// families maps the name of each generated file to the function that emits its kernels.
var families = map[string]func(t target){
	"network":     func(t target) { kernels.Network(&machine{target: t}) },
	"elementwise": func(t target) { kernels.Elementwise(&machine{target: t}) },
	"probe":       func(t target) { kernels.Probe(&machine{target: t}) },
	"gemm": func(t target) {
		for _, e := range []element{float32s, float64s} {
			t.gemm(e)
			kernels.Panel(&machine{target: t}, widest, e.bytes(), t.blocks.PackAhead)
			t.transpose(e)
		}
	},
	"glass": func(t target) {
		t.interaction()
		t.field()
		t.symv()
	},
}

// underConstruction is avo's only file under construction, to which the functions
// of package build add.
//
//go:linkname underConstruction github.com/mmcloughlin/avo/build.ctx
var underConstruction *build.Context

// write writes the assembly and the declarations of a family.
func (t target) write(family string, emit func(t target)) error {
	underConstruction = build.NewContext()
	clear(words)
	build.ConstraintExpr("amd64,!purego")
	emit(t)
	file, err := underConstruction.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	config := printer.Config{Name: "simd/_asm", Pkg: t.name}
	for suffix, p := range map[string]printer.Printer{".s": printer.NewGoAsm(config), ".go": printer.NewStubs(config)} {
		text, err := p.Print(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join("..", t.name, family+"_amd64"+suffix), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
