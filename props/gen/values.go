package gen

import (
	"math"

	"pgregory.net/rapid"
)

// A Pattern fills matrices in one characteristic way.
type Pattern[T Float] struct {
	Name string
	fill func(r *source, rows, cols int, set func(i, j int, x T))
}

// Fill returns the elements of a rows x cols matrix in the pattern, row by row. They depend
// on the seed and the size alone, and are the same on every machine.
func (p Pattern[T]) Fill(seed uint64, rows, cols int) []T {
	x := make([]T, rows*cols)
	p.fill(&source{seed}, rows, cols, func(i, j int, v T) { x[i*cols+j] = v })
	return x
}

// each returns the pattern whose elements are drawn one by one.
func each[T Float](name string, draw func(r *source) T) Pattern[T] {
	return Pattern[T]{name, func(r *source, rows, cols int, set func(i, j int, x T)) {
		for i := range rows {
			for j := range cols {
				set(i, j, draw(r))
			}
		}
	}}
}

// Exact returns the patterns of small integers, simplest first. Sums of up to 2^12 of
// their products are exact in float32, in any order.
func Exact[T Float]() []Pattern[T] {
	return []Pattern[T]{
		each("zeros", func(*source) T { return 0 }),
		each("ones", func(*source) T { return 1 }),
		{"one-hot rows", oneHot[T]},
		{"permutation of unique values", permutation[T]},
		each("integers", func(r *source) T { return T(r.below(65)) - 32 }),
		each("sparse integers", func(r *source) T {
			if r.below(100) < 64 {
				return 0
			}
			return T(r.below(32) + 1)
		}),
	}
}

// Tame returns the patterns of [Exact] and others of finite numbers. Sums of their
// products do not overflow and, except those of the last pattern, do not underflow.
func Tame[T Float]() []Pattern[T] {
	return append(Exact[T](),
		each("powers of two", func(r *source) T { return T(math.Ldexp(r.sign(), r.below(13)-6)) }),
		Uniform[T](),
		Sparse[T](),
		each("an ulp round one", func(r *source) T {
			return T(r.sign()) * []T{1, 1 + epsilon[T](), 1 - epsilon[T]()/2}[r.below(3)]
		}),
		Pattern[T]{"cancelling pairs", cancelling[T]},
		Midpoints[T](),
		each("subnormals", func(r *source) T {
			least, _ := format[T]()
			return T(r.sign()) * T(r.below(1<<20)) * epsilon[T]() * least
		}),
	)
}

// Wild returns the patterns of [Tame] and others, whose products overflow or which
// contain infinities and NaN.
func Wild[T Float]() []Pattern[T] {
	return append(Tame[T](),
		each("wide exponents", func(r *source) T {
			_, largest := format[T]()
			return T(math.Ldexp(float64(uniform[T](r)), r.below(2*math.Ilogb(float64(largest)))-math.Ilogb(float64(largest))))
		}),
		each("extremes", func(r *source) T {
			least, largest := format[T]()
			return T(r.sign()) * []T{largest, largest / 2, least, least * epsilon[T](), least - least*epsilon[T]()}[r.below(5)]
		}),
		each("special", func(r *source) T { s := Spikes[T](); return s[r.below(len(s))] }),
		each("any bits", func(r *source) T { return fromBits[T](r.next()) }),
	)
}

// Sparse returns a pattern like MNIST's pixels: +0 in 64 of 100 places, otherwise
// positive and at most one.
func Sparse[T Float]() Pattern[T] {
	return each("sparse pixels", func(r *source) T {
		if r.below(100) < 64 {
			return 0
		}
		return T(r.below(49980)+1) / 49980
	})
}

// Uniform returns the pattern of numbers uniform on [-1, 1].
func Uniform[T Float]() Pattern[T] { return each("uniform", uniform[T]) }

// Midpoints returns the pattern of numbers for which x*y + z has other bits if it is
// rounded twice.
func Midpoints[T Float]() Pattern[T] { return each("fma midpoints", midpoint[T]) }

// uniform returns a number on [-1, 1] with every bit of the significand in use.
func uniform[T Float](r *source) T {
	return T(float64(int64(r.next())>>11|1)) / (1 << 52) // not T(int64): on 386, Go rounds that wrongly to float32
}

