// Package avx512 holds the kernels of package simd for amd64 CPUs with AVX-512,
// as assembly that simd/_asm generates: make generate.
package avx512
