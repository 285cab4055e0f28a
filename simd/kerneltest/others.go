package kerneltest

import (
	"math"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/simd/elementwise"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
)

// edges are arguments where functions are computed in another way, and their neighbours: subnormal and
// normal numbers, the ends of the ranges of Exp, and where Log takes the next exponent.
var edges = []float32{
	0x1p-149, 0x1p-130, 0x1p-126 - 0x1p-149, 0x1p-126, 0x1.000002p-126, -0x1p-149, math.MaxFloat32,
	-104, -0x1.9ffffep6, -0x1.9fe36ap6, -0x1.5d58ap6, -88, 88, 0x1.62e43p6, 0x1.62e432p6, 89,
	0x1.6a09e4p-1, 0x1.6a09e6p-1, 0x1.6a09e8p-1, 1, 0x1.fffffep-1, 0x1.000002p0, 0x1.62e43p-2, -0x1.62e43p-2,
}

// unary draws a call of a function of every element, in place or not.
func unary(d *drawing) {
	n := elementwise.Lanes * d.number("vectors", 0, 5)
	scale := rapid.SampledFrom([]float32{16, 1, 100}).Draw(d.T, "scale") // 100 gives results of Exp at both ends, subnormal ones too
	src := numbers[float32](d, "src", n).Mapped(func(x float32) float32 { return x * scale })
	if d.chance("at edges", 3) {
		const spread = 0x9e3779b1 // the last bits of x may all be zero
		src = src.Mapped(func(x float32) float32 { return edges[math.Float32bits(x)*spread>>16%uint32(len(edges))] })
	}
	d.operand("src", src, make([]float32, n))
	if d.chance("in place", 2) {
		d.aliases = [2]string{"src", "dst"}
	}
}

// product draws a call of Gemm with tiles of at most that many rows and columns, or of
// tall rows if they are narrow.
func product(d *drawing, mostRows, tallRows, mostCols int) {
	// Whole panels, row after row without gaps, are what large products consist of.
	panel := d.chance("panel", 2)
	cols := mostCols
	if !panel {
		cols = d.number("cols", 1, mostCols, 4, 8, 16)
	}
	d.argument("cols", cols)
	if 2*cols <= mostCols {
		d.label("narrow")
		mostRows = tallRows
	}
	if cols < mostCols {
		d.label("tail of columns")
	}
	rows := d.size("rows", 1, mostRows) * d.size("tiles", 1, 3)
	depth := d.size("depth", 1, 20, 4, 8)
	d.argument("fresh", d.chance("fresh", 2))
	if d.chance("A by columns", 2) {
		d.argument("aRow", 1)
		d.stride("aCol", rows)
	} else {
		d.argument("aCol", 1)
		d.stride("aRow", depth)
	}
	if panel {
		d.argument("bRow", cols)
	} else {
		d.stride("bRow", cols)
	}
	d.stride("ldc", cols)
}

// panel draws a call of Panel, whose rows have that many columns.
func panel(d *drawing, cols int) {
	d.size("rows", 1, 20)
	d.stride("lds", cols)
}

func transpose(d *drawing) {
	rows, cols := gemm.Block*d.number("blocks of rows", 1, 4), gemm.Block*d.number("blocks of columns", 1, 4)
	d.argument("rows", rows)
	d.argument("cols", cols)
	d.stride("ldd", rows)
	d.stride("lds", cols)
}

func interaction(d *drawing) { d.size("rows", 1, 20) }

// field draws a call of Field, of some of the rows of w.
func field(d *drawing) {
	rows := d.size("rows", 1, d.set.Glass.Rows) * d.size("tiles", 1, 3)
	depth := rows + d.number("more depth", 0, 40)
	d.argument("depth", depth)
	d.size("first", 0, depth-rows)
	d.stride("ldm", depth)
}

func symv(d *drawing) {
	padding := rapid.IntRange(0, glass.Block-1).Draw(d.T, "padding")
	d.argument("m", glass.Block*d.number("blocks", 1, 5)-padding)
	if padding > 0 {
		d.label("padded")
	} else {
		d.label("whole blocks")
	}
}
