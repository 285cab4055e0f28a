//go:build race

package simd_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/lossglass/lossglass/props/law"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/access"
	"github.com/lossglass/lossglass/simd/kerneltest"
)

// seeding is set in the process that races on purpose.
const seeding = "LOSSGLASS_SEED_RACES"

// The race detector reports a race on every operand of every kernel, and none on the gaps
// in operands. The races are in another process, because each race that is reported fails
// its test.
func TestRacesAreSeen(t *testing.T) {
	if os.Getenv(seeding) != "" {
		seedRaces()
		return
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestRacesAreSeen$")
	child.Env = append(os.Environ(), seeding+"=1", "GORACE=suppress_equal_stacks=0 log_path="+filepath.Join(t.TempDir(), "races"))
	out, err := child.Output()
	if err == nil {
		t.Error("the races have not failed the test of the other process")
	}
	if !bytes.Contains(out, []byte("races seeded")) || bytes.Contains(out, []byte("WRONG")) {
		t.Errorf("%s\n%v", out, err)
	}
}

// seedRaces races with each kernel on elements of each operand and on gaps in it, and
// prints WRONG where the detector reports a race on a gap or none on an operand.
func seedRaces() {
	seeds := 12
	if testing.Short() {
		seeds = 6
	}
	for _, set := range simd.Available() {
		for _, kernel := range kerneltest.Kernels(set) {
			var seen, there [8]bool
			name := fmt.Sprintf("%s.%s", set.Name, kernel.Name)
			for seed := range seeds {
				call := rapid.Custom(func(t *rapid.T) kerneltest.Call { return kerneltest.Draw(t, set, kernel) }).Example(seed)
				for i := range call.Operands {
					there[i] = true
					used, padding := probes(call.Operands[i])
					for _, at := range used {
						seen[i] = seen[i] || raced(call, kernel, i, at)
					}
					for _, at := range padding {
						if raced(call, kernel, i, at) {
							fmt.Printf("WRONG: %s: a race is reported on a gap in %s\ncase: %v\n", name, call.Operands[i].Name(), call)
						}
					}
				}
			}
			for i := range there {
				if there[i] && !seen[i] {
					fmt.Printf("WRONG: %s: no race is reported on operand %d\n", name, i)
				}
			}
		}
	}
	fmt.Println("races seeded")
}

// probes returns the first and the last element of an operand that the call accesses, and
// the first and the last that it does not.
func probes(o law.Operand) (used, padding []int) {
	for i := range o.Len() {
		list := &padding
		if o.Used(i) {
			list = &used
		}
		if *list = append(*list, i); len(*list) > 2 {
			*list = append((*list)[:1], i)
		}
	}
	return used, padding
}

// raced calls the kernel while another goroutine writes to one element, and reports
// whether the detector reported a race.
func raced(call kerneltest.Call, kernel access.Kernel, operand, at int) bool {
	args := call.Args()
	words := len(args[operand]) / call.Operands[operand].Len()
	before := runtime.RaceErrors()
	var done sync.WaitGroup
	done.Go(func() { call.Call(kernel.Func(), args) })
	done.Go(func() {
		x := &args[operand][at*words]
		*x = sink | *x
	})
	done.Wait()
	return runtime.RaceErrors() > before
}

// sink is zero. It is a variable so that the compiler keeps the write.
var sink uint32