// midpoint returns factors and addends whose exact fma lies next to the midpoint of two
// numbers: (1 + r)(1 - r) = 1 - r^2 halves of an ulp of the addend. r is so small that a
// product rounded by itself, or a sum rounded to about twice the digits first, falls on
// the midpoint, from which the second rounding goes the wrong way.
func midpoint[T Float](r *source) T {
	root := T(0x1p-30)
	if is32[T]() {
		root = 0x1p-16
	}
	sign := T(r.sign())
	switch r.below(4) {
	case 0:
		return sign * (1 + root)
	case 1:
		return sign * (1 - root)
	case 2:
		return sign * (1 - root) * epsilon[T]() / 2
	default:
		return sign * (1 + T(r.below(8))*epsilon[T]())
	}
}

func oneHot[T Float](r *source, rows, cols int, set func(i, j int, x T)) {
	for i := range rows {
		hot := r.below(max(1, cols))
		for j := range cols {
			set(i, j, map[bool]T{true: 1}[j == hot])
		}
	}
}

// permutation sets one element of each row, in different columns as far as there are
// enough, each to a different value, which identifies it if it is lost.
func permutation[T Float](r *source, rows, cols int, set func(i, j int, x T)) {
	shift := r.below(max(1, cols))
	for i := range rows {
		for j := range cols {
			x := T(0)
			if j == (i+shift)%cols {
				x = T(i + 1)
			}
			set(i, j, x)
		}
	}
}

// cancelling fills rows with pairs x, -x and, in one place of eight, a small number.
func cancelling[T Float](r *source, rows, cols int, set func(i, j int, x T)) {
	for i := range rows {
		var last T
		for j := range cols {
			switch {
			case r.below(8) == 0:
				set(i, j, uniform[T](r)*epsilon[T]())
			case last == 0:
				last = uniform[T](r)
				set(i, j, last)
			default:
				set(i, j, -last)
				last = 0
			}
		}
	}
}

// Spikes returns the single values for which numeric code is often wrong, simplest first.
func Spikes[T Float]() []T {
	least, largest := format[T]()
	eps := epsilon[T]()
	inf := T(math.Inf(1))
	quiet, signalling, negative := uint64(0x7ff8000000000000), uint64(0x7ff0000000000001), uint64(0xfff800000000beef)
	if is32[T]() {
		quiet, signalling, negative = 0x7fc00000, 0x7f800001, 0xffc0beef
	}
	return []T{
		0, 1, -1, T(math.Copysign(0, -1)), 2, 0.5, 1 + eps, 1 - eps/2, eps / 2, T(math.Sqrt(float64(eps))),
		least, -least, least - least*eps, least * eps, -least * eps,
		largest, -largest, inf, -inf, fromBits[T](quiet), fromBits[T](negative), fromBits[T](signalling),
	}
}

// Matrix draws the elements of a rows x cols matrix, row by row: one of the
// patterns, a seed, and up to three single values of spikes (none if it is
// empty). It returns the name of the pattern too.
func Matrix[T Float](t *rapid.T, label string, rows, cols int, patterns []Pattern[T], spikes []T) ([]T, string) {
	p := patterns[rapid.IntRange(0, len(patterns)-1).Draw(t, label+": pattern")]
	x := p.Fill(rapid.Uint64Range(0, 1<<16).Draw(t, label+": seed"), rows, cols)
	if len(x) > 0 && len(spikes) > 0 {
		for range rapid.IntRange(0, 3).Draw(t, label+": spikes") {
			at := rapid.IntRange(0, len(x)-1).Draw(t, label+": at")
			x[at] = spikes[rapid.IntRange(0, len(spikes)-1).Draw(t, label+": spike")]
		}
	}
	return x, p.Name
}

// source is a small generator of random bits (SplitMix64: Steele, Lea, Flood,
// OOPSLA 2014). It is the same on every machine, and its state shrinks.
type source struct{ state uint64 }

func (r *source) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *source) below(n int) int { return int(r.next() >> 33 % uint64(n)) }

func (r *source) sign() float64 { return 1 - 2*float64(r.below(2)) }
