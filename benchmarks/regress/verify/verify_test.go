package verify

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/regress/kernelcall"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

const results = "../../../results"

// wrong returns the kernels of this CPU, one of which adds a little to its first result in
// the given call and all later ones.
func wrong(kernelName string, from int) *simd.Set {
	calls := 0
	return simd.Detect().Wrapped(func(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
		kernel.Call(args)
		if declared.Name != kernelName {
			return
		}
		if calls++; calls < from {
			return
		}
		for _, r := range declared.Call(args).Regions {
			for first := range r.Runs() {
				if x := args[declared.Param(r.Operand)].Index(first); r.Mode&access.Write != 0 && x.CanFloat() {
					x.SetFloat(x.Float() + 0.01)
					return
				}
			}
		}
	})
}

func verifierOf(t *testing.T, sets ...*simd.Set) *verifier {
	t.Helper()
	digests, err := readDigests(results)
	if err != nil {
		t.Fatal(err)
	}
	return &verifier{Options: Options{
		Results: results, Sets: sets, Workers: 1, Calls: t.TempDir(), Out: io.Discard, Stderr: io.Discard,
		Data: dataset.Options{Dir: dataset.Builtin},
	}, digests: digests, dir: t.TempDir()}
}

// The kernels of every instruction set give the committed digests.
func TestVectors(t *testing.T) {
	v := verifierOf(t, simd.Available()...)
	if err := v.kernels(t.Context()); err != nil || v.checked != len(vectors()) {
		t.Errorf("%d vectors, %v", v.checked, err)
	}
}

// The digest of a wrong kernel's family differs. The call is named, and its operands are
// written to a file with which the right kernels pass.
func TestWrongVector(t *testing.T) {
	for _, name := range []string{"Backward", "Field64", "Gemm32", "Panel64", "Log"} {
		v := verifierOf(t, wrong(name, 1), simd.Generic())
		err := v.kernels(t.Context())
		var difference *Difference
		if !errors.As(err, &difference) || !strings.Contains(err.Error(), "of "+name+" (") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		files, _ := filepath.Glob(filepath.Join(v.Calls, "*.json"))
		if len(files) != 1 {
			t.Fatalf("%s: files %q", name, files)
		}
		call, err := kernelcall.Read(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if d := call.Check(simd.Detect()); d != "" {
			t.Errorf("%s: the right kernel fails: %s", name, d)
		}
		if d := call.Check(wrong(name, 1)); d == "" {
			t.Errorf("%s: the wrong kernel passes", name)
		}
	}
}

// Where an experiment goes wrong, the pack, the epoch and the minibatch are named.
func TestLocate(t *testing.T) {
	v := verifierOf(t, simd.Detect())
	e := v.small(t.Context())[0]
	// A training step of 25 hidden units calls BiasStep a fixed number of times; the first
	// call of the first pack is in its first minibatch, the last ones in its last.
	text, err := v.locate(t.Context(), e, wrong("SoftmaxGrad", 7))
	if err != nil || !strings.HasPrefix(text, "n=2 pack=0, epoch 1, minibatch 7 of 20: the first wrong kernel call is of SoftmaxGrad") {
		t.Errorf("%q, %v", text, err)
	}
}

// Of the preset quick, the cheap packs are computed by default, the largest networks never,
// and the line of the output says which are left.
func TestCheapest(t *testing.T) {
	var units []experiment.Unit
	for _, n := range []int{25, 50, 100, 250, 500} {
		for pack := range 2 {
			units = append(units, experiment.Unit{Key: fmt.Sprintf("n=%d pack=%d", n, pack), Cost: float64(n)})
		}
	}
	for _, c := range []struct {
		share float64
		first string
		count int
		left  string
	}{
		{fastestShare, "n=250 pack=0", 7, "; left to -full: n=250 pack=1, n=500 pack=0, n=500 pack=1"},
		{otherShare, "n=50 pack=1", 4, "; left to -full: n=100 pack=0, n=100 pack=1, n=250 pack=0, n=250 pack=1, n=500 pack=0, n=500 pack=1"},
		{1, "n=500 pack=1", 10, ""},
		{0, "n=25 pack=0", 1, ""},
	} {
		chosen, left := cheapest(units, c.share)
		if len(chosen) != c.count || len(left) != len(units)-c.count || chosen[0].Key != c.first || c.left != "" && leftText(left) != c.left {
			t.Errorf("share %v: %d units, first %s%s", c.share, len(chosen), chosen[0].Key, leftText(left))
		}
	}
}

func TestReadDigests(t *testing.T) {
	dir := t.TempDir()
	if _, err := readDigests(dir); err == nil || !strings.Contains(err.Error(), "-results") {
		t.Errorf("without a file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, digestsName), []byte("# head\nmnist mnist 12\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readDigests(dir); err == nil || !strings.Contains(err.Error(), "digests.txt:2") {
		t.Errorf("a short digest: %v", err)
	}
}
