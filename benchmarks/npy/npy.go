// Package npy writes NumPy's .npy files, version 1.0. It does not read them.
package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// An Element is a type of array that can be written.
type Element interface {
	float32 | float64 | int32 | uint8
}

// WriteFile writes data as an array of that shape in C order, little-endian. It
// panics if the shape does not hold len(data) elements.
func WriteFile[T Element](name string, data []T, shape ...int) error {
	size := 1
	var dims strings.Builder
	for _, n := range shape {
		size *= n
		fmt.Fprintf(&dims, "%d,", n)
	}
	if size != len(data) {
		panic(fmt.Sprintf("npy: %d elements for shape %v", len(data), shape))
	}
	var zero T
	descr := map[string]string{"float32": "<f4", "float64": "<f8", "int32": "<i4", "uint8": "|u1"}[fmt.Sprintf("%T", zero)]
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, dims.String())
	// Magic, version, a length of two bytes and the header fill a multiple of 64 bytes, a newline last.
	const fixed = 10
	header += strings.Repeat(" ", (64-(fixed+len(header)+1)%64)%64) + "\n"

	var b bytes.Buffer
	b.WriteString("\x93NUMPY\x01\x00")
	binary.Write(&b, binary.LittleEndian, uint16(len(header)))
	b.WriteString(header)
	binary.Write(&b, binary.LittleEndian, data)
	return atomicfile.Write(name, b.Bytes())
}
