package experiment_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"golang.org/x/sys/unix"
)

// isolate lets a process begin in namespaces of its own: as number 1 of a machine without a network, on
// which it may mount file systems. It needs no privileges where the system lets users do so.
func isolate(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := canIsolate(); err != nil && *ledger != "" {
		t.Fatal("this system lets nobody make namespaces: ", err)
	} else if err != nil {
		t.Skip("this system lets nobody make namespaces: ", err)
	}
	cmd.SysProcAttr = isolated()
}

var canIsolate = sync.OnceValue(func() error {
	probe := exec.Command("/bin/true")
	probe.SysProcAttr = isolated()
	return probe.Run()
})

func isolated() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
}

// sectionVariable is the environment variable that makes TestSmallDisk, which must be allowed to mount
// file systems then, write its section into the file it names.
const sectionVariable = "EXPERIMENT_TEST_SECTION"

// Disks that are really full: every writing on file systems in memory of every size, up to one that is large
// enough. Then the disk grows, and the same command ends with the same bytes.
func TestSmallDisk(t *testing.T) {
	if path := os.Getenv(sectionVariable); path != "" {
		raw, err := json.Marshal(smallDisks(t))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Dir(path), filepath.Base(path), raw)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cmd := exec.Command(self, "-test.run=^TestSmallDisk$", "-test.v", "-test.timeout=0", fmt.Sprintf("-test.short=%t", testing.Short()),
		fmt.Sprintf("-storm=%d", *storms), "-rows="+*keptRows)
	cmd.Env = append(os.Environ(), sectionVariable+"="+filepath.Join(dir, "section"))
	isolate(t, cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var s section
	if err := json.Unmarshal(read(t, dir, "section"), &s); err != nil {
		t.Fatal(err)
	}
	sections = append(sections, s)
}

func smallDisks(t *testing.T) section {
	stride := 13 // pages
	switch {
	case isStorm():
		stride = 1
	case testing.Short():
		stride = 29
	}
	whole := filepath.Join(t.TempDir(), "whole")
	run(t, &fake{recorded: allRecorded}, whole, 1)
	s := section{
		Title:   "Disks that are full",
		Text:    "A file system in memory (tmpfs), a page larger in each try, until the command succeeds. Then the file system grows, and the same command is given again. Failed: the command ended with one line that names the directory. Lost: the directory did not end with the bytes of a process on a large disk. Silent: a reading before its end gave a run that these do not have, or the error was another one.",
		Columns: []string{"what is written", "#largest disk, KiB", "#tries", "#failed"},
	}
	for i, w := range writings {
		prepared := prepare(t, w)
		s.Rows = append(s.Rows, tried(t, w.name, func(t *testing.T) ledgerRow {
			var row diskRow
			pages := 1 + i%stride
			for ; tryPages(t, w, pages, prepared, whole, &row); pages += stride {
			}
			return row.ledgerRow(w.name, fmt.Sprint(pages*os.Getpagesize()>>10))
		}))
	}
	return s
}

// tryPages does a writing on a disk of so many pages, and again on one that has grown. It returns false
// if the disk was large enough.
func tryPages(t *testing.T, w writing, pages int, prepared, whole string, row *diskRow) (tooSmall bool) {
	disk := t.TempDir()
	mount(t, disk, 0, pages*os.Getpagesize())
	defer func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	dir := filepath.Join(disk, "out")
	if err := os.CopyFS(dir, os.DirFS(prepared)); err != nil {
		return true // even for what is there before
	}
	synctest.Test(t, func(t *testing.T) {
		err := w.do(&fake{recorded: allRecorded}, dir)
		row.tries++
		if err == nil {
			row.harmless++
		} else if tooSmall = true; strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s, %d pages: %v", w.name, pages, err)
			row.wrong++
		}
		if problem := readsOther(w.result(dir), whole); problem != "" {
			t.Errorf("%s, %d pages: %s", w.name, pages, problem)
			row.wrong++
		}
		mount(t, disk, unix.MS_REMOUNT, 64<<20)
		if err = w.do(&fake{recorded: allRecorded}, dir); err != nil {
			t.Errorf("%s, %d pages, then: %v", w.name, pages, err)
			row.lost++
		} else if problem := differs(w.result(dir), whole); problem != "" {
			t.Errorf("%s, %d pages, then: %s", w.name, pages, problem)
			row.lost++
		}
	})
	return tooSmall
}

func mount(t *testing.T, dir string, flags uintptr, bytes int) {
	t.Helper()
	if err := unix.Mount("tmpfs", dir, "tmpfs", flags, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Fatal(err)
	}
}
