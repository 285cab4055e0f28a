// Package neon holds the kernels of package simd for arm64, every CPU of which
// has NEON, as assembly that simd/_asm generates: make generate.
package neon
