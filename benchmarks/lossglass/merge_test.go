package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/simd"
)

// Shards that are computed with different instruction sets, and merged, have the bytes of a
// whole that one of them computed.
func TestMergedShardsOfInstructionSets(t *testing.T) {
	t.Setenv("LOSSGLASS_DATA", "builtin")
	t.Setenv("LOSSGLASS_ISA", "")
	fastest := simd.Detect().Name
	for name, line := range map[string]string{
		"mnist":     "mnist -preset smoke -sizes 2,3 -runs 17 -curve 1",
		"anneal":    "anneal -preset smoke -sizes 2,3 -runs 17 -images 30 -sweeps 2",
		"landscape": "landscape -sizes 2,3 -disorders 4 -starts 20 -descents 10",
		"spinglass": "spinglass -sizes 6,8 -disorders 3 -starts 20 -method langevin -stage-steps 20 -settle 0 -trajectory 0,20",
	} {
		dir := t.TempDir()
		whole, merged := filepath.Join(dir, "whole"), filepath.Join(dir, "merged")
		compute := func(args ...string) (out string) {
			status, out, stderr := lossglass(append(strings.Fields(line), args...)...)
			if status != 0 {
				t.Fatalf("%q: status %d, %s", args, status, stderr)
			}
			return out
		}
		compute("-out", whole)
		args := []string{"merge", "-out", merged}
		for i, isa := range []string{"generic", fastest, "generic"} {
			shard := filepath.Join(dir, fmt.Sprint(i+1))
			args = append(args, shard)
			if out := compute("-isa", isa, "-shard", fmt.Sprintf("%d/3", i+1), "-out", shard); out != "" {
				t.Errorf("%s: a shard prints %q", name, out)
			}
		}
		status, out, stderr := lossglass(args[:len(args)-1]...)
		if command := line[:strings.Index(line, " ")]; status != failure || out != "" || !strings.Contains(stderr, "they are of shard 3/3: lossglass "+command) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: a missing shard: status %d, %s%s", name, status, out, stderr)
		}
		status, out, stderr = lossglass(args...)
		if status != 0 || !strings.Contains(out, "complete") {
			t.Fatalf("%s: status %d, %s%s", name, status, out, stderr)
		}
		for _, file := range []string{"plan.json", "runs.jsonl", "SHA256SUMS"} {
			want, err := os.ReadFile(filepath.Join(whole, file))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(merged, file)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %s differs (%v)", name, file, err)
			}
		}
		if status, out, stderr := lossglass("merge", merged, whole, "-out", filepath.Join(dir, "both")); status != 0 || !strings.Contains(out, "were computed more than once") || !strings.Contains(out, ": 0 differ") {
			t.Errorf("%s: computed twice: status %d, %s%s", name, status, out, stderr)
		}
	}
}

// The directory without -out is another one for each shard.
func TestDefaultDirectoryOfShards(t *testing.T) {
	seen := make(map[string]bool)
	for _, text := range []string{"", "1/2", "2/2", "1/3"} {
		p := place{Shard: text}
		shard, err := p.parseShard()
		if dir := p.dir("mnist-smoke", 1, shard); err != nil || seen[dir] {
			t.Errorf("-shard %q: %s, %v", text, dir, err)
		} else {
			seen[dir] = true
		}
	}
}
