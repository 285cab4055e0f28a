package simd

// Native returns the assembly kernels without the shims of the race detector.
var Native = native
