package conformance

import (
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/props/blas"
)

// A cFunction is a function of a library, as a C program without headers declares and calls it.
type cFunction struct {
	kernel    *blas.Kernel // nil: a routine of BLAS
	symbol    string
	number    string // float or double
	integer   string
	result    string
	returns   bool // a number or an index
	reference bool // arguments are passed by reference, as Fortran does
	args      []cArgument
}

// A cArgument is a type and a value; by reference, both are those of a pointer.
type cArgument struct{ typ, value string }

// function returns the function that a call calls, with the arguments of that call.
func (r *Report) function(c blas.Call) cFunction {
	f := cFunction{symbol: r.Symbols[c.Routine], number: "float", integer: "int", result: "void"}
	if c.Interface == blas.Fortran {
		f.symbol = r.Fortran[c.Routine]
	}
	if c.Double() {
		f.number = "double"
	}
	if k, ok := c.Kernel(); ok {
		f.kernel, f.symbol = &k, k.Symbol
		return f
	}
	cblas, oneDNN := strings.HasPrefix(f.symbol, "cblas_"), strings.HasPrefix(f.symbol, "dnnl_")
	if strings.HasSuffix(f.symbol, "64_") || oneDNN {
		f.integer = "int64_t"
	}
	f.reference = !cblas && !oneDNN
	switch base := c.Base(); {
	case oneDNN:
		f.result = "int"
	case base == "dot" || base == "nrm2" || base == "asum":
		f.result, f.returns = f.number, true
	case base == "amax" && cblas:
		f.result, f.returns = "size_t", true
	case base == "amax":
		f.result, f.returns = f.integer, true
	}
	f.addArguments(c, cblas, f.reference || c.Interface == blas.ColumnMajor)
	return f
}

// addArguments adds the arguments in the order of BLAS. columns says that the library sees the
// transposes of the row-major matrices: C' = op(B)' op(A)'.
func (f *cFunction) addArguments(c blas.Call, cblas, columns bool) {
	s, base := c.Sizes, c.Base()
	if cblas && (base == "gemm" || base == "gemv") {
		f.args = append(f.args, cArgument{"int", map[bool]string{false: "101", true: "102"}[columns]})
	}
	switch base {
	case "gemm":
		if columns {
			f.flags(cblas, c.Flags[1], c.Flags[0])
			f.integers(s[1], s[0], s[2])
			f.factor(c.Factors[0])
			f.operands([]string{"b", "a"}, s[4], s[3])
		} else {
			f.flags(cblas, c.Flags[0], c.Flags[1])
			f.integers(s[0], s[1], s[2])
			f.factor(c.Factors[0])
			f.operands([]string{"a", "b"}, s[3], s[4])
		}
		f.factor(c.Factors[1])
		f.operands([]string{"c"}, s[5])
	case "gemv":
		f.flags(cblas, c.Flags[0] != columns)
		if columns {
			f.integers(s[1], s[0])
		} else {
			f.integers(s[0], s[1])
		}
		f.factor(c.Factors[0])
		f.operands([]string{"a", "b"}, s[2], s[3])
		f.factor(c.Factors[1])
		f.operands([]string{"c"}, s[4])
	default:
		f.integers(s[0])
		if base == "axpy" {
			f.factor(c.Factors[0])
		}
		f.operands([]string{"a", "b"}[:len(s)-1], s[1:]...)
	}
}

func (f *cFunction) flags(cblas bool, all ...bool) {
	for _, trans := range all {
		i := map[bool]int{true: 1}[trans]
		switch {
		case cblas:
			f.args = append(f.args, cArgument{"int", []string{"111", "112"}[i]})
		case f.reference:
			f.args = append(f.args, cArgument{"const char *", []string{`"N"`, `"T"`}[i]})
		default:
			f.args = append(f.args, cArgument{"char", []string{"'N'", "'T'"}[i]})
		}
	}
}

func (f *cFunction) integers(all ...int) {
	for _, n := range all {
		f.value(f.integer, fmt.Sprint(n))
	}
}

func (f *cFunction) factor(x float64) { f.value(f.number, fmt.Sprintf("%x", x)) }

func (f *cFunction) value(typ, text string) {
	if f.reference {
		typ, text = "const "+typ+" *", fmt.Sprintf("(%s[]){%s}", typ, text)
	}
	f.args = append(f.args, cArgument{typ, text})
}

// operands adds pointers, each with its leading dimension or increment.
func (f *cFunction) operands(names []string, steps ...int) {
	for i, name := range names {
		f.args = append(f.args, cArgument{f.number + " *", name})
		f.integers(steps[i])
	}
}

func (f cFunction) prototype() string {
	if f.kernel != nil {
		return f.kernel.Declaration() + ";"
	}
	var types []string
	for _, a := range f.args {
		types = append(types, a.typ)
	}
	return fmt.Sprintf("%s %s(%s);", f.result, f.symbol, strings.Join(types, ", "))
}

// statement calls the function, and sets value to what it returns.
func (f cFunction) statement(c blas.Call) string {
	switch {
	case f.kernel != nil && f.kernel.Scalar:
		return fmt.Sprintf("for (int i = 0; i < %d; i++) b[i] = %s(a[i]);", c.Sizes[1], f.symbol)
	case f.kernel != nil:
		x, y := "(void *)a", "(void *)b"
		if len(c.Operands) == 1 {
			y = x
		}
		return fmt.Sprintf("%s(%s);", f.symbol, f.kernel.Arguments(c, x, y))
	case f.returns:
		return fmt.Sprintf("%s value = %s(%s);", f.number, f.symbol, f.arguments())
	}
	return fmt.Sprintf("%s(%s);", f.symbol, f.arguments())
}

func (f cFunction) arguments() string {
	var values []string
	for _, a := range f.args {
		values = append(values, a.value)
	}
	return strings.Join(values, ", ")
}
