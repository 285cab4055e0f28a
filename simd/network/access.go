package network

import (
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/internal/scalar"
)

// Declarations returns the kernels of the table, each with its assembly function's name
// and what its calls read and write.
func (k *Kernels[T]) Declarations() []access.Kernel {
	return []access.Kernel{
		access.Declare(&k.ImageForward, "ImageForward", "width h w b list spans", imageForwardAccess[T]),
		access.Declare(&k.ImageStep, "ImageStep", "width w d list spans step", imageStepAccess[T]),
		access.Declare(&k.Forward, "Forward", "width z w h samples inputs hStride", forwardAccess[T]),
		access.Declare(&k.Backward, "Backward", "width d h w delta samples outputs wStride deltaStride", backwardAccess[T]),
		access.Declare(&k.Step, "Step", "width w delta h samples inputs step", stepAccess[T]),
		access.Declare(&k.BiasStep, "BiasStep", "width b d samples step", biasStepAccess[T]),
		access.Declare(&k.SoftmaxGrad, "SoftmaxGrad", "z labels classes stride", softmaxGradAccess[T]),
		access.Declare(&k.LossSum, "LossSum", "z labels classes stride sum correct", lossSumAccess[T]),
	}
}

func imageForwardAccess[T float32 | float64](width int, h, w, b []T, list []Entry, spans []Span) access.Call {
	call := pairs(width, "w", list, spans)
	call.Regions = append(call.Regions, rows("b", access.Read, min(1, len(spans)), width))
	for _, span := range spans {
		call.Regions = append(call.Regions, row("h", access.Write, width, span[2]), row("h", access.Write, width, span[3]))
		call.FLOPs += 2 * width * Lanes // z + (+0)
	}
	return call
}

func imageStepAccess[T float32 | float64](width int, w, d []T, list []Entry, spans []Span, step *[Lanes]T) access.Call {
	call := pairs(width, "d", list, spans)
	call.Regions = append(call.Regions, access.Vector("step", access.Read, Lanes))
	for _, span := range spans {
		if span[0] < span[1] {
			call.Regions = append(call.Regions, row("w", access.Update, width, span[2]), row("w", access.Update, width, span[3]))
			call.FLOPs += 2 * width * Lanes * updateFLOPs
		}
	}
	return call
}

// updateFLOPs counts the floating-point operations of fma(-step, g + (+0), w).
const updateFLOPs = 1 + 2

// pairs returns what kernels do to pair lists and to the rows that their entries name.
func pairs(width int, operand string, list []Entry, spans []Span) access.Call {
	n := width * Lanes
	call := access.Call{Regions: []access.Region{access.Vector("spans", access.Read, len(spans))}}
	for _, span := range spans {
		first, end := int(span[0]), int(span[1])
		call.Regions = append(call.Regions, access.Vector("list", access.Read, end-first).From(first))
		for _, entry := range list[first:end] {
			call.Regions = append(call.Regions, access.Vector(operand, access.Read, n).From(int(entry[0])))
			call.FLOPs += 2 * 2 * n
			for _, factor := range entry[1:] {
				if factor != 0 {
					call.Terms += n
				}
			}
		}
	}
	return call
}

func forwardAccess[T float32 | float64](width int, z, w, h []T, samples, inputs, hStride int) access.Call {
	terms := width * inputs * samples * Lanes
	return access.Call{
		Regions: append(tiles("h", access.Read, samples, inputs, hStride),
			rows("z", access.Update, samples, width), rows("w", access.Read, inputs, width)),
		FLOPs: 2 * terms, Terms: terms,
	}
}

func backwardAccess[T float32 | float64](width int, d, h, w, delta []T, samples, outputs, wStride, deltaStride int) access.Call {
	terms := width * outputs * samples * Lanes
	regions := append(tiles("w", access.Read, width, outputs, wStride), tiles("delta", access.Read, samples, outputs, deltaStride)...)
	return access.Call{
		Regions: append(regions, rows("d", access.Write, samples, width), rows("h", access.Read, samples, width)),
		FLOPs:   2 * terms, Terms: terms,
	}
}

func stepAccess[T float32 | float64](width int, w, delta, h []T, samples, inputs int, step *[Lanes]T) access.Call {
	weights := width * inputs * Lanes
	return access.Call{
		Regions: []access.Region{
			rows("w", access.Update, inputs, width), rows("delta", access.Read, samples, width),
			rows("h", access.Read, samples, inputs), access.Vector("step", access.Read, Lanes),
		},
		FLOPs: (2*samples + updateFLOPs) * weights, Terms: samples * weights,
	}
}

func biasStepAccess[T float32 | float64](width int, b, d []T, samples int, step *[Lanes]T) access.Call {
	return access.Call{
		Regions: []access.Region{
			rows("b", access.Update, 1, width), rows("d", access.Read, samples, width),
			access.Vector("step", access.Read, Lanes),
		},
		FLOPs: (samples + 2) * width * Lanes,
	}
}

func softmaxGradAccess[T float32 | float64](z []T, labels []uint32, classes, stride int) access.Call {
	perClass := 1 + scalar.ExpFLOPs[T]() + 1 + 1 // z_c - max, Exp, the sum, the quotient
	return access.Call{
		Regions: append(tiles("z", access.Update, len(labels), classes, stride), access.Vector("labels", access.Read, len(labels))),
		FLOPs:   len(labels) * Lanes * (classes*perClass + 1),
	}
}

func lossSumAccess[T float32 | float64](z []T, labels []uint32, classes, stride int, sum *[Lanes]float64, correct *[Lanes]uint32) access.Call {
	perClass := 1 + scalar.ExpFLOPs[T]() + 1 // z_c - max, Exp, the sum
	return access.Call{
		Regions: append(tiles("z", access.Read, len(labels), classes, stride), access.Vector("labels", access.Read, len(labels)),
			access.Vector("sum", access.Update, Lanes), access.Vector("correct", access.Update, Lanes)),
		FLOPs: len(labels) * Lanes * (classes*perClass + scalar.LogFLOPs[T]() + 3), // two differences, and the sum of the losses
	}
}

// row returns the region of row i of a tile with that many units.
func row(operand string, mode access.Mode, width int, i uint32) access.Region {
	return access.Vector(operand, mode, width*Lanes).From(int(i) * Row)
}

// rows returns the region of the first n rows of a tile with that many units.
func rows(operand string, mode access.Mode, n, width int) access.Region {
	return access.Rows(operand, mode, n, Row, width*Lanes)
}

// tiles returns the regions of n rows of as many units, in tiles that are stride apart.
func tiles(operand string, mode access.Mode, n, units, stride int) (regions []access.Region) {
	for t := 0; t*Tile < units; t++ {
		regions = append(regions, rows(operand, mode, n, min(Tile, units-t*Tile)).From(t*stride))
	}
	return regions
}
