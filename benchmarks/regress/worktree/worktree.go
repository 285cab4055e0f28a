// Package worktree checks out commits of a git repository in temporary worktrees, which
// are removed afterwards: by Close or, if the process was killed, by the next Create for the
// same repository. The user's checkout, index and stash are never touched.
//
// It does not build or run anything. Start with Open and Create.
package worktree

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"github.com/lossglass/lossglass/benchmarks/internal/git"
)

// prefix is the beginning of the names of all temporary directories, and newPrefix of those whose owner has
// not locked them yet, which nobody else may take for abandoned.
const (
	prefix    = "lossglass-compare-"
	newPrefix = "lossglass-new-"
)

// temporary returns where temporary directories are made: where the go command runs its test binaries, which
// may be the only place whose files can be executed.
func temporary() string { return cmp.Or(os.Getenv("GOTMPDIR"), os.TempDir()) }

// lockName is a file in the temporary directory that its owner keeps locked, so that
// another process can see whether the owner is still there.
const lockName = "lock"

// Trees is a temporary directory with the worktrees of a repository.
type Trees struct {
	Dir        string
	repository *Repository
	lock       *flock.Flock
	added      []string
}

// Create removes what killed processes have left, and returns a new temporary directory
// for worktrees of the repository.
func Create(ctx context.Context, r *Repository) (*Trees, error) {
	if err := removeStale(ctx, r); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(temporary(), newPrefix)
	if err != nil {
		return nil, err
	}
	// git lists worktrees by their paths without symbolic links.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	t := &Trees{Dir: dir, repository: r, lock: flock.New(filepath.Join(dir, lockName))}
	if locked, err := t.lock.TryLock(); err != nil || !locked {
		return nil, errors.Join(fmt.Errorf("%s cannot be locked", dir), err, t.Close())
	}
	// The lock is that of the open file, and stays.
	t.Dir = filepath.Join(filepath.Dir(dir), prefix+strings.TrimPrefix(filepath.Base(dir), newPrefix))
	if err := os.Rename(dir, t.Dir); err != nil {
		t.Dir = dir
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Add checks out a commit in the worktree of the given name, and returns its directory.
func (t *Trees) Add(ctx context.Context, name, commit string) (string, error) {
	dir := filepath.Join(t.Dir, name)
	t.added = append(t.added, dir)
	if _, err := git.Output(ctx, t.repository.Root, "worktree", "add", "--quiet", "--detach", dir, commit); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("checking out %.12s: %w", commit, err)
	}
	return dir, nil
}

// Close removes the worktrees and the directory, also after the context of the work was
// cancelled. It is quick, because a command that was interrupted has little time: the files go
// first, and then git forgets all worktrees at once.
func (t *Trees) Close() error {
	err := removeAll(t.Dir)
	var group sync.WaitGroup
	for _, dir := range t.added {
		group.Go(func() { forget(context.Background(), t.repository, dir) })
	}
	group.Wait()
	t.added = nil
	return errors.Join(err, t.lock.Close())
}

// forget removes a worktree from the repository's list of worktrees, if it is there. What
// cannot be forgotten is found again by the next Create.
func forget(ctx context.Context, r *Repository, dir string) {
	_, _ = git.Output(ctx, r.Root, "worktree", "remove", "--force", "--force", dir)
}

// removeStale removes the temporary directories and worktrees of processes that are gone.
func removeStale(ctx context.Context, r *Repository) error {
	out, err := git.Output(ctx, r.Root, "worktree", "list", "--porcelain")
	if err != nil {
		return err
	}
	stale := map[string]bool{}
	isStale := func(dir string) bool {
		if known, ok := stale[dir]; ok {
			return known
		}
		stale[dir] = abandoned(dir)
		return stale[dir]
	}
	for line := range strings.Lines(out) {
		path, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "worktree ")
		if ok && strings.HasPrefix(filepath.Base(filepath.Dir(path)), prefix) && isStale(filepath.Dir(path)) {
			forget(ctx, r, path)
		}
	}
	left, err := filepath.Glob(filepath.Join(temporary(), prefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if isStale(dir) {
			stale[dir] = true
		}
	}
	for dir, is := range stale {
		if is {
			_ = removeAll(dir) // another user's is not ours to remove
		}
	}
	return ctx.Err()
}

// abandoned reports whether no process holds the lock of a temporary directory.
func abandoned(dir string) bool {
	path := filepath.Join(dir, lockName)
	if _, err := os.Lstat(path); err != nil {
		// The directory is gone, or its owner has just created it.
		_, err := os.Lstat(dir)
		return errors.Is(err, os.ErrNotExist)
	}
	lock := flock.New(path)
	free, err := lock.TryLock()
	if err != nil {
		return false
	}
	return free && lock.Close() == nil
}

// removeAll is os.RemoveAll for directories that tests may have made read-only.
func removeAll(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}
