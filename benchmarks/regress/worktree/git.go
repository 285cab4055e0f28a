package worktree

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/git"
)

// A Repository is a git repository as it is seen from one of its directories.
type Repository struct {
	Root   string // the top directory of its working tree
	Prefix string // the directory of the user below Root, "" for Root itself
}

// Open returns the repository that contains the directory dir.
func Open(ctx context.Context, dir string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("git is not installed, or not in PATH")
	}
	out, err := git.Output(ctx, dir, "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return nil, fmt.Errorf("%s is in no git repository: run this in the one whose commits are to be compared", dir)
		}
		return nil, err
	}
	root, prefix, _ := strings.Cut(out, "\n")
	return &Repository{Root: root, Prefix: strings.TrimSuffix(prefix, "/")}, nil
}

// Resolve returns the full hash of the commit that a revision names.
func (r *Repository) Resolve(ctx context.Context, revision string) (string, error) {
	if strings.HasPrefix(revision, "-") {
		return "", fmt.Errorf("%q is no revision: name a commit, a branch or a tag", revision)
	}
	hash, err := git.Output(ctx, r.Root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%s has no revision %q: name a commit, a branch or a tag; git fetch gets those of the remote", r.Root, revision)
	}
	return hash, nil
}

// Describe returns the abbreviated hash and the subject of a commit.
func (r *Repository) Describe(ctx context.Context, hash string) (string, error) {
	return git.Output(ctx, r.Root, "log", "-1", "--format=%h %s", "--abbrev=12", hash)
}

// Dirty reports whether the working tree differs from HEAD, untracked files included.
func (r *Repository) Dirty(ctx context.Context) (bool, error) {
	out, err := git.Output(ctx, r.Root, "status", "--porcelain")
	return out != "", err
}
