package experiment_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/dataset/datasettest"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/experiment"
	"github.com/lossglass/lossglass/benchmarks/experiment/mnist"
	"github.com/lossglass/lossglass/benchmarks/experiment/spinglass"
	"github.com/lossglass/lossglass/simd"
)

// An experimentKind is one of the experiments, small, and how its directories are read.
type experimentKind struct {
	name string
	job  func() experiment.Job
	read func(dir string) (contents, error)
}

// contents are all that a report reads of a directory.
type contents struct {
	runs, points []string // as text, since losses may be NaN
	complete     bool
	notes        []string
}

var experimentKinds = []experimentKind{
	{"mnist", mnistJob, func(dir string) (contents, error) { return readAll(dir, mnist.ReadRuns, mnist.ReadCurves) }},
	{"spinglass", spinglassJob, func(dir string) (contents, error) {
		return readAll(dir, spinglass.ReadRuns, spinglass.ReadTrajectories)
	}},
}

func readAll[P, R, T any](dir string, runs func(string) (*experiment.Runs[P, R], error), points func(string) ([]T, error)) (contents, error) {
	r, err := runs(dir)
	if err != nil {
		return contents{}, err
	}
	p, err := points(dir)
	if err != nil {
		return contents{}, err
	}
	experiment.ReadEnvironments(dir) // cannot fail
	return contents{texts(r.Runs), texts(p), r.Complete, r.Notes}, nil
}

func texts[T any](values []T) []string {
	all := make([]string, len(values))
	for i, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // it was read from JSON
		}
		all[i] = string(text)
	}
	return all
}

func mnistJob() experiment.Job {
	plan, err := mnist.Preset("smoke")
	if err != nil {
		panic(err)
	}
	plan.Sizes, plan.Runs, plan.Epochs, plan.Batch = []int{2, 3}, 18, 2, 10
	plan.TrainSamples, plan.TestSamples = 0, 0
	e, err := mnist.New(plan, datasettest.Random(30, 20), simd.Generic())
	if err == nil {
		e, err = e.WithCurves(1)
	}
	if err != nil {
		panic(err)
	}
	return e.Job(environment.Here("generic", 1))
}

func spinglassJob() experiment.Job {
	plan, err := spinglass.Preset("smoke", 3, spinglass.GD, []int{4, 5})
	if err != nil {
		panic(err)
	}
	plan.Starts, plan.MaxSteps, plan.Settle = 3, 40, 0
	e, err := spinglass.New(plan, simd.Generic())
	if err == nil {
		e, err = e.WithTrajectories([]int{0, 5, 20})
	}
	if err != nil {
		panic(err)
	}
	return e.Job(environment.Here("generic", 1))
}

// A state is what a directory can be in.
type state struct {
	name    string
	prepare func(t *testing.T, job experiment.Job) (dir string)
}

var states = []state{
	{"finished", func(t *testing.T, job experiment.Job) string {
		dir := t.TempDir()
		compute(t, job, dir)
		return dir
	}},
	{"unfinished", func(t *testing.T, job experiment.Job) string {
		dir := t.TempDir()
		last := len(job.Units) - 1
		job.Units = slices.Clone(job.Units)
		job.Units[last].Run, job.Units[last].Cost = (&fake{fail: "unit 0"}).unit(0).Run, 0
		if err := experiment.Run(t.Context(), job, options(dir, 1, io.Discard)); err == nil {
			t.Fatal("no error")
		}
		return dir
	}},
	{"archived", func(t *testing.T, job experiment.Job) string {
		dir, archive := t.TempDir(), t.TempDir()
		compute(t, job, dir)
		if err := experiment.Archive(dir, archive); err != nil {
			t.Fatal(err)
		}
		return archive
	}},
}

func compute(t *testing.T, job experiment.Job, dir string) string {
	t.Helper()
	var said bytes.Buffer
	if err := experiment.Run(t.Context(), job, options(dir, 2, &said)); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	return said.String()
}

// damages return damaged forms of a file.
func damages() map[string]func([]byte) []byte {
	all := map[string]func([]byte) []byte{
		"cut to nothing":      func([]byte) []byte { return nil },
		"cut in a line":       func(raw []byte) []byte { return raw[:2*len(raw)/3] },
		"last byte cut":       func(raw []byte) []byte { return raw[:max(0, len(raw)-1)] },
		"last line cut":       func(raw []byte) []byte { return raw[:lastLine(raw)] },
		"first line cut":      func(raw []byte) []byte { return raw[bytes.IndexByte(raw, '\n')+1:] },
		"line appended":       func(raw []byte) []byte { return append(bytes.Clone(raw), "damage\n"...) },
		"last line repeated":  func(raw []byte) []byte { return append(bytes.Clone(raw), raw[lastLine(raw):]...) },
		"zeros":               func(raw []byte) []byte { return make([]byte, len(raw)) },
		"zeros in the middle": func(raw []byte) []byte { return fill(raw, len(raw)/3, len(raw)/2) },
		"zeros at the end":    func(raw []byte) []byte { return fill(raw, len(raw)*3/4, len(raw)) },
		"zeros appended":      func(raw []byte) []byte { return append(bytes.Clone(raw), make([]byte, 100)...) },
		"numbers scaled":      scaleNumbers,
		"lines reversed":      reverseLines,
	}
	for i := range 5 {
		all[fmt.Sprintf("bit flipped at %d/4", i)] = func(raw []byte) []byte {
			damaged := bytes.Clone(raw)
			if len(raw) > 0 {
				damaged[min(i*len(raw)/4, len(raw)-1)] ^= 1 << i
			}
			return damaged
		}
	}
	return all
}

