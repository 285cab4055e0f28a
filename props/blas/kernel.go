package blas

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lossglass/lossglass/props/law"
)

// A Kernel is a function of a library that is no routine of BLAS: what it computes, and how C
// declares it.
type Kernel struct {
	Operation law.MapOperation
	Symbol    string
	Double    bool
	// Scalar says that it is a function of one number, which returns the result.
	Scalar     bool
	parameters []parameter
	restricted bool
}

// A parameter is one of a kernel's.
type parameter struct {
	role
	typ  string
	name string
}

type role int

const (
	elementCount role = iota // the number of elements, or of columns
	rowCount
	source      // the arguments, which are only read
	destination // the results
	number      // the argument of a scalar function
)

// KernelForms says how a kernel is declared, for messages.
const KernelForms = `'OPERATION: DECLARATION' as in 'exp: void my_exp(int n, const float *x, float *y)'`

var (
	token    = regexp.MustCompile(`\s*([A-Za-z_]\w*|[*(),;])`)
	integers = []string{"int", "unsigned", "unsigned int", "long", "unsigned long", "long long", "unsigned long long",
		"size_t", "ssize_t", "ptrdiff_t", "intptr_t", "int32_t", "uint32_t", "int64_t", "uint64_t"}
	restricts = []string{"restrict", "__restrict", "__restrict__"}
)

// ParseKernel parses OPERATION: DECLARATION, where the operation is one of [law.MapOperations],
// and the declaration C's of a function that returns nothing, with the parameters, in any order,
//
//	INTEGER n                  the number of elements
//	const FLOAT *x, FLOAT *y   the arguments and the results, or one FLOAT * for both
//
// or of a function of one number, FLOAT NAME(FLOAT x). A softmax may have two integers instead of
// one, named rows and cols. Rows lie one after the other.
func ParseKernel(text string) (Kernel, error) {
	k, err := parseKernel(text)
	if err != nil {
		return Kernel{}, fmt.Errorf("kernel %q: %w", text, err)
	}
	return k, nil
}

func parseKernel(text string) (Kernel, error) {
	operation, declaration, found := strings.Cut(text, ":")
	if !found {
		return Kernel{}, errors.New("it must be " + KernelForms)
	}
	k := Kernel{Operation: law.MapOperation(strings.TrimSpace(operation))}
	if !slices.Contains(law.MapOperations, k.Operation) {
		return k, fmt.Errorf("no operation %q; there are %s", k.Operation, operationNames())
	}
	words, err := tokens(declaration)
	if err != nil {
		return k, err
	}
	open := slices.Index(words, "(")
	if open < 2 || words[len(words)-1] != ")" {
		return k, errors.New("a declaration is RESULT NAME(PARAMETERS)")
	}
	result := strings.Join(words[:open-1], " ")
	k.Symbol = words[open-1]
	if !isWord(k.Symbol) || slices.Contains(words[open+1:len(words)-1], "(") || slices.Contains(words[open+1:len(words)-1], ")") {
		return k, errors.New("a declaration is RESULT NAME(PARAMETERS)")
	}
	if err := k.addParameters(words[open+1 : len(words)-1]); err != nil {
		return k, err
	}
	return k, k.complete(result)
}

func operationNames() string {
	var names []string
	for _, o := range law.MapOperations {
		names = append(names, string(o))
	}
	return strings.Join(names, ", ")
}

