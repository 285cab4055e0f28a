package experiment_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

const stormsByDefault = 8

var (
	storms = flag.Int("storm", stormsByDefault, "number of processes that TestStorm kills; if it is not the default, disks fail at every change, and every kind of file is damaged a thousand times")
	ledger = flag.String("ledger", "", "Markdown `file` for the tables of what is lost")
)

// sections are those of the ledger, of the tests that have run.
var sections []string

func addSection(title, text, table string) {
	sections = append(sections, fmt.Sprintf("\n## %s\n\n%s\n\n%s", title, text, table))
}

func writeLedger() error {
	if *ledger == "" {
		return nil
	}
	return os.WriteFile(*ledger, []byte("# What is lost, and what is silently accepted\n"+strings.Join(sections, "")), 0o644)
}
