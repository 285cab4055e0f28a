package main

// equivalent says, for mutants that no test can notice, why not. The keys name the file, the line as it
// is and the change, but no number of the line, so that they outlive changes elsewhere in the file.
// Each is the key of exactly one mutant.
var equivalent = map[string]string{
	"simd/internal/scalar/explog.go: <= for < in if x < 0x1p-126 {":                                                           border,
	"simd/internal/scalar/explog64.go: <= for < in if x < 0x1p-1022 {":                                                        border,
	"simd/internal/scalar/explog.go: + for - in k := int32(math.Float32bits(t) - math.Float32bits(magic))":                    "twice the bits of magic are a multiple of 2^23, of which power, which shifts by 23, sees nothing in either half of k",
	"simd/internal/scalar/explog64.go: <= for < in if 710 < x {":                                                              "710 becomes 710",
	"core/landscape/meancount.go: <= for > in if c > 0 { // omit where exp(-c x^2) is below exp(-40) times its largest value": "what is omitted is less than the rounding; where nothing is omitted for c = 0, the bound is infinite",
	"core/matmul/gemm.go: < for <= in if half := g.Cols / 2; cols <= half {":                                                  "the whole width gives the same columns as half of it",
	"simd/network/generic.go: >= for > in if x > y {":                                                                         "the greatest logit is only subtracted from the logits, and exp of both zeros is 1",
	"core/matmul/pack.go: >= for > in " + packing:                                                                             copied,
	"core/matmul/pack.go: <= for > in " + packing:                                                                             copied,
}

const (
	packing = "a = g.alpha != 1 || g.n > 2*g.Cols && (g.rowsCollide(&g.a) || g.a.col != 1 && g.isLarge(g.m, g.k))"
	copied  = "whether an operand is copied first changes the time only"
)

const border = "the least normal number gives the same bits whether it is scaled by a power of two, and its exponent corrected, or not"

// key returns the key of a mutant in equivalent.
func (m mutant) key() string { return m.File + ": " + m.New + " for " + m.Old + " in " + m.Text }
