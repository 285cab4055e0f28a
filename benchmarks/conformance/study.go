package conformance

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/lossglass/lossglass/benchmarks/environment"
	"github.com/lossglass/lossglass/benchmarks/internal/atomicfile"
	"github.com/lossglass/lossglass/props/blas"
)

// worst orders verdicts, for a law and all routines of a library.
var worst = []Verdict{Crashed, Broken, Unconfirmed, Differs, NotTested, Holds}

// summary returns the worst verdict on a law, with the routines if not all have it.
func (r *Report) summary(law string) string {
	for _, v := range worst {
		var with []string
		all := 0
		for _, one := range r.Results {
			if one.Law == law {
				all++
				if one.Verdict == v {
					with = append(with, one.Routine)
				}
			}
		}
		if len(with) == all && all > 0 {
			return string(v)
		}
		if len(with) > 0 {
			return string(v) + ": " + strings.Join(with, " ")
		}
	}
	return "-"
}

// WriteStudy writes README.md to a directory: a table of all laws and the libraries whose
// reports are in its subdirectories.
func WriteStudy(dir string, reports []*Report, facts []environment.Fact) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# What BLAS libraries promise, and what they keep\n\n%s\n", environment.List(facts))
	fmt.Fprintf(&b, "Each law was tried on drawn cases, with one process for each library, and each counterexample was\nmade again from its calls alone and by the C program in the library's directory. A law holds where no\ncase was found against it, which is no proof. Cells name the routines where not all are alike.\n\n")
	rows := [][]string{{"law"}}
	for i := range reports {
		rows[0] = append(rows[0], fmt.Sprintf("[%d]", i+1))
	}
	for _, l := range blas.Laws {
		row := []string{l.Name}
		for _, r := range reports {
			row = append(row, r.summary(l.Name))
		}
		rows = append(rows, row)
	}
	fmt.Fprintf(&b, "%s\n%s\n\n## Libraries\n\n", markdownTable(rows), legend)
	libraries := [][]string{{"", "library", "version", "package", "least cases", "most cases", "shown in C"}}
	for i, r := range reports {
		least, most, shown, needed := -1, 0, 0, 0
		for _, one := range r.Results {
			if one.Verdict == Holds {
				if least < 0 || one.Cases < least {
					least = one.Cases
				}
				most = max(most, one.Cases)
			}
			if one.Program != "" {
				needed++
				if one.Confirmed() {
					shown++
				}
			}
		}
		libraries = append(libraries, []string{fmt.Sprintf("[%d]", i+1), fmt.Sprintf("[%s](%s/report.md)", r.Library, r.Slug()), r.Version, r.Package,
			fmt.Sprint(max(0, least)), fmt.Sprint(most), fmt.Sprintf("%d of %d", shown, needed)})
	}
	fmt.Fprintf(&b, "%s\n## Laws\n\n", markdownTable(libraries))
	laws := [][]string{{"law", "what it means", "promised by"}}
	for _, l := range blas.Laws {
		promise := l.Promise
		if promise == "" {
			promise = "nobody"
		}
		laws = append(laws, []string{l.Name, l.Meaning, promise})
	}
	b.WriteString(markdownTable(laws))
	return atomicfile.Write(filepath.Join(dir, "README.md"), []byte(b.String()))
}
