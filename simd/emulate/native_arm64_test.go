//go:build !purego

package emulate_test

import (
	"testing"

	"github.com/lossglass/lossglass/simd/emulate/internal/native"
)

// supported reports whether this CPU can execute a group: every arm64 can.
func supported(*testing.T, native.Group) bool { return true }
