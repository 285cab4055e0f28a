//go:build (!amd64 && !arm64) || purego

package simd

func native() []*Kernels { return nil }
