package probe

import "github.com/lossglass/lossglass/simd/access"

// Declarations returns the kernels of the table, each with its assembly function's name
// and what its calls read and write.
func (k *Kernels) Declarations() []access.Kernel {
	return []access.Kernel{access.Declare(&k.FMA, "FMA", "rounds", k.fmaAccess)}
}

func (k *Kernels) fmaAccess(rounds int) access.Call {
	return access.Call{FLOPs: rounds * k.FMAFlops, Terms: rounds * k.FMAFlops / 2}
}
