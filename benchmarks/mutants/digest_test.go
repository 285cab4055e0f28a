package main

import (
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

const tree = "100644 blob 01\tgo.mod\n" +
	"100644 blob 02\tprops/law/law.go\n" +
	"100644 blob 03\tprops/law/law_test.go\n" +
	"100644 blob 04\tprops/law/README.md\n" +
	"100644 blob 05\tsimd/_asm/main.go\n" +
	"100644 blob 06\tsimd/avx2/gemm_amd64.s\n" +
	"100644 blob 07\tsimd/simd.go"

// The digest of the judge changes with the files that judge, and with no other.
func TestJudging(t *testing.T) {
	if got, want := judging(tree), "100644 blob 01\tgo.mod\n100644 blob 02\tprops/law/law.go\n100644 blob 07\tsimd/simd.go\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Every package of this module that package mutate depends on is among those that judge, and so is this one.
func TestJudgingPaths(t *testing.T) {
	const module = "github.com/lossglass/lossglass/"
	out, err := exec.Command("go", "list", "-deps", module+"props/mutate").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(string(out) + module + "benchmarks/mutants\n") {
		folder, ok := strings.CutPrefix(strings.TrimSpace(path), module)
		if !ok {
			continue
		}
		listed := slices.ContainsFunc(judgingPaths, func(p string) bool { return strings.HasPrefix(folder+"/", p+"/") })
		if file := "100644 blob 01\t" + folder + "/file.go\n"; !listed || judging(file) != file {
			t.Errorf("a change of %s does not change the digest", folder)
		}
	}
}

func TestCleanCommit(t *testing.T) {
	for _, c := range []struct {
		settings []debug.BuildSetting
		want     string
	}{
		{nil, ""},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "c0ffee"}, {Key: "vcs.modified", Value: "false"}}, "c0ffee"},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "c0ffee"}, {Key: "vcs.modified", Value: "true"}}, ""},
		{[]debug.BuildSetting{{Key: "vcs.revision", Value: "c0ffee"}}, ""},
	} {
		if got := cleanCommit(&debug.BuildInfo{Settings: c.settings}); got != c.want {
			t.Errorf("%v: %q, want %q", c.settings, got, c.want)
		}
	}
	if got := cleanCommit(nil); got != "" {
		t.Errorf("without build information: %q", got)
	}
}

// A program that is not built from a commit alone, as that of a test, has a digest of its own.
func TestProgramDigest(t *testing.T) {
	got, err := judgeDigest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := programDigest()
	if err != nil || got != again || !strings.HasPrefix(got, "program-") {
		t.Errorf("%q, then %q, %v", got, again, err)
	}
}

// Every assembly file with mutants has a digest.
func TestSourceDigests(t *testing.T) {
	sources, err := sourceDigests()
	if err != nil {
		t.Fatal(err)
	}
	o, err := parseOptions(nil)
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := choose(o)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range chosen {
		if d := sources[m.ISA+"/"+m.File]; len(d) != 16 {
			t.Fatalf("%v: digest %q", m, d)
		}
		seen[sources[m.ISA+"/"+m.File]] = true
	}
	if len(seen) < 9 {
		t.Errorf("%d different files", len(seen))
	}
}
