package vectors

import (
	"slices"

	"github.com/lossglass/lossglass/props/gen"
)

// gemmInput is a call C = alpha op(A) op(B) + beta C.
type gemmInput struct {
	TransA bool    `json:"transA"`
	TransB bool    `json:"transB"`
	M      int     `json:"m"`
	N      int     `json:"n"`
	K      int     `json:"k"`
	Alpha  numbers `json:"alpha"`
	A      numbers `json:"a"`
	LDA    int     `json:"lda"`
	B      numbers `json:"b"`
	LDB    int     `json:"ldb"`
	Beta   numbers `json:"beta"`
	C      numbers `json:"c"`
	LDC    int     `json:"ldc"`
}

// gemvInput is a call y = alpha op(A) x + beta y, where A is m x n.
type gemvInput struct {
	TransA bool    `json:"transA"`
	M      int     `json:"m"`
	N      int     `json:"n"`
	Alpha  numbers `json:"alpha"`
	A      numbers `json:"a"`
	LDA    int     `json:"lda"`
	X      numbers `json:"x"`
	Beta   numbers `json:"beta"`
	Y      numbers `json:"y"`
}

// dotInput is a call sum x_i y_i.
type dotInput struct {
	X numbers `json:"x"`
	Y numbers `json:"y"`
}

var productBound = []string{
	"lower and upper are the least and the largest number within a proven bound of the exact value, for every order and split of the sum, products rounded or not, alpha applied to a factor, to the product or to the sum. With s = k + 4 roundings of each term, unit roundoff u, least subnormal eta, gamma_s = s u / (1 - s u), and S = |beta c_ij| + |alpha| sum_p |a_ip b_pj|,",
	"|computed - exact| <= gamma_s S + (1 + gamma_s) eta/2 (s + 2 k + 2 + sum_p (|a_ip| + 2 |alpha| + [alpha != 1] |b_pj|))",
	"Sources: Higham, Accuracy and Stability of Numerical Algorithms (2nd edition, 2002), sections 3.1 and 4.2, for underflow equation (2.8); computed in 256 bits by reference.LooseGemmTwin.",
	"Tests with the flag order-independent have lower = result = upper.",
}

// products returns the operations gemm, gemv and dot of one type.
func products[T gen.Float](bits string) []operation {
	chain := "c = +0 if beta = 0 (C is not read), c_ij if beta = 1, else round(beta c_ij); then, for p = 0, 1, ..., k-1: c = fma(round(alpha op(A)_ip), op(B)_pj, c). With alpha = 0 neither A nor B is read."
	matrices := "Matrices are row-major: element (i, j) of a stored matrix X is x[i*ldx + j]. Elements between the rows (j beyond the columns) are padding: NaN in A and B, and in C a number that must stay. A stored matrix has (rows - 1) ld + columns elements, and none if it has no rows."
	gemm := operation{name: "gemm" + bits, bound: productBound, definition: []string{
		"C = alpha op(A) op(B) + beta C in float" + bits + ", where op(A) is m x k, op(B) is k x n, and op(X) is X, or its transpose if transX is true. " + matrices, chain,
	}}
	gemm.draw = func(d *drawer, i int) test {
		return productTest(d, i, productRecipes[T](), func(*product[T]) {}, []string{"a", "b", "c"}, "c", func(p product[T]) any {
			return gemmInput{p.transA, p.transB, p.m, p.n, p.k, write(p.alpha), write(p.a.data...), p.a.ld, write(p.b.data...), p.b.ld, write(p.beta), write(p.c.data...), p.c.ld}
		})
	}
	gemv := operation{name: "gemv" + bits, bound: productBound, definition: []string{
		"y = alpha op(A) x + beta y in float" + bits + ", where the stored A is m x n, and op(A) is A, or its transpose if transA is true: gemm with one column. " + matrices, chain,
	}}
	gemv.draw = func(d *drawer, i int) test {
		return productTest(d, i, productRecipes[T](), func(p *product[T]) { p.n, p.transB, p.vectors = 1, false, true }, []string{"a", "x", "y"}, "y", func(p product[T]) any {
			return gemvInput{p.transA, p.a.rows, p.a.cols, write(p.alpha), write(p.a.data...), p.a.ld, write(p.b.data...), write(p.beta), write(p.c.data...)}
		})
	}
	dot := operation{name: "dot" + bits, bound: productBound, definition: []string{
		"sum = the sum of x_i y_i in float" + bits + ": gemm with one row, one column, alpha = 1 and beta = 0.", "sum = +0; then, for i = 0, 1, ...: sum = fma(x_i, y_i, sum).",
	}}
	dot.draw = func(d *drawer, i int) test {
		recipes := slices.DeleteFunc(productRecipes[T](), func(r productRecipe[T]) bool { return !r.dot })
		form := func(p *product[T]) {
			p.m, p.n, p.transA, p.transB, p.alpha, p.beta, p.vectors = 1, 1, false, true, 1, 0, true
		}
		return productTest(d, i, recipes, form, []string{"x", "y"}, "sum", func(p product[T]) any {
			return dotInput{write(p.a.data...), write(p.b.data...)}
		})
	}
	return []operation{gemm, gemv, dot}
}

// productTest draws test number i. names are those of the operands, result is that of the
// output.
func productTest[T gen.Float](d *drawer, i int, recipes []productRecipe[T], form func(*product[T]), names []string, result string, input func(product[T]) any) test {
	r := recipes[i%len(recipes)]
	p := drawProduct(d, r, form)
	t := test{Comment: r.comment, Flags: append([]string{}, r.flags...), Input: input(p),
		Expected: map[string]output{result: p.output(slices.Contains(r.flags, "order-independent"))}}
	if p.offsets != [3]int{} {
		t.Offsets = map[string]int{}
		for i, name := range names {
			t.Offsets[name] = p.offsets[i]
		}
	}
	return t
}
