//go:build !linux

package measure

import "runtime"

// Other systems than Linux do not say which CPUs are allowed, pin no threads, and give
// memory without a choice of pages.

func allowedCPUs() []int { return nil }

func pin(int) { runtime.LockOSThread() }

func threadSwitches() float64 { return 0 }

func mapped(size int, _ bool) (area []byte, release func(), err error) {
	return alignedBytes(size), func() {}, nil
}

func hasHugePages([]byte) bool { return false }
