// Package span says where an access outside of the operands of a call lies.
package span

import "fmt"

// A Span is the memory of an operand.
type Span struct {
	Name       string
	From, Size uint64 // address and length in bytes
}

// far is how far from an operand an access may lie to be ascribed to it: the largest pages in
// use.
const far = 1 << 16

// Describe returns where an address lies beside the nearest of the operands, or "" if it is far
// from all. Guard pages of several operands may be neighbours, so that the order of the operands
// says nothing.
func Describe(at uint64, operands []Span) string {
	best, text := uint64(far), ""
	for _, o := range operands {
		end := o.From + o.Size
		switch {
		case at >= end && at-end < best:
			best, text = at-end, fmt.Sprintf("an access %d bytes past the end of %s, which has %d bytes", at-end, o.Name, o.Size)
		case at < o.From && o.From-at <= best:
			best, text = o.From-at, fmt.Sprintf("an access %d bytes before the begin of %s", o.From-at, o.Name)
		}
	}
	return text
}
