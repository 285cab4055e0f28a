package kernels

import (
	"fmt"
	"strings"
)

// A Declaration is what a Go file says of a kernel: its parameters, and the loop it
// computes. The contract is in the package named after the family.
type Declaration struct{ Params, Doc string }

const (
	lists   = "list [][3]uint32, spans [][4]uint32"
	perLane = "step *[16]float32"
)

var declarations = map[string]Declaration{
	"ImageForward": {"width int, h, w, b []float32, " + lists,
		"h[a_i][u] = ReLU(b[u] + the sum of w[offset+u] x_i over the entries (offset, x_0, x_1) of a span), for each span (.., .., a_0, a_1)"},
	"ImageStep": {"width int, w, d []float32, " + lists + ", " + perLane,
		"w[a_i][u] -= step times the sum of d[offset+u] x_i over the entries (offset, x_0, x_1) of a span, for each span (.., .., a_0, a_1)"},
	"Forward": {"width int, z, w, h []float32, samples, inputs, hStride int",
		"z[s][u] += the sum of w[j][u] h[s][j] over j"},
	"Backward": {"width int, d, h, w, delta []float32, samples, outputs, wStride, deltaStride int",
		"d[s][u] = h[s][u] > 0 ? the sum of w[c][u] delta[s][c] over c : +0"},
	"Step": {"width int, w, delta, h []float32, samples, inputs int, " + perLane,
		"w[j][u] -= step times the sum of delta[s][u] h[s][j] over s"},
	"BiasStep": {"width int, b, d []float32, samples int, " + perLane,
		"b[u] -= step times the sum of d[s][u] over s"},
	"SoftmaxGrad": {"z []float32, labels []uint32, classes, stride int",
		"z[s][c] = e[c] / the sum of e - [c = labels[s]], where e[c] = exp(z[s][c] - max z[s])"},
	"LossSum": {"z []float32, labels []uint32, classes, stride int, sum *[16]float64, correct *[16]uint32",
		"sum += log(the sum of exp(z[s][c] - max z[s]) over c) - (z[s][labels[s]] - max z[s]) and correct += [max z[s] is first attained at labels[s]]"},

	"Exp":  {"dst, src []float32", "dst[i] = e^src[i]"},
	"Log":  {"dst, src []float32", "dst[i] = log src[i]"},
	"ReLU": {"dst, src []float32", "dst[i] = src[i] <= 0 ? +0 : src[i]"},

	"FMA": {"rounds int", "x[i] = fma(1, 1, x[i]) in as many registers as keep the units busy, rounds times"},

	"Gemm": {"rows, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool",
		"c[i*ldc+j] += the sum of a[i*aRow+k*aCol] b[k*bRow+j] over k, from 0 if fresh"},
	"Panel":     {"rows int, dst, src []T, lds int", "dst[k*cols+j] = src[k*lds+j], where cols is the width of a tile"},
	"Transpose": {"rows, cols int, dst []T, ldd int, src []T, lds int", "dst[j*ldd+i] = src[i*lds+j]"},

	"Interaction": {"rows int, s, x, w, g, q []T", "g[j][l] += s[l] x[j][l] and q[l] += w[j][l] x[j][l]"},
	"Field": {"rows, tiles, depth, first int, m []T, ldm int, w, s, g, q []T",
		"x[j][l] = the sum of m[j*ldm+k] w[k][l] over k, g[j][l] += s[l] x[j][l] and q[l] += w[first+j][l] x[j][l]"},
	"Symv": {"m int, packed, w, x []T", "x[j] = the sum of M[j][k] w[k] over k, for a symmetric M, packed"},
}

// Declared returns the declaration of a kernel. The name of one that is for elements
// T of several types ends with their bits.
func Declared(name string) Declaration {
	for _, bits := range []int{32, 64} {
		if d, ok := declarations[strings.TrimSuffix(name, fmt.Sprint(bits))]; ok {
			d.Params = strings.ReplaceAll(d.Params, "[]T", fmt.Sprintf("[]float%d", bits))
			d.Doc = fmt.Sprintf("%s computes %s.", name, d.Doc)
			return d
		}
	}
	panic("no declaration of " + name)
}