func isWord(s string) bool { return s[0] == '_' || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' }

// tokens splits a declaration into words and signs, without a semicolon at the end.
func tokens(text string) ([]string, error) {
	var words []string
	for text = strings.TrimSpace(text); text != ""; {
		m := token.FindStringSubmatchIndex(text)
		if m == nil || m[0] != 0 {
			return nil, fmt.Errorf("%q is not understood: a declaration has words, *, parentheses and commas", text)
		}
		words, text = append(words, text[m[2]:m[3]]), strings.TrimSpace(text[m[1]:])
	}
	if len(words) > 0 && words[len(words)-1] == ";" {
		words = words[:len(words)-1]
	}
	if slices.Contains(words, ";") {
		return nil, errors.New("one declaration is needed")
	}
	if len(words) == 0 {
		return nil, errors.New("a declaration is RESULT NAME(PARAMETERS)")
	}
	return words, nil
}

// addParameters adds those between the parentheses.
func (k *Kernel) addParameters(words []string) error {
	for len(words) > 0 {
		n := slices.Index(words, ",")
		one, rest := words, []string(nil)
		if n >= 0 {
			if one, rest = words[:n], words[n+1:]; len(rest) == 0 {
				return errors.New("a parameter is missing after the last comma")
			}
		}
		p, err := k.parameter(one)
		if err != nil {
			return err
		}
		k.parameters, words = append(k.parameters, p), rest
	}
	return nil
}

// parameter parses one parameter.
func (k *Kernel) parameter(words []string) (parameter, error) {
	if len(words) == 0 {
		return parameter{}, errors.New("a parameter is missing before a comma")
	}
	wrong := fmt.Errorf("parameter %q: it must be an integer, or a pointer to float or double (const if it is only read)", strings.Join(words, " "))
	var typ []string
	pointers, constant, double, name := 0, false, false, ""
	for i, w := range words {
		switch {
		case w == "*":
			pointers++
		case w == "const":
			constant = constant || pointers == 0
		case slices.Contains(restricts, w) && pointers > 0:
			k.restricted = true
		case name == "" && i > 0 && i == len(words)-1 && len(typ) > 0 && !isType(strings.Join(append(slices.Clone(typ), w), " ")):
			name = w
		case pointers > 0:
			return parameter{}, wrong
		default:
			typ = append(typ, w)
		}
	}
	p := parameter{typ: strings.Join(typ, " "), name: name}
	switch {
	case p.typ == "float" || p.typ == "double":
		double = p.typ == "double"
		if len(k.floats()) > 0 && double != k.Double {
			return p, errors.New("arguments and results must be all float or all double")
		}
		k.Double = double
		p.role = []role{number, destination}[min(pointers, 1)]
		if pointers == 1 && constant {
			p.role = source
		}
		if pointers > 1 {
			return p, wrong
		}
	case slices.Contains(integers, p.typ) && pointers == 0:
		if p.role = elementCount; name == "rows" {
			p.role = rowCount
		}
	default:
		return p, wrong
	}
	return p, nil
}

// isType reports whether words are the beginning of an integer type, or all of one.
func isType(words string) bool {
	return slices.ContainsFunc(integers, func(s string) bool { return s == words || strings.HasPrefix(s, words+" ") })
}

// floats returns the parameters that are numbers or pointers to them.
func (k Kernel) floats() []parameter {
	return slices.DeleteFunc(slices.Clone(k.parameters), func(p parameter) bool { return p.role == elementCount || p.role == rowCount })
}

// count returns the number of parameters with a role.
func (k Kernel) count(r role) int {
	n := 0
	for _, p := range k.parameters {
		if p.role == r {
			n++
		}
	}
	return n
}

// complete looks whether a kernel has what it needs, and nothing else.
func (k *Kernel) complete(result string) error {
	if k.Scalar = k.count(number) > 0; k.Scalar {
		if len(k.parameters) != 1 || result != k.number() {
			return errors.New("a function that takes a number takes one, and returns one of the same type")
		}
		if k.Operation == law.OpSoftmax {
			return errors.New("softmax is no function of one number")
		}
		return nil
	}
	integer, rows := k.count(elementCount), k.count(rowCount)
	switch {
	case result != "void":
		return fmt.Errorf("it returns %s: a function with pointers must return void", result)
	case k.count(destination) == 0:
		return errors.New("no parameter for the results: a pointer to float or double that is not const")
	case k.count(destination) > 1 || k.count(source) > 1:
		return errors.New("only one pointer to arguments (const) and one to results are possible")
	case integer+rows == 0:
		return errors.New("no parameter for the number of elements: an integer")
	case integer+rows > 2, integer == 0 && rows > 1:
		return errors.New("too many integers")
	case integer == 2, rows == 1 && integer == 0:
		return errors.New("two integers must be named rows and cols")
	case rows == 1 && k.Operation != law.OpSoftmax:
		return fmt.Errorf("%s takes one integer: the number of elements", k.Operation)
	}
	if rows == 1 {
		for _, p := range k.parameters {
			if p.role == elementCount && p.name != "cols" && p.name != "columns" {
				return errors.New("two integers must be named rows and cols")
			}
		}
	}
	return nil
}

// number returns the name of the type of the elements.
func (k Kernel) number() string { return map[bool]string{false: "float", true: "double"}[k.Double] }

// Declaration returns C's declaration.
func (k Kernel) Declaration() string {
	return k.declare(func(p parameter) string {
		text := strings.TrimSpace(p.typ + " " + p.name)
		switch p.role {
		case source, destination:
			text = p.typ + " *" + map[bool]string{true: "restrict "}[k.restricted] + p.name
			if p.role == source {
				text = "const " + text
			}
		}
		return strings.TrimSpace(text)
	})
}

func (k Kernel) declare(text func(p parameter) string) string {
	var all []string
	for _, p := range k.parameters {
		all = append(all, text(p))
	}
	result := "void"
	if k.Scalar {
		result = k.number()
	}
	return fmt.Sprintf("%s %s(%s)", result, k.Symbol, strings.Join(all, ", "))
}

// String returns a text from which [ParseKernel] makes the kernel again, the same one for the
// same kernel: it is the name of the routine in a [Call].
func (k Kernel) String() string { return string(k.Operation) + ": " + k.Declaration() }

// Arguments returns, as C's expressions, what a call passes: x and y are the names of its
// operands, which are one in a call in place.
func (k Kernel) Arguments(c Call, x, y string) string {
	text := k.declare(func(p parameter) string {
		return []string{elementCount: fmt.Sprint(c.Sizes[1]), rowCount: fmt.Sprint(c.Sizes[0]), source: x, destination: y, number: x}[p.role]
	})
	return strings.TrimSuffix(text[strings.Index(text, "(")+1:], ")")
}

// Form returns how the kernel takes its operands.
func (k Kernel) Form() law.MapForm {
	return law.MapForm{Rows: k.count(rowCount) > 0, Scalars: k.Scalar, OutOfPlace: k.Scalar || k.count(source) > 0,
		InPlace: !k.Scalar && (k.count(source) == 0 || !k.restricted)}
}

// RoutineName returns the name of a routine of a [Call] in tables: a kernel's is its symbol.
func RoutineName(routine string) string {
	if k, ok := kernelOf(routine); ok {
		return k.Symbol
	}
	return routine
}

// kernelOf returns the kernel that a routine is, if it is one.
func kernelOf(routine string) (Kernel, bool) {
	if !strings.Contains(routine, ":") {
		return Kernel{}, false
	}
	k, err := ParseKernel(routine)
	return k, err == nil
}

// Kernel returns the kernel that a call calls, if it is one.
func (c Call) Kernel() (Kernel, bool) { return kernelOf(c.Routine) }
