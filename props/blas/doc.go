// Package blas tests a BLAS that lives in a shared library: it loads the library without a
// C compiler, calls it in a process of its own, and holds it to the laws of package law.
//
// [Start] starts the process, [Session.Gemm32] and its siblings are the library's routines
// as functions that the laws take, and [Laws] is the list of laws with what each means for
// a user of the library.
//
// Other functions of a library, such as an exp, are a [Kernel] each, for [KernelChecks].
//
// The package is not a BLAS, does not measure speed, and says nothing of routines beyond
// those in [Routines] and kernels.
package blas
