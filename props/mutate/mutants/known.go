package main

import "github.com/lossglass/lossglass/props/mutate"

// whyEquivalent returns why a mutant that is neither killed nor proved by terms has the results of the
// specification all the same, or "".
func whyEquivalent(m mutate.Mutant) string { return "" }
