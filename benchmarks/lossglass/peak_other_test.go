//go:build !linux

package main

// printPeak prints nothing: only Linux tells a process its peak.
func printPeak() {}