func lastLine(raw []byte) int {
	return bytes.LastIndexByte(bytes.TrimSuffix(raw, []byte{'\n'}), '\n') + 1
}

func fill(raw []byte, from, to int) []byte {
	damaged := bytes.Clone(raw)
	clear(damaged[from:to])
	return damaged
}

// scaleNumbers multiplies all decimal fractions by 1.15.
func scaleNumbers(raw []byte) []byte {
	return regexp.MustCompile(`[0-9]+\.[0-9]+`).ReplaceAllFunc(raw, func(digits []byte) []byte {
		x, err := strconv.ParseFloat(string(digits), 64)
		if err != nil {
			panic(err)
		}
		return strconv.AppendFloat(nil, 1.15*x, 'g', -1, 64)
	})
}

func reverseLines(raw []byte) []byte {
	lines := bytes.SplitAfter(raw, []byte{'\n'})
	slices.Reverse(lines)
	return bytes.Join(lines, nil)
}

// Every damage of every file of an experiment, whatever its state, is noticed by reading
// it, with the name of the file, or changes nothing that is read. In any case the command
// that computed the directory repairs it: the directory then has the same bytes as ever.
func TestDamage(t *testing.T) {
	for _, kind := range experimentKinds {
		for _, state := range states {
			t.Run(kind.name+"/"+state.name, func(t *testing.T) { testDamage(t, kind, state) })
		}
	}
}

func testDamage(t *testing.T, kind experimentKind, state state) {
	job := kind.job()
	finished := t.TempDir()
	compute(t, job, finished)
	complete := mustRead(t, kind, finished)
	if len(complete.runs) != job.Runs || len(complete.points) == 0 || !complete.complete {
		t.Fatalf("%d runs, %d points, complete: %v", len(complete.runs), len(complete.points), complete.complete)
	}
	original := state.prepare(t, job)
	intact := mustRead(t, kind, original)
	for _, name := range files(t, original) {
		for damage, change := range damages() {
			content := read(t, original, name)
			damaged := change(content)
			if bytes.Equal(content, damaged) || testing.Short() && len(damage)%3 > 0 {
				continue
			}
			t.Run(name+"/"+damage, func(t *testing.T) {
				t.Parallel()
				dir := copyOf(t, original)
				write(t, dir, name, damaged)
				atLineEnd := strings.HasSuffix(damage, "line cut") || damage == "cut to nothing"
				wantNoticed(t, kind, dir, name, intact, atLineEnd)
				wantRepaired(t, kind, dir, finished, compute(t, job, dir))
			})
		}
		t.Run(name+"/removed", func(t *testing.T) {
			t.Parallel()
			dir := copyOf(t, original)
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if got, err := kind.read(dir); err == nil && !isSubset(got, intact) {
				t.Errorf("read as %+v", got)
			}
			wantRepaired(t, kind, dir, finished, compute(t, job, dir))
		})
	}
}

func mustRead(t *testing.T, kind experimentKind, dir string) contents {
	t.Helper()
	c, err := kind.read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.notes) > 0 {
		t.Fatalf("notes %q", c.notes)
	}
	return c
}

// wantNoticed checks that a damaged file is named by reading the directory, or that
// nothing read depends on it. Units whose lines are cut off a journal are not missed.
func wantNoticed(t *testing.T, kind experimentKind, dir, name string, intact contents, atLineEnd bool) {
	t.Helper()
	got, err := kind.read(dir)
	if err != nil {
		var damage *experiment.DamageError
		if !errors.As(err, &damage) || !strings.Contains(err.Error(), filepath.Join(dir, name)) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v", err)
		}
		return
	}
	if !isSubset(got, intact) {
		t.Errorf("read as %+v, want %+v", got, intact)
	}
	isNoted := slices.ContainsFunc(got.notes, func(note string) bool { return strings.Contains(note, name) })
	if len(got.runs) < len(intact.runs) && !isNoted && !(name == "journal.jsonl" && atLineEnd) {
		t.Errorf("only %d runs, notes %q", len(got.runs), got.notes)
	}
}

// isSubset reports whether got has nothing that intact does not have.
func isSubset(got, intact contents) bool {
	return !slices.ContainsFunc(got.runs, func(r string) bool { return !slices.Contains(intact.runs, r) }) &&
		(len(got.points) == 0 || reflect.DeepEqual(got.points, intact.points)) && (!got.complete || len(got.runs) == len(intact.runs))
}

// wantRepaired checks that a directory, after the command said something, has the same
// results as the finished one.
func wantRepaired(t *testing.T, kind experimentKind, dir, finished, said string) {
	t.Helper()
	got, err := kind.read(dir)
	if err != nil {
		t.Fatalf("not repaired: %v\n%s", err, said)
	}
	if want := mustRead(t, kind, finished); !reflect.DeepEqual(got, want) {
		t.Errorf("repaired to %+v, want %+v\n%s", got, want, said)
	}
	for _, name := range []string{"plan.json", "SHA256SUMS"} {
		if !bytes.Equal(read(t, dir, name), read(t, finished, name)) {
			t.Errorf("%s is not as it was", name)
		}
	}
}

// files returns the names of the files of a directory and its subdirectories.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.FromSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}
