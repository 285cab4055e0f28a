package bench

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/core/relunet"
	"github.com/lossglass/lossglass/simd"
)

var core = flag.Int("pin", -1, "core to pin benchmarks to, on Linux (go test ... -args -pin=1)")

// TestMain writes the header before the benchmarks.
func TestMain(m *testing.M) {
	flag.Parse()
	if pattern() != "" {
		if err := introduce(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func introduce() error {
	best := simd.Detect().Name
	settings := []setting{{"peak-isa", best}}
	if *core >= 0 {
		settings = append(settings, setting{"core", strconv.Itoa(*core)})
	}
	return writeHeader(os.Stdout, environment.Here(best, 0), settings)
}

// pattern returns the value of -bench.
func pattern() string { return flag.Lookup("test.bench").Value.String() }

// images are the images that the benchmarks train on and evaluate. Each set is prepared when it
// is first used, because that takes longer than a short benchmark.
type images struct {
	data        *dataset.Data
	train, test func() *relunet.Images
	few         func() *relunet.Images // the first of the test images, for the loss
}

// theImages are MNIST from LOSSGLASS_DATA or the cache, or else the built-in digits.
// Nothing is downloaded. The results that follow the first call name the data; products and spin
// glasses need none.
var theImages = sync.OnceValues(func() (*images, error) {
	data, err := dataset.Load(context.Background(), dataset.Options{
		Dir: os.Getenv("LOSSGLASS_DATA"), Fallback: true, Mirrors: []string{}, Log: os.Stderr,
	})
	if err != nil {
		return nil, err
	}
	return newImages(data), writeSettings(os.Stdout, []setting{{"data", data.Source}, {"data-sha256", data.Digest}})
})

func newImages(data *dataset.Data) *images {
	prepared := func(set dataset.Set) func() *relunet.Images {
		return sync.OnceValue(func() *relunet.Images {
			im, err := relunet.NewImages(set.Pixels, set.Labels, dataset.Size, dataset.Classes)
			if err != nil {
				panic(err) // a dataset.Set is what NewImages asks for
			}
			return im
		})
	}
	return &images{data, prepared(data.Train), prepared(data.Test), prepared(data.Test.Head(min(1000, data.Test.Len())))}
}

// nonzero counts the nonzero pixels of the given training images.
func (im *images) nonzero(order []int32) int {
	count := 0
	for _, i := range order {
		count += nonzero(im.data.Train.Pixels[int(i)*dataset.Size:][:dataset.Size])
	}
	return count
}

func nonzero(pixels []float32) int {
	count := 0
	for _, x := range pixels {
		if x != 0 {
			count++
		}
	}
	return count
}

// sizes returns the experiment's sizes and those that -bench names.
func sizes() []int { return withNamed("n", 25, 50, 100, 250, 500) }

// networks returns the widths of the hidden layers of the networks to train: one layer
// of each size, and one network with two hidden layers.
func networks() [][]int {
	var all [][]int
	for _, n := range sizes() {
		all = append(all, []int{n})
	}
	return append(all, []int{50, 50})
}

// minibatches returns the default minibatch sizes and those that -bench names.
func minibatches() []int { return withNamed("batch", 1, 10, 100) }

// withNamed returns the values and those that -bench names for the key, sorted.
func withNamed(key string, values ...int) []int {
	for _, match := range regexp.MustCompile(`\b`+key+`=(\d+)`).FindAllStringSubmatch(pattern(), -1) {
		if v, err := strconv.Atoi(match[1]); err == nil && v > 0 {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// kernelsFor returns the kernel sets to measure with a network and minibatch. The
// portable kernels, about a hundred times slower, are measured at one size only
// unless -bench names them.
func kernelsFor(hidden []int, batch int) []*simd.Set {
	return slices.DeleteFunc(simd.Available(), func(k *simd.Set) bool {
		once := len(hidden) == 1 && hidden[0] <= 25 && batch == 100
		return k.Name == simd.Generic().Name && !once && !strings.Contains(pattern(), k.Name)
	})
}
