package spinglass

import (
	"slices"
	"testing"
)

// Which blocks a directory has does not depend on the order in which the finished ones are listed, which
// is that of a map.
func TestBlocksDoNotDependOnTheOrder(t *testing.T) {
	p := Plan{Sizes: []Size{{N: 6, Disorders: 1}}, Starts: 700}
	var finished []string
	for _, b := range []block{{6, 0, 0, 100}, {6, 0, 0, 512}, {6, 0, 100, 50}, {6, 0, 512, 188}, {6, 0, 512, 88}} {
		finished = append(finished, b.key())
	}
	want := []block{{6, 0, 0, 512}, {6, 0, 512, 188}}
	permute(finished, 0, func() {
		if got := p.blocks(finished); !slices.Equal(got, want) {
			t.Errorf("of %q: %v, want %v", finished, got, want)
		}
	})
}

// permute calls each with every order of the texts from an index on.
func permute(texts []string, from int, each func()) {
	if from == len(texts) {
		each()
		return
	}
	for i := from; i < len(texts); i++ {
		texts[from], texts[i] = texts[i], texts[from]
		permute(texts, from+1, each)
		texts[from], texts[i] = texts[i], texts[from]
	}
}
