package relunet

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
)

// Params returns the number of parameters of one network with the given widths.
func Params(widths ...int) int {
	n := 0
	for i, units := range widths[1:] {
		n += units * (widths[i] + 1)
	}
	return n
}

// checkParams panics unless networks with the given widths have n parameters.
func checkParams(n int, widths []int) {
	if want := Params(widths...); n != want {
		panic(fmt.Sprintf("relunet: %d parameters for a network of widths %v, which has %d", n, widths, want))
	}
}

// SetNetwork sets the parameters of the network in the given lane, from the reference
// layout. It panics if their number is not that of [Params].
func (p *Pack[T]) SetNetwork(lane int, params []T) {
	checkParams(len(params), p.widths)
	for i, lanes := range p.parameters() {
		lanes[lane] = params[i]
	}
}

// Network copies the parameters of the network in the given lane to params, in the
// reference layout. It panics if their number is not that of [Params].
func (p *Pack[T]) Network(lane int, params []T) {
	checkParams(len(params), p.widths)
	for i, lanes := range p.parameters() {
		params[i] = lanes[lane]
	}
}

// Diverged reports, for each lane, whether a parameter is infinite or NaN.
func (p *Pack[T]) Diverged() (diverged [Lanes]bool) {
	for _, lanes := range p.parameters() {
		for l, x := range lanes {
			diverged[l] = diverged[l] || x-x != 0 // x-x is NaN where x is infinite or NaN
		}
	}
	return diverged
}

// parameters yields each parameter of all networks, with its index in the reference
// layout.
func (p *Pack[T]) parameters() iter.Seq2[int, *[Lanes]T] {
	return func(yield func(int, *[Lanes]T) bool) {
		i := 0
		for at, l := range p.layers {
			inputs, units := p.widths[at], p.widths[at+1]
			for j := range units * inputs {
				if !yield(i+j, l.w.at(j/inputs, j%inputs)) {
					return
				}
			}
			i += units * inputs
			for u := range units {
				if !yield(i+u, l.b.at(u, 0)) {
					return
				}
			}
			i += units
		}
	}
}

// Digest returns the SHA-256 of parameters as little-endian numbers. It writes every NaN
// as 0x7fc00000, in float64 as 0x7ff8000000000000, so that all NaN give the same digest.
func Digest[T float32 | float64](params []T) [sha256.Size]byte {
	var b []byte
	for _, x := range params {
		switch x := any(x).(type) {
		case float32:
			bits := math.Float32bits(x)
			if x != x {
				bits = 0x7fc00000
			}
			b = binary.LittleEndian.AppendUint32(b, bits)
		case float64:
			bits := math.Float64bits(x)
			if x != x {
				bits = 0x7ff8000000000000
			}
			b = binary.LittleEndian.AppendUint64(b, bits)
		}
	}
	return sha256.Sum256(b)
}
