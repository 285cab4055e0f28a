package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// A Repository is a git repository as it is seen from one of its directories.
type Repository struct {
	Root   string // the top directory of its working tree
	Prefix string // the directory of the user below Root, "" for Root itself
}

// Open returns the repository that contains the directory dir.
func Open(ctx context.Context, dir string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("git is not installed")
	}
	out, err := git(ctx, dir, "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		if strings.Contains(err.Error(), "not a git repository") {
			return nil, fmt.Errorf("%s is in no git repository", dir)
		}
		return nil, err
	}
	root, prefix, _ := strings.Cut(out, "\n")
	return &Repository{Root: root, Prefix: strings.TrimSuffix(prefix, "/")}, nil
}

// Resolve returns the full hash of the commit that a revision names.
func (r *Repository) Resolve(ctx context.Context, revision string) (string, error) {
	if strings.HasPrefix(revision, "-") {
		return "", fmt.Errorf("%q is no revision", revision)
	}
	hash, err := git(ctx, r.Root, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("%s has no revision %q", r.Root, revision)
	}
	return hash, nil
}

// Describe returns the abbreviated hash and the subject of a commit.
func (r *Repository) Describe(ctx context.Context, hash string) (string, error) {
	return git(ctx, r.Root, "log", "-1", "--format=%h %s", "--abbrev=12", hash)
}

// Dirty reports whether the working tree differs from HEAD, untracked files included.
func (r *Repository) Dirty(ctx context.Context) (bool, error) {
	// Without locks: an ordinary status would rewrite the user's index.
	out, err := git(ctx, r.Root, "--no-optional-locks", "status", "--porcelain")
	return out != "", err
}

// git runs git in a directory and returns its output without the final newline. An error
// has the last line of what git wrote to standard error.
func git(ctx context.Context, dir string, arguments ...string) (string, error) {
	// Hooks of the user's must not run for worktrees that are only built.
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=" + os.DevNull}, arguments...)...)
	cmd.Dir = dir
	cmd.Env = environment()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("git: %s", strings.TrimPrefix(lines[len(lines)-1], "fatal: "))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// environment returns the environment without the variables that git sets for hooks,
// which would make every command work on the repository of the hook, and with messages in
// English, which Open reads.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY",
			"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "LC_ALL":
		default:
			env = append(env, v)
		}
	}
	return env
}
