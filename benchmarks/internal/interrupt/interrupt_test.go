package interrupt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/crash"
	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
)

// childVariable makes the test binary a command that signals can end, instead of the tests.
const childVariable = "INTERRUPT_TEST_CHILD"

func TestMain(m *testing.M) {
	if kind := os.Getenv(childVariable); kind != "" {
		os.Exit(command(kind))
	}
	os.Exit(m.Run())
}

// command is a polite command, which ends with its context, or a deaf one, which does not.
func command(kind string) int {
	ctx, stop := interrupt.Context(context.Background())
	defer stop()
	fmt.Println("ready")
	if kind == "deaf" {
		select {}
	}
	<-ctx.Done()
	if status, ok := interrupt.Status(ctx, fmt.Errorf("work: %w", ctx.Err())); ok {
		return status
	}
	return 1
}

// start starts a command, waits until it is ready, and returns a function that waits for its
// end and returns the exit status.
func start(t *testing.T, kind string) (*exec.Cmd, func() int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+kind)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("%q, %v", line, err)
	}
	return cmd, func() int {
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode()
	}
}

// The first signal ends a command that heeds its context, with the status of the signal.
func TestFirstSignal(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		cmd, wait := start(t, "polite")
		cmd.Process.Signal(signal)
		if got := wait(); got != want {
			t.Errorf("%v: status %d, want %d", signal, got, want)
		}
	}
}

// A command that does not heed its context ends at the second signal, with the status of
// that signal, or else soon after the first one.
func TestDeafCommand(t *testing.T) {
	cmd, wait := start(t, "deaf")
	cmd.Process.Signal(syscall.SIGTERM)
	time.Sleep(200 * time.Millisecond) // signals of one kind that come together count once
	cmd.Process.Signal(syscall.SIGINT)
	if got := wait(); got != 130 {
		t.Errorf("second signal: status %d, want 130", got)
	}
	cmd, wait = start(t, "deaf")
	cmd.Process.Signal(syscall.SIGTERM)
	if got := wait(); got != 143 {
		t.Errorf("one signal: status %d, want 143", got)
	}
}

func TestStatus(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if status, ok := interrupt.Status(ctx, ctx.Err()); ok {
		t.Errorf("cancelled without a signal: status %d", status)
	}
	if status, ok := interrupt.Status(t.Context(), errors.New("disk full")); ok {
		t.Errorf("another error: status %d", status)
	}
}

func TestAwait(t *testing.T) {
	if x, err := interrupt.Await(t.Context(), func() (int, error) { return 7, nil }); x != 7 || err != nil {
		t.Errorf("got %d, %v", x, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	never := make(chan int)
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := interrupt.Await(ctx, func() (int, error) { return <-never, nil }); err != context.Canceled {
		t.Errorf("a computation without end: %v", err)
	}
	_, err := interrupt.Await(t.Context(), func() (int, error) { panic("broken") })
	if fault := new(crash.Error); !errors.As(err, &fault) || fault.Value != "broken" || !strings.Contains(fault.Place, "TestAwait") {
		t.Errorf("a panic of the computation became %v", err)
	}
}
