package show

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
	"gonum.org/v1/plot/vg"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/kernelpoints"
	"github.com/lossglass/lossglass/benchmarks/profile/profiletest"
	"github.com/lossglass/lossglass/benchmarks/report/figure"
	"github.com/lossglass/lossglass/benchmarks/report/page"
)

// sample is a profile with two kernels.
func sample(t *testing.T) *profile.Profile {
	p := profiletest.Zen3(t)
	for i, n := range []float64{25, 100} {
		p.Kernels = append(p.Kernels, profile.KernelPoint{ISA: "avx2", Kernel: "Forward", Size: fmt.Sprintf("n=%v", n), Element: "float32", Calls: 3,
			Flops: 1e6 * n, Moved: 2e6 * n, Working: 1 << 14, Seconds: n * 2e-5, Cycles: n * 6e4, Intensity: .5 + float64(i), Rate: 5e10})
		p.Predictions = append(p.Predictions, profile.Prediction{ISA: "avx2", Kernel: "Forward", Size: fmt.Sprintf("n=%v", n), InLoop: 5, Predicted: 5, Measured: 5.5 + float64(i), Binding: "FMA pipes"})
	}
	p.Advice = []profile.Advice{{ISA: "avx2", Kernel: "Forward", Size: "n=25", Text: "91 % of the FMA bound"}}
	kernelpoints.SetCeilings(p)
	return p
}

func asText(t *testing.T, c *page.Chapter) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteText(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The text has the CPU, its caches, the kernels, marked residues and the advice.
func TestText(t *testing.T) {
	got := asText(t, Chapter(sample(t), false))
	for _, want := range []string{"Profile of AMD EPYC (Zen 3)", "L1 32 KiB, L2 512 KiB, L3 32.0 MiB", "none: perf_event_open", "Forward  n=25", "! +30 %", " +10 %", "Forward n=25: 91 % of the FMA bound", "182.8 GB/s"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	held := sample(t)
	held.Kernels[1].Shared, held.Peaks[0].AtLeast = true, true
	held.Conditions.Quota, held.Conditions.Stops, held.Conditions.Stopped = .5, 84, 12.34
	got = asText(t, Chapter(held, false))
	for _, want := range []string{"!!! The control group grants 0.5 CPUs for 2 cores, and stopped the process 84 times, for 12.3 s in", "stopped 84 times for 12.3 s", "≥ 11.7 GFLOP/s", "≥: something disturbed every sample", "~ +30 %", "instructions inside", "256", "Inside: how many enter the core"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	rough := sample(t)
	rough.Rough = "emulated by qemu"
	rough.Conditions.Quota = .5
	if got := asText(t, Chapter(rough, false)); !strings.Contains(got, "!!! Not a measurement of a CPU: emulated by qemu.") || !strings.Contains(got, "grants 0.5 CPUs") {
		t.Error(got)
	}
}

// The page has all figures, and a profile without measurements can be shown too.
func TestFiles(t *testing.T) {
	files, err := Files(sample(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, f := range files {
		names[f.Name] = string(f.Content)
	}
	for _, want := range []string{"report.html", "report.md", "bench.txt", "figures/roofline-float32.svg", "figures/bandwidth.png", "figures/latency.svg", "figures/predicted.svg"} {
		if names[want] == "" {
			t.Errorf("no %s", want)
		}
	}
	if html := names["report.html"]; strings.Count(html, "<svg") != 4 || !strings.Contains(html, "<li>Forward n=25: 91 % of the FMA bound</li>") {
		t.Error("the page lacks a figure or the advice")
	}
	r := benchfmt.NewReader(strings.NewReader(names["bench.txt"]), "bench.txt")
	results := 0
	for r.Scan() {
		switch x := r.Result().(type) {
		case *benchfmt.SyntaxError:
			t.Error(x)
		case *benchfmt.Result:
			results++
		}
	}
	if p := sample(t); results != len(p.Peaks)+len(p.Memory.Levels)+len(p.Kernels) {
		t.Errorf("%d results", results)
	}
	if files, err := Files(&profile.Profile{}, nil); err != nil || len(files) != 4 {
		t.Errorf("of an empty profile: %d files, %v", len(files), err)
	}
}

// Two profiles are compared by name, and different CPUs are said to be different.
func TestComparison(t *testing.T) {
	before, after := sample(t), sample(t)
	after.Kernels[0].Rate *= 1.1
	after.Kernels = after.Kernels[:1]
	if got := asText(t, Comparison(before, after)); !strings.Contains(got, "One CPU and one program") || !strings.Contains(got, "50.00  55.00    1.100") || !strings.Contains(got, "50.00      -        -") {
		t.Error(got)
	}
	after.Identity.Fingerprint, after.Identity.Microarchitecture = "other", "Zen 4"
	got := asText(t, Comparison(before, after))
	if !strings.Contains(got, "!!! Different CPUs: AMD EPYC (Zen 3) and AMD EPYC (Zen 4).") || !strings.Contains(got, "microarchitecture  Zen 3") {
		t.Error(got)
	}
}

// A CPU that says neither its vendor nor its name, as one of arm64, has none here.
func TestNameless(t *testing.T) {
	p := profiletest.Zen3(t)
	p.Identity.Vendor, p.Identity.Name = "", ""
	if got := identity(p).Rows[0][1]; !strings.HasPrefix(got, "of no name, family 25") {
		t.Errorf("%q", got)
	}
}

// Texts cover neither each other nor a point nor the edge of the panel, and have gaps between them.
func TestLabels(t *testing.T) {
	var list, points []label
	for i := range 12 {
		at := label{float64(100 + 5*(i%4)), float64(100 + 4*(i/4)), fmt.Sprint("kernel number ", i)}
		list, points = append(list, at), append(points, label{x: at.x, y: at.y})
	}
	panel := vg.Rectangle{Max: vg.Point{X: 400, Y: 300}}
	boxes, _ := newLabels(figure.NewPlot("", "", ""), list, points).place(panel, func(l label) vg.Point { return vg.Point{X: vg.Length(l.x), Y: vg.Length(l.y)} })
	for i, box := range boxes {
		wider := vg.Rectangle{Min: vg.Point{X: box.Min.X - 4, Y: box.Min.Y}, Max: vg.Point{X: box.Max.X + 4, Y: box.Max.Y}} // two names side by side are not one
		if box.Size().X == 0 || !contains(panel, box) || overlapsAny(boxes[:i], wider) {
			t.Errorf("label %d at %v", i, box)
		}
		for _, p := range points {
			if x, y := vg.Length(p.x), vg.Length(p.y); x > box.Min.X && x < box.Max.X && y > box.Min.Y && y < box.Max.Y {
				t.Errorf("label %d covers a point", i)
			}
		}
	}
}

// A program that wants a core is a disturbance; a few interruptions by the runtime, or ticks of
// a timer, which are none, are not.
func TestBusy(t *testing.T) {
	for switches, busy := range map[float64]bool{0: false, 500: false, 3000: true} {
		p := profiletest.Zen3(t)
		p.Conditions.Switches, p.Conditions.Sampled, p.Conditions.Seconds = switches, 10, 60
		if got := strings.Contains(strings.Join(warnings(p), " "), "The machine was busy"); got != busy {
			t.Errorf("%v interruptions in 10 s of samples: busy %v", switches, got)
		}
	}
	p := profiletest.Zen3(t)
	p.Conditions.Switches, p.Conditions.Sampled = 3000, 0
	if len(warnings(p)) != 0 {
		t.Errorf("%q without samples", warnings(p))
	}
}
