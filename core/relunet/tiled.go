package relunet

import (
	"unsafe"

	"github.com/lossglass/lossglass/simd/network"
)

// A tiled is an array [tile][row][unit][lane], where each tile has network.Tile units:
// unit u of a layer is unit u%Tile of tile u/Tile. A row is an input or a sample. The
// array may have memory for fewer tiles than it has units for; tile i is then stored
// in the place of tile i modulo their number.
type tiled[T float32 | float64] struct {
	units  int
	stride int // number of elements of a tile
	data   []T
}

func newTiled[T float32 | float64](units, rows int) tiled[T] {
	t := tiled[T]{units: units, stride: rows * network.Row}
	t.data = makeAligned[T](t.count() * t.stride)
	return t
}

// shrink returns t with the memory of its first n tiles only.
func (t tiled[T]) shrink(n int) tiled[T] {
	t.data = t.data[:min(n, t.count())*t.stride]
	return t
}

// stored returns the number of tiles that t has memory for.
func (t tiled[T]) stored() int { return len(t.data) / t.stride }

// count returns the number of tiles.
func (t tiled[T]) count() int { return ceilTiles(t.units) }

// ceilTiles returns the number of tiles that some units need.
func ceilTiles(units int) int { return (units + network.Tile - 1) / network.Tile }

// width returns the number of units of tile i.
func (t tiled[T]) width(i int) int { return min(network.Tile, t.units-i*network.Tile) }

// tile returns the elements of tile i.
func (t tiled[T]) tile(i int) []T { return t.tail(i)[:t.stride] }

// tail returns the elements of tile i and of those stored after it.
func (t tiled[T]) tail(i int) []T {
	at := i * t.stride
	if at >= len(t.data) { // rarely; a division takes as long as a small kernel's loop
		at %= len(t.data)
	}
	return t.data[at:]
}

// at returns the lanes of one unit in one row.
func (t tiled[T]) at(unit, row int) *[Lanes]T {
	i := row*network.Row + unit%network.Tile*Lanes
	return (*[Lanes]T)(t.tile(unit / network.Tile)[i:])
}

// repeatRow copies a row to the given number of rows of a tile.
func repeatRow[T float32 | float64](tile, row []T, rows int) {
	for r := range rows {
		copy(tile[r*network.Row:], row)
	}
}

// makeAligned returns n zeros that begin at a multiple of 64 bytes, a cache line, because
// loading a vector that crosses cache lines takes twice as long.
func makeAligned[T float32 | float64](n int) []T {
	const line = 64
	var zero T
	size := int(unsafe.Sizeof(zero))
	s := make([]T, n+line/size)
	skip := (line - int(uintptr(unsafe.Pointer(&s[0]))%line)) % line / size
	return s[skip : skip+n : skip+n]
}
