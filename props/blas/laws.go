package blas

import (
	"cmp"
	"slices"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
)

// A Law is a law of package law as a user of a library sees it.
type Law struct {
	Name    string
	Meaning string // what it means for who calls the library
	Promise string // where BLAS or the library promises it, or ""
}

// A Check is a law, applied to one routine of a library.
type Check struct {
	Law
	Routine  string
	Property law.Property
}

const (
	definition = "the definition of BLAS (Dongarra et al. 1990, and netlib's sgemm.f)"
	stability  = "the usual error analysis (Higham, Accuracy and Stability, section 3.5)"
	abi        = "the C ABI, which keeps the control bits of the floating-point unit"
)

// Undefined is the law whose calls are outside of what BLAS defines.
const Undefined = "open-increments"

// Laws are the laws in the order of the table.
var Laws = []Law{
	{"error-bound", "every element is within gamma_(k+4) of exact arithmetic, underflow included", stability},
	{"exact-integers", "products of small integers are exact", stability},
	{"subnormals", "subnormal numbers are computed with, not taken for zero", "IEEE 754"},
	{"equals-specification", "results are within the bound, and A and B are left alone", definition},
	{"beta-zero", "with beta = 0, C is not read: NaN in it vanish", definition},
	{"alpha-zero", "with alpha = 0, A and B are not read: NaN in them do not count", definition},
	{"non-finite", "NaN and infinities reach exactly the elements they must", ""},
	{"negative-increments", "vectors stored backwards give results within the bound", definition},
	{"norm-range", "a norm is right where the squares of the elements overflow or underflow", "netlib's snrm2, and Lawson et al. 1979"},
	{"nan-index", "i?amax returns the index of the first NaN, if there is one", ""},
	{Undefined, "increments for which BLAS defines nothing do what netlib's loops do: 0 repeats one element, and asum and i?amax return 0 below one", ""},
	{"shared-operands", "A and B may be the same matrix", definition},
	{"padding", "the gaps between rows are neither used nor changed", definition},
	{"guard-after", "nothing after an operand is read or written: an operand may end where memory ends", definition},
	{"guard-before", "nothing before an operand is read or written", definition},
	{"machine-state", "rounding mode and flush-to-zero are as before", abi},
	{"concurrent-callers", "several threads may call at once and get what one would", "the documentation of each library"},
	{"repeatable", "the same call gives the same bits again in one process", ""},
	{"alignment", "the bits do not depend on where in memory the operands lie", ""},
	{"thread-count", "the bits do not depend on the number of threads", ""},
	{"batch-rows", "a row has the same bits whether it is computed alone or among others", ""},
	{"batch-columns", "a column has the same bits whether it is computed alone or among others", ""},
	{"permuted", "a row or column has the same bits wherever it lies", ""},
	{"split", "C has the same bits computed whole or in blocks", ""},
	{"transposed", "the bits do not depend on which way an operand is stored", ""},
	{"symmetric", "A times its transpose is symmetric to the last bit", ""},
	{"scaled", "a power of two in alpha scales the product exactly", ""},
	{"one-rounding", "each product is added by one fma, with one rounding", ""},
}

// KernelLaws are the laws of kernels, in the order of the table.
var KernelLaws = []Law{
	{"ulp-bound", "exp and log are within 4 units in the last place, ReLU is exact, and softmax is within twice its error analysis", "the operation that the kernel is said to be, as accurate as vector libraries (oneMKL's VM LA and SLEEF's u35: 4 units)"},
	{"special-values", "NaN, infinities, overflow and arguments outside of the domain give what IEEE 754 (9.2) and C's annex F say", ""},
	{"subnormals", "subnormal numbers are computed with, not taken for zero", "IEEE 754"},
	{"sums-to-one", "the results of a softmax add up to one, as nearly as their bounds allow", "the definition of softmax"},
	{"shifted", "a softmax has the same bits for arguments that are all larger by one number", ""},
	{"in-place", "results that are written over their arguments have the same bits", ""},
	{"read-only", "arguments keep their bits", "the declaration: they are const"},
	{"guard-after", "nothing after an operand is read or written: an operand may end where memory ends", "the declaration: it says how many elements there are"},
	{"guard-before", "nothing before an operand is read or written", "the declaration: it says where the elements begin"},
	{"machine-state", "rounding mode and flush-to-zero are as before", abi},
	{"concurrent-callers", "several threads may call at once and get what one would", ""},
	{"repeatable", "the same call gives the same bits again in one process", ""},
	{"alignment", "the bits do not depend on where in memory the operands lie", ""},
	{"length-invariance", "an element has the same bits alone, at any length and at any place", ""},
	{"batch-rows", "a row has the same bits whether it is computed alone or among others", ""},
}

// HasLaw reports whether a law has that name.
func HasLaw(name string) bool {
	return slices.ContainsFunc(slices.Concat(Laws, KernelLaws), func(l Law) bool { return l.Name == name })
}

