package environment

import (
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

const printVariable = "LOSSGLASS_TEST_FINGERPRINT"

func TestMain(m *testing.M) {
	if os.Getenv(printVariable) != "" {
		os.Stdout.WriteString(Fingerprint())
		return
	}
	os.Exit(m.Run())
}

// A machine is the same for a process that may use one of its CPUs (taskset).
func TestFingerprintDoesNotDependOnAffinity(t *testing.T) {
	var all, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		t.Fatal(err)
	}
	for n := 0; one.Count() == 0; n++ {
		if all.IsSet(n) {
			one.Set(n)
		}
	}
	done := make(chan string)
	go func() { // whose thread ends with it, and whose child inherits what it may use
		runtime.LockOSThread()
		if err := unix.SchedSetaffinity(0, &one); err != nil {
			done <- err.Error()
			return
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), printVariable+"=1")
		out, err := child.Output()
		if err != nil {
			out = []byte(err.Error())
		}
		done <- string(out)
	}()
	if got, want := <-done, Fingerprint(); got != want {
		t.Errorf("%s on one CPU, %s on all", got, want)
	}
}
