package blas

import "github.com/lossglass/lossglass/props/law"

// GoRoutines are the routines of a library that is written in Go. A nil routine is one that
// the library does not have.
type GoRoutines struct {
	Name   string // for messages
	Gemm32 law.Gemm[float32]
	Gemm64 law.Gemm[float64]
	Gemv32 law.Gemv[float32]
	Gemv64 law.Gemv[float64]
	Dot32  law.Dot[float32]
	Dot64  law.Dot[float64]
}
