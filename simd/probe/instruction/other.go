//go:build !(amd64 || arm64) || purego

package instruction

var (
	probes []Probe
	loops  []Loops

	waiting *Waiting
)
