package machine

import (
	"runtime"
	"testing"

	"golang.org/x/sys/cpu"
)

func TestReadSeesWhatIsBroken(t *testing.T) {
	if !Known {
		t.Skip("this CPU has no state to read")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	Reset()
	clean := Read()
	if clean.Upper != 0 {
		t.Fatalf("upper halves %#04x outside of any kernel", clean.Upper)
	}

	FlushToZero()
	broken := Read()
	Reset()
	if broken.Control == clean.Control {
		t.Errorf("%v after setting the flag, as before", broken)
	}
	if after := Read(); after != clean {
		t.Errorf("%v after Reset, first %v", after, clean)
	}

	if !cpu.X86.HasAVX { // also on other architectures
		return
	}
	Soil()
	if got := Read(); got.Upper != 1<<3 {
		t.Errorf("%v after filling Y3", got)
	}
	if got := Read(); got != clean {
		t.Errorf("%v, first %v: reading did not clean up", got, clean)
	}
}
