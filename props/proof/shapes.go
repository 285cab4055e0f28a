package proof

import (
	"iter"
	"math/bits"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/network"
)

// Shapes returns the shapes of a kernel of the set that are proved: every width and height of
// its tiles, sizes of more than twice what the kernel does in one step of a loop, strides that
// are as small as possible and larger, and the sizes of the experiments where they differ from
// these.
func Shapes(set *simd.Set, kernel access.Kernel) iter.Seq[Shape] {
	return func(yield func(Shape) bool) {
		g := &shapes{set: set, kernel: kernel, yield: yield}
		if list := lists[kernel.Name]; list != nil {
			list(g)
		}
	}
}

// shapes yields shapes until yield returns false.
type shapes struct {
	set    *simd.Set
	kernel access.Kernel
	yield  func(Shape) bool
	done   bool
}

// add yields a shape.
func (g *shapes) add(s Shape) {
	g.done = g.done || !g.yield(s)
}

// call yields a shape, given names of parameters and their values.
func (g *shapes) call(values ...any) { g.add(shape(g.kernel, values...)) }

// lists has the shapes of each kernel.
var lists = map[string]func(g *shapes){
	"Gemm32":  func(g *shapes) { products(g, g.set.Gemm32.Rows, g.set.Gemm32.TallRows, g.set.Gemm32.Cols) },
	"Gemm64":  func(g *shapes) { products(g, g.set.Gemm64.Rows, g.set.Gemm64.TallRows, g.set.Gemm64.Cols) },
	"Panel32": func(g *shapes) { panels(g, g.set.Gemm32.Cols) }, "Panel64": func(g *shapes) { panels(g, g.set.Gemm64.Cols) },
	"Transpose32": transposes, "Transpose64": transposes,
	"Interaction64": interactions, "Field64": fields, "Symv64": matrices,
	"ImageForward": pairLists, "ImageStep": pairLists,
	"Forward": forwards, "Backward": backwards, "Step": steps, "BiasStep": biasSteps,
	"SoftmaxGrad": softmaxes, "LossSum": func(g *shapes) { classes(g, g.add) },
	"Exp": vectors[float32], "Log": vectors[float32], "ReLU": vectors[float32],
}

// products are every tile, with depths around those of one and two steps and of the last steps
// that kernels take apart, in one to three tiles.
func products(g *shapes, mostRows, tallRows, mostCols int) {
	one := func(rows, tiles, cols, depth, more int, byColumns, fresh bool) {
		aRow, aCol := depth+more, 1
		if byColumns {
			aRow, aCol = 1, rows*tiles+more
		}
		g.call("rows", rows, "tiles", tiles, "cols", cols, "depth", depth, "aRow", aRow, "aCol", aCol,
			"bRow", cols+more, "ldc", cols+(more+1)%3, "fresh", fresh)
	}
	for cols := 1; cols <= mostCols; cols++ {
		most := mostRows
		if 2*cols <= mostCols {
			most = tallRows
		}
		for rows := 1; rows <= most; rows++ {
			for i, depth := range []int{1, 2, 3, 4, 5, 9, 17} {
				one(rows, 1, cols, depth, i%3, (rows+i)%2 == 0, (cols+i)%2 == 0)
			}
			for tiles := 1; tiles <= 3; tiles++ {
				for _, byColumns := range []bool{false, true} {
					for _, fresh := range []bool{false, true} {
						if g.done {
							return
						}
						one(rows, tiles, cols, 2, tiles-1, byColumns, fresh)
						if tiles == 2 {
							one(rows, tiles, cols, 5, tiles-1, byColumns, fresh)
						}
					}
				}
			}
		}
	}
	for rows := 1; rows <= mostRows; rows++ { // rows of A and panels of B that are contiguous
		for _, depth := range upTo(20) {
			one(rows, 1+depth%5, mostCols, depth, 0, false, depth%2 == 0)
		}
	}
	for _, fresh := range []bool{false, true} { // a block of a large product
		one(mostRows, 2, mostCols, g.set.Blocks.Depth, 0, false, fresh)
	}
}

// upTo are the numbers that sizes go through: every one up to most, and those given.
func upTo(most int, more ...int) []int {
	var sizes []int
	for n := 1; n <= most; n++ {
		sizes = append(sizes, n)
	}
	return append(sizes, more...)
}

func panels(g *shapes, cols int) {
	for _, rows := range upTo(20, 100) {
		for more := range 3 {
			g.call("rows", rows, "lds", cols+more)
		}
	}
}

func transposes(g *shapes) {
	for rows := gemm.Block; rows <= 5*gemm.Block; rows += gemm.Block {
		for cols := gemm.Block; cols <= 5*gemm.Block; cols += gemm.Block {
			for more := range 2 {
				g.call("rows", rows, "cols", cols, "ldd", rows+3*more, "lds", cols+more)
			}
		}
	}
}

func interactions(g *shapes) {
	for _, rows := range upTo(20, 100) {
		s := shape(g.kernel, "rows", rows)
		g.add(s)
		g.add(s.inPlace("x", "w"))
	}
}

// fields are every tile, from the first and from other rows of w.
func fields(g *shapes) {
	for rows := 1; rows <= g.set.Glass.Rows; rows++ {
		for tiles := 1; tiles <= 3; tiles++ {
			for more := range 5 {
				depth := rows*tiles + 3*more
				g.call("rows", rows, "tiles", tiles, "depth", depth, "first", min(more, depth-rows*tiles), "ldm", depth+more%3)
			}
		}
	}
	g.call("rows", g.set.Glass.Rows, "tiles", 2, "depth", 250, "first", 17, "ldm", 250)
}

