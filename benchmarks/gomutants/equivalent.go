package main

// equivalent says, for mutants that no test can notice, why not. The keys name the file, the line as it
// is and the change, but no number of the line, so that they outlive changes elsewhere in the file.
var equivalent = map[string]string{
	"simd/internal/scalar/explog.go: <= for < in if x < 0x1p-126 {":    border,
	"simd/internal/scalar/explog64.go: <= for < in if x < 0x1p-1022 {": border,
}

const border = "the least normal number gives the same bits whether it is scaled by a power of two, and its exponent corrected, or not"

// key returns the key of a mutant in equivalent.
func (m mutant) key() string { return m.File + ": " + m.New + " for " + m.Old + " in " + m.Text }
