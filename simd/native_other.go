//go:build (!amd64 && !arm64) || purego

package simd

// native returns nothing: there is no assembly for this CPU, or it is not wanted.
func native() []*Set { return nil }
