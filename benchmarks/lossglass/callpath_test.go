package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
	"github.com/lossglass/lossglass/simd/network"
)

// The call paths in benchmarks/README.md are those of the program: from main to
// experiment.Run, as seen by the writer of its messages, and from a worker to a kernel, as
// seen by the kernel.
func TestCallPaths(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		heading string
		args    []string
		kernel  func(t *testing.T) []string
	}{
		{"One minibatch", []string{"mnist", "-preset", "smoke", "-sizes", "2", "-runs", "1", "-data", "builtin"}, minibatchPath},
		{"One energy", []string{"spinglass", "-preset", "smoke", "-sizes", "8"}, energyPath},
	} {
		got := append([]string{"benchmarks/lossglass/main.go  main.main"}, commandPath(t, append(c.args, "-out", filepath.Join(dir, c.args[0])))...)
		got = append(got, c.kernel(t)...)
		for i := range got {
			got[i] = fmt.Sprintf("%2d  %s", i+1, got[i])
		}
		if want := documentedPath(t, c.heading); !slices.Equal(got, want) {
			t.Errorf("%s: the path is\n%s\nbenchmarks/README.md has\n%s", c.heading, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// documentedPath returns the lines of the fenced block below a heading of the README, with
// single columns.
func documentedPath(t *testing.T, heading string) []string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "### "+heading)
	_, block, _ := strings.Cut(section, "```text\n")
	block, _, ok := strings.Cut(block, "```")
	if !ok {
		t.Fatalf("benchmarks/README.md has no call path below %q", heading)
	}
	lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
	for i, line := range lines {
		fields := strings.Fields(line)
		lines[i] = fmt.Sprintf("%2s  %s", fields[0], strings.Join(fields[1:], "  "))
	}
	return lines
}

// commandPath runs a command line and returns the calls from run to experiment.Run.
func commandPath(t *testing.T, args []string) []string {
	t.Helper()
	var path []string
	status := run(context.Background(), args, streams{io.Discard, writerFunc(func(text []byte) {
		if bytes.Contains(text, []byte(": complete, ")) {
			path = callers("main.run", "experiment.Run")
		}
	})})
	if status != 0 || path == nil {
		t.Fatalf("%q: status %d, path %q", args, status, path)
	}
	return path
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func minibatchPath(t *testing.T) []string {
	plan, err := mnist.Preset("smoke")
	if err != nil {
		t.Fatal(err)
	}
	plan.Sizes, plan.Runs, plan.TrainSamples, plan.TestSamples = []int{2}, 1, 0, 0
	set := *simd.Generic()
	record, path := recorder("ImageForward")
	forward := set.Network.ImageForward
	set.Network.ImageForward = func(width int, h, w, b []float32, list []network.Entry, spans []network.Span) {
		record()
		forward(width, h, w, b, list, spans)
	}
	e, err := mnist.New(plan, datasettest.Random(200, 10), &set)
	if err != nil {
		t.Fatal(err)
	}
	runJob(t, e.Job(nil))
	return *path
}

func energyPath(t *testing.T) []string {
	plan, err := spinglass.Preset("smoke", 3, spinglass.GD, []int{8})
	if err != nil {
		t.Fatal(err)
	}
	set := *simd.Generic()
	record, path := recorder("Field")
	field := set.Glass.Field
	set.Glass.Field = func(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64) {
		record()
		field(rows, tiles, depth, first, m, ldm, w, s, g, q)
	}
	e, err := spinglass.New(plan, &set)
	if err != nil {
		t.Fatal(err)
	}
	runJob(t, e.Job(nil))
	return *path
}

func runJob(t *testing.T, job experiment.Job) {
	t.Helper()
	if err := experiment.Run(t.Context(), job, experiment.Options{Dir: t.TempDir(), Workers: 1, Stderr: io.Discard}); err != nil {
		t.Fatal(err)
	}
}

// recorder returns a function for a kernel to call, which records the path to its first
// call: the function that started the worker, the calls from there on, and the kernel.
func recorder(kernel string) (record func(), path *[]string) {
	var once sync.Once
	path = new([]string)
	starter := regexp.MustCompile(`created by \S+/(experiment\.\w+) in goroutine \d+\n\s+\S*/(benchmarks/\S+\.go):`)
	return func() {
		once.Do(func() {
			if m := starter.FindStringSubmatch(string(debug.Stack())); m != nil {
				*path = append(*path, m[2]+"  "+m[1])
			}
			*path = append(*path, callers("experiment.work", "")...)
			*path = append(*path, "simd  "+kernel)
		})
	}, path
}

// sourceFile returns the path of a frame's file in the module, wherever the module is: the
// folder of the function's package, and the name of the file.
func sourceFile(f runtime.Frame) string {
	_, function, _ := strings.Cut(f.Function, "github.com/lossglass/lossglass/")
	slash := strings.LastIndex(function, "/")
	folder := function[:slash+1+strings.Index(function[slash+1:], ".")]
	return folder + "/" + filepath.Base(f.File)
}

// callers returns the calls of this module's functions on the stack, without tests, from
// the function first to the function last or, if that is "", to the innermost, each as its
// file and its name. Calls within kong count as one.
func callers(first, last string) []string {
	pcs := make([]uintptr, 100)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var path []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		name := f.Function[strings.LastIndex(f.Function, "/")+1:]
		switch {
		case strings.Contains(f.Function, "alecthomas/kong."):
			path = append(path, "kong  kong.(*Context).Run")
		case strings.Contains(f.Function, "lossglass/lossglass/") && !strings.HasSuffix(f.File, "_test.go"):
			if strings.HasPrefix(f.Function, "github.com/lossglass/lossglass/benchmarks/lossglass.") {
				name = "main." + strings.TrimPrefix(name, "lossglass.")
			}
			path = append(path, sourceFile(f)+"  "+name)
		}
		if name == last {
			path = path[len(path)-1:]
		}
		if name == first {
			break
		}
	}
	slices.Reverse(path)
	return slices.Compact(path)
}
