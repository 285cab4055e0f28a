//go:build !race

package simd

// watched returns the kernels as they are.
func watched(k *Kernels) *Kernels { return k }
