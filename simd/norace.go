//go:build !race

package simd

// forRaceDetector returns the set itself: without the race detector nothing is reported.
func forRaceDetector(set *Set) *Set { return set }
