//go:build !linux

package main

// pin is for Linux only.
func pin() (string, error) { return "whichever core the system chose", nil }
