package environment

import (
	"context"
	"runtime/debug"

	"github.com/lossglass/lossglass/benchmarks/internal/git"
)

// commitLength is how many hexadecimal digits name a commit.
const commitLength = 12

// ProgramCommit returns the commit that this program was built from, as Go stamped
// it into the binary: with "-dirty" if the tree had changes, "unknown" if there is
// no stamp.
func ProgramCommit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" {
		return "unknown"
	}
	return commitName(revision, settings["vcs.modified"] == "true")
}

// CheckedOutCommit returns the commit that is checked out in the working
// directory, with "-dirty" if the tree has changes: files that differ, and new ones that the
// repository itself does not ignore, whatever the user's git is configured to show. Changes
// below the directories named in except do not count.
func CheckedOutCommit(except ...string) (string, error) {
	revision, err := git.Output(context.Background(), "", "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	status := []string{"status", "--porcelain", "--", "."}
	for _, dir := range except {
		status = append(status, ":!"+dir)
	}
	changes, err := git.Output(context.Background(), "", status...)
	if err != nil {
		return "", err
	}
	return commitName(revision, changes != ""), nil
}

func commitName(revision string, dirty bool) string {
	name := revision[:min(len(revision), commitLength)]
	if dirty {
		name += "-dirty"
	}
	return name
}
