// Package kernels generates the kernels whose loops are the same on all architectures:
// those of networks, the elementwise ones, the probe, and the copying of panels. Each is
// written once, against a Machine, which emits the instructions of one instruction set.
//
// Matrix products, transposition and spin glasses are not here: their loops depend on the
// addressing modes of the architecture, and each architecture has its own.
//
// In comments, [a][b] is row-major and every element is a vector of sixteen lanes.
package kernels

const (
	Lanes = 16        // networks in a pack
	Tile  = 5         // units in a tile
	Vec   = 4 * Lanes // bytes of one unit of a pack: a float32 for each lane
	Row   = Vec * Tile
)

// A Shape says how the loops of an instruction set divide the work. If the sixteen lanes
// of a vector need more registers than a loop can spare, the loop runs several times, in
// passes over some of the lanes each. The registers that hold one vector's lanes of a
// pass are a group.
type Shape struct {
	Bytes int // of a vector register
	// Block is the number of samples, or inputs, that the dense kernels compute at once:
	// they use each loaded weight for all of them. The Tile x Block accumulators and the
	// operands fill the registers.
	Block int
	// Chunk is the number of samples whose deltas and activations stay in the first-level
	// cache while the gradient reads them several times.
	Chunk int
	// PairGroup and DenseGroup return the number of registers in a group in the loops
	// over pair lists and in the dense kernels, for tiles of that many units.
	// SoftmaxGroup is this number in the loops over classes, DefaultGroup in all others.
	PairGroup, DenseGroup      func(units int) int
	SoftmaxGroup, DefaultGroup int
	// Halves lets the two passes over pair lists divide the rows of a full tile by address:
	// see rowPasses.
	Halves bool
	// Chains is the number of accumulators of the probe. It exceeds the number of
	// fmas that a CPU has in flight at a time.
	Chains int
}

// vecRegisters returns the number of registers that hold a vector of sixteen lanes.
func (s Shape) vecRegisters() int { return Vec / s.Bytes }

// FMAFlops returns the number of floating-point operations in a round of FMA.
func (s Shape) FMAFlops() int { return 2 * s.Chains * s.Bytes / 4 }

// A Cond is the condition of a branch on two integers.
type Cond int

// The conditions. Below and AtLeast compare unsigned integers, the others signed ones.
const (
	EQ Cond = iota
	NE
	LT
	LE
	GT
	GE
	Below
	AtLeast
)

// An Op is an operation on vectors of float32 or, if its name ends in Ints, of int32.
type Op int

// The operations.
const (
	Add Op = iota
	Sub
	Mul
	MulAdd // d = fma(x, y, d)
	MulSub // d = fma(-x, y, d)
	AddInts
	SubInts
	And
)

// A Relation is a comparison of two float32. It is false if either is NaN.
type Relation int

// The relations.
const (
	Less Relation = iota
	Equal
	Greater
)

// A Shift is a shift of 32-bit integers.
type Shift int

// The shifts.
const (
	Left Shift = iota
	Right
	SignedRight
)

// A Product describes one step k of a dense kernel's inner loop,
// acc[m][u] = fma(a[k][u], b[k][m], acc[m][u]).
type Product struct {
	AUnit, BUnit int // bytes from a[k][u] to a[k][u+1] and from b[k][m] to b[k][m+1]
}

// Units emits what body does for each unit u of a tile, ascending.
type Units func(body func(u int))

