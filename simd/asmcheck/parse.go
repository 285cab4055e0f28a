// Package asmcheck reads assembly as Go's assembler takes it and finds what no
// run on a newer CPU shows: instructions beyond the instruction set that a file
// is for, SSE among AVX, a missing VZEROUPPER, moves that fault on unaligned
// data, frames that do not fit the declaration; on arm64, instructions written
// as words that are not what they say, and registers that are not the code's to
// use. It knows only the instructions this project uses: another one is reported
// until it is classified.
package asmcheck

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"
)

// A Function is one TEXT of a file.
type Function struct {
	Name  string
	Line  int
	Frame int // bytes
	Args  int // bytes of arguments and results
	Body  []Instruction

	// Labels gives, for each label, how many instructions of Body come before it.
	Labels map[string]int
}

// An Instruction is one line of a body.
type Instruction struct {
	Line     int
	Op       string   // with its suffixes
	Operands []string // destination last
	Comment  string   // behind it
}

// String returns the instruction as the source has it, without its comment.
func (i Instruction) String() string {
	return strings.TrimSpace(i.Op + " " + strings.Join(i.Operands, ", "))
}

var text = regexp.MustCompile(`^TEXT\s+·(\w+)\(SB\),\s*(?:[A-Z|]+,\s*)?\$(-?\d+)-(\d+)`)

// Parse reads the functions of a source without macros.
func Parse(source string) ([]Function, error) {
	var all []Function
	for i, line := range strings.Split(source, "\n") {
		line, comment, _ := strings.Cut(line, "//")
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "TEXT"):
			m := text.FindStringSubmatch(line)
			if m == nil {
				return nil, fmt.Errorf("line %d: not understood: %s", i+1, line)
			}
			frame, _ := strconv.Atoi(m[2])
			args, _ := strconv.Atoi(m[3])
			all = append(all, Function{Name: m[1], Line: i + 1, Frame: frame, Args: args, Labels: map[string]int{}})
		case strings.HasSuffix(line, ":") && len(all) > 0:
			last := &all[len(all)-1]
			last.Labels[strings.TrimSuffix(line, ":")] = len(last.Body)
		case line == "" || !('A' <= line[0] && line[0] <= 'Z'):
			// nothing, or a directive of the preprocessor
		case strings.HasPrefix(line, "DATA") || strings.HasPrefix(line, "GLOBL"):
		case len(all) == 0:
			return nil, fmt.Errorf("line %d: an instruction outside of any function: %s", i+1, line)
		default:
			op, rest, _ := strings.Cut(line, " ")
			in := Instruction{Line: i + 1, Op: op, Comment: strings.TrimSpace(comment)}
			for _, o := range strings.Split(rest, ",") {
				if o = strings.TrimSpace(o); o != "" {
					in.Operands = append(in.Operands, o)
				}
			}
			last := &all[len(all)-1]
			last.Body = append(last.Body, in)
		}
	}
	return all, nil
}

// ArgSizes returns the bytes that the arguments and results of each function
// declared in a Go source take on the stack of that architecture.
func ArgSizes(source, arch string) (map[string]int, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "stubs.go", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: importer.Default(), IgnoreFuncBodies: true, Sizes: types.SizesFor("gc", arch)}
	pkg, err := config.Check("stubs", files, []*ast.File{file}, nil)
	if err != nil {
		return nil, err
	}
	sizes := map[string]int{}
	for _, name := range pkg.Scope().Names() {
		f, ok := pkg.Scope().Lookup(name).(*types.Func)
		if !ok {
			continue
		}
		signature := f.Signature()
		size := extent(config.Sizes, 0, signature.Params())
		if results := signature.Results(); results.Len() > 0 {
			word := config.Sizes.Sizeof(types.Typ[types.Uintptr])
			size = extent(config.Sizes, (size+word-1)/word*word, results)
		}
		sizes[name] = int(size)
	}
	return sizes, nil
}

// extent returns where the variables end that begin at an offset.
func extent(sizes types.Sizes, at int64, vars *types.Tuple) int64 {
	for v := range vars.Variables() {
		align := sizes.Alignof(v.Type())
		at = (at+align-1)/align*align + sizes.Sizeof(v.Type())
	}
	return at
}
