package kernelcall

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/core/spinglass"
	"github.com/lossglass/lossglass/core/stream"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
)

// train trains a small pack on random images for some minibatches.
func train(t *testing.T, set *simd.Set) {
	t.Helper()
	random := stream.New(1, "kernelcall/test")
	pixels := make([]float32, 40*100)
	for i := range pixels {
		pixels[i] = max(0, random.Symmetric(0.5))
	}
	images, err := relunet.NewImages(pixels, make([]uint8, 40), 100, 10)
	if err != nil {
		t.Fatal(err)
	}
	pack := relunet.NewPack(set, 100, 7, 10)
	params := make([]float32, relunet.Params(100, 7, 10))
	relunet.DrawStart(params, []int{100, 7, 10}, relunet.Uniform1, stream.New(1, "kernelcall/test", 1))
	var rates [relunet.Lanes]float64
	for lane := range rates {
		pack.SetNetwork(lane, params)
		rates[lane] = 0.5
	}
	order := make([]int32, 40)
	for i := range order {
		order[i] = int32(i)
	}
	pack.Train(images, order, 10, &rates)
	_, _, _ = pack.Evaluate(t.Context(), images, nil)
	glass, err := spinglass.New(t.Context(), set, 3, 12, spinglass.Gauss, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	points := make([]float64, 12*20)
	spinglass.DrawStarts(points, 12, 20, 1, 0, 0)
	if _, err := glass.Descend(t.Context(), points, 20, spinglass.DescentRule{Rate: spinglass.DefaultRate(3), MaxSteps: 3, Tolerance: 1e-3}, func(int) {}); err != nil {
		t.Fatal(err)
	}
}

// No call of a right set is reported, and calls were checked.
func TestRightKernels(t *testing.T) {
	for _, set := range simd.Available() {
		var c Checker
		train(t, c.Wrap(set))
		if found := c.Found(); found != nil || c.Calls() < 20 {
			t.Errorf("%s: %d calls, found %+v", set.Name, c.Calls(), found)
		}
	}
}

// broken returns a set one of whose kernels flips the last bit of its first result in the
// third of its calls.
func broken(name string) *simd.Set {
	calls := 0
	return simd.Detect().Wrapped(func(declared access.Kernel, kernel reflect.Value, args []reflect.Value) {
		kernel.Call(args)
		if declared.Name != name {
			return
		}
		if calls++; calls < 3 {
			return
		}
		call := declared.Call(args)
		for _, r := range call.Regions {
			for first := range r.Runs() {
				if r.Mode&access.Write != 0 {
					if x := args[declared.Param(r.Operand)].Index(first); x.CanFloat() {
						x.SetFloat(x.Float()*1.0001 + 1e-6)
						return
					}
				}
			}
		}
	})
}

// The first wrong call is found, whichever kernel makes it. Read gives the same call back,
// with which Check fails for the broken kernel and passes for the right one.
func TestFindWriteRead(t *testing.T) {
	for _, name := range []string{"ImageForward", "Step", "BiasStep", "SoftmaxGrad", "Backward", "Field64"} {
		var c Checker
		train(t, c.Wrap(broken(name)))
		found := c.Found()
		if found == nil || found.Kernel != name || found.Difference == "" {
			t.Errorf("%s: found %+v", name, found)
			continue
		}
		path := filepath.Join(t.TempDir(), "call.json")
		if err := found.Write(path); err != nil {
			t.Fatal(err)
		}
		call, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(call, found) {
			t.Errorf("%s: read %+v, wrote %+v", name, call, found)
		}
		if d := call.Check(simd.Detect()); d != "" {
			t.Errorf("%s: the right kernel fails: %s", name, d)
		}
		wrong := broken(name)
		for range 2 {
			call.Check(wrong)
		}
		if d := call.Check(wrong); d != found.Difference {
			t.Errorf("%s: the broken kernel gives %q, found %q", name, d, found.Difference)
		}
	}
}

func TestReadDamaged(t *testing.T) {
	for _, text := range []string{"", "{}", `{"kernel":"Step"}`, `{"kernel":"Exp","operands":[{"name":"dst"},{"name":"dst"}]}`} {
		path := filepath.Join(t.TempDir(), "call.json")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}
