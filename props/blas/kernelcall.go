//go:build linux && (amd64 || arm64) && !static

package blas

import (
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// loadKernels looks for functions of a library that has been opened.
func loadKernels(path string, handle uintptr, declarations []string) (*library, error) {
	l := &library{routines: map[string]routine{}, symbols: map[string]string{}}
	for _, text := range declarations {
		k, err := ParseKernel(text)
		if err != nil {
			return nil, err
		}
		symbol, err := purego.Dlsym(handle, k.Symbol)
		if err != nil || symbol == 0 {
			return nil, fmt.Errorf("%s has no function %s", path, k.Symbol)
		}
		l.routines[k.String()], l.symbols[k.String()] = k.routine(symbol), k.Symbol
	}
	return l, nil
}

// routine returns the function at an address as one of the library.
func (k Kernel) routine(symbol uintptr) routine {
	switch {
	case k.Scalar && k.Double:
		return scalarRoutine[float64](symbol)
	case k.Scalar:
		return scalarRoutine[float32](symbol)
	}
	return func(c Call, at []unsafe.Pointer) uint64 {
		args := make([]uintptr, len(k.parameters))
		for i, p := range k.parameters {
			switch p.role {
			case elementCount:
				args[i] = uintptr(c.Sizes[1])
			case rowCount:
				args[i] = uintptr(c.Sizes[0])
			case source:
				args[i] = uintptr(at[0])
			case destination:
				args[i] = uintptr(at[len(at)-1])
			}
		}
		purego.SyscallN(symbol, args...)
		return 0
	}
}

// scalarRoutine calls a function of one number for each element.
func scalarRoutine[T float](symbol uintptr) routine {
	var f func(x T) T
	purego.RegisterFunc(&f, symbol)
	return func(c Call, at []unsafe.Pointer) uint64 {
		all := operandsOf[T](c, at)
		for i, x := range all[0][:c.Sizes[1]] {
			all[1][i] = f(x)
		}
		return 0
	}
}
