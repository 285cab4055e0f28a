// Package avx2 holds the kernels of package simd for amd64 CPUs with AVX2,
// as assembly that simd/_asm generates: make generate.
package avx2
