package emulate

import "fmt"

// Concrete is the domain of numbers: a value is its bits.
type Concrete struct {
	Arm64 bool // NaN results are those of arm64, not of amd64
}

// Const returns the bits.
func (Concrete) Const(_ int, bits uint64) uint64 { return bits }

// Bits returns the bits, which are known.
func (Concrete) Bits(v uint64) (uint64, bool) { return v, true }

// Unary executes an operation on one value.
func (d Concrete) Unary(op Op, a uint64) uint64 {
	switch op {
	case Low:
		return a & 0xffffffff
	case High:
		return a >> 32
	case SignBit:
		return a >> 31 & 1
	case Spread:
		return a * 0xffffffff
	case Not1:
		return a ^ 1
	case IntToFloat:
		return d.from32(float32(float64(int32(a)))) // the float64 is exact
	case FloatToDouble:
		return double(a)
	}
	panic(fmt.Sprintf("emulate: operation %d is not unary", op))
}

// Binary executes an operation on two values.
func (d Concrete) Binary(op Op, a, b uint64) uint64 {
	switch op {
	case Join:
		return a | b<<32
	case Add32:
		return d.from32(f32(a)+f32(b), a, b)
	case Add64:
		return d.from64(f64(a)+f64(b), a, b)
	case Sub32:
		return d.from32(f32(a)-f32(b), a, b)
	case Sub64:
		return d.from64(f64(a)-f64(b), a, b)
	case Mul32:
		return d.from32(f32(a)*f32(b), a, b)
	case Mul64:
		return d.from64(f64(a)*f64(b), a, b)
	case Div32:
		return d.from32(f32(a)/f32(b), a, b)
	case Div64:
		return d.from64(f64(a)/f64(b), a, b)
	case Min32:
		return extreme32(a, b, false)
	case Min64:
		return extreme64(a, b, false)
	case Max32:
		return extreme32(a, b, true)
	case Max64:
		return extreme64(a, b, true)
	case Maximum32: // max and min of Go treat zeros and NaN as arm64 does
		return d.from32(max(f32(a), f32(b)), a, b)
	case Maximum64:
		return d.from64(max(f64(a), f64(b)), a, b)
	case Minimum32:
		return d.from32(min(f32(a), f32(b)), a, b)
	case Minimum64:
		return d.from64(min(f64(a), f64(b)), a, b)
	case IntAdd:
		return uint64(uint32(a) + uint32(b))
	case IntSub:
		return uint64(uint32(a) - uint32(b))
	case IntEq:
		return bit(a == b)
	case And, And1:
		return a & b
	case AndNot:
		return ^a & b
	case Or, Or1:
		return a | b
	case Xor, Xor1:
		return a ^ b
	case ShiftL:
		return uint64(uint32(a) << b)
	case ShiftR:
		return a >> b
	case ShiftRA:
		return uint64(uint32(int32(a) >> b))
	}
	panic(fmt.Sprintf("emulate: operation %d is not binary", op))
}

// Ternary executes an operation on three values.
func (d Concrete) Ternary(op Op, a, b, c uint64) uint64 {
	switch op {
	case FMA32, FMS32, FNMA32, FNMS32:
		return d.fma32(a, b, c, op == FNMA32 || op == FNMS32, op == FMS32 || op == FNMS32)
	case FMA64, FMS64, FNMA64, FNMS64:
		return d.fma64(a, b, c, op == FNMA64 || op == FNMS64, op == FMS64 || op == FNMS64)
	case Select:
		if a != 0 {
			return b
		}
		return c
	case BitSelect:
		return a&b | ^a&c
	}
	panic(fmt.Sprintf("emulate: operation %d is not ternary", op))
}

// Compare returns 1 where the predicate holds, else 0.
func (Concrete) Compare(width int, p Predicate, a, b uint64) uint64 {
	x, y := f64(a), f64(b)
	if width == 32 {
		x, y = float64(f32(a)), float64(f32(b)) // exact
	}
	return bit(p.holds(x < y, x == y, x > y, x != x || y != y))
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
