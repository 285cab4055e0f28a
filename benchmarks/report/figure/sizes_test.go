package figure

import (
	"slices"
	"testing"
)

// A size has one colour, whatever the order of the lists, and sizes beyond the palette
// differ by their dashes.
func TestSizeColors(t *testing.T) {
	glass, networks := []int{25, 50, 100, 200, 250, 300, 400, 500}, []int{500, 25, 2}
	c := NewSizeColors(glass, networks)
	if d := NewSizeColors(networks, glass); !slices.Equal(c, d) {
		t.Errorf("%v, %v", c, d)
	}
	type style struct {
		color  any
		dashed bool
	}
	seen := make(map[style]int)
	for _, n := range c {
		s := style{c.Color(n), c.Dashes(n) != nil}
		if other, ok := seen[s]; ok {
			t.Errorf("%d looks like %d", n, other)
		}
		seen[s] = n
	}
}
