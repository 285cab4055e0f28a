// Package relunet trains and evaluates packs of sixteen ReLU networks with one
// hidden layer, softmax and cross-entropy, on shared images and a shared order of
// minibatches; weights, rates and results are each network's own. Every number
// is that of the sequence of operations in props/reference, whatever the kernels.
// It is not a deep-learning framework: the networks it knows are the paper's.
package relunet

import (
	"fmt"
	"math"
	"unsafe"

	"github.com/lossglass/lossglass/simd"
)

// A Pack is sixteen networks inputs-hidden-classes. It is not safe for concurrent use.
//
// Units stand in tiles of simd.Tile: unit u of a layer is in tile u/Tile.
type Pack struct {
	k                       *simd.Kernels
	inputs, hidden, classes int
	w1                      tiled // [hidden tile][input][unit]
	b1                      tiled // [hidden tile][0][unit]
	w2                      tiled // [class tile][hidden unit][unit]
	b2                      tiled // [class tile][0][unit]

	batch minibatch
	rates [simd.Lanes]float32 // of this step, for one sample
	h     tiled               // [hidden tile][sample][unit]
	z     tiled               // [class tile][sample][unit]: logits, then deltas
	d     []float32           // [sample][unit]: the deltas of one hidden tile
}

// NewPack returns a pack of networks with all parameters zero. It panics if a size is below one.
func NewPack(k *simd.Kernels, inputs, hidden, classes int) *Pack {
	if inputs < 1 || hidden < 1 || classes < 1 {
		panic(fmt.Sprintf("relunet: no network %d-%d-%d", inputs, hidden, classes))
	}
	return &Pack{
		k: k, inputs: inputs, hidden: hidden, classes: classes,
		w1: newTiled(hidden, inputs+inputs%2), // pixels are updated in pairs
		b1: newTiled(hidden, 1),
		w2: newTiled(classes, hidden),
		b2: newTiled(classes, 1),
	}
}

// Params returns the number of parameters of one network.
func Params(inputs, hidden, classes int) int {
	return hidden*(inputs+1) + classes*(hidden+1)
}

// SetNetwork sets the parameters of one lane from the reference layout: W1
// [hidden][inputs], b1, W2 [classes][hidden], b2. It panics if the length is not Params.
func (p *Pack) SetNetwork(lane int, params []float32) {
	p.each(len(params), func(i int, v *[simd.Lanes]float32) { v[lane] = params[i] })
}

// Network copies the parameters of one lane out, in the reference layout. It
// panics if the length is not Params.
func (p *Pack) Network(lane int, params []float32) {
	p.each(len(params), func(i int, v *[simd.Lanes]float32) { params[i] = v[lane] })
}

// Diverged tells which lanes hold a parameter that is not finite.
func (p *Pack) Diverged() (out [simd.Lanes]bool) {
	const infinite = 0x7f800000
	p.each(Params(p.inputs, p.hidden, p.classes), func(_ int, v *[simd.Lanes]float32) {
		for l, x := range v {
			out[l] = out[l] || math.Float32bits(x)&infinite == infinite
		}
	})
	return out
}

// each calls f for each parameter in the order of the reference layout, with its sixteen lanes.
func (p *Pack) each(n int, f func(i int, v *[simd.Lanes]float32)) {
	if want := Params(p.inputs, p.hidden, p.classes); n != want {
		panic(fmt.Sprintf("relunet: %d parameters for a network %d-%d-%d of %d", n, p.inputs, p.hidden, p.classes, want))
	}
	i := 0
	layer := func(w, b tiled, units, inputs int) {
		for u := range units {
			for k := range inputs {
				f(i, w.at(u, k))
				i++
			}
		}
		for u := range units {
			f(i, b.at(u, 0))
			i++
		}
	}
	layer(p.w1, p.b1, p.hidden, p.inputs)
	layer(p.w2, p.b2, p.classes, p.hidden)
}

// tiled is an array [tile][row][simd.Tile][simd.Lanes] for some number of units.
type tiled struct {
	units  int
	stride int // floats of a tile
	data   []float32
}

func newTiled(units, rows int) tiled {
	t := tiled{units: units, stride: rows * simd.Row}
	t.data = aligned(t.count() * t.stride)
	return t
}

// tiles calls f for each tile with the units it holds and its data.
func (t tiled) tiles(f func(i, width int, data []float32)) {
	for i := range t.count() {
		f(i, t.width(i), t.tile(i))
	}
}

// tilesDown is tiles from the last to the first.
func (t tiled) tilesDown(f func(i, width int, data []float32)) {
	for i := t.count() - 1; i >= 0; i-- {
		f(i, t.width(i), t.tile(i))
	}
}

func (t tiled) count() int { return (t.units + simd.Tile - 1) / simd.Tile }

func (t tiled) width(i int) int { return min(simd.Tile, t.units-i*simd.Tile) }

func (t tiled) tile(i int) []float32 { return t.data[i*t.stride:][:t.stride] }

func (t tiled) at(unit, row int) *[simd.Lanes]float32 {
	i := row*simd.Row + unit%simd.Tile*simd.Lanes
	return (*[simd.Lanes]float32)(t.tile(unit / simd.Tile)[i:])
}

// aligned returns n zeros on a cache line's border: a vector that crosses lines takes two loads.
func aligned(n int) []float32 {
	const line = 64
	s := make([]float32, n+line/4)
	off := (line - int(uintptr(unsafe.Pointer(&s[0]))%line)) % line / 4
	return s[off : off+n : off+n]
}