// KernelChecks returns the laws that apply to kernels of a library, in the order of [KernelLaws]
// for each of them.
func KernelChecks(s *Session, kernels []Kernel) []Check {
	var all []Check
	for _, k := range kernels {
		if k.Double {
			all = append(all, kernelChecks[float64](s, k)...)
		} else {
			all = append(all, kernelChecks[float32](s, k)...)
		}
	}
	return all
}

func kernelChecks[T float32 | float64](s *Session, k Kernel) []Check {
	return checks(s, KernelLaws, k.String(), law.MapProperties(kernelRoutine[T](s.change, k), k.Operation, k.Form()), concurrentCallers(s,
		func(t *rapid.T) law.KernelCall[law.MapRoutine[T]] {
			return law.DrawMapCall[T](t, k.Operation, k.Form()).KernelCall()
		},
		func(do caller) law.MapRoutine[T] { return kernelRoutine[T](do, k) }))
}

// Checks returns the laws that apply to the routines of a library, in the order of
// [Laws] for each of them.
func Checks(s *Session) []Check {
	all := slices.Concat(gemmChecks[float32](s), gemmChecks[float64](s))
	for _, o := range []law.VectorOperation{law.OpGemv, law.OpDot, law.OpAxpy, law.OpNrm2, law.OpAsum, law.OpAmax} {
		all = append(all, slices.Concat(vectorChecks[float32](s, o), vectorChecks[float64](s, o))...)
	}
	return all
}

// loose is what every library can be asked for: results within the bound, the same ones
// each time.
const loose = law.WithinBound | law.Deterministic

func gemmChecks[T float32 | float64](s *Session) []Check {
	impl := gemm[T](s.change, 0)
	properties := append(law.GemmProperties(impl, loose), law.ReproducibilityProperties(impl)...)
	properties = append(properties, law.ThreadCountProperty(func(n int) law.Gemm[T] { return gemm[T](s.change, n) }, loose))
	return checks(s, Laws, typed[T]("gemm"), properties, concurrentCallers(s,
		func(t *rapid.T) law.KernelCall[law.Gemm[T]] { return law.DrawGemmCall[T](t, loose).KernelCall() },
		func(do caller) law.Gemm[T] { return gemm[T](do, 0) }))
}

func vectorChecks[T float32 | float64](s *Session, o law.VectorOperation) []Check {
	properties := append(law.VectorProperties(vectors[T](s.change, 0), o, loose),
		law.VectorThreadCountProperty(func(n int) law.VectorRoutine[T] { return vectors[T](s.change, n) }, o))
	return checks(s, Laws, typed[T](string(o)), properties, concurrentCallers(s,
		func(t *rapid.T) law.KernelCall[law.VectorRoutine[T]] {
			return law.DrawVectorCall[T](t, o, loose, []int{1, 1, 3}).KernelCall()
		},
		func(do caller) law.VectorRoutine[T] { return vectors[T](do, 0) }))
}

// concurrentCallers returns the law of that name. Calls through one process come one after the
// other: the process itself must make them at once.
func concurrentCallers[K any](s *Session, draw func(t *rapid.T) law.KernelCall[K], kernel func(do caller) K) law.Property {
	return law.Property{Name: "concurrent-callers", Check: func(t *rapid.T, labels *law.Labels) {
		call, other := draw(t), draw(t)
		labels.Add(call.Labels...)
		var noted Call
		other.Call(kernel(s.record(&noted)), other.Args())
		call.Call(kernel(s.beside(noted)), call.Args())
	}}
}

// checks returns the properties of a routine that the library has, with the law of concurrent
// callers that is for libraries. Each case draws by which interface its calls are made.
func checks(s *Session, laws []Law, routine string, properties []law.Property, concurrent law.Property) []Check {
	if !s.Has(routine) {
		return nil
	}
	interfaces := s.interfaces(routine)
	var all []Check
	for _, p := range properties {
		if p.Name == concurrent.Name {
			p = concurrent
		}
		i := position(laws, p.Name)
		inner := p.Check
		p.Check = func(t *rapid.T, labels *law.Labels) {
			s.forget()
			if s.via = RowMajor; len(interfaces) > 1 {
				s.via = rapid.SampledFrom(interfaces).Draw(t, "interface")
				labels.If(s.via != RowMajor, s.via)
			}
			holds := false
			defer func() {
				if !holds {
					s.keepFailing()
				}
			}()
			inner(t, labels)
			holds = true
		}
		all = append(all, Check{laws[i], routine, p})
	}
	slices.SortStableFunc(all, func(a, b Check) int { return cmp.Compare(position(laws, a.Name), position(laws, b.Name)) })
	return all
}

func position(laws []Law, name string) int {
	return slices.IndexFunc(laws, func(l Law) bool { return l.Name == name })
}
