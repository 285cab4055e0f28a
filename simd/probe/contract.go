// Package probe declares the kernels that measure a CPU. They compute nothing that is
// used: their speed is what the speed of the other kernels is compared with.
package probe

// Kernels are the kernels of one instruction set.
type Kernels struct {
	// FMA runs rounds of FMAFlops floating-point operations each, in float32: one fma
	// on every lane of twelve or more independent registers. Enough rounds of it reach
	// the peak of one core with this instruction set.
	FMA func(rounds int)

	// FMAFlops is the number of floating-point operations in a round of FMA. An fma is two.
	FMAFlops int
}
