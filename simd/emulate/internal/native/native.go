// Package native has assembly functions that execute single instructions, for comparing the
// emulator with the CPU. Each function executes many forms, which are instructions with
// given kinds of operands, on the same values. generate.go and generate_arm64.go write the
// assembly.
package native

import "embed"

// Sources has the assembly files, for the emulator.
//
//go:embed *.s
var Sources embed.FS

// A Group is a function that executes each of its forms on each row of the operands. A row
// has Cells numbers. For each row, dst receives the results of all forms in order, Cells
// numbers each. The forms are the lines of the function that end with "// form".
type Group struct {
	Name  string
	Run   func(rows int, dst, a, b, c []uint32)
	Cells int
}
