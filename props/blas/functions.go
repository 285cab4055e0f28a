package blas

import (
	"bytes"
	"math"
	"unsafe"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
)

// Gemm returns the library's product of that type as a function that the laws take. It
// panics where the call crashes or does what no routine may do.
func Gemm[T float32 | float64](s *Session) law.Gemm[T] { return gemmThreads[T](s, 0) }

// gemmThreads is [Gemm] in a process in which the library uses that many threads.
func gemmThreads[T float32 | float64](s *Session, threads int) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		call := gemmCall(transA, transB, m, n, k, alpha, lda, ldb, beta, ldc)
		call.Threads = threads
		s.change(call, memory(a), memory(b), memory(c))
	}
}

// GemmBeside is [Gemm] while other threads make another call: two of each, many times,
// of which each must get the same every time.
func GemmBeside[T float32 | float64](s *Session, other law.GemmCall[T]) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		call := gemmCall(transA, transB, m, n, k, alpha, lda, ldb, beta, ldc)
		call.Rounds = 40
		call.Beside = new(gemmCall(other.TransA, other.TransB, other.M, other.N, other.K, other.Alpha, other.A.LD, other.B.LD, other.Beta, other.C.LD))
		call.Beside.Operands = operands(memory(other.A.Data), memory(other.B.Data), memory(other.C.Data))
		s.change(call, memory(a), memory(b), memory(c))
	}
}

func gemmCall[T float32 | float64](transA, transB bool, m, n, k int, alpha T, lda, ldb int, beta T, ldc int) Call {
	return Call{
		Routine: typed[T]("gemm"), Flags: []bool{transA, transB}, Sizes: []int{m, n, k, lda, ldb, ldc},
		Factors: []float64{float64(alpha), float64(beta)},
	}
}

// typed returns the name of a routine for a type.
func typed[T float32 | float64](base string) string {
	if _, ok := any(T(0)).(float32); ok {
		return "s" + base
	}
	return "d" + base
}

// memory returns the bytes of a slice.
func memory[T float32 | float64](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(T(0))))
}

func fromBits[T float32 | float64](b uint64) T {
	if _, ok := any(T(0)).(float32); ok {
		return T(math.Float32frombits(uint32(b)))
	}
	return T(math.Float64frombits(b))
}

// operands returns those bytes as operands, at the same places in their pages.
func operands(all ...[]byte) []Memory {
	const page = 4096
	var placed []Memory
	for _, o := range all {
		begin := unsafe.SliceData(o)
		_, guarded := gen.GuardOf(begin)
		placed = append(placed, Memory{Offset: int(uintptr(unsafe.Pointer(begin)) % page), Data: bytes.Clone(o), Guarded: guarded})
	}
	return placed
}

// change makes a call, changes the operands as it did, and returns Answer.Value.
func (s *Session) change(c Call, all ...[]byte) uint64 {
	c.Operands = operands(all...)
	answer, err := s.Do(c)
	if err != nil {
		panic(err.Error())
	}
	for i, o := range all {
		if !bytes.Equal(o, answer.Operands[i]) { // no write to what callers share to read
			copy(o, answer.Operands[i])
		}
	}
	if answer.Wrong != "" {
		panic(answer.Wrong)
	}
	return answer.Value
}

// gemv returns the library's product of a matrix and a vector.
func gemv[T float32 | float64](s *Session) law.Gemv[T] {
	return func(transA bool, m, n int, alpha T, a []T, lda int, x []T, beta T, y []T) {
		s.change(Call{Routine: typed[T]("gemv"), Flags: []bool{transA}, Sizes: []int{m, n, lda, 1, 1}, Factors: []float64{float64(alpha), float64(beta)}},
			memory(a), memory(x), memory(y))
	}
}

// dot returns the library's scalar product.
func dot[T float32 | float64](s *Session) law.Dot[T] {
	return func(x, y []T) T {
		return fromBits[T](s.change(Call{Routine: typed[T]("dot"), Sizes: []int{len(x), 1, 1}}, memory(x), memory(y)))
	}
}
