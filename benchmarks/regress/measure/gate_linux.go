package measure

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// A gate is the standard output of a process, which it holds up between two writes: a pipe
// with room for a single write (pipe(7): packet mode, capacity of one page). Whoever writes once
// more than was read waits, so that a process that prints a result and then the name of its
// next benchmark waits until the result is read. Nothing is asked of the process, and when
// the reader dies it ends by SIGPIPE.
type gate struct {
	read, write *os.File // write is for the process
	// copied is a pipe into which the waiting packet is copied, so that it can be looked at
	// without letting the process go on.
	copied [2]int
}

// newGate fails where the kernel has no such pipes.
func newGate() (*gate, error) {
	var output, copied [2]int
	if err := unix.Pipe2(output[:], unix.O_CLOEXEC|unix.O_DIRECT); err != nil {
		return nil, err
	}
	err := errors.Join(
		setCapacity(output[1]),
		unix.SetNonblock(output[0], true), // so that waiting can be interrupted
		unix.Pipe2(copied[:], unix.O_CLOEXEC|unix.O_NONBLOCK),
	)
	g := &gate{read: os.NewFile(uintptr(output[0]), "output"), write: os.NewFile(uintptr(output[1]), "output"), copied: copied}
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// setCapacity gives a pipe room for one packet.
func setCapacity(fd int) error {
	page := os.Getpagesize()
	capacity, err := unix.FcntlInt(uintptr(fd), unix.F_SETPIPE_SZ, page)
	if err == nil && capacity != page {
		err = errors.New("a pipe has more than one page")
	}
	return err
}

// peek waits for a packet and returns a copy of it; the writer goes on waiting. At the end of
// the output it returns io.EOF.
func (g *gate) peek() ([]byte, error) {
	raw, err := g.read.SyscallConn()
	if err != nil {
		return nil, err
	}
	var n int64
	var failed error
	err = raw.Read(func(fd uintptr) bool {
		for {
			n, failed = unix.Tee(int(fd), g.copied[1], os.Getpagesize(), unix.SPLICE_F_NONBLOCK)
			if !errors.Is(failed, unix.EINTR) {
				return !errors.Is(failed, unix.EAGAIN)
			}
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, io.EOF
	}
	packet := make([]byte, n)
	_, err = unix.Read(g.copied[0], packet)
	return packet, err
}

// consume removes the packet that peek returned, which lets the writer go on.
func (g *gate) consume(packet []byte) error {
	_, err := io.ReadFull(g.read, make([]byte, len(packet)))
	return err
}

// interrupt makes a peek that waits return an error.
func (g *gate) interrupt() { _ = g.read.SetReadDeadline(time.Unix(1, 0)) }

func (g *gate) close() error {
	_ = g.write.Close() // the parent's end is closed as soon as the process has its own
	return errors.Join(g.read.Close(), unix.Close(g.copied[0]), unix.Close(g.copied[1]))
}

// threadTimes reads the times of the threads of a process; none where the kernel does not
// count them.
func threadTimes(pid int) map[string]threadTime {
	tasks := fmt.Sprintf("/proc/%d/task", pid)
	threads, _ := os.ReadDir(tasks)
	times := map[string]threadTime{}
	for _, t := range threads {
		text, _ := os.ReadFile(filepath.Join(tasks, t.Name(), "schedstat"))
		var one threadTime
		if _, err := fmt.Sscan(string(text), &one.ran, &one.waited); err == nil {
			times[t.Name()] = one
		}
	}
	return times
}
