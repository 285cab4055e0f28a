package spectrum

import (
	"errors"

	"gonum.org/v1/gonum/mat"
)

// Eigenvalues returns all eigenvalues of the symmetric n x n matrix a, ascending, and a bound
// on their errors: n 2^-52 times the Frobenius norm of a, which is what LAPACK promises of
// its methods with a modest constant in the place of n. They are computed by gonum, take some
// ten n^3 operations, and are not the same bits on every CPU: they are here to check the
// other functions, up to a thousand rows or so. The errors and panics are those of
// [CountBelow].
func Eigenvalues(a []float64, n int) (values []float64, bound float64, err error) {
	if err := checkSymmetric(a, n); err != nil || n == 0 {
		return nil, 0, err
	}
	var e mat.EigenSym
	if !e.Factorize(mat.NewSymDense(n, a), false) {
		return nil, 0, errors.New("spectrum: gonum's eigenvalues did not converge")
	}
	return e.Values(nil), float64(n) * 0x1p-52 * norm(a), nil
}
