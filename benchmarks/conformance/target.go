package conformance

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/lossglass/lossglass/core/matmul"
	propsblas "github.com/lossglass/lossglass/props/blas"
	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
)

// A Target is a library to examine: the path or name of a shared library, or [Gonum] or
// [Lossglass]. Variables are set in its environment. If there are kernels, these of its functions
// are examined, otherwise those of BLAS.
type Target struct {
	Variables []string // NAME=VALUE
	Library   string
	Kernels   []propsblas.Kernel
}

// Libraries that are part of this program.
const (
	Gonum     = "gonum"
	Lossglass = "lossglass"
)

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)

// ParseTarget parses "NAME=VALUE ... LIBRARY".
func ParseTarget(text string) (Target, error) {
	var t Target
	rest := text
	for variable.MatchString(rest) {
		word, after, found := strings.Cut(rest, " ")
		if !found {
			return t, fmt.Errorf("%q names no library", text)
		}
		t.Variables, rest = append(t.Variables, word), strings.TrimLeft(after, " ")
	}
	if t.Library = rest; rest == "" {
		return t, fmt.Errorf("%q names no library", text)
	}
	return t, nil
}

func (t Target) String() string {
	return strings.Join(append(slices.Clone(t.Variables), t.Library), " ")
}

// InGo reports whether the library is part of this program.
func (t Target) InGo() bool { return t.Library == Gonum || t.Library == Lossglass }

// threadVariables are those by which libraries take their number of threads.
var threadVariables = []string{"OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"}

// lossglassThreads is how the worker of lossglass's own products is told its threads.
const lossglassThreads = "OMP_NUM_THREADS"

// environment returns the environment of a process in which the library uses that many
// threads.
func (t Target) environment(threads int) []string {
	all := append(os.Environ(), t.Variables...)
	for _, name := range threadVariables {
		all = append(all, name+"="+strconv.Itoa(threads))
	}
	return all
}

// arguments returns those from which [Serve] knows the library and the kernels.
func (t Target) arguments() []string {
	all := []string{t.Library}
	for _, k := range t.Kernels {
		all = append(all, k.String())
	}
	return all
}

// Start starts the processes of the library. program is this program with the arguments
// that make it call [Serve] with those after them.
func (t Target) Start(ctx context.Context, program []string, threads int) (*propsblas.Session, error) {
	if !t.InGo() && strings.Contains(t.Library, "/") {
		if info, err := os.Stat(t.Library); err != nil {
			return nil, err
		} else if info.IsDir() {
			return nil, fmt.Errorf("%s is a directory", t.Library)
		}
	}
	return propsblas.Start(ctx, func(ctx context.Context, n int) *exec.Cmd {
		if n == 0 {
			n = threads
		}
		cmd := exec.CommandContext(ctx, program[0], append(slices.Clone(program[1:]), t.arguments()...)...)
		cmd.Env = t.environment(n)
		detach(cmd)
		return cmd
	})
}

// Serve is what a process of a library runs, for these kernels or, if there are none, for BLAS.
func Serve(library string, kernels []string, in io.Reader, out io.Writer) error {
	switch library {
	case Gonum:
		return propsblas.ServeGo(propsblas.GoRoutines{Name: Gonum,
			Gemm32: gemm(gonum.Implementation{}.Sgemm), Gemm64: gemm(gonum.Implementation{}.Dgemm),
			Vectors32: vectors(gonum.Implementation{}.Sgemv, gonum.Implementation{}.Sdot, gonum.Implementation{}.Saxpy,
				gonum.Implementation{}.Snrm2, gonum.Implementation{}.Sasum, gonum.Implementation{}.Isamax),
			Vectors64: vectors(gonum.Implementation{}.Dgemv, gonum.Implementation{}.Ddot, gonum.Implementation{}.Daxpy,
				gonum.Implementation{}.Dnrm2, gonum.Implementation{}.Dasum, gonum.Implementation{}.Idamax)}, in, out)
	case Lossglass:
		threads, err := strconv.Atoi(os.Getenv(lossglassThreads))
		if err != nil {
			threads = 1
		}
		return propsblas.ServeGo(propsblas.GoRoutines{Name: Lossglass,
			Gemm32: gemm(matmul.BLAS32{Set: simd.Detect(), Threads: threads}.Sgemm),
			Gemm64: gemm(matmul.BLAS64{Set: simd.Detect(), Threads: threads}.Dgemm)}, in, out)
	}
	return propsblas.Serve(library, kernels, in, out)
}

func flagOf(trans bool) blas.Transpose {
	if trans {
		return blas.Trans
	}
	return blas.NoTrans
}

func gemm[T float32 | float64](f func(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)) law.Gemm[T] {
	return func(transA, transB bool, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
		f(flagOf(transA), flagOf(transB), m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// vectors returns gonum's routines on vectors as those of the laws.
func vectors[T float32 | float64](
	gemv func(tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int),
	dot func(n int, x []T, incX int, y []T, incY int) T,
	axpy func(n int, alpha T, x []T, incX int, y []T, incY int),
	nrm2, asum func(n int, x []T, incX int) T,
	amax func(n int, x []T, incX int) int,
) map[law.VectorOperation]law.VectorRoutine[T] {
	type call = law.VectorCall[T]
	return map[law.VectorOperation]law.VectorRoutine[T]{
		law.OpGemv: func(c call, a, x, y []T) T {
			gemv(flagOf(c.TransA), c.M, c.N, c.Alpha, a, c.A.LD, x, c.X.Inc, c.Beta, y, c.Y.Inc)
			return 0
		},
		law.OpDot: func(c call, _, x, y []T) T { return dot(c.N, x, c.X.Inc, y, c.Y.Inc) },
		law.OpAxpy: func(c call, _, x, y []T) T {
			axpy(c.N, c.Alpha, x, c.X.Inc, y, c.Y.Inc)
			return 0
		},
		law.OpNrm2: func(c call, _, x, _ []T) T { return nrm2(c.N, x, c.X.Inc) },
		law.OpAsum: func(c call, _, x, _ []T) T { return asum(c.N, x, c.X.Inc) },
		law.OpAmax: func(c call, _, x, _ []T) T { return T(max(0, amax(c.N, x, c.X.Inc))) }, // gonum returns -1 for none
	}
}

// path returns the file that the dynamic linker loads for a library, links resolved, or "".
func (t Target) path(ctx context.Context) string {
	path := t.Library
	if !strings.Contains(path, "/") {
		known := linkerPaths(ctx)
		if i := slices.IndexFunc(known, func(p string) bool { return filepath.Base(p) == path }); i >= 0 {
			path = known[i]
		}
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return path
}
