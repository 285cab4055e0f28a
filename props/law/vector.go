package law

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/gen"
)

// A VectorOperation is a routine of BLAS whose result is a vector or a number, with the
// meaning of the arguments of a [VectorCall].
type VectorOperation string

// The operations.
const (
	OpDot  VectorOperation = "dot"  // the sum of x_i y_i
	OpAxpy VectorOperation = "axpy" // y = alpha x + y
	OpNrm2 VectorOperation = "nrm2" // the square root of the sum of x_i^2
	OpAsum VectorOperation = "asum" // the sum of |x_i|
	OpAmax VectorOperation = "amax" // the index, from 0, of the first x_i of the largest |x_i|; 0 if there is none
	OpGemv VectorOperation = "gemv" // y = alpha op(A) x + beta y, where A is M x N and row-major
)

// two reports whether the operation has a vector y.
func (o VectorOperation) two() bool { return o == OpDot || o == OpAxpy || o == OpGemv }

// writes reports whether the operation writes to y; otherwise it returns a number.
func (o VectorOperation) writes() bool { return o == OpAxpy || o == OpGemv }

// A Vector has N elements in steps of Inc in memory. With a negative Inc they are stored
// backwards, the first at the end, as BLAS defines it; with 0 all are the same one.
type Vector[T float32 | float64] struct {
	N, Inc int
	Data   []T // (N-1) |Inc| + 1 elements, or none if N is 0
}

// Index returns where element i is in Data.
func (v Vector[T]) Index(i int) int {
	if v.Inc < 0 {
		return (i - v.N + 1) * v.Inc
	}
	return i * v.Inc
}

// Values returns the elements in their order.
func (v Vector[T]) Values() []T {
	x := make([]T, v.N)
	for i := range x {
		x[i] = v.Data[v.Index(i)]
	}
	return x
}

func (v Vector[T]) operand(name string) Operand {
	step := max(1, v.Inc, -v.Inc)
	return Numbers(name, v.Data).Only(func(i int) bool { return i%step == 0 })
}

func drawVector[T float32 | float64](t *rapid.T, name string, n int, increments []int, patterns []gen.Pattern[T], spikes []T) Vector[T] {
	v := Vector[T]{N: n, Inc: rapid.SampledFrom(increments).Draw(t, "inc"+name)}
	if n > 0 {
		v.Data = make([]T, (n-1)*max(v.Inc, -v.Inc)+1)
	}
	x, _ := gen.Matrix(t, name, 1, n, patterns, spikes)
	for i := range x {
		v.Data[v.Index(i)] = x[i]
	}
	return v
}

// A VectorCall is a call of an operation. Fields that the operation does not have are zero.
type VectorCall[T float32 | float64] struct {
	Operation   VectorOperation
	TransA      bool
	M, N        int // rows and columns of A, or N alone, the elements of x
	Alpha, Beta T
	A           Matrix[T]
	X, Y        Vector[T]
}

// A VectorRoutine makes a call with its operands in that memory, and returns the number that
// the operation returns, an index as one too.
type VectorRoutine[T float32 | float64] func(c VectorCall[T], a, x, y []T) T

// Increments of vectors: those of every routine, and those that dot, axpy and gemv have too.
var (
	positiveIncrements = []int{1, 1, 1, 2, 3, 7}
	negativeIncrements = []int{-1, -2, -5}
	anyIncrements      = append(append([]int{}, positiveIncrements...), negativeIncrements...)
)

// vectorBorders are lengths at which implementations switch code: vectors, and how many of
// them a loop takes at once.
var vectorBorders = []int{4, 8, 16, 32, 64}

// drawVectorCall draws a call with operands of one of the patterns each, and single values of
// spikes.
func drawVectorCall[T float32 | float64](t *rapid.T, o VectorOperation, increments []int, patterns []gen.Pattern[T], spikes []T) VectorCall[T] {
	c := VectorCall[T]{Operation: o, Alpha: 1}
	if o == OpGemv {
		c.M, c.N = gen.Size(t, "m", 0, 50, borders...), gen.Size(t, "n", 0, 50, borders...)
		c.TransA = rapid.Bool().Draw(t, "transA")
		c.Beta = gen.Scalar[T](t, "beta", len(spikes) > 0)
		c.A, _ = drawMatrix(t, "A", c.M, c.N, gen.Gap(t, "lda"), patterns, spikes)
	} else {
		c.N = gen.Size(t, "n", 0, 150, vectorBorders...)
	}
	if o.writes() {
		c.Alpha = gen.Scalar[T](t, "alpha", len(spikes) > 0)
	}
	c.X = drawVector(t, "x", c.depth(), increments, patterns, spikes)
	if o.two() {
		c.Y = drawVector(t, "y", c.rows(), increments, patterns, spikes)
	}
	return c
}

