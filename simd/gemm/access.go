package gemm

import (
	"unsafe"

	"github.com/lossglass/lossglass/simd/access"
)

// Declarations returns the kernels of the table, each with its assembly function's name
// and what its calls read and write.
func (k *Kernels[T]) Declarations() []access.Kernel {
	bits := map[uintptr]string{4: "32", 8: "64"}[unsafe.Sizeof(T(0))]
	return []access.Kernel{
		access.Declare(&k.Gemm, "Gemm"+bits, "rows tiles cols depth a aRow aCol b bRow c ldc fresh", gemmAccess[T]),
		access.Declare(&k.Panel, "Panel"+bits, "rows dst src lds", k.panelAccess),
		access.Declare(&k.Transpose, "Transpose"+bits, "rows cols dst ldd src lds", transposeAccess[T]),
	}
}

func gemmAccess[T float32 | float64](rows, tiles, cols, depth int, a []T, aRow, aCol int, b []T, bRow int, c []T, ldc int, fresh bool) access.Call {
	ofC := access.Update
	if fresh {
		ofC = access.Write
	}
	terms := rows * tiles * cols * depth
	return access.Call{
		Regions: append(matrix("a", rows*tiles, depth, aRow, aCol),
			access.Rows("b", access.Read, depth, bRow, cols), access.Rows("c", ofC, rows*tiles, ldc, cols)),
		FLOPs: 2 * terms, Terms: terms,
	}
}

// matrix returns the regions of a matrix that is read, by whole rows or columns where
// these are contiguous.
func matrix(operand string, rows, cols, rowStride, colStride int) []access.Region {
	switch {
	case colStride == 1:
		return []access.Region{access.Rows(operand, access.Read, rows, rowStride, cols)}
	case rowStride == 1:
		return []access.Region{access.Rows(operand, access.Read, cols, colStride, rows)}
	}
	var regions []access.Region
	for i := range rows {
		regions = append(regions, access.Rows(operand, access.Read, cols, colStride, 1).From(i*rowStride))
	}
	return regions
}

func (k *Kernels[T]) panelAccess(rows int, dst, src []T, lds int) access.Call {
	return access.Call{Regions: []access.Region{
		access.Vector("dst", access.Write, rows*k.Cols), access.Rows("src", access.Read, rows, lds, k.Cols),
	}}
}

func transposeAccess[T float32 | float64](rows, cols int, dst []T, ldd int, src []T, lds int) access.Call {
	return access.Call{Regions: []access.Region{
		access.Rows("dst", access.Write, cols, ldd, rows), access.Rows("src", access.Read, rows, lds, cols),
	}}
}
