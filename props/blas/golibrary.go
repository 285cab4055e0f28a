package blas

import "github.com/lossglass/lossglass/props/law"

// GoRoutines are the routines of a library that is written in Go. A nil routine is one that
// the library does not have.
type GoRoutines struct {
	Name      string // for messages
	Gemm32    law.Gemm[float32]
	Gemm64    law.Gemm[float64]
	Vectors32 map[law.VectorOperation]law.VectorRoutine[float32]
	Vectors64 map[law.VectorOperation]law.VectorRoutine[float64]
}