func matrices(g *shapes) {
	for _, m := range upTo(5*glass.Block+1, 100) {
		g.call("m", m)
	}
}

// eachWidth calls do for each number of units that a tile may have.
func eachWidth(do func(width int)) {
	for width := 1; width <= network.Tile; width++ {
		do(width)
	}
}

// pairLists are lists of up to nine entries, in up to four pairs, with results in other than
// ascending order.
func pairLists(g *shapes) {
	eachWidth(func(width int) {
		for pairs := range 5 {
			for entries := range 10 {
				list, spans := []network.Entry{}, []network.Span{}
				for p := range pairs {
					first := uint32(len(list))
					n := entries
					if p%2 == 1 {
						n = (entries + 3*p) % 10 // others
					}
					for e := range n {
						list = append(list, network.Entry{uint32((e*(p+2)+p)%7) * network.Row})
					}
					spans = append(spans, network.Span{first, uint32(len(list)), uint32(2*pairs - 1 - 2*p), uint32(2*pairs - 2 - 2*p)})
				}
				g.call("width", width, "list", list, "spans", spans)
			}
		}
	})
	list := make([]network.Entry, 100) // as many as an image has pixels
	for e := range list {
		list[e][0] = uint32(e) * network.Row
	}
	g.call("width", network.Tile, "list", list, "spans", []network.Span{{0, 100, 1, 0}})
}

func forwards(g *shapes) {
	eachWidth(func(width int) {
		for _, samples := range upTo(9) {
			for _, inputs := range upTo(2*network.Tile + 2) {
				g.call("width", width, "samples", samples, "inputs", inputs, "hStride", (samples+inputs%2)*network.Row)
			}
		}
		g.call("width", width, "samples", 3, "inputs", 100, "hStride", 3*network.Row)
	})
}

func backwards(g *shapes) {
	eachWidth(func(width int) {
		for _, samples := range upTo(9) {
			for _, outputs := range upTo(2*network.Tile + 2) {
				g.call("width", width, "samples", samples, "outputs", outputs, "wStride", (width+outputs%3)*network.Row, "deltaStride", (samples+outputs%2)*network.Row)
			}
		}
	})
}

// steps are all numbers of inputs of a tile, with samples in up to three chunks.
func steps(g *shapes) {
	chunk := max(g.set.Blocks.Samples, 1)
	eachWidth(func(width int) {
		for _, inputs := range upTo(network.Tile) {
			for _, samples := range upTo(9, chunk-1, chunk, chunk+1, 2*chunk, 2*chunk+1) {
				s := shape(g.kernel, "width", width, "samples", samples, "inputs", inputs)
				// The second chunk has code of its own, and the most samples of one chunk are where the choice between both is.
				s.unique = samples == chunk+1 || samples == chunk && inputs == 1
				g.add(s)
			}
		}
	})
}

func biasSteps(g *shapes) {
	eachWidth(func(width int) {
		for _, samples := range upTo(20, 100) {
			g.call("width", width, "samples", samples)
		}
	})
}

// classes are up to 12 classes of up to 4 samples, with every label of the first sample.
func classes(g *shapes, do func(Shape)) {
	for samples := range 5 {
		for _, classes := range upTo(2*network.Tile + 2) {
			for label := range classes {
				labels := make([]uint32, samples)
				for s := range labels {
					labels[s] = uint32((label + 3*s) % classes)
				}
				do(shape(g.kernel, "classes", classes, "stride", (samples+label%2)*network.Row, "labels", labels))
				if samples == 0 {
					break
				}
			}
		}
	}
}

// softmaxes are classes in three cases each, as a kernel may branch if any numerator of a vector is small: none is,
// all are, or one is, in some of the vectors. The branch depends on nothing else.
//
// Their maximum is used in differences z - max alone, of which the exponential is taken. If max is a zero, its sign
// decides the sign of another zero at most, and e^0 = e^-0. If a logit is NaN, then so is its exponential, whatever max
// is, and the sum, and every result.
func softmaxes(g *shapes) {
	n := 0
	classes(g, func(s Shape) {
		s.anyMaximum = true
		for _, s.assumed = range smallNumerators(n) {
			g.add(s)
		}
		n++
	})
}

func vectors[T float32 | float64](g *shapes) {
	for n := range 6 {
		s := shape(g.kernel, "src", make([]T, 16*n), "dst", make([]T, 16*n))
		g.add(s)
		g.add(s.inPlace("dst", "src"))
	}
}

// QuickShapes returns, numbered, the shapes whose call takes at most 10,000 floating-point operations,
// and those that alone execute some lines.
func QuickShapes(set *simd.Set, kernel access.Kernel) iter.Seq2[int, Shape] {
	const most = 10_000
	return func(yield func(int, Shape) bool) {
		n := 0
		for s := range Shapes(set, kernel) {
			if s.unique || s.FLOPs() <= most {
				if !yield(n, s) {
					return
				}
				n++
			}
		}
	}
}

// Few returns the kinds of data that quick shape n is to be called with where time does not allow all: ordinary or
// special ones, by the Thue-Morse sequence, which has no period that sizes might share, and fragile ones.
func Few(n int) []Data {
	return []Data{Data(bits.OnesCount(uint(n)) % 2), Fragile}
}
