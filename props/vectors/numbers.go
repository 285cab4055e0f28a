package vectors

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/internal/exact"
)

// numbers are written as one text, separated by spaces: hexadecimal floating-point numbers
// as C's strtod and Python's float.fromhex read them, inf, -inf and nan.
type numbers string

// write returns the text of some numbers.
func write[T gen.Float](x ...T) numbers {
	bits := 64
	if is32[T]() {
		bits = 32
	}
	words := make([]string, len(x))
	for i, v := range x {
		switch v := float64(v); {
		case v != v:
			words[i] = "nan"
		case math.IsInf(v, 1):
			words[i] = "inf"
		case math.IsInf(v, -1):
			words[i] = "-inf"
		default:
			words[i] = strconv.FormatFloat(v, 'x', -1, bits)
		}
	}
	return numbers(strings.Join(words, " "))
}

func is32[T gen.Float]() bool { _, single := any(T(0)).(float32); return single }

// nan returns a NaN.
func nan[T gen.Float]() T { return T(math.NaN()) }

// inf returns infinity.
func inf[T gen.Float]() T { return T(math.Inf(1)) }

// finite reports whether x is neither infinite nor NaN.
func finite[T gen.Float](x T) bool { return x-x == 0 }

// outputs collects the elements of an output.
type outputs[T gen.Float] struct{ result, lower, upper []T }

// add appends an element that may differ from the result by nothing.
func (o *outputs[T]) add(result T) { o.addBetween(result, result, result) }

func (o *outputs[T]) addBetween(result, lower, upper T) {
	if finite(result) && !(lower <= result && result <= upper) {
		panic("vectors: a defined result is outside of its own bound") // a bound that is wrong
	}
	o.result, o.lower, o.upper = append(o.result, result), append(o.lower, lower), append(o.upper, upper)
}

// addWithin appends an element that may be anywhere in a ball.
func (o *outputs[T]) addWithin(result T, b ball) {
	lower, upper := between[T](b)
	o.addBetween(result, lower, upper)
}

func (o *outputs[T]) output() output {
	return output{write(o.result...), write(o.lower...), write(o.upper...)}
}

// between returns the least and the largest of the numbers of type T in a ball, infinities
// left out.
func between[T gen.Float](b ball) (lower, upper T) {
	low, high := new(big.Float).Sub(b.mid, b.rad), new(big.Float).Add(b.mid, b.rad)
	lower, upper = nearest[T](low), nearest[T](high)
	if exact.Number(float64(lower)).Cmp(low) < 0 {
		lower = next(lower, 1)
	}
	if exact.Number(float64(upper)).Cmp(high) > 0 {
		upper = next(upper, -1)
	}
	return lower, upper
}

// nearest returns x rounded to T.
func nearest[T gen.Float](x *big.Float) T {
	if is32[T]() {
		y, _ := x.Float32()
		return T(y)
	}
	y, _ := x.Float64()
	return T(y)
}

// next returns the number after x in the direction of the sign.
func next[T gen.Float](x T, sign int) T {
	if is32[T]() {
		return T(math.Nextafter32(float32(x), float32(math.Inf(sign))))
	}
	return T(math.Nextafter(float64(x), math.Inf(sign)))
}
