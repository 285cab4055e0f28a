package advice

import (
	"slices"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/predict"
	"github.com/lossglass/lossglass/benchmarks/profile/profiletest"
)

// Every rule advises where it should, and each resource has a name and a remedy.
func TestRules(t *testing.T) {
	point := profile.KernelPoint{ISA: "avx2", Kernel: "F", Size: "n=100", Seconds: 1, Working: 16 << 10, Binding: "FMA peak", OfCeiling: .6}
	prediction := profile.Prediction{ISA: "avx2", Kernel: "F", Size: "n=100", Share: .9, Trips: 50, Predicted: 5, Measured: 5.5, Binding: predict.FMAPipes}
	tested := map[string]bool{}
	for _, test := range []struct {
		rule, want string
		change     func(p *profile.Profile, k *profile.KernelPoint, x *profile.Prediction)
	}{
		{"at its bound", "91 % of the FMA bound; nothing left but fewer operations, such as skipped zeros", func(*profile.Profile, *profile.KernelPoint, *profile.Prediction) {}},
		{"at its bound", "87 % of the load bound; nothing left but fewer loads: a larger tile in registers",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) {
				x.Binding, x.Measured = predict.Loads, 5/.87
			}},
		{"not measured", "not measured", func(_ *profile.Profile, k *profile.KernelPoint, _ *profile.Prediction) { k.Seconds = 0 }},
		{"rough", "no advice: emulated by qemu", func(p *profile.Profile, _ *profile.KernelPoint, _ *profile.Prediction) { p.Rough = "emulated by qemu" }},
		{"level", "80 % of the bandwidth of L3, where its 3.0 MiB are; smaller blocks would keep them nearer",
			func(_ *profile.Profile, k *profile.KernelPoint, _ *profile.Prediction) {
				k.Working, k.Binding, k.OfCeiling = 3<<20, "L3", .8
			}},
		{"no model", "60 % of the FMA peak; no prediction of its loop", func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) { x.Kernel = "G" }},
		{"no model", "60 % of the bandwidth of L1; no prediction of its loop", func(_ *profile.Profile, k *profile.KernelPoint, x *profile.Prediction) {
			x.Predicted, k.Binding = 0, "L1"
		}},
		{"no model", "no roof was measured that binds it", func(_ *profile.Profile, k *profile.KernelPoint, x *profile.Prediction) {
			x.Predicted, k.Binding = 0, ""
		}},
		{"unknown forms", "50 % of the FMA bound, which lacks forms that were not measured: VSQRTPS y, y",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) {
				x.Unknown, x.Measured = []string{"VSQRTPS y, y"}, 10
			}},
		{"faster than its bound", "125 % of the latency bound: the model is wrong here, which takes as a chain or a conflict what the CPU does not",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) {
				x.Binding, x.Measured = predict.LatencyChain, 4
			}},
		{"at its bound", "91 % of the L2 bound; smaller blocks would keep its 100 KiB nearer",
			func(_ *profile.Profile, k *profile.KernelPoint, x *profile.Prediction) {
				k.Working, x.Binding = 100<<10, "L2"
			}},
		{"at its bound", "91 % of the model, in which it waits for results; more independent work between an instruction and those that need its result would help, or fewer wrong predictions",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) { x.Binding = predict.Waiting }},
		{"unexplained", "50 % of the FMA bound, and the model does not say what takes the other 50 %",
			func(_ *profile.Profile, k *profile.KernelPoint, x *profile.Prediction) {
				k.Working, k.Bytes, x.Measured = 100<<10, 1e9, 10
			}},
		{"shared core", "50 % of the FMA bound beside another guest on the same core; never seen alone, so this says nothing of the kernel",
			func(_ *profile.Profile, k *profile.KernelPoint, x *profile.Prediction) {
				k.Shared, x.Measured = true, 10
			}},
		{"short loops", "50 % of the FMA bound; its loop runs 5.0 times and ends: longer loops, or fewer branches between them",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) { x.Trips, x.Measured = 5, 10 }},
		{"outside of the loop", "50 % of the FMA bound; only 30 % of its instructions are in the loop: do more in a call",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) { x.Share, x.Measured = .3, 10 }},
		{"unexplained", "50 % of the FMA bound, and the model does not say what takes the other 50 %",
			func(_ *profile.Profile, _ *profile.KernelPoint, x *profile.Prediction) { x.Measured = 10 }},
	} {
		p := profiletest.Zen3(t)
		k, x := point, prediction
		test.change(p, &k, &x)
		p.Kernels, p.Predictions = []profile.KernelPoint{k}, []profile.Prediction{x}
		got := Of(p)
		want := profile.Advice{ISA: "avx2", Kernel: "F", Size: "n=100", Text: test.want}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, want %q", test.rule, got, test.want)
		}
		tested[test.rule] = true
	}
	for _, r := range rules {
		if !tested[r.name] {
			t.Errorf("no test for the rule %q", r.name)
		}
	}
	for _, r := range predict.Resources {
		if bound(r) == r || nothingLeft[r] == "" {
			t.Errorf("%s has no name or no remedy", r)
		}
	}
	if len(tested) != len(rules) || slices.ContainsFunc(rules, func(r rule) bool { return r.text == nil }) {
		t.Error("a rule that is not in the table was tested")
	}
}
