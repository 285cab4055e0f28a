package neon

import "fmt"

const (
	lanes = 16        // networks in a pack
	tile  = 5         // units in a tile
	vec   = 4 * lanes // bytes of one unit of a pack: a float32 for each lane
	row   = vec * tile
	bytes = 16 // of a vector register
	whole = vec / bytes
)

// An element is the type of a matrix's elements.
type element struct {
	name string // in Go
	bits int
}

var (
	float32s = element{"float32", 32}
	float64s = element{"float64", 64}
)

func (e element) bytes() int    { return e.bits / 8 }
func (e element) scale() int    { return e.bits/32 + 1 } // log2 of bytes
func (e element) slice() string { return "[]" + e.name }

// widths emits body once for each tile width and jumps to the one asked for.
func (k *kernel) widths(body func(n int, prefix string)) {
	k.scope(func() {
		width := k.param("width")
		for n := tile; n > 1; n-- {
			k.emit("CMP", fmt.Sprintf("$%d", n), width)
			k.emit("BEQ", fmt.Sprintf("width%d", n))
		}
	})
	for n := 1; n <= tile; n++ {
		prefix := fmt.Sprintf("width%d", n)
		k.label(prefix)
		k.scope(func() { body(n, prefix) })
		if n < tile {
			k.emit("RET")
		}
	}
}

// passes runs body over all sixteen lanes, g registers at a time; the pointers
// are moved along the lanes between passes.
func (k *kernel) passes(name string, g int, body func(), pointers ...greg) {
	if g == whole {
		k.scope(body)
		return
	}
	count := k.gp()
	k.emit("MOVD", fmt.Sprintf("$%d", whole/g), count)
	k.label(name + "_pass")
	k.scope(body)
	for _, p := range pointers {
		k.advance(p, g*bytes)
	}
	k.again(count, name+"_pass")
}

// blocks emits body for blocks of m of the count things, then one at a time.
// body must advance its pointers by m things.
func (k *kernel) blocks(prefix string, most int, count greg, body func(m int, prefix string)) {
	for _, m := range []int{most, 1} {
		p := fmt.Sprintf("%s_by%d", prefix, m)
		k.emit("CMP", fmt.Sprintf("$%d", m), count)
		k.emit("BLT", p+"_end")
		k.label(p)
		k.scope(func() { body(m, p) })
		k.emit("SUB", fmt.Sprintf("$%d", m), count, count)
		k.emit("CMP", fmt.Sprintf("$%d", m), count)
		k.emit("BGE", p)
		k.label(p + "_end")
	}
}
