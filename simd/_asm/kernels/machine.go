// Package kernels emits the kernels that are the same on all architectures up to
// instructions: those of networks, the elementwise ones and the probe. Each is
// written once, against a Machine, which emits the instructions of one instruction
// set. So is the copying of panels. Matrix products, transposition and spin glasses,
// whose tiles are shaped by what each architecture can address, are written for each.
//
// In comments, [a][b] is row-major and every element is a vector of sixteen lanes.
package kernels

const (
	Lanes = 16        // networks in a pack
	Tile  = 5         // units in a tile
	Vec   = 4 * Lanes // bytes of one unit of a pack: a float32 for each lane
	Row   = Vec * Tile
)

// A Shape says how an instruction set divides the work. A pass is a loop's run over
// some of the sixteen lanes, with one group of registers for each vector.
type Shape struct {
	Bytes int // of a vector register
	// Block is how many samples (or inputs) share a tile's weights in the dense
	// kernels: Tile x Block accumulators, plus operands, fill the registers.
	Block int
	// Chunk is how many samples' deltas and activations stay in the first-level
	// cache while a gradient passes over them several times.
	Chunk int
	// Pairs and Dense are the registers of a group in the loops over pair lists and
	// in the dense kernels, for a tile of so many units; Softmax and Others those in
	// the loops over classes and everywhere else.
	Pairs, Dense    func(units int) int
	Softmax, Others int
	// Chains is how many independent accumulators the probe keeps busy: more than all
	// multiply-add units have in flight.
	Chains int
}

// whole is how many registers hold a vector of sixteen lanes.
func (s Shape) whole() int { return Vec / s.Bytes }

// FMAFlops are the floating-point operations of a round of FMA.
func (s Shape) FMAFlops() int { return 2 * s.Chains * s.Bytes / 4 }

// A Cond is what a branch compares for.
type Cond int

// The conditions; Below and AtLeast compare without sign.
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

// An Op is an operation on vectors, of float32 unless it is one of integers.
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

// A Relation is what lanes are compared for; it is false where a lane has a NaN.
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

// A Product is the shape of one step k of a dense kernel's inner loop,
// acc[m][u] = fma(a[k][u], b[k][m], acc[m][u]).
type Product struct {
	AUnit, BUnit int // bytes from one u, or m, to the next
}

// Units emits what body does for each unit u of a tile, ascending.
type Units func(body func(u int))

// A Machine emits instructions with vector registers V, general registers R and
// masks M. A vector of a pass is a group of registers, []V. In an operation on groups of
// different lengths, the one register of the shorter group is used for all. The
// destination of an operation is its first operand, and may be one of the others.
type Machine[V, R, M any] interface {
	Shape() Shape

	// Function emits a declared function around body, with so many bytes of
	// locals, and a return at its end.
	Function(name string, locals int, body func())
	Return()
	// Scope runs body. The registers taken in it are free again afterwards.
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
	Count(name string) R // their number
	Locals() R           // the address of the function's locals
	Register() R         // of any content
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
	OpConst(Op, []V, []V, uint32)    // the same with a constant y
	AddFrom(d []V, base R, disp int) // d += the vectors there
	ShiftInts(s Shift, d, x []V, bits int)
	FromInts(x []V)                // x = float32(int32(x))
	Horner(x []V, c []uint32) []V  // p = c[0], then p = fma(p, x, c[i]) for i ascending
	Clamp(x []V, low, high uint32) // x = min(max(x, low), high), a NaN staying NaN
	ReLU(x, zero []V)              // x = x <= 0 ? +0 : x, a NaN staying NaN
	Raise(top, x []V)              // top = x > top ? x : top
	Divide(y []V) func(x []V)      // returns what emits x = x / y for 0 <= x <= 1 <= y

	Compare(r Relation, x, y []V) []M
	CompareConst(r Relation, x []V, y uint32) []M
	EqualInts(x, y []V) []M
	Put(m []M, x, into []V) // into = x where m
	Keep(m []M, x []V) []V  // m ? x : +0; m must not be used afterwards
	// NaNs returns a mask of the lanes where x is NaN, NoteNaNs adds such lanes to one,
	// and WithoutNaNs returns x with +0 in them. Only these three know what is set.
	NaNs(x []V) []M
	NoteNaNs(m []M, x []V)
	WithoutNaNs(m []M, x []V) []V
	AddWide(sum R, x []V) // the float64 at sum += float64(x)

	// Accumulate emits the loop over the entries from at to end of a pair list:
	// acc[i][u] = fma(rows[offset][u], x_i, acc[i][u]). Unless ahead is nil, it prefetches
	// the line offset float32 behind ahead into the second-level cache.
	Accumulate(label string, units Units, rows, at, end R, acc [][][]V, ahead *R)
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

// Probe emits the kernel that measures the peak of multiply-adds.
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
