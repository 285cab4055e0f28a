// Package vectors writes test vectors of the operations that package reference defines,
// in the manner of Project Wycheproof: JSON files that a program in any language can hold
// its own kernels to. Each test has operands, the bits of the defined result, and the
// interval within which every implementation with another order of summation must be.
//
// It is not a test harness: package law draws many more cases and shrinks them, but only
// for implementations that a Go program can call. README.md describes the format, and
// run_numpy.py shows a user of it.
//
// The files depend on [Options] and [Version] alone, and are the same bytes on every
// machine: all arithmetic is that of package reference or of math/big.
package vectors

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
)

// Version is that of the generator. It changes whenever the same options give other files.
const Version = "1"

// Generator is the value of the field "generator" of every file of tests, which is its
// first field.
const Generator = "lossglass vectors"

// Names of the files beside those of the operations.
const (
	SchemaName = "schema.json"
	SumsName   = "SHA256SUMS" // for sha256sum -c
)

// Schema is the JSON schema (draft 2020-12) of the files of tests.
//
//go:embed schema.json
var Schema []byte

// Options choose the tests.
type Options struct {
	Seed  uint64   // of the drawn operands
	Cases int      // tests of each operation, 1 to MostCases
	Only  []string // operations, as Operations names them; all if it is empty
}

// Default returns the options of the default set, whose digest is committed in
// results/digests.txt.
func Default() Options { return Options{Seed: 1, Cases: 40} }

// MostCases limits the memory that the files take.
const MostCases = 10000

// Check returns an error for a number of cases out of range and for unknown operations.
func (o Options) Check() error {
	if o.Cases < 1 || o.Cases > MostCases {
		return fmt.Errorf("%d cases: 1 to %d are possible", o.Cases, MostCases)
	}
	for _, name := range o.Only {
		if !slices.Contains(Operations(), name) {
			return fmt.Errorf("no operation %q: there are %s", name, strings.Join(Operations(), ", "))
		}
	}
	return nil
}

// A File is a file to write.
type File struct {
	Name    string
	Content []byte
}

// An operation draws tests of one operation.
type operation struct {
	name       string
	definition []string // what result is
	bound      []string // what lower and upper are
	draw       func(d *drawer, i int) test
}

func operations() []operation {
	return slices.Concat(products[float32]("32"), products[float64]("64"), elementwise(), networks(), spinGlass())
}

// Operations returns the names of the operations, in the order of their files.
func Operations() []string {
	var names []string
	for _, o := range operations() {
		names = append(names, o.name)
	}
	return names
}

// Generate returns the files of the chosen operations, the schema, and the digests of all
// of these, in the order in which they are to be written. Options that Check refuses are
// an error; so is the end of the context.
func Generate(ctx context.Context, o Options) ([]File, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	files := []File{{SchemaName, Schema}}
	for _, op := range operations() {
		if len(o.Only) > 0 && !slices.Contains(o.Only, op.name) {
			continue
		}
		content, err := op.file(ctx, o)
		if err != nil {
			return nil, err
		}
		files = append(files, File{op.name + ".json", content})
	}
	var sums strings.Builder
	for _, f := range files {
		fmt.Fprintf(&sums, "%s  %s\n", Digest(f.Content), f.Name)
	}
	return append(files, File{SumsName, []byte(sums.String())}), nil
}

// Digest returns the SHA-256 of a file in hexadecimal. That of SHA256SUMS is the digest of
// a whole set.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// A document is a file of tests.
type document struct {
	Generator        string            `json:"generator"`
	GeneratorVersion string            `json:"generatorVersion"`
	Schema           string            `json:"schema"`
	Operation        string            `json:"operation"`
	Seed             uint64            `json:"seed"`
	NumberOfTests    int               `json:"numberOfTests"`
	Definition       []string          `json:"definition"`
	Bound            []string          `json:"bound"`
	Notes            map[string]string `json:"notes"`
	Tests            []test            `json:"tests"`
}

// A test is one call.
type test struct {
	ID       int               `json:"tcId"`
	Comment  string            `json:"comment"`
	Flags    []string          `json:"flags"`
	Offsets  map[string]int    `json:"offsets,omitempty"`
	Input    any               `json:"input"`
	Expected map[string]output `json:"expected"`
}

// An output is what one of the results of a call must be.
type output struct {
	Result numbers `json:"result"`
	Lower  numbers `json:"lower"`
	Upper  numbers `json:"upper"`
}

func (op operation) file(ctx context.Context, o Options) ([]byte, error) {
	doc := document{Generator: Generator, GeneratorVersion: Version, Schema: SchemaName, Operation: op.name, Seed: o.Seed,
		NumberOfTests: o.Cases, Definition: op.definition, Bound: op.bound, Notes: map[string]string{}}
	for i := range o.Cases {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := op.draw(newDrawer(o.Seed, op.name, i), i)
		t.ID = i + 1
		slices.Sort(t.Flags)
		t.Flags = slices.Compact(t.Flags)
		for _, flag := range t.Flags {
			doc.Notes[flag] = note(flag)
		}
		doc.Tests = append(doc.Tests, t)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(doc)
	return b.Bytes(), err
}

// A drawer draws the operands of one test, which depend on nothing but the seed, the
// operation and the number of the test.
type drawer struct{ source *rand.PCG }

func newDrawer(seed uint64, operation string, i int) *drawer {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", operation, i)
	return &drawer{rand.NewPCG(seed, h.Sum64())}
}

// seed returns a seed for a pattern of package gen.
func (d *drawer) seed() uint64 { return d.source.Uint64() }

// below returns a number from 0 to n-1.
func (d *drawer) below(n int) int { return int(d.source.Uint64() % uint64(n)) }

// one returns one of the values.
func one[T any](d *drawer, values ...T) T { return values[d.below(len(values))] }

// Written reports whether the content is that of a file of this name that some version of
// this package returned: for programs that replace an earlier set, and nothing else.
func Written(name string, content []byte) bool {
	switch name {
	case SchemaName:
		return bytes.Contains(content, []byte(`"title": "Test vectors written by `+Generator+`"`))
	case SumsName:
		for line := range strings.Lines(string(content)) {
			_, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
			if operation, isJSON := strings.CutSuffix(file, ".json"); !ok || !isJSON || file != SchemaName && !slices.Contains(Operations(), operation) {
				return false
			}
		}
		return len(content) > 0
	}
	return bytes.HasPrefix(content, []byte("{\n  \"generator\": \""+Generator+"\""))
}
