//go:build !amd64

package law

func hasAVX() bool { return false }
