package blas

// Routines are the BLAS routines that can be called, by their names there.
var Routines = []string{"sgemm", "dgemm", "sgemv", "dgemv", "sdot", "ddot", "saxpy", "daxpy", "snrm2", "dnrm2", "sasum", "dasum", "isamax", "idamax"}

// Interfaces by which a routine can be called; matrices are row-major as their sizes have
// them, and the library sees their transposes where it takes columns.
const (
	RowMajor    = ""             // CBLAS's, or the only one that the library has
	ColumnMajor = "column-major" // CBLAS's
	Fortran     = "fortran"      // of a library that has CBLAS's too
)

// A Call is one call of a routine, with everything on which its result may depend. Matrices
// are row-major. The meaning of Flags, Sizes and Factors depends on the routine, whose
// name without its type is one of
//
//	gemm   Flags transA, transB   Sizes m, n, k, lda, ldb, ldc   Factors alpha, beta   Operands A, B, C
//	gemv   Flags transA           Sizes m, n, lda, incx, incy    Factors alpha, beta   Operands A, x, y
//	dot                           Sizes n, incx, incy                                  Operands x, y
//	axpy                          Sizes n, incx, incy            Factors alpha         Operands x, y
//	nrm2, asum, amax              Sizes n, incx                                        Operands x
type Call struct {
	Routine   string
	Interface string
	Flags     []bool
	Sizes     []int
	Factors   []float64
	Operands  []Memory
	Threads   int // of the library; 0: as many as the session's first process has
	// Beside, if not nil, is another call: two threads make this one and two make that one,
	// all at once, with operands of their own, Rounds times each.
	Beside *Call
	Rounds int
}

// Memory is an operand: its bytes, and where they begin in a page. If it is Guarded, the
// page before its first and the one after its last cannot be accessed.
type Memory struct {
	Offset  int
	Data    []byte
	Guarded bool
}

// An Answer is what a call did.
type Answer struct {
	Operands [][]byte // their bytes after the call
	// Value holds the bits of what dot, nrm2 or asum returns, or the index of amax, from 0, and
	// 0 if there is none.
	Value uint64
	// Wrong says what the call did that no routine may do, or is "": a write outside of the
	// operands, a change of rounding mode or of flush-to-zero, another result among several
	// callers.
	Wrong string
}

// A greeting is the first message of the process: what the library has, or why it cannot
// be used.
type greeting struct {
	Symbols  map[string]string
	Fortran  map[string]string // those of Fortran, of routines that CBLAS has too
	Integers int
	Version  string
	Error    string
}

// An announcement comes before each answer, so that the reader knows what a call that
// crashes was at.
type announcement struct{ Addresses []uint64 }
