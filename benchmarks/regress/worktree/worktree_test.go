package worktree

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lossglass/lossglass/benchmarks/internal/git/gittest"
)

// scratch returns a repository with one commit, which has file f, and a changed working
// tree and index.
func scratch(t *testing.T) *Repository {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	dir := t.TempDir()
	write(t, filepath.Join(dir, "f"), "committed")
	gittest.Init(t, dir)
	gittest.Run(t, dir, "add", "f")
	gittest.Run(t, dir, "commit", "-q", "-m", "first")
	write(t, filepath.Join(dir, "f"), "staged")
	gittest.Run(t, dir, "add", "f")
	write(t, filepath.Join(dir, "f"), "changed")
	r, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// worktrees returns how many worktrees the repository has besides its own.
func worktrees(t *testing.T, r *Repository) int {
	t.Helper()
	return strings.Count(gittest.Run(t, r.Root, "worktree", "list", "--porcelain"), "worktree ") - 1
}

// A worktree has the committed file. Close removes it and leaves the index, the working
// tree and the stash as they were.
func TestAddAndClose(t *testing.T) {
	r := scratch(t)
	before := gittest.Run(t, r.Root, "status", "--porcelain", "-z") + gittest.Run(t, r.Root, "diff", "HEAD") + gittest.Run(t, r.Root, "diff", "--cached")
	index, err := os.ReadFile(filepath.Join(r.Root, ".git", "index"))
	if err != nil {
		t.Fatal(err)
	}
	trees, err := Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := trees.Add(t.Context(), "old", hash)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(text) != "committed" {
		t.Errorf("the worktree has %q, %v", text, err)
	}
	if dirty, err := r.Dirty(t.Context()); err != nil || !dirty {
		t.Errorf("Dirty = %v, %v", dirty, err)
	}
	if err := trees.Close(); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(filepath.Join(r.Root, ".git", "index")); err != nil || string(now) != string(index) {
		t.Errorf("the index was rewritten (%v)", err)
	}
	after := gittest.Run(t, r.Root, "status", "--porcelain", "-z") + gittest.Run(t, r.Root, "diff", "HEAD") + gittest.Run(t, r.Root, "diff", "--cached")
	if after != before {
		t.Errorf("the checkout changed from %q to %q", before, after)
	}
	if n := worktrees(t, r); n != 0 {
		t.Errorf("%d worktrees are left", n)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Create removes what a killed process left: here a directory whose lock nobody holds,
// and a worktree whose directory somebody has deleted. It leaves those of a live process.
func TestCreateRemovesStale(t *testing.T) {
	r := scratch(t)
	live, err := Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	for _, gone := range []bool{false, true} {
		killed, err := Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := killed.Add(t.Context(), "old", "HEAD"); err != nil {
			t.Fatal(err)
		}
		if err := killed.lock.Close(); err != nil { // as the kernel does for a killed process
			t.Fatal(err)
		}
		if gone {
			if err := os.RemoveAll(killed.Dir); err != nil {
				t.Fatal(err)
			}
		}
	}
	next, err := Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer next.Close()
	if n := worktrees(t, r); n != 0 {
		t.Errorf("%d worktrees are left", n)
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	if len(left) != 2 {
		t.Errorf("%d directories, want those of the two live ones: %q", len(left), left)
	}
}

func TestCancelledAddLeavesNothing(t *testing.T) {
	r := scratch(t)
	trees, err := Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := trees.Add(ctx, "old", "HEAD"); err != context.Canceled {
		t.Errorf("error %v", err)
	}
	if err := trees.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(trees.Dir); !os.IsNotExist(err) || worktrees(t, r) != 0 {
		t.Errorf("something is left: %v", err)
	}
}

// Hooks of the user's do not run, and variables that git sets for a hook are ignored.
func TestInsideHook(t *testing.T) {
	r := scratch(t)
	hook := filepath.Join(r.Root, ".git", "hooks", "post-checkout")
	if err := os.MkdirAll(filepath.Dir(hook), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hook, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_DIR", t.TempDir())
	trees, err := Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer trees.Close()
	if _, err := trees.Add(t.Context(), "old", "HEAD"); err != nil {
		t.Error(err)
	}
}

// What the user's git is configured to show, ignore or run makes no difference.
func TestHostileConfiguration(t *testing.T) {
	r := scratch(t)
	gittest.Run(t, r.Root, "reset", "-q", "--hard")
	gittest.Hostile(t, "new")
	isDirty := func(want bool) {
		t.Helper()
		if dirty, err := r.Dirty(t.Context()); err != nil || dirty != want {
			t.Errorf("Dirty = %v, %v, want %v", dirty, err, want)
		}
	}
	isDirty(false)
	write(t, filepath.Join(r.Root, "new"), "")
	isDirty(true)
	hash, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := r.Describe(t.Context(), hash); err != nil || text != hash[:12]+" first" {
		t.Errorf("Describe = %q, %v", text, err)
	}
	trees, err := Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trees.Add(t.Context(), "old", hash); err != nil {
		t.Error(err)
	}
	if err := trees.Close(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	r := scratch(t)
	for _, revision := range []string{"nonsense", "", "-x", "HEAD~7", "HEAD:f"} {
		if hash, err := r.Resolve(t.Context(), revision); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("Resolve(%q) = %q, %v", revision, hash, err)
		}
	}
	if _, err := Open(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no git repository") {
		t.Errorf("outside a repository: %v", err)
	}
}
