package emulate

// A Domain implements the operations on the values of vector registers, opmasks and
// memory: numbers ([Concrete]), or for example symbolic terms. A value of type V has
// 1, 32 or 64 bits: a bit of an opmask, a float32 or int32, or a float64. The
// constants of type Op state the widths of operands and results.
type Domain[V any] interface {
	// Const returns a known value of that width, 1, 32 or 64 bits.
	Const(width int, bits uint64) V
	// Bits returns the bits of a value. known is false if the value is symbolic. The
	// bits of addresses, branch conditions and masks of memory accesses must be known.
	Bits(v V) (bits uint64, known bool)
	Unary(op Op, a V) V
	Binary(op Op, a, b V) V
	Ternary(op Op, a, b, c V) V
	// Compare returns one bit: whether the predicate holds for two floating-point
	// numbers of that width.
	Compare(width int, p Predicate, a, b V) V
}

// An Op is an operation on values. The digits in its name are the width of its
// operands and its result, where nothing else is said.
type Op uint8

// The operations. Floating-point arithmetic is IEEE-754, rounded to nearest even,
// with subnormal numbers.
const (
	NoOp Op = iota

	// Unary.
	Low           // the lower 32 bits of 64
	High          // the upper 32 bits of 64
	SignBit       // bit 31 of 32
	Spread        // a bit to 32 equal bits
	Not1          // of a bit
	IntToFloat    // int32 to float32
	FloatToDouble // float32 to float64

	// Binary.
	Join      // 64 bits: a below b
	Add32     // float32 a + b
	Add64     // float64 a + b
	Sub32     // a - b
	Sub64     // a - b
	Mul32     // a * b
	Mul64     // a * b
	Div32     // a / b
	Div64     // a / b
	Min32     // a < b ? a : b, the operand rule of x86: b if either is NaN or both are zero
	Min64     // likewise
	Max32     // a > b ? a : b, likewise
	Max64     // likewise
	Maximum32 // the larger, NaN if either is NaN, +0 larger than -0: as on arm64
	Maximum64
	Minimum32
	Minimum64
	IntAdd  // 32-bit integers
	IntSub  // a - b
	IntEq   // a bit: a == b
	And     // 32 bits
	AndNot  // ^a & b
	Or      //
	Xor     //
	ShiftL  // a << b, b below 32
	ShiftR  // a >> b with zeros
	ShiftRA // a >> b with copies of the sign
	And1    // of two bits
	Or1     // of two bits
	Xor1    // of two bits

	// Ternary, with one rounding.
	FMA32     // a*b + c
	FMA64     //
	FMS32     // a*b - c
	FMS64     //
	FNMA32    // -(a*b) + c
	FNMA64    //
	FNMS32    // -(a*b) - c
	FNMS64    //
	Select    // the bit a ? b : c
	BitSelect // 32 bits: a&b | ^a&c
)

// A Predicate says how VCMPPS and VCMPPD compare, as their immediate operand does
// (Intel SDM volume 2, CMPPD, table 3-1). Predicates from 16 to 31 differ from
// those 16 below only in the exceptions they signal, which are masked here.
type Predicate uint8

// holds reports whether a predicate is true, given the outcome of a comparison.
func (p Predicate) holds(less, equal, greater, unordered bool) bool {
	switch p & 15 {
	case 0: // EQ_OQ
		return equal
	case 1: // LT_OS
		return less
	case 2: // LE_OS
		return less || equal
	case 3: // UNORD_Q
		return unordered
	case 4: // NEQ_UQ
		return !equal
	case 5: // NLT_US
		return !less
	case 6: // NLE_US
		return greater || unordered
	case 7: // ORD_Q
		return !unordered
	case 8: // EQ_UQ
		return equal || unordered
	case 9: // NGE_US
		return less || unordered
	case 10: // NGT_US
		return !greater
	case 11: // FALSE_OQ
		return false
	case 12: // NEQ_OQ
		return less || greater
	case 13: // GE_OS
		return greater || equal
	case 14: // GT_OS
		return greater
	default: // TRUE_UQ
		return true
	}
}
