// Package native has instructions as functions, for comparing the emulator with
// the CPU: each function carries out many forms of instructions on the same
// operands. Its assembly is written by generate.go and generate_arm64.go.
package native

import "embed"

// Sources are the assembly files, which the emulator executes too.
//
//go:embed *.s
var Sources embed.FS

// A Group is a function that carries out each of its forms on each row of the
// operands, which have Cells numbers a row. dst gets Cells numbers for each form,
// row by row. The forms are the lines of the function that end with "// form".
type Group struct {
	Name  string
	Run   func(rows int, dst, a, b, c []uint32)
	Cells int
}
