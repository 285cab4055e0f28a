package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/gemmpeer"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
	"github.com/lossglass/lossglass/simd"
)

// Our kernels and gonum agree. Libraries that are not installed are named.
func TestComparison(t *testing.T) {
	var out, messages bytes.Buffer
	o := options{
		command: "bin/peers-matmul", libraries: t.TempDir(), shapes: shapes{{3, 4, 5}, {33, 40, 17}}, rounds: 2, atLeast: 1,
		out: t.TempDir(), stdout: &out, stderr: &messages,
	}
	if err := o.run(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, &messages)
	}
	text := out.String()
	for _, want := range []string{
		"- command: bin/peers-matmul\n", "- gonum: v", "- not installed: openblas (no ", "Debian's libopenblas-dev)", "- not installed: libxsmm (", "- not installed: onednn (",
		"\n## float32\n", "\n## float64\n", "\n| 33x40x17 | ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	files, err := filepath.Glob(filepath.Join(o.out, "matmul-*.md"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, %v", files, err)
	}
	if written, err := os.ReadFile(files[0]); err != nil || string(written) != text {
		t.Errorf("the file says\n%s, %v", written, err)
	}
}

// scripted returns a peer that claims to be faster with each answer, and whose products
// are those of the first peer, in float32 with off added to the last element.
func scripted(name string, off float64, log *[]string) *peer {
	mine := lossglass(simd.Generic())
	asked := 0
	return &peer{
		library: name, name: name, types: types, close: func() {},
		ask: func(ctx context.Context, r gemmpeer.Request) (gemmpeer.Answer, error) {
			asked++
			*log = append(*log, name)
			if _, err := mine.ask(ctx, r); err != nil {
				return gemmpeer.Answer{}, err
			}
			if r.Result != "" && r.Type == "float32" && off != 0 {
				c, err := gemmpeer.Read[float32](r.Result, r.M*r.N)
				if err != nil {
					return gemmpeer.Answer{}, err
				}
				c[len(c)-1] += float32(off)
				var b bytes.Buffer
				for _, x := range c {
					u := math.Float32bits(x)
					b.Write([]byte{byte(u), byte(u >> 8), byte(u >> 16), byte(u >> 24)})
				}
				if err := os.WriteFile(r.Result, b.Bytes(), 0o600); err != nil {
					return gemmpeer.Answer{}, err
				}
			}
			return gemmpeer.Answer{Products: asked, Seconds: 1}, nil
		},
	}
}

func scriptedComparison(t *testing.T, off float64) (*comparison, *[]string) {
	log := new([]string)
	return &comparison{
		peers: []*peer{scripted("a", 0, log), scripted("b", off, log)}, shapes: []shape{{2, 3, 16}}, rounds: 3, dir: t.TempDir(), messages: io.Discard,
	}, log
}

// Each round measures each peer once in each type; medians and ratios are taken over the rounds.
func TestRounds(t *testing.T) {
	c, log := scriptedComparison(t, 1e-8)
	if err := c.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := setting{"float32", c.shapes[0]}
	for i := 0; i < len(*log); i += 2 {
		pair := slices.Sorted(slices.Values((*log)[i : i+2]))
		if !slices.Equal(pair, []string{"a", "b"}) {
			t.Errorf("measured %v", *log)
		}
	}
	// Asked in the types in turn: 1, 3 and 5 products a second in float32.
	if want := 2 * s.work() * 3; c.speed(0, s) != want || c.part(1, s, c.speeds[s][0]) != 1 {
		t.Errorf("median %v, want %v; part %v", c.speed(0, s), want, c.part(1, s, c.speeds[s][0]))
	}
	if len(c.peaks[s]) != 3 || !(c.used < 1) {
		t.Errorf("%d peaks, %v of the allowed error", len(c.peaks[s]), c.used)
	}
}

// A difference that rounding does not explain ends the comparison.
func TestWrongProducts(t *testing.T) {
	for _, off := range []float64{1e-3, -1e-3, math.NaN(), math.Inf(1)} {
		c, _ := scriptedComparison(t, off)
		if err := c.run(t.Context()); err == nil || !strings.Contains(err.Error(), "float32 2x3x16: b: element 1, 2 of the product") {
			t.Errorf("an error of %v: %v", off, err)
		}
	}
}

// A slow peer multiplies large matrices once.
func TestSlowPeers(t *testing.T) {
	c, log := scriptedComparison(t, 0)
	c.peers = append(c.peers, &peer{name: "slow", types: types[:1], slow: true, close: func() {}, ask: func(ctx context.Context, r gemmpeer.Request) (gemmpeer.Answer, error) {
		*log = append(*log, "slow")
		return c.peers[0].ask(ctx, r)
	}})
	large := setting{"float32", shape{slowWork + 1, 1, 1}}
	c.speeds, c.peaks = map[setting][][]float64{large: make([][]float64, 3)}, map[setting][]float64{}
	if err := c.measurePeer(t.Context(), 2, 1, large); err != nil || len(*log) != 0 || !c.cut {
		t.Errorf("in the second round: %v, asked %v", err, *log)
	}
	if v := c.speed(2, large); !math.IsNaN(v) || short(v) != "-" {
		t.Errorf("no speed is %v, %q", v, short(v))
	}
}

