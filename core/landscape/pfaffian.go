package landscape

import "math/cmplx"

// A skew is an antisymmetric matrix, of which only the elements above the diagonal are
// used.
type skew [][]complex128

// newSkew returns an n x n matrix of zeros.
func newSkew(n int) skew {
	a := make(skew, n)
	all := make([]complex128, n*n)
	for i := range a {
		a[i] = all[i*n : (i+1)*n]
	}
	return a
}

// pfaffian returns the Pfaffian of an antisymmetric matrix of even size, and overwrites
// the matrix. It uses the method of Parlett and Reid with pivoting (Wimmer, ACM Trans.
// Math. Softw. 38, 30, 2012): congruence transformations make the matrix block diagonal,
// with 2 x 2 blocks, and the Pfaffian is the product of their upper right elements.
func pfaffian(a skew) complex128 {
	product := complex128(1)
	for k := 0; k < len(a); k += 2 {
		pivot := k + 1
		for j := k + 2; j < len(a); j++ {
			if cmplx.Abs(a[k][j]) > cmplx.Abs(a[k][pivot]) {
				pivot = j
			}
		}
		if pivot != k+1 {
			a.swap(k+1, pivot)
			product = -product
		}
		block := a[k][k+1]
		if block == 0 {
			return 0
		}
		product *= block
		for i := k + 2; i < len(a); i++ {
			first, second, row := a[k][i+1:], a[k+1][i+1:], a[i][i+1:]
			f, s := a[k][i]/block, a[k+1][i]/block
			for j := range row {
				row[j] += s*first[j] - f*second[j]
			}
		}
	}
	return product
}

// swap exchanges rows i < j, and columns i and j.
func (a skew) swap(i, j int) {
	for _, row := range a[:i] {
		row[i], row[j] = row[j], row[i]
	}
	for between := i + 1; between < j; between++ {
		a[i][between], a[between][j] = -a[between][j], -a[i][between]
	}
	a[i][j] = -a[i][j]
	for after := j + 1; after < len(a); after++ {
		a[i][after], a[j][after] = a[j][after], a[i][after]
	}
}
