package terminal

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// pseudoterminal opens a terminal that no one looks at.
func pseudoterminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Progress is shown in place on a terminal that can do it, and nowhere else.
func TestOf(t *testing.T) {
	tty := pseudoterminal(t)
	for kind, want := range map[string]bool{"xterm-256color": true, "dumb": false, "": false} {
		t.Setenv("TERM", kind)
		if got := Of(tty) != nil; got != want {
			t.Errorf("TERM=%q: %v, want %v", kind, got, want)
		}
	}
	t.Setenv("TERM", "xterm")
	if Of(new(bytes.Buffer)) != nil {
		t.Error("a buffer is a terminal")
	}
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if Of(file) != nil {
		t.Error("a file is a terminal")
	}
}
