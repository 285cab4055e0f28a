package neon

import "embed"

// Source is the assembly of the kernels, for programs that check or emulate it on
// any machine.
//
//go:embed *_arm64.s
var Source embed.FS
