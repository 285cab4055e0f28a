package simd

// Native are the assembly kernels, which the race detector does not watch.
var Native = native
