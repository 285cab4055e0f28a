package vectors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The default set is the one whose digest is committed: a change of the vectors is a
// commit of its own that changes Version and the digest.
func TestCommittedDigest(t *testing.T) {
	committed, err := os.ReadFile("../../results/digests.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := Digest(defaultSet(t)[SumsName]); !strings.Contains(string(committed), "\nvectors/"+Version+" - "+got+"\n") {
		t.Errorf("the default set has the digest %s, and results/digests.txt has not its line, vectors/%s - DIGEST", got, Version)
	}
}

// Every file follows the schema, and changed ones do not.
func TestSchema(t *testing.T) {
	parse := func(content []byte) any {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(SchemaName, parse(Schema)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(SchemaName)
	if err != nil {
		t.Fatal(err)
	}
	files := defaultSet(t)
	for _, name := range Operations() {
		content := files[name+".json"]
		if err := schema.Validate(parse(content)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, change := range [][2]string{
			{`"input": {`, `"input": {"more": 1, `}, {`"result": "`, `"result": "1.5 `}, {`"lower": "`, `"lower": "0x1p+00  `},
			{`"upper"`, `"above"`}, {`"tcId": 1,`, `"tcId": "1",`}, {`"operation": "`, `"operation": "x`},
		} {
			changed := bytes.Replace(content, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(changed, content) || schema.Validate(parse(changed)) == nil {
				t.Errorf("%s: with %s in place of %s, it is valid", name, change[1], change[0])
			}
		}
	}
}

// Every flag of the default set is explained in its file, and every explanation is used.
func TestNotes(t *testing.T) {
	used := map[string]bool{}
	files := defaultSet(t)
	for _, name := range Operations() {
		var doc struct{ Notes map[string]string }
		if err := json.Unmarshal(files[name+".json"], &doc); err != nil {
			t.Fatal(err)
		}
		for _, test := range userTests(t, files[name+".json"]) {
			for _, flag := range test.Flags {
				used[flag] = true
				if doc.Notes[flag] == "" {
					t.Errorf("%s has no note on the flag %s", name, flag)
				}
			}
		}
	}
	for flag := range notes {
		if !used[flag] {
			t.Errorf("no test has the flag %s", flag)
		}
	}
}

// The tests of an operation depend neither on the other operations nor on the number of
// tests, and another seed gives others.
func TestOptions(t *testing.T) {
	whole := defaultSet(t)
	generate := func(o Options) []byte {
		files, err := Generate(t.Context(), o)
		if err != nil || len(files) != 3 || files[1].Name != "gemm32.json" {
			t.Fatalf("%d files, %v", len(files), err)
		}
		return files[1].Content
	}
	o := Default()
	o.Only = []string{"gemm32"}
	if !bytes.Equal(generate(o), whole["gemm32.json"]) {
		t.Error("alone, gemm32 has other tests")
	}
	o.Cases = 3
	few := userTests(t, generate(o))
	all := userTests(t, whole["gemm32.json"])
	if len(few) != 3 || string(few[2].Input) != string(all[2].Input) {
		t.Error("the first tests are others if there are fewer")
	}
	o.Seed++
	if other := userTests(t, generate(o)); string(other[0].Input) == string(few[0].Input) {
		t.Error("another seed gives the same tests")
	}
}

func TestErrors(t *testing.T) {
	for want, o := range map[string]Options{
		"0 cases: 1 to":      {},
		"10001 cases: 1 to":  {Cases: MostCases + 1},
		`no operation "sum"`: {Cases: 1, Only: []string{"exp", "sum"}},
	} {
		if _, err := Generate(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", o, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Generate(ctx, Default()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Files of a set are recognised, and no others.
func TestWritten(t *testing.T) {
	for name, content := range defaultSet(t) {
		if !Written(name, content) {
			t.Errorf("%s is not recognised", name)
		}
		for _, other := range []string{"", "{}\n", "{\n  \"generator\": \"another\"\n}\n", "0123  plan.json\n0123  runs.jsonl\n"} {
			if Written(name, []byte(other)) {
				t.Errorf("%q is taken for a %s", other, name)
			}
		}
	}
}

// The ends of an interval are the outermost numbers inside of it.
func TestBetween(t *testing.T) {
	for _, c := range []struct {
		mid, rad     float64
		lower, upper float32
	}{
		{1, 0, 1, 1},
		{1, 0x1p-24, 1 - 0x1p-24, 1},
		{1, 0x1p-23, 1 - 0x1p-23, 1 + 0x1p-23},
		{1 + 0x1p-40, 0x1p-23, 1 - 0x1p-24 - 0x1p-24 + 0x1p-24, 1 + 0x1p-23},
		{0, 0x1p-150, 0, 0},
		{0, 0x1.8p-149, -0x1p-149, 0x1p-149},
		{math.MaxFloat32, 0x1p100, math.MaxFloat32, math.MaxFloat32},
	} {
		lower, upper := between[float32](ball{big.NewFloat(c.mid), big.NewFloat(c.rad)})
		if lower != c.lower || upper != c.upper {
			t.Errorf("%v ± %v: from %x to %x, want %x and %x", c.mid, c.rad, lower, upper, c.lower, c.upper)
		}
	}
}
