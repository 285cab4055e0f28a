package emulate

import (
	"fmt"
	"io/fs"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/avx2"
	"github.com/lossglass/lossglass/simd/avx512"
	"github.com/lossglass/lossglass/simd/blocks"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/neon"
)

// Assembly returns the kernels of an instruction set of this project, "avx512",
// "avx2" or "neon", as a program.
func Assembly(name string) (*Program, error) {
	for _, s := range sources {
		if s.name == name {
			return Load(s.files, "*.s")
		}
	}
	return nil, fmt.Errorf("emulate: no assembly for %q", name)
}

// sources are the instruction sets of this project, with what a set states besides
// its kernels.
var sources = []struct {
	name                           string
	files                          fs.FS
	rows, tallRows, cols32, cols64 int
	flops                          int
	blocks                         blocks.Sizes
}{
	{"avx512", avx512.Source, avx512.Rows, avx512.TallRows, avx512.Cols32, avx512.Cols64, avx512.FMAFlops, blocks.AVX512},
	{"avx2", avx2.Source, avx2.Rows, avx2.TallRows, avx2.Cols32, avx2.Cols64, avx2.FMAFlops, blocks.AVX2},
	{"neon", neon.Source, neon.Rows, neon.TallRows, neon.Cols32, neon.Cols64, neon.FMAFlops, blocks.NEON},
}

// Sets returns the kernels of all instruction sets that this project has assembly for,
// as functions that execute in the emulator. They panic with a *[Fault] as the package
// comment says, and as [Program.Kernel] says if they access other elements than their
// declarations state.
func Sets() ([]*simd.Set, error) {
	var sets []*simd.Set
	for _, s := range sources {
		program, err := Assembly(s.name)
		if err != nil {
			return nil, err
		}
		set := &simd.Set{
			Name:   s.name,
			Gemm32: gemm.Kernels[float32]{Rows: s.rows, TallRows: s.tallRows, Cols: s.cols32},
			Gemm64: gemm.Kernels[float64]{Rows: s.rows, TallRows: s.tallRows, Cols: s.cols64},
			Glass:  glass.Kernels{Rows: s.rows, Cols: s.cols64},
			Blocks: s.blocks,
		}
		set.Probe.FMAFlops = s.flops
		for _, kernel := range set.Kernels() {
			f, err := program.Kernel(kernel)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			kernel.Replace(f)
		}
		sets = append(sets, set)
	}
	return sets, nil
}
