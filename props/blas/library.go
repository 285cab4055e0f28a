//go:build linux && (amd64 || arm64) && !static

package blas

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// A library is a shared library that has been loaded.
type library struct {
	routines map[string]routine
	symbols  map[string]string  // by routine: the symbol that is called
	others   map[string]routine // those of Fortran, of routines that CBLAS has too
	fortran  map[string]string
	integers int    // their size in bits, 0 if it could not be determined
	version  string // as the library states it, or ""
}

// A routine makes a call with its operands at those addresses, and returns Answer.Value.
type routine func(c Call, at []unsafe.Pointer) uint64

// A convention is one way in which libraries export BLAS routines.
type convention struct {
	symbol func(routine string) string
	single map[string]func(symbol uintptr) routine // by routine without its type
	double map[string]func(symbol uintptr) routine

	fortran bool
}

// conventions are those known, the preferred first. Integers are always passed in 64 bits,
// of which a library with 32-bit integers reads the lower half.
var conventions = []convention{
	{func(r string) string { return "cblas_" + r }, cblas[float32](), cblas[float64](), false},
	{func(r string) string { return "cblas_" + r + "64_" }, cblas[float32](), cblas[float64](), false},
	{func(r string) string { return r + "_" }, fortran[float32](), fortran[float64](), true},
	{func(r string) string { return r + "_64_" }, fortran[float32](), fortran[float64](), true},
}

// own are the conventions of libraries with entry points of their own. What such a library offers
// under the usual names is another one that it is linked with.
var own = []convention{
	{func(r string) string { return "libxsmm_" + r }, gemmOnly(fortranGemm[float32]), gemmOnly(fortranGemm[float64]), true},
	{func(r string) string { return "dnnl_" + r }, gemmOnly(oneDNNGemm), nil, false},
}

func gemmOnly(f func(symbol uintptr) routine) map[string]func(symbol uintptr) routine {
	return map[string]func(symbol uintptr) routine{"gemm": f}
}

// load opens a shared library and looks for these kernels or, if there are none, each routine of
// BLAS.
func load(path string, kernels []string) (*library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("cannot load %s: %w", path, err)
	}
	if len(kernels) > 0 {
		return loadKernels(path, handle, kernels)
	}
	known := conventions
	for _, c := range own {
		if symbol, err := purego.Dlsym(handle, c.symbol("sgemm")); err == nil && symbol != 0 {
			known = []convention{c}
		}
	}
	l := &library{routines: map[string]routine{}, symbols: map[string]string{}, others: map[string]routine{}, fortran: map[string]string{}}
	for _, name := range Routines {
		base, double := splitName(name)
		for _, c := range known {
			make := c.single[base]
			if double {
				make = c.double[base]
			}
			if make == nil {
				continue
			}
			symbol, err := purego.Dlsym(handle, c.symbol(name))
			if err != nil || symbol == 0 {
				continue
			}
			if l.routines[name] == nil {
				l.routines[name], l.symbols[name] = make(symbol), c.symbol(name)
			} else if c.fortran && l.others[name] == nil {
				l.others[name], l.fortran[name] = make(symbol), c.symbol(name)
			}
		}
	}
	if len(l.routines) == 0 {
		return nil, fmt.Errorf("%s has none of the routines cblas_sgemm, sgemm_, libxsmm_sgemm, dnnl_sgemm and their like", path)
	}
	l.integers = l.integerSize()
	if len(known) > 1 { // else it is the version of the other library
		l.version = version(handle)
	}
	return l, nil
}

// version calls the functions with which libraries state their versions as a text.
func version(handle uintptr) string {
	for _, name := range []string{"openblas_get_config", "bli_info_get_version_str"} {
		if symbol, err := purego.Dlsym(handle, name); err == nil && symbol != 0 {
			var text func() string
			purego.RegisterFunc(&text, symbol)
			return strings.TrimSpace(text())
		}
	}
	return ""
}

// integerSize calls isamax for the number 2 - 2^32, of which a library with 32-bit integers
// sees the 2.
func (l *library) integerSize() int {
	f := l.routines["isamax"]
	if f == nil {
		return 0
	}
	x := [2]float32{1, 2}
	if f(Call{Sizes: []int{2 - 1<<32, 1}}, []unsafe.Pointer{unsafe.Pointer(&x)}) == 1 {
		return 32
	}
	return 64
}
