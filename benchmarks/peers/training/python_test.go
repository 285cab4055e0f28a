package main

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

const hello = `{"library": "NumPy", "version": "1.2", "details": "d", "forms": [{"name": "one", "networks": 1}, {"name": "many", "networks": 16}]}`

func TestParseAbout(t *testing.T) {
	want := about{Library: "NumPy", Version: "1.2", Details: "d", Forms: []form{{"one", 1}, {"many", 16}}}
	if got, err := parseAbout([]byte(hello + "\n")); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err := parseAbout([]byte(`{"missing": "torch", "why": "No module named 'torch'"}`))
	if missing := (harness.MissingError{}); !errors.As(err, &missing) || !strings.Contains(err.Error(), "torch is not installed") {
		t.Errorf("a library that is missing: %v", err)
	}
	for _, bad := range []string{
		"", "null", "{}", "hello", hello + hello, strings.Replace(hello, "1.2", "", 1), strings.Replace(hello, "16", "17", 1),
		strings.Replace(hello, "16", "0", 1), strings.Replace(hello, "many", "", 1), strings.Replace(hello, "details", "detail", 1),
	} {
		if got, err := parseAbout([]byte(bad)); err == nil || errors.As(err, new(harness.MissingError)) {
			t.Errorf("%q was read as %+v, error %v", bad, got, err)
		}
	}
}

const answer = `{"form": "pair", "n": 25, "batch": 10, "samples": 10000, "seconds": 0.5, "losses": [1.5, 2e-1]}`

var (
	pair    = form{"pair", 2}
	request = setting{N: 25, Batch: 10, Rate: 1}
)

func TestParseMeasurement(t *testing.T) {
	m, err := parseMeasurement([]byte(answer+"\n"), pair, request)
	if want := (measurement{10000, 0.5, []float64{1.5, 0.2}}); err != nil || !reflect.DeepEqual(m, want) || m.speed() != 20000 {
		t.Errorf("got %+v, %v", m, err)
	}
	for _, change := range [][2]string{
		{"pair", "pear"}, {"25", "50"}, {": 10,", ": 100,"}, {"10000", "0"}, {"10000", "-5"}, {"10000", "1.5"}, {"0.5", "0"}, {"0.5", "-0.5"},
		{"1.5, ", ""}, {"1.5", "NaN"}, {"1.5", "Infinity"}, {"1.5", "1e999"}, {"1.5", "null"}, {"1.5", "-1.5"}, {"seconds", "second"}, {"}", "} {}"}, {"}", ""},
	} {
		bad := strings.Replace(answer, change[0], change[1], 1)
		if m, err := parseMeasurement([]byte(bad), pair, request); err == nil {
			t.Errorf("%s was read as %+v", bad, m)
		}
	}
}

// A measurement that the parser accepts answers the request, and its numbers are finite and positive.
func FuzzParseMeasurement(f *testing.F) {
	f.Add([]byte(answer))
	f.Add([]byte(hello))
	f.Fuzz(func(t *testing.T, line []byte) {
		m, err := parseMeasurement(line, pair, request)
		if err != nil {
			return
		}
		if !(m.speed() > 0) || len(m.Losses) != 2 || math.IsNaN(m.Losses[0]+m.Losses[1]) {
			t.Errorf("%q was read as %+v", line, m)
		}
	})
}

// tinyOptions measure as little as possible.
func tinyOptions(python string) (*options, *bytes.Buffer) {
	var messages bytes.Buffer
	return &options{python: python, sizes: harness.List{3, 8}, batches: harness.List{10, 50}, rounds: 2, atLeast: 1, stdout: &messages, stderr: &messages}, &messages
}

// Every peer installed on this machine reaches lossglass's losses.
func TestPeersAgree(t *testing.T) {
	python := "/usr/bin/python3"
	if testing.Short() {
		python = "none"
	}
	o, messages := tinyOptions(python)
	data := smallData()
	c, skipped, err := o.prepare(t.Context(), data, t.TempDir())
	if err != nil {
		t.Fatalf("%v\n%s", err, messages)
	}
	defer c.close()
	if err := c.run(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, messages)
	}
	for i, r := range c.rows {
		for s, speeds := range c.speeds {
			if len(speeds[i]) != 2 || !(c.median(i, s) > 0) {
				t.Errorf("%s, %+v: speeds %v", r, s, speeds[i])
			}
		}
	}
	text := o.table(c, data, skipped).markdown()
	for _, p := range c.peers[1:] {
		if want := "- " + p.about().Library + ": " + p.about().Version; !strings.Contains(text, want) {
			t.Errorf("the table does not say %q:\n%s", want, text)
		}
	}
	if len(c.peers)+len(skipped) != 4 {
		t.Errorf("%d peers, skipped: %q", len(c.peers), skipped)
	}
	t.Logf("%d forms, largest difference %.1g, skipped: %q", len(c.rows), c.deviation, skipped)
}

// fake returns an interpreter that ignores its script and runs the given shell commands.
func fake(t *testing.T, commands string) string {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	name := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+commands+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// Libraries that are not installed are named and skipped.
func TestMissingIsSkipped(t *testing.T) {
	for python, want := range map[string]string{
		"/nonexistent/python": "no Python at /nonexistent/python",
		fake(t, `echo '{"missing": "torch", "why": "none"}'`): "torch is not installed (none)",
	} {
		o, _ := tinyOptions(python)
		c, skipped, err := o.prepare(t.Context(), smallData(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if err := c.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.close()
		if len(skipped) != 2 || skipped[0] != "NumPy: "+want || skipped[1] != "PyTorch: "+want {
			t.Errorf("%s: skipped %q", python, skipped)
		}
		if text := o.table(c, smallData(), skipped).markdown(); !strings.Contains(text, "- skipped: PyTorch: "+want+"\n") {
			t.Errorf("the header does not say what was skipped:\n%s", text)
		}
	}
}

// A script that fails or that trains something else ends the comparison.
func TestBadPeers(t *testing.T) {
	one := `{"library": "L", "version": "1", "details": "", "forms": [{"name": "one", "networks": 1}]}`
	wrong := `{"form": "one", "n": 3, "batch": 10, "samples": 300, "seconds": 1, "losses": [2.5]}`
	for _, c := range []struct{ commands, want string }{
		{"exit 3", "numpy_peer.py stopped"},
		{"echo Traceback", "Traceback"},
		{"echo '" + one + "'; read request; exit 3", "numpy_peer.py stopped"},
		{"echo '" + one + "'; read request; echo '" + wrong + "'; read request", "not the same training"},
	} {
		o, _ := tinyOptions(fake(t, c.commands))
		comparison, _, err := o.prepare(t.Context(), smallData(), t.TempDir())
		if err == nil {
			err = comparison.run(t.Context())
			comparison.close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.commands, err, c.want)
		}
	}
}
