package spinglass

// Memory returns how many bytes of memory the machine has, or where it does not
// tell, how many can be asked for.
func Memory() uint64 { return memory() }
