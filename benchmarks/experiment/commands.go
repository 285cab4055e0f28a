package experiment

// CommandLines returns the command lines that compute a directory DIR with a command of lossglass,
// report it, and do the rest; none if command is "".
func CommandLines(command string, rest ...string) []string {
	if command == "" {
		return nil
	}
	const run = "go run ./benchmarks/"
	lines := []string{run + command + " -out DIR", run + "lossglass report DIR"}
	for _, line := range rest {
		lines = append(lines, run+line)
	}
	return lines
}
