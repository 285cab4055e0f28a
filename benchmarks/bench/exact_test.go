package bench

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestSplitExact(t *testing.T) {
	for name, want := range map[string]struct {
		measured string
		exact    map[string]string
	}{
		"Train/n=50-50/isa=avx2/batch=10/" + exactName(3, "00ff12ab34cd") + "-16": {"Train/n=50-50/isa=avx2/batch=10-16", map[string]string{"allocs": "3", "digest": "00ff12ab34cd"}},
		"MNIST/n=25/batch=100/diverged=2/digest=0123456789ab":                     {"MNIST/n=25/batch=100", map[string]string{"diverged": "2", "digest": "0123456789ab"}},
		"Encode/format=json-48": {"Encode/format=json-48", nil},
		// Names of other modules.
		"Hash/digest=256-8":            {"Hash/digest=256-8", nil},
		"Hash/digest=blake2b":          {"Hash/digest=blake2b", nil},
		"Pool/allocs=10/size=4-8":      {"Pool/allocs=10/size=4-8", nil},
		"Pool/allocs=false":            {"Pool/allocs=false", nil},
		"X/digest=0123456789ab/y=1-16": {"X/digest=0123456789ab/y=1-16", nil},
	} {
		measured, exact := SplitExact(name)
		if measured != want.measured || !maps.Equal(exact, want.exact) {
			t.Errorf("SplitExact(%q) = %q, %v; want %q, %v", name, measured, exact, want.measured, want.exact)
		}
	}
}

// A digest or number of allocations that a commit changes is two rows of benchstat's
// tables, without a percentage between them. Equal results are one row.
func TestBenchstatShowsChangedResults(t *testing.T) {
	out, err := exec.Command(os.Args[0], "-test.run=-", "-test.benchtime=1x", "-test.count=6",
		"-test.bench=Kernel/n=any/kernel=(Exp|Log)/isa=generic/batch=10$").Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	old := string(out)
	digest := regexp.MustCompile(`kernel=Exp/isa=generic/batch=10/(allocs=0/digest=[0-9a-f]{12})`).FindStringSubmatch(old)
	if digest == nil {
		t.Fatalf("no exact results in the names:\n%s", old)
	}
	for _, changed := range []string{
		"allocs=0/digest=" + "fedcba987654",
		strings.Replace(digest[1], "allocs=0", "allocs=1", 1),
	} {
		text := benchstat(t, old, strings.ReplaceAll(old, digest[1], changed))
		for row, columns := range map[string]int{digest[1]: 1, changed: 1, "kernel=Log": 2} {
			for _, line := range linesWith(text, row) {
				if compared := strings.Contains(line, "(p="); compared != (columns == 2) || (!compared && strings.Contains(line, "%)")) {
					t.Errorf("%s: benchstat prints %q", row, line)
				}
			}
			if len(linesWith(text, row)) == 0 {
				t.Errorf("%s is in no table:\n%s", row, text)
			}
		}
	}
	for _, line := range linesWith(benchstat(t, old, old), "kernel=Exp") {
		if !strings.Contains(line, "(p=") {
			t.Errorf("equal results are not compared: %q", line)
		}
	}
}

func linesWith(text, word string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if strings.Contains(line, word) {
			lines = append(lines, line)
		}
	}
	return lines
}

// benchstat returns what benchstat prints for two files.
func benchstat(t *testing.T, old, new string) string {
	t.Helper()
	dir := t.TempDir()
	command := []string{"tool", "benchstat"}
	for name, text := range map[string]string{"old.txt": old, "new.txt": new} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("go", append(command, filepath.Join(dir, "old.txt"), filepath.Join(dir, "new.txt"))...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
