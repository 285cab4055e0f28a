package lease

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/benchmarks/internal/inputfile"
)

// probe returns an error unless the file system has links that refuse a name which is there,
// and renames that replace a file.
func (m *Member) probe() error {
	path := filepath.Join(m.claims(), "probe-"+m.id)
	defer atomicfile.Remove(path)
	err := m.tryLinks(path)
	if err == nil {
		err = tryRename(path)
	}
	if err == nil || isUnwritable(err) {
		return err
	}
	return fmt.Errorf("%s: its file system cannot be shared by several processes, which needs hard links that never replace a file and renames that do, as local disks and NFS have (%w)", m.dir, err)
}

// isUnwritable reports whether an error says that nothing can be written, whatever the file system
// has.
func isUnwritable(err error) bool {
	return slices.ContainsFunc([]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO, syscall.EFBIG, fs.ErrNotExist}, func(e error) bool { return errors.Is(err, e) })
}

func (m *Member) tryLinks(path string) error {
	if first, err := m.link(path); err != nil {
		return err
	} else if !first {
		return errors.New("a link to a new name is refused")
	}
	if again, err := m.link(path); err != nil {
		return err
	} else if again {
		return errors.New("a link replaces a file")
	}
	return nil
}

// tryRename replaces a file and reads it.
func tryRename(path string) error {
	const content = "renamed"
	if err := atomicfile.WriteVolatile(path, []byte(content)); err != nil {
		return err
	}
	there, err := inputfile.Read(path, int64(len(content)))
	if err == nil && string(there) != content {
		err = errors.New("a renamed file has another content")
	}
	return err
}
