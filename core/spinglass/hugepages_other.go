//go:build !linux

package spinglass

// zeros returns n zeros.
func zeros(n int) []float64 { return make([]float64, n) }
