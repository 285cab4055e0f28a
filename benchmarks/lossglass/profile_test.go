package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/profile"
	"github.com/lossglass/lossglass/benchmarks/profile/profiletest"
	"github.com/lossglass/lossglass/benchmarks/profile/show"
)

// stored writes the profile of profiletest, changed, into a file.
func stored(t *testing.T, change func(p *profile.Profile)) (path string) {
	t.Helper()
	p := profiletest.Zen3(t)
	change(p)
	path = filepath.Join(t.TempDir(), profile.Name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := p.Write(f); err != nil {
		t.Fatal(err)
	}
	return path
}

func asIs(*profile.Profile) {}

// A stored profile is shown as text and as JSON, and two beside each other.
func TestProfileShowsFiles(t *testing.T) {
	here, other := stored(t, asIs), stored(t, func(p *profile.Profile) { p.Identity.Name, p.Identity.Fingerprint = "other CPU", "other" })
	for _, c := range []struct{ args, want string }{
		{"-from " + here, "Profile of AMD EPYC (Zen 3)\nMeasured on 2 cores in 71 s.\n\nIn short\nClock: 2.94 "},
		{"-from " + here + " -compare " + here, "One CPU and one program"},
		{"-from " + here + " -compare " + other, "!!! Different CPUs: other CPU (Zen 3) and AMD EPYC (Zen 3)."},
	} {
		status, out, stderr := lossglass(append([]string{"profile"}, strings.Fields(c.args)...)...)
		if status != 0 || stderr != "" || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, stderr %q\n%s", c.args, status, stderr, out)
		}
	}
	if v := printed(t, "profile -json -from "+here); v["format"] != json.Number("1") || len(v["peaks"].([]any)) != len(profiletest.Zen3(t).Peaks) {
		t.Errorf("%v", v["format"])
	}
	if v := printed(t, "profile -json -from "+here+" -compare "+other); v["old"].(map[string]any)["identity"].(map[string]any)["name"] != "other CPU" || v["new"] == nil {
		t.Error("the JSON lacks a profile")
	}
}

// A part of a profile is measured on this machine.
func TestProfileIdentity(t *testing.T) {
	status, out, stderr := lossglass("profile", "-only", "identity")
	if status != 0 || !strings.Contains(out, "fingerprint") || strings.Contains(out, "Peaks") {
		t.Errorf("status %d, stderr %q\n%s", status, stderr, out)
	}
}

// A file that cannot be compared with, or a directory of somebody else, is refused in one line
// before anything is measured.
func TestProfileRefuses(t *testing.T) {
	whole, err := os.ReadFile(stored(t, asIs))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	truncated := filepath.Join(dir, "truncated.json")
	if err := os.WriteFile(truncated, whole[:1000], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"-compare " + truncated, failure, "truncated.json: the file is damaged or no profile"},
		{"-compare " + stored(t, func(p *profile.Profile) { p.Format = 7 }), failure, "format 7, and this program reads format 1"},
		{"-compare " + filepath.Join(dir, "none.json"), failure, "no such file"},
		{"-from " + truncated, failure, "truncated.json"},
		{"-only identity -out " + dir, failure, "holds files that are neither results nor a report"},
		{"-only caches", misuse, `-only: there is no section "caches": there are identity, peaks, memory, kernels`},
		{"-only peaks -from x", misuse, "-only and -from"},
	} {
		status, out, stderr := lossglass(append([]string{"profile"}, strings.Fields(c.args)...)...)
		if status != c.status || out != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: status %d, stdout %q, stderr %q", c.args, status, out, stderr)
		}
	}
}

// A profile that cannot be written is shown, and the error reported; a directory into which nothing
// can be written is refused before anything is measured.
func TestProfileWithoutItsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	from := stored(t, asIs)
	if status, _, stderr := lossglass("profile", "-from", from, "-out", dir); status != 0 {
		t.Fatal(stderr)
	}
	if err := os.Remove(filepath.Join(dir, show.BenchName)); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, show.BenchName), 0o755); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := lossglass("profile", "-from", from, "-out", dir)
	if status != failure || !strings.Contains(out, "Profile of AMD EPYC") || !strings.Contains(stderr, show.BenchName) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if status, out, stderr := lossglass("profile", "-only", "peaks", "-out", "/proc/none"); status != failure || out != "" || strings.Count(stderr, "\n") != 1 {
		t.Errorf("status %d, stdout %q, stderr %q", status, out, stderr)
	}
}

// A command that was killed while it wrote its files can be repeated in the same directory,
// wherever it was, and writes the same files.
func TestProfileAfterAKill(t *testing.T) {
	from := stored(t, asIs)
	files, err := show.Files(profiletest.Zen3(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, written := range []int{0, 2, len(files) - 4, len(files) - 3, len(files) - 2, len(files) - 1} {
		dir := filepath.Join(t.TempDir(), "out")
		if err := os.MkdirAll(filepath.Join(dir, "figures"), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, f := range files[:written] {
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "profile.json.123.tmp"), []byte("{"), 0o644); err != nil {
			t.Fatal(err)
		}
		if status, _, stderr := lossglass("profile", "-from", from, "-out", dir); status != 0 {
			t.Errorf("after %d files: status %d, %s", written, status, stderr)
		}
		if _, err := profile.Read(filepath.Join(dir, profile.Name)); err != nil {
			t.Errorf("after %d files: %v", written, err)
		}
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	if !slices.Contains(names, "report.html") || names[len(names)-1] != profile.Name {
		t.Errorf("%q", names)
	}
}

// An emulator's figures are no measurements: nothing reads them as a benchmark.
func TestProfileOfAnEmulator(t *testing.T) {
	from := stored(t, func(p *profile.Profile) { p.Rough = "emulated by qemu" })
	dir := filepath.Join(t.TempDir(), "out")
	status, out, stderr := lossglass("profile", "-from", from, "-out", dir)
	if status != 0 || !strings.Contains(out, "Not measured, but tried") || !strings.Contains(out, "!!! Not a measurement of a CPU: emulated by qemu.") {
		t.Errorf("status %d, stderr %q\n%s", status, stderr, out)
	}
	if _, err := os.Stat(filepath.Join(dir, show.BenchName)); err == nil {
		t.Error("there is a file for benchstat")
	}
}