// A Machine emits instructions with vector registers V, general registers R and
// masks M. A vector of a pass is a group of registers, []V. In an operation on groups of
// different lengths, the one register of the shorter group is used for all. The
// destination of an operation is its first operand, and may be one of the others.
type Machine[V, R, M any] interface {
	Shape() Shape

	// Function emits a declared function: the code that body emits, and a return. locals
	// is the number of bytes of its local variables.
	Function(name string, locals int, body func())
	Return()
	// Scope calls body, and then frees the registers that were taken in it.
	Scope(body func())
	Comment(text string)

	Label(name string)
	Jump(label string)
	// Branch and BranchIf branch if c holds between their operands.
	Branch(r R, c Cond, n int, label string)
	BranchIf(x R, c Cond, y R, label string)
	// CountDown subtracts n from r, and branches if c holds between the difference and 0.
	CountDown(r R, n int, c Cond, label string)

	Param(name string) R // an integer or pointer
	Slice(name string) R // the address of a slice's elements
	Count(name string) R // the length of a slice
	Locals() R           // the address of the function's locals
	Register() R         // a register with an undefined value
	Copy(r R) R
	Set(n int) R     // a register with the value n
	Move(d R, n int) // d = n
	LoadUint32(base R, disp int) R
	Advance(p R, n int) // p += n
	AndBits(r R, n int) // r &= n
	Negate(r R)
	Subtract(d, x R)                 // d -= x
	Plus(d, x, y R, shift, disp int) // d = x + y<<shift + disp; if shift > 3, d must not be x
	Element(d, base, i R, bytes int) // d = base + i*bytes
	Prefetch(p R, disp, level int)   // the line at p + disp, into the cache of that level

	Vecs(n int) []V
	Load(v []V, base R, disp int)
	Store(v []V, base R, disp int)
	BroadcastUint32(base R) []V      // one register
	Constant(bits uint32) []V        // one register
	Fill(v []V, bits uint32)         // v = bits in every lane
	Clear(v []V)                     // v = +0
	Copies(d, x []V)                 // d = x
	Op(op Op, d, x, y []V)           // d = x op y, unless stated at the Op
	OpConst(Op, []V, []V, uint32)    // Op with y in every lane of its last operand
	AddFrom(d []V, base R, disp int) // d += the vectors at base + disp
	ShiftInts(s Shift, d, x []V, bits int)
	FromInts(x []V)               // x = float32(int32(x))
	Horner(x []V, c []uint32) []V // p = c[0], then p = fma(p, x, c[i]) for i ascending
	AtLeast(x []V, low uint32)    // x = max(x, low); NaN stays NaN
	AtMost(x []V, high uint32)    // x = min(x, high); NaN stays NaN
	ReLU(x, zero []V)             // x = x <= 0 ? +0 : x; NaN stays NaN
	Raise(top, x []V)             // top = x > top ? x : top
	Divide(y []V) func(x []V)     // returns a function that emits x = x / y, for 0 <= x <= 1 <= y

	Compare(r Relation, x, y []V) []M
	CompareConst(r Relation, x []V, y uint32) []M
	EqualInts(x, y []V) []M
	Put(m []M, x, into []V) // into = x where m
	Keep(m []M, x []V) []V  // m ? x : +0; m must not be used afterwards
	// NaNs returns a mask of the lanes where x is NaN, NoteNaNs adds such lanes to one,
	// and WithoutNaNs returns x with +0 in them. The mask may be inverted: no other function
	// may use it.
	NaNs(x []V) []M
	NoteNaNs(m []M, x []V)
	WithoutNaNs(m []M, x []V) []V
	AddWide(sum R, x []V) // the float64 at sum += float64(x)

	// Accumulate emits the loop over the entries from at to end of a pair list:
	// acc[i][u] = fma(rows[offset][u], x_i, acc[i][u]), where the units of a row are unit
	// bytes apart. Unless ahead is nil, it prefetches the line that is offset float32 after
	// ahead into the second-level cache.
	Accumulate(label string, units Units, rows R, unit int, at, end R, acc [][][]V, ahead *R)
	// Multiply emits one step of a product.
	Multiply(p Product, units Units, a, b R, acc [][][]V)
}

// kernels emits kernels for a machine.
type kernels[V, R, M any] struct {
	Machine[V, R, M]
	Shape
}

// Network emits the kernels of the training and evaluation of networks.
func Network[V, R, M any](m Machine[V, R, M]) {
	k := kernels[V, R, M]{m, m.Shape()}
	k.imageForward()
	k.imageStep()
	k.forward()
	k.backward()
	k.step()
	k.biasStep()
	k.softmaxGrad()
	k.lossSum()
}

// Elementwise emits the kernels that apply a function to every element of a slice.
func Elementwise[V, R, M any](m Machine[V, R, M]) {
	k := kernels[V, R, M]{m, m.Shape()}
	k.elementwise("Exp", k.exp)
	k.elementwise("Log", func(x []V) []V {
		z := k.Vecs(len(x))
		k.log(z, x)
		return z
	})
	k.elementwise("ReLU", func(x []V) []V {
		zero := k.Vecs(1)
		k.Clear(zero)
		k.ReLU(x, zero)
		return x
	})
}

// Probe emits the kernel that measures the peak rate of fmas.
func Probe[V, R, M any](m Machine[V, R, M]) {
	k := kernels[V, R, M]{m, m.Shape()}
	k.Function("FMA", 0, func() {
		rounds, one, acc := k.Param("rounds"), k.Constant(f32(1)), k.Vecs(k.Chains)
		k.Clear(acc)
		k.Comment("One fma on each chain")
		k.Label("round")
		k.Op(MulAdd, acc, one, one)
		k.CountDown(rounds, 1, NE, "round")
	})
}
