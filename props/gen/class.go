package gen

import "math"

// A Float is an IEEE-754 binary floating-point type.
type Float interface{ float32 | float64 }

// Classes is a set of kinds of numbers.
type Classes uint

// The kinds of numbers.
const (
	Zeros Classes = 1 << iota
	NegativeZeros
	Subnormals
	Normals
	Extremes // within a factor of two of the largest
	Infinities
	NaNs
)

var classNames = []string{"zeros", "negative zeros", "subnormals", "normals", "extremes", "infinities", "NaNs"}

// Names returns the names of the kinds that occur.
func (c Classes) Names() []string {
	var names []string
	for i, name := range classNames {
		if c>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

// Classify returns the kinds of numbers among x.
func Classify[T Float](x ...T) (c Classes) {
	least, largest := format[T]()
	for _, v := range x {
		size := max(v, -v)
		switch {
		case v != v:
			c |= NaNs
		case v == 0 && math.Signbit(float64(v)):
			c |= NegativeZeros
		case v == 0:
			c |= Zeros
		case size > largest:
			c |= Infinities
		case size > largest/2:
			c |= Extremes
		case size < least:
			c |= Subnormals
		default:
			c |= Normals
		}
	}
	return c
}

// format returns the least normal and the largest number of T.
func format[T Float]() (least, largest T) {
	if is32[T]() {
		x, y := float32(0x1p-126), float32(math.MaxFloat32)
		return T(x), T(y)
	}
	x, y := 0x1p-1022, math.MaxFloat64
	return T(x), T(y)
}

func is32[T Float]() bool { _, single := any(T(0)).(float32); return single }

// fromBits returns the number of those bits: of float32 the lower half counts.
func fromBits[T Float](bits uint64) T {
	if is32[T]() {
		return T(math.Float32frombits(uint32(bits)))
	}
	return T(math.Float64frombits(bits))
}

// epsilon returns the distance from 1 to the next larger number.
func epsilon[T Float]() T {
	if is32[T]() {
		return 0x1p-23
	}
	return 0x1p-52
}
