package conformance

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/lossglass/lossglass/props/blas"
)

// cProgram returns a C program that makes the calls of a counterexample and prints the
// two elements that differ, or "" if it cannot be shown so: by calls of several threads at
// once, or of a library in Go.
func (r *Report) cProgram(result Result) string {
	if r.target.InGo() || result.Case == "" || result.tooLong() {
		return ""
	}
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("/* %s, %s: %s.\n * %s\n * Build: cc THIS.c %s -o case\n * Run:   ./case, or ./case N for call N alone */\n", r.Library, result.Law, result.Meaning, escapeC(result.Message), r.File)
	p("%s", cHead)
	declared := map[string]bool{}
	for _, c := range result.confirmed.Calls {
		if c.Beside != nil {
			return ""
		}
		if symbol := r.Symbols[c.Routine]; !declared[symbol] {
			declared[symbol] = true
			p("%s\n", prototype(c.Routine, symbol))
		}
	}
	for i, c := range result.confirmed.Calls {
		r.cCall(&b, i, c, result.evidence)
	}
	p("int main(int argc, char **argv) {\n  int only = argc > 1 ? atoi(argv[1]) : 0;\n")
	for i, c := range result.confirmed.Calls {
		if c.Threads != 0 {
			p("  /* call %d: with the library's environment variable for %d threads */\n", i+1, c.Threads)
		}
		p("  if (only == 0 || only == %d) call%d();\n", i+1, i+1)
	}
	if result.evidence.Kind == blas.Exact || result.evidence.Kind == blas.Bound {
		p("  puts(\"%s\");\n", escapeC(result.Want))
	}
	p("  return 0;\n}\n")
	return b.String()
}