// rows returns the number of elements of y.
func (c VectorCall[T]) rows() int {
	if c.Operation == OpGemv && !c.TransA {
		return c.M
	}
	return c.N
}

// depth returns the number of elements of x.
func (c VectorCall[T]) depth() int {
	if c.Operation == OpGemv && c.TransA {
		return c.M
	}
	return c.N
}

func (c VectorCall[T]) String() string {
	switch c.Operation {
	case OpGemv:
		return fmt.Sprintf("gemv: transA %v, m %d, n %d, alpha %v, beta %v, lda %d, incx %d, incy %d", c.TransA, c.M, c.N, c.Alpha, c.Beta, c.A.LD, c.X.Inc, c.Y.Inc)
	case OpAxpy:
		return fmt.Sprintf("axpy: n %d, alpha %v, incx %d, incy %d", c.N, c.Alpha, c.X.Inc, c.Y.Inc)
	case OpDot:
		return fmt.Sprintf("dot: n %d, incx %d, incy %d", c.N, c.X.Inc, c.Y.Inc)
	}
	return fmt.Sprintf("%s: n %d, incx %d", c.Operation, c.N, c.X.Inc)
}

func (c VectorCall[T]) labels() []string {
	var l []string
	for name, is := range map[string]bool{
		"n = 0": c.N == 0, "alpha = 0": c.Alpha == 0, "transA": c.TransA, "contiguous": c.X.Inc == 1 && (c.Y.Inc == 1 || !c.Operation.two()),
		"increments": c.X.Inc > 1 || c.Y.Inc > 1, "negative increments": c.X.Inc < 0 || c.Y.Inc < 0,
	} {
		if is {
			l = append(l, name)
		}
	}
	return l
}

// KernelCall returns the call with operands in memory: the number returned, then A, x and y
// as far as the operation has them.
func (c VectorCall[T]) KernelCall() KernelCall[VectorRoutine[T]] {
	call := KernelCall[VectorRoutine[T]]{Case: c.String(), Labels: c.labels()}
	if !c.Operation.writes() {
		call.Operands = append(call.Operands, Numbers("result", []T{0}).Written())
	}
	if c.Operation == OpGemv {
		call.Operands = append(call.Operands, c.A.operand("A"))
	}
	call.Operands = append(call.Operands, c.X.operand("x"))
	if y := c.Y.operand("y"); c.Operation.writes() {
		call.Operands = append(call.Operands, y.Written())
	} else if c.Operation.two() {
		call.Operands = append(call.Operands, y)
	}
	call.Call = func(f VectorRoutine[T], args []Arg) {
		var result, a, y []T
		if !c.Operation.writes() {
			result, args = View[T](args[0]), args[1:]
		}
		if c.Operation == OpGemv {
			a, args = View[T](args[0]), args[1:]
		}
		if c.Operation.two() {
			y = View[T](args[1])
		}
		if value := f(c, a, View[T](args[0]), y); result != nil {
			result[0] = value
		}
	}
	return call
}

// results returns the elements of the result from the memory after a call.
func (c VectorCall[T]) results(after []Arg) []T {
	if !c.Operation.writes() {
		return View[T](after[0])
	}
	y := c.Y
	y.Data = View[T](after[len(after)-1])
	return y.Values()
}

// Result returns the elements of the result of f. The drawn operands stay as they are.
func (c VectorCall[T]) Result(f VectorRoutine[T]) []T {
	y := c.Y
	y.Data = append([]T(nil), c.Y.Data...)
	var value T
	isolated(func() { value = f(c, c.A.Data, c.X.Data, y.Data) })
	if c.Operation.writes() {
		return y.Values()
	}
	return []T{value}
}
