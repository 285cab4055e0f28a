package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Limits of the search below a data directory, which may be a whole disk.
const (
	maxDepth   = 4
	maxEntries = 10000
)

// usualName returns the official name of a file that has another usual name, such as
// "train-images.idx3-ubyte.gz" or "test-labels-idx1-ubyte".
func usualName(name string) string {
	name = strings.ToLower(name)
	name = strings.TrimSuffix(name, ".gz")
	name = strings.NewReplacer(".", "-", "_", "-", " ", "-").Replace(name)
	name = strings.Replace(name, "test-", "t10k-", 1)
	for _, f := range officialFiles {
		// f.name is SET-KIND-idxN-ubyte, N the number of dimensions.
		parts := strings.Split(f.name, "-")
		if rest, ok := strings.CutPrefix(name, parts[0]+"-"+parts[1]); ok && slices.Contains([]string{"-ubyte", "-idx", "-idx-ubyte", "-" + parts[2]}, rest) {
			return f.name
		}
	}
	return name
}

// walk calls visit for the regular files in a directory and the folders below it, those
// nearest to it first, within limits.
func walk(dir string, visit func(path, name string)) {
	entries := 0
	type folder struct {
		path  string
		depth int
	}
	for queue := []folder{{dir, 0}}; len(queue) > 0; queue = queue[1:] {
		list, err := os.ReadDir(queue[0].path)
		if err != nil {
			continue // a folder that cannot be read has no file for us
		}
		for _, e := range list {
			if entries++; entries > maxEntries {
				return
			}
			path := filepath.Join(queue[0].path, e.Name())
			switch {
			case e.IsDir() && queue[0].depth < maxDepth:
				queue = append(queue, folder{path, queue[0].depth + 1})
			case e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0:
				visit(path, e.Name())
			}
		}
	}
}

// otherPaths returns the files of a directory and its folders that have one of the file's
// usual names.
func (f idxFile) otherPaths(dir string) (paths []string) {
	walk(dir, func(path, name string) {
		if usualName(name) == f.name {
			paths = append(paths, path)
		}
	})
	return paths
}

// choose reads the first of the files that is MNIST's. If none is, several files are an
// error: nobody could say which of them is meant.
func (f idxFile) choose(paths []string) (content []byte, path string, err error) {
	for _, path := range paths {
		if content, err := f.readFile(path); err == nil && f.verify(content) == nil {
			return content, path, nil
		}
	}
	if len(paths) > 1 {
		return nil, paths[0], fmt.Errorf("so is %s, and neither is MNIST's: name the directory of one of them", paths[1])
	}
	content, err = f.readFile(paths[0])
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("a link to nothing")
	}
	return content, paths[0], err
}

// nearMisses names files of a directory that look like MNIST in another form.
func nearMisses(dir string) string {
	const most = 3
	var names []string
	walk(dir, func(path, name string) {
		lower := strings.ToLower(name)
		official := slices.ContainsFunc(officialFiles[:], func(f idxFile) bool { return f.name == usualName(name) })
		looksAlike := !official && slices.ContainsFunc([]string{"mnist", "train", "t10k", "ubyte"}, func(word string) bool { return strings.Contains(lower, word) })
		if rel, err := filepath.Rel(dir, path); err == nil && looksAlike && len(names) < most {
			names = append(names, rel)
		}
	})
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(" (there are %s, which are not these IDX files)", strings.Join(names, ", "))
}
