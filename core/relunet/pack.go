// Package relunet trains and evaluates packs of sixteen multilayer ReLU networks,
// softmax and cross-entropy, on shared images and a shared order of minibatches;
// weights, rates and results are each network's own. Every number is that of the
// sequence of operations in props/reference, whatever the kernels. It is not a
// deep-learning framework: the networks it knows are the paper's, with any number
// of hidden layers of any widths.
package relunet

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/elementwise"
	"github.com/lossglass/lossglass/simd/network"
)

// Lanes is the number of networks in a pack.
const Lanes = network.Lanes

// A Pack is sixteen networks of the same widths, of numbers of type T. It is not
// safe for concurrent use.
//
// Units stand in tiles of network.Tile: unit u of a layer is in tile u/Tile.
type Pack[T float32 | float64] struct {
	k      network.Kernels[T]
	relu   func(dst, src []T)
	widths []int      // inputs, hidden layers, classes
	layers []layer[T] // the hidden ones and that of the logits

	batch minibatch
	rates [Lanes]T // of this step, for one sample
	room  int      // samples for which there is memory
}

// A layer is the weights into its units and what its units are for some samples.
type layer[T float32 | float64] struct {
	w tiled[T] // [tile][input][unit]
	b tiled[T] // [tile][0][unit]
	h tiled[T] // [tile][sample][unit]: activations, or logits
	d tiled[T] // [tile][sample][unit]: deltas; those of logits take their place
}

// NewPack returns a pack of networks with all parameters zero. The widths are the
// number of inputs, those of the hidden layers, at least one, and the number of
// classes. It panics if there are fewer than three or one is below one.
func NewPack(set *simd.Set, widths ...int) *Pack[float32] {
	return newPack(set.Network, set.Elementwise.ReLU, widths)
}

// NewPack64 is NewPack in float64, to see how far the rounding to float32 matters:
// the same sequences of operations, by portable kernels that are not fast.
func NewPack64(widths ...int) *Pack[float64] {
	return newPack(network.Generic[float64](), elementwise.Generic[float64]().ReLU, widths)
}

func newPack[T float32 | float64](k network.Kernels[T], relu func(dst, src []T), widths []int) *Pack[T] {
	if len(widths) < 3 || slices.Min(widths) < 1 {
		panic(fmt.Sprintf("relunet: no network of widths %v", widths))
	}
	p := &Pack[T]{k: k, relu: relu, widths: slices.Clone(widths), layers: make([]layer[T], len(widths)-1)}
	for i := range p.layers {
		inputs, units := widths[i], widths[i+1]
		if i == 0 {
			inputs += inputs % 2 // pixels are updated in pairs
		}
		p.layers[i].w, p.layers[i].b = newTiled[T](units, inputs), newTiled[T](units, 1)
	}
	return p
}

// Params returns the number of parameters of one network of those widths.
func Params(widths ...int) int {
	n := 0
	for i, units := range widths[1:] {
		n += units * (widths[i] + 1)
	}
	return n
}

// mustFit panics unless networks of those widths have n parameters.
func mustFit(n int, widths []int) {
	if want := Params(widths...); n != want {
		panic(fmt.Sprintf("relunet: %d parameters for a network of widths %v, which takes %d", n, widths, want))
	}
}

// SetNetwork sets the parameters of one lane from the reference layout: layer by
// layer W [units][inputs], then b. It panics if the length is not Params.
func (p *Pack[T]) SetNetwork(lane int, params []T) {
	p.each(len(params), func(i int, v *[Lanes]T) { v[lane] = params[i] })
}

// Network copies the parameters of one lane out, in the reference layout. It
// panics if the length is not Params.
func (p *Pack[T]) Network(lane int, params []T) {
	p.each(len(params), func(i int, v *[Lanes]T) { params[i] = v[lane] })
}

// Diverged tells which lanes hold a parameter that is not finite.
func (p *Pack[T]) Diverged() (out [Lanes]bool) {
	p.each(Params(p.widths...), func(_ int, v *[Lanes]T) {
		for l, x := range v {
			out[l] = out[l] || x-x != 0 // NaN where x is infinite or NaN
		}
	})
	return out
}

// each calls f for each parameter in the order of the reference layout, with its sixteen lanes.
func (p *Pack[T]) each(n int, f func(i int, v *[Lanes]T)) {
	mustFit(n, p.widths)
	i := 0
	for at, l := range p.layers {
		inputs, units := p.widths[at], p.widths[at+1]
		for u := range units {
			for k := range inputs {
				f(i, l.w.at(u, k))
				i++
			}
		}
		for u := range units {
			f(i, l.b.at(u, 0))
			i++
		}
	}
}

// hidden returns the hidden layers, output the one of the logits.
func (p *Pack[T]) hidden() []layer[T] { return p.layers[:len(p.layers)-1] }
func (p *Pack[T]) output() *layer[T]  { return &p.layers[len(p.layers)-1] }

// tiled is an array [tile][row][network.Tile][Lanes] for some number of units.
// It may have room for fewer tiles, which then are all tiles in turn.
type tiled[T float32 | float64] struct {
	units  int
	stride int // elements of a tile
	data   []T
}

func newTiled[T float32 | float64](units, rows int) tiled[T] {
	t := tiled[T]{units: units, stride: rows * network.Row}
	t.data = aligned[T](t.count() * t.stride)
	return t
}

// first returns t with the room of its first n tiles only.
func (t tiled[T]) first(n int) tiled[T] {
	t.data = t.data[:min(n, t.count())*t.stride]
	return t
}

// room returns how many tiles t has room for.
func (t tiled[T]) room() int { return len(t.data) / t.stride }

// tiles calls f for each tile with the units it holds and its data.
func (t tiled[T]) tiles(f func(i, width int, data []T)) {
	for i := range t.count() {
		f(i, t.width(i), t.tile(i))
	}
}

// tilesDown is tiles from the last to the first.
func (t tiled[T]) tilesDown(f func(i, width int, data []T)) {
	for i := t.count() - 1; i >= 0; i-- {
		f(i, t.width(i), t.tile(i))
	}
}

func (t tiled[T]) count() int { return (t.units + network.Tile - 1) / network.Tile }

func (t tiled[T]) width(i int) int { return min(network.Tile, t.units-i*network.Tile) }

func (t tiled[T]) tile(i int) []T { return t.from(i)[:t.stride] }

// from returns tile i and those behind it.
func (t tiled[T]) from(i int) []T { return t.data[i*t.stride%len(t.data):] }

func (t tiled[T]) at(unit, row int) *[Lanes]T {
	i := row*network.Row + unit%network.Tile*Lanes
	return (*[Lanes]T)(t.tile(unit / network.Tile)[i:])
}

// aligned returns n zeros on a cache line's border: a vector that crosses lines takes two loads.
func aligned[T float32 | float64](n int) []T {
	const line = 64
	var zero T
	size := int(unsafe.Sizeof(zero))
	s := make([]T, n+line/size)
	off := (line - int(uintptr(unsafe.Pointer(&s[0]))%line)) % line / size
	return s[off : off+n : off+n]
}
