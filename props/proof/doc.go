// Package proof proves that the assembly kernels return the same bits as their
// specification for all data. It executes a kernel in package emulate with terms in the
// place of numbers: each element of an operand is a variable, and each instruction builds a
// term, such as fma(a, b, c), from its operands. The specification, in this package, is
// executed with the same terms. If the terms of every element of the result are equal,
// kernel and specification apply the same operations to the same data, so that the results
// are equal whatever the data are.
//
// A proof holds for one shape: the sizes, strides and flags of one call, and the elements
// that decide which memory is accessed, such as labels and the offsets in pair lists.
// [Shapes] lists those that are proved. A shape that is not listed is not proved: tests and
// the laws of package kerneltest sample them.
//
// Terms are compared after simplification by the identities of identity.go, which hold for
// all numbers, infinities and zeros included. A NaN is any NaN: products and sums commute, and
// of two NaN operands a CPU returns the first, so that proofs say where a result is NaN and
// not which of the NaNs it is. For a kernel that takes the bits of a floating-point result for an
// integer, that is not enough: the sign of a + b may not be that of b + a. Such a kernel is not
// proved unless it is on a list of those of which somebody has read that NaN stays NaN
// (nanbits.go).
//
// A proof rests on the parser and the semantics of package emulate, which tests compare
// with the CPU, on the identities, on Go's assembler and on the CPU. It says nothing of
// speed, nor of what callers do with the kernels.
package proof
