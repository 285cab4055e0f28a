package avx2

import "embed"

// Source is the assembly of the kernels, for programs that check or emulate it on
// any machine.
//
//go:embed *_amd64.s
var Source embed.FS
