package spinglass

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/report/figure/figuretest"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

func TestTheoryFigures(t *testing.T) {
	t.Parallel()
	for _, p := range []int{2, 3, 1000} {
		for _, f := range theoryFigures(p) {
			figuretest.Check(t, f)
		}
	}
}

func TestWriteTheory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := WriteTheory(t.Context(), dir, 3); err != nil {
		t.Fatal(err)
	}
	for _, f := range theoryFigures(3) {
		want, err := f.SVG()
		if err != nil {
			t.Fatal(err)
		}
		svg, err := os.ReadFile(filepath.Join(dir, page.FiguresName, f.Name+".svg"))
		if err != nil || string(svg) != string(want) {
			t.Errorf("%s.svg: %d bytes, %v; want %d", f.Name, len(svg), err, len(want))
		}
		if info, err := os.Stat(filepath.Join(dir, page.FiguresName, f.Name+".png")); err != nil || info.Size() == 0 {
			t.Errorf("%s.png: %v, %v", f.Name, info, err)
		}
	}
}
