package experiment

import "io/fs"

// InterceptReading makes f be called before every question of what a directory has, until restore
// is called; its error is the answer. Nobody may ask during either call.
func InterceptReading(f func(path string) error) (restore func()) {
	beforeLstat, beforeReadDir := lstat, readDir
	lstat = func(path string) (fs.FileInfo, error) {
		if err := f(path); err != nil {
			return nil, &fs.PathError{Op: "lstat", Path: path, Err: err}
		}
		return beforeLstat(path)
	}
	readDir = func(path string) ([]fs.DirEntry, error) {
		if err := f(path); err != nil {
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
		return beforeReadDir(path)
	}
	return func() { lstat, readDir = beforeLstat, beforeReadDir }
}
