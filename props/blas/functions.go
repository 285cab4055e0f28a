package blas

import (
	"bytes"
	"math"
	"unsafe"

	"github.com/lossglass/lossglass/props/gen"
	"github.com/lossglass/lossglass/props/law"
)

// A caller makes a call with operands in that memory, which it changes as the call does, and
// returns Answer.Value. It panics where the call crashes or does what no routine may do.
type caller func(c Call, operands ...[]byte) uint64

// gemm returns the library's product, called by do in a process in which the library uses that
// many threads.
func gemm[T float32 | float64](do caller, threads int) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		do(Call{
			Routine: typed[T]("gemm"), Flags: []bool{transA, transB}, Sizes: []int{m, n, k, lda, ldb, ldc},
			Factors: []float64{float64(alpha), float64(beta)}, Threads: threads,
		}, memory(a), memory(b), memory(c))
	}
}

// beside returns a caller that makes its calls while other threads make another one: two of
// each, many times, of which each must get the same every time.
func (s *Session) beside(other Call) caller {
	return func(c Call, all ...[]byte) uint64 {
		c.Beside, c.Rounds = &other, 40
		return s.change(c, all...)
	}
}

// record returns a caller that makes no call, but notes it.
func (s *Session) record(c *Call) caller {
	return func(made Call, all ...[]byte) uint64 {
		*c = made
		c.Interface, c.Operands = s.via, operands(all...)
		return 0
	}
}

// typed returns the name of a routine for a type.
func typed[T float32 | float64](base string) string {
	letter := "d"
	if _, ok := any(T(0)).(float32); ok {
		letter = "s"
	}
	if base == "amax" {
		letter = "i" + letter
	}
	return letter + base
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
	c.Interface, c.Operands = s.via, operands(all...)
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
