package main

// equivalent says, for mutants that no test can notice, why not. The keys name the file, the line as it
// is and the change, but no number of the line, so that they outlive changes elsewhere in the file.
var equivalent = map[string]string{}

// key returns the key of a mutant in equivalent.
func (m mutant) key() string { return m.File + ": " + m.New + " for " + m.Old + " in " + m.Text }