func escapeC(s string) string {
	return strings.NewReplacer("*/", "* /", `\`, `\\`, `"`, `\"`).Replace(s)
}

const cHead = `#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined __x86_64__
#include <xmmintrin.h>
#endif

/* Memory that begins at that offset in a page, between two pages that cannot be accessed
 * if guarded is set. */
static void *place(const void *data, size_t size, size_t offset, int guarded) {
  size_t page = 4096, room = (offset + size + page - 1) / page * page;
  if (room == 0) room = page;
  char *all = mmap(0, room + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) { perror("mmap"); exit(2); }
  memset(all, 0xa5, room + 2 * page);
  memcpy(all + page + offset, data, size);
  if (guarded) { mprotect(all, page, PROT_NONE); mprotect(all + page + room, page, PROT_NONE); }
  return all + page + offset;
}

static void show(int call, int element, const void *at, int size) {
  uint32_t bits32; uint64_t bits64; float f; double d;
  if (size == 4) { memcpy(&bits32, at, 4); memcpy(&f, at, 4); printf("call %d, element %d: %.9g (0x%08x)\n", call, element, f, bits32); }
  else { memcpy(&bits64, at, 8); memcpy(&d, at, 8); printf("call %d, element %d: %.17g (0x%016llx)\n", call, element, d, (unsigned long long)bits64); }
}

`

// prototype declares a function as its library does, for a C program without headers.
func prototype(routine, symbol string) string {
	base, double := routine[1:], routine[0] == 'd'
	x, i := "float", "int"
	if double {
		x = "double"
	}
	if strings.HasSuffix(symbol, "64_") || strings.HasPrefix(symbol, "dnnl_") {
		i = "int64_t"
	}
	result := "void"
	if base == "dot" {
		result = x
	}
	list := map[string]map[string]string{
		"cblas": {"gemm": "int, int, int, I, I, I, X, const X *, I, const X *, I, X, X *, I", "gemv": "int, int, I, I, X, const X *, I, const X *, I, X, X *, I", "dot": "I, const X *, I, const X *, I"},
		"dnnl":  {"gemm": "char, char, I, I, I, X, const X *, I, const X *, I, X, X *, I"},
		"":      {"gemm": "const char *, const char *, const I *, const I *, const I *, const X *, const X *, const I *, const X *, const I *, const X *, X *, const I *", "gemv": "const char *, const I *, const I *, const X *, const X *, const I *, const X *, const I *, const X *, X *, const I *", "dot": "const I *, const X *, const I *, const X *, const I *"},
	}[convention(symbol)][base]
	if convention(symbol) == "dnnl" {
		result = "int"
	}
	return fmt.Sprintf("%s %s(%s);", result, symbol, strings.NewReplacer("X", x, "I", i).Replace(list))
}

func convention(symbol string) string {
	for _, c := range []string{"cblas", "dnnl"} {
		if strings.HasPrefix(symbol, c+"_") {
			return c
		}
	}
	return ""
}

// cCall writes a function that makes a call and shows its elements.
func (r *Report) cCall(b *strings.Builder, i int, c blas.Call, e blas.Evidence) {
	p := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	x, word, size := "float", "uint32_t", 4
	if c.Routine[0] == 'd' {
		x, word, size = "double", "uint64_t", 8
	}
	for n, o := range c.Operands {
		p("static const %s call%d_%c[] = {%s};\n", word, i+1, 'a'+n, bitsOf(o.Data, size))
	}
	p("static void call%d(void) {\n", i+1)
	for n, o := range c.Operands {
		p("  %s *%c = place(call%d_%c, %d, %d, %t);\n", x, 'a'+n, i+1, 'a'+n, len(o.Data), o.Offset, o.Guarded)
	}
	base, result := c.Routine[1:], 'a'+len(c.Operands)-1
	call := arguments(convention(r.Symbols[c.Routine]), base, x, c)
	if strings.HasSuffix(r.Symbols[c.Routine], "64_") {
		call = strings.ReplaceAll(call, "(int[])", "(int64_t[])")
	}
	if base == "dot" {
		p("  %s value = %s%s;\n", x, r.Symbols[c.Routine], call)
	} else {
		p("#if defined __x86_64__\n  unsigned before = _mm_getcsr() & 0xffc0;\n#endif\n")
		p("  %s%s;\n", r.Symbols[c.Routine], call)
		p("#if defined __x86_64__\n  if ((_mm_getcsr() & 0xffc0) != before) puts(\"the call changed rounding mode or flush-to-zero\");\n#endif\n")
	}
	for _, at := range []blas.Point{e.Want, e.Got} {
		if at.Call == i && e.Kind != blas.Failed {
			where := fmt.Sprintf("&%c[%d]", result, at.Element)
			if base == "dot" {
				where = "&value"
			}
			p("  show(%d, %d, %s, %d);\n", i+1, at.Element, where, size)
		}
	}
	p("}\n\n")
}

// bitsOf writes numbers as their bits.
func bitsOf(data []byte, size int) string {
	var words []string
	for at := 0; at < len(data); at += size {
		if size == 4 {
			words = append(words, fmt.Sprintf("0x%08x", binary.NativeEndian.Uint32(data[at:])))
		} else {
			words = append(words, fmt.Sprintf("0x%016x", binary.NativeEndian.Uint64(data[at:])))
		}
	}
	if len(words) == 0 {
		return "0" // C has no empty arrays
	}
	return strings.Join(words, ", ")
}

// arguments writes the arguments of a call as the convention has them.
func arguments(convention, base, x string, c blas.Call) string {
	s := c.Sizes
	flag := func(i int, no, yes string) string {
		if c.Flags[i] {
			return yes
		}
		return no
	}
	factor := func(i int) string { return fmt.Sprintf("%x", c.Factors[i]) }
	ref := func(n int) string { return fmt.Sprintf("(int[]){%d}", n) }
	number := func(i int) string { return fmt.Sprintf("(%s[]){%s}", x, factor(i)) }
	switch convention + " " + base {
	case "cblas gemm":
		return fmt.Sprintf("(101, %s, %s, %d, %d, %d, %s, a, %d, b, %d, %s, c, %d)", flag(0, "111", "112"), flag(1, "111", "112"), s[0], s[1], s[2], factor(0), s[3], s[4], factor(1), s[5])
	case "dnnl gemm":
		return fmt.Sprintf("(%s, %s, %d, %d, %d, %s, a, %d, b, %d, %s, c, %d)", flag(0, "'N'", "'T'"), flag(1, "'N'", "'T'"), s[0], s[1], s[2], factor(0), s[3], s[4], factor(1), s[5])
	case "cblas gemv":
		return fmt.Sprintf("(101, %s, %d, %d, %s, a, %d, b, %d, %s, c, %d)", flag(0, "111", "112"), s[0], s[1], factor(0), s[2], s[3], factor(1), s[4])
	case "cblas dot":
		return fmt.Sprintf("(%d, a, %d, b, %d)", s[0], s[1], s[2])
	case " gemm": // row-major by column-major: C' = op(B)' op(A)'
		return fmt.Sprintf("(%s, %s, %s, %s, %s, %s, b, %s, a, %s, %s, c, %s)", flag(1, `"N"`, `"T"`), flag(0, `"N"`, `"T"`), ref(s[1]), ref(s[0]), ref(s[2]), number(0), ref(s[4]), ref(s[3]), number(1), ref(s[5]))
	case " gemv":
		return fmt.Sprintf("(%s, %s, %s, %s, a, %s, b, %s, %s, c, %s)", flag(0, `"T"`, `"N"`), ref(s[1]), ref(s[0]), number(0), ref(s[2]), ref(s[3]), number(1), ref(s[4]))
	default:
		return fmt.Sprintf("(%s, a, %s, b, %s)", ref(s[0]), ref(s[1]), ref(s[2]))
	}
}
