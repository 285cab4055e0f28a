//go:build !linux

package experiment_test

import (
	"os/exec"
	"testing"
)

func isolate(t *testing.T, _ *exec.Cmd) { t.Skip("namespaces are Linux's") }
