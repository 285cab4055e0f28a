// Command splice writes the tables of the project's Markdown pages from the files
// in results/, so that no figure in a page is typed by hand. Run it in the
// repository's root:
//
//	make readme
//	go run ./benchmarks/splice -check   # writes nothing; fails if a page would change
//
// A page holds pairs of markers, and splice replaces what is between them:
//
//	<!-- splice SECTION ARGUMENTS -->
//	<!-- end -->
//
// The sections are listed in sections.go. With -commands, splice prints the
// commands of the shell blocks (```sh) of README.md, which CI runs.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
)

// pages are the Markdown files with spliced sections, relative to the repository's root.
var pages = []string{"README.md", "benchmarks/METHODOLOGY.md", "benchmarks/profile/README.md", "benchmarks/regress/README.md", "props/README.md", "results/README.md"}

func main() {
	check := flag.Bool("check", false, "write nothing; fail if a page would change")
	commands := flag.Bool("commands", false, "print the commands in README.md's shell blocks")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "splice: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	run := func() error { return writePages(*check) }
	if *commands {
		run = printCommands
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "splice:", err)
		os.Exit(1)
	}
}

// writePages splices every page. If check is set it writes nothing and returns an
// error that names the pages that are out of date.
func writePages(check bool) error {
	var stale []string
	for _, page := range pages {
		old, err := os.ReadFile(page)
		if err != nil {
			return err
		}
		text, err := splice(string(old), os.DirFS("."))
		if err != nil {
			return fmt.Errorf("%s: %w", page, err)
		}
		switch {
		case text == string(old):
		case check:
			stale = append(stale, page)
		default:
			if err := atomicfile.Write(filepath.FromSlash(page), []byte(text)); err != nil {
				return err
			}
			fmt.Fprintln(os.Stderr, "wrote", page)
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("%s: not what results/ says; run make readme", strings.Join(stale, ", "))
	}
	return nil
}

func printCommands() error {
	text, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	for _, c := range shellCommands(string(text)) {
		fmt.Println(c)
	}
	return nil
}