func TestTable(t *testing.T) {
	s := setting{"float32", shape{1, 2, 3}}
	d := setting{"float64", shape{1, 2, 3}}
	c := &comparison{
		peers: []*peer{{name: "a"}, {name: "b"}}, shapes: []shape{{1, 2, 3}},
		speeds: map[setting][][]float64{s: {{50e9, 40e9, 10e9}, {25e9, 10e9, 10e9}}, d: {{20e9}, nil}},
		peaks:  map[setting][]float64{s: {100e9, 100e9, 40e9}, d: {40e9}},
	}
	want := introduction + `- command: c

## float32

GFLOP/s:

| M x N x K | a | b | peak |
|---|---:|---:|---:|
| 1x2x3 | 40.0 | 10.0 | 100 |

Percent of the peak in the same rounds:

| M x N x K | a | b | peak |
|---|---:|---:|---:|
| 1x2x3 | 40.0 | 25.0 | 100 |

How many times as fast the first column is, in the same rounds:

| M x N x K | a | b | peak |
|---|---:|---:|---:|
| 1x2x3 | 1.00 | 2.00 | 100 |

## float64

GFLOP/s:

| M x N x K | a | b | peak |
|---|---:|---:|---:|
| 1x2x3 | 20.0 | - | 40.0 |
`
	got := table{c, []environment.Fact{{"command", "c"}}}.markdown()
	if !strings.HasPrefix(got, want) {
		t.Errorf("got:\n%s\nwant it to begin with:\n%s", got, want)
	}
}

// program writes a program that runs commands of the shell.
func program(t *testing.T, dir, name, commands string) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+commands+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// A library's program is found, limited to one thread, and asked. A second environment
// that changes nothing adds no peer.
func TestFindPeers(t *testing.T) {
	dir := t.TempDir()
	program(t, dir, "openblas", `echo '{"library": "OpenBLAS", "version": "9", "details": "kernels '$OMP_NUM_THREADS$OPENBLAS_NUM_THREADS'", "types": ["float32"]}'
read request; echo '{"products": 3, "seconds": 2}'; read request; echo '{"error": "no memory"}'; read request; echo '{"products": 0, "seconds": 1}'`)
	peers, missing, err := findPeers(t.Context(), dir, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	own := len(harness.Native()) + 1
	if len(peers) != own+1 || len(missing) != 2 || !strings.HasPrefix(missing[0], "libxsmm") {
		t.Fatalf("%d peers, missing: %q", len(peers), missing)
	}
	p := peers[own]
	defer p.close()
	if p.library != "OpenBLAS" || p.version != "9, kernels 11" || !slices.Equal(p.types, []string{"float32"}) {
		t.Errorf("%+v", p)
	}
	for _, want := range []string{"", "no memory", "has no speed", "stopped"} {
		a, err := p.ask(t.Context(), gemmpeer.Request{})
		if got := fmt.Sprint(err); (err != nil) != (want != "") || !strings.Contains(got, want) && want != "" {
			t.Errorf("%+v, %v; want an error with %q", a, err, want)
		}
	}
}

// A program that does not describe itself ends the comparison.
func TestBadProgram(t *testing.T) {
	for commands, want := range map[string]string{
		"exit 3":                   "stopped",
		"echo hello":               "hello",
		`echo '{"library": "L"}'`:  "does not say",
		`echo '{"libary": "typ"}'`: "libary",
	} {
		dir := t.TempDir()
		program(t, dir, "libxsmm", commands)
		_, _, err := findPeers(t.Context(), dir, io.Discard)
		if err == nil || errors.As(err, new(harness.MissingError)) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", commands, err, want)
		}
	}
}

func TestShapes(t *testing.T) {
	var s shapes
	if err := s.Set("1x2x3,40x50x60"); err != nil || s.String() != "1x2x3,40x50x60" {
		t.Errorf("%v, %v", s, err)
	}
	for _, bad := range []string{"", "1x2", "1x2x3x4", "0x1x1", "1x-2x3", "1x2x3,", "ax2x3", "1x2x3 4x5x6"} {
		if err := s.Set(bad); err == nil {
			t.Errorf("%q was read as %v", bad, s)
		}
	}
}

func TestMisuse(t *testing.T) {
	good := options{rounds: 1, atLeast: time.Millisecond}
	if err := good.checkFlags(nil); err != nil {
		t.Error(err)
	}
	for want, o := range map[string]options{"-rounds 0": {atLeast: 1}, "-time 0s": {rounds: 1}} {
		if err := o.checkFlags(nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	if err := good.checkFlags([]string{"x"}); err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf("an argument: error %v", err)
	}
}
