package kernels

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/elementwise"
	"github.com/lossglass/lossglass/simd/gemm"
	"github.com/lossglass/lossglass/simd/glass"
	"github.com/lossglass/lossglass/simd/network"
	"github.com/lossglass/lossglass/simd/probe"
)

// A table is the Kernels struct of one family.
type table struct {
	function string        // the name of the generated function that returns it
	contract reflect.Value // the family's Kernels
	kernels  []access.Kernel
}

// tables returns the tables of all families, with the kernels that access.go declares.
func tables() []table {
	n, g32, g64, s, e, p := new(network.Kernels[float32]), new(gemm.Kernels[float32]), new(gemm.Kernels[float64]),
		new(glass.Kernels), new(elementwise.Kernels[float32]), new(probe.Kernels)
	return []table{
		{"NetworkKernels", reflect.ValueOf(n).Elem(), n.Declarations()},
		{"GemmKernels32", reflect.ValueOf(g32).Elem(), g32.Declarations()},
		{"GemmKernels64", reflect.ValueOf(g64).Elem(), g64.Declarations()},
		{"GlassKernels", reflect.ValueOf(s).Elem(), s.Declarations()},
		{"ElementwiseKernels", reflect.ValueOf(e).Elem(), e.Declarations()},
		{"ProbeKernels", reflect.ValueOf(p).Elem(), p.Declarations()},
	}
}

// docs has the loop that each kernel computes, for the comments of the generated files.
// A kernel for several types, such as Gemm32 and Gemm64, has one entry.
var docs = map[string]string{
	"ImageForward": "h[a_i][u] = ReLU(b[u] + the sum of w[offset+u] x_i over the entries (offset, x_0, x_1) of a span), for each span (.., .., a_0, a_1)",
	"ImageStep":    "w[a_i][u] -= step times the sum of d[offset+u] x_i over the entries (offset, x_0, x_1) of a span, for each span (.., .., a_0, a_1)",
	"Forward":      "z[s][u] += the sum of w[j][u] h[s][j] over j",
	"Backward":     "d[s][u] = h[s][u] > 0 ? the sum of w[c][u] delta[s][c] over c : +0",
	"Step":         "w[j][u] -= step times the sum of delta[s][u] h[s][j] over s",
	"BiasStep":     "b[u] -= step times the sum of d[s][u] over s",
	"SoftmaxGrad":  "z[s][c] = e[c] / the sum of e - [c = labels[s]], where e[c] = exp(z[s][c] - max z[s])",
	"LossSum":      "sum += log(the sum of exp(z[s][c] - max z[s]) over c) - (z[s][labels[s]] - max z[s]) and correct += [max z[s] is first attained at labels[s]]",
	"Exp":          "dst[i] = e^src[i]",
	"Log":          "dst[i] = log src[i]",
	"ReLU":         "dst[i] = src[i] <= 0 ? +0 : src[i]",
	"FMA":          "x[i] = fma(1, 1, x[i]) in as many registers as keep the units busy, rounds times",
	"Gemm":         "c[i*ldc+j] += the sum of a[i*aRow+k*aCol] b[k*bRow+j] over k, from 0 if fresh",
	"Panel":        "dst[k*cols+j] = src[k*lds+j], where cols is the width of a tile",
	"Transpose":    "dst[j*ldd+i] = src[i*lds+j]",
	"Interaction":  "g[j][l] += s[l] x[j][l] and q[l] += w[j][l] x[j][l]",
	"Field":        "x[j][l] = the sum of m[j*ldm+k] w[k][l] over k, g[j][l] += s[l] x[j][l] and q[l] += w[first+j][l] x[j][l]",
	"Symv":         "x[j] = the sum of M[j][k] w[k] over k, for a symmetric M, packed",
}

// A Declaration is what the generated Go declaration of a kernel states: its parameters,
// and the loop that it computes as a sentence.
type Declaration struct{ Params, Doc string }

// Declared returns the declaration of the kernel with that assembly function.
func Declared(name string) Declaration {
	doc, ok := docs[strings.TrimSuffix(strings.TrimSuffix(name, "32"), "64")]
	for _, t := range tables() {
		for _, k := range t.kernels {
			if k.Name == name && ok {
				return Declaration{params(k), fmt.Sprintf("%s computes %s.", name, doc)}
			}
		}
	}
	panic("no declaration or no comment of " + name)
}

// params returns the parameters of a kernel as Go writes them.
func params(k access.Kernel) string {
	var parts []string
	for i, name := range k.Params {
		if i+1 < len(k.Params) && k.Type().In(i+1) == k.Type().In(i) {
			parts = append(parts, name)
		} else {
			parts = append(parts, name+" "+k.Type().In(i).String())
		}
	}
	return strings.Join(parts, ", ")
}

// source returns the Go source of the function that returns the table. Each kernel is in
// the field for which it is declared, and each number is the constant of that name.
func (t table) source() string {
	contract := t.contract.Type()
	var b strings.Builder
	fmt.Fprintf(&b, "\n// %s returns the kernels of package %s.\nfunc %s() %v {\n\treturn %v{\n", t.function, strings.Split(contract.String(), ".")[0], t.function, contract, contract)
	for i := range contract.NumField() {
		name := contract.Field(i).Name
		value := name
		if at := slices.IndexFunc(t.kernels, func(k access.Kernel) bool { return k.Address() == t.contract.Field(i).Addr().Pointer() }); at >= 0 {
			value = t.kernels[at].Name
		} else if name == "Cols" {
			value += map[bool]string{true: "32", false: "64"}[t.function == "GemmKernels32"]
		}
		fmt.Fprintf(&b, "\t\t%s: %s,\n", name, value)
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}
