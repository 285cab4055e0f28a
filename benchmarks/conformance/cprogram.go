package conformance

import (
	"bytes"
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
		if f := r.function(c); !declared[f.symbol] {
			declared[f.symbol] = true
			p("%s\n", f.prototype())
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

/* Reports the first byte around an operand that was written to. */
static void outside(int call, char name, const void *at, long size, long offset, int guarded) {
  long page = 4096, room = (offset + size + page - 1) / page * page;
  if (room == 0) room = page;
  long more = guarded ? 0 : page;
  for (long i = -offset - more; i < room - offset + more; i++)
    if ((i < 0 || i >= size) && ((const unsigned char *)at)[i] != 0xa5) {
      printf("call %d wrote to byte %ld of %c, which has %ld\n", call, i, name, size);
      return;
    }
}

static void show(int call, int element, const void *at, int size) {
  uint32_t bits32; uint64_t bits64; float f; double d;
  if (size == 4) { memcpy(&bits32, at, 4); memcpy(&f, at, 4); printf("call %d, element %d: %.9g (0x%08x)\n", call, element, f, bits32); }
  else { memcpy(&bits64, at, 8); memcpy(&d, at, 8); printf("call %d, element %d: %.17g (0x%016llx)\n", call, element, d, (unsigned long long)bits64); }
}

`

// cCall writes a function that makes a call and shows its elements.
func (r *Report) cCall(b *strings.Builder, i int, c blas.Call, e blas.Evidence) {
	p := func(format string, args ...any) { fmt.Fprintf(b, format, args...) }
	f := r.function(c)
	word, size := "uint32_t", 4
	if c.Double() {
		word, size = "uint64_t", 8
	}
	for n, o := range c.Operands {
		name := fmt.Sprintf("call%d_%c", i+1, 'a'+n)
		p("static %s %s[%d]%s;\n", word, name, max(1, len(o.Data)/size), initial(o.Data, size))
	}
	p("static void call%d(void) {\n", i+1)
	for n, o := range c.Operands {
		if period := periodOf(o.Data, size); period > 0 {
			p("  for (int i = %d; i < %d; i++) call%d_%c[i] = call%d_%c[i %% %d];\n", period, len(o.Data)/size, i+1, 'a'+n, i+1, 'a'+n, period)
		}
	}
	for n, o := range c.Operands {
		p("  %s *%c = place(call%d_%c, %d, %d, %t);\n", f.number, 'a'+n, i+1, 'a'+n, len(o.Data), o.Offset, o.Guarded)
	}
	result := rune('a' + len(c.Operands) - 1)
	p("#if defined __x86_64__\n  unsigned before = _mm_getcsr() & 0xffc0;\n#endif\n")
	p("  %s\n", f.statement(c))
	if f.returns && c.Base() == "amax" && f.reference { // Fortran counts from one
		p("  if (value > 0) value -= 1;\n")
	}
	p("#if defined __x86_64__\n  if ((_mm_getcsr() & 0xffc0) != before) puts(\"the call changed rounding mode or flush-to-zero\");\n#endif\n")
	for n, o := range c.Operands {
		p("  outside(%d, '%c', %c, %d, %d, %t);\n", i+1, 'a'+n, 'a'+n, len(o.Data), o.Offset, o.Guarded)
		p("  for (int i = 0; i < %d; i++)\n    if (%s && memcmp(&%c[i], &call%d_%c[i], %d) != 0) { printf(\"call %d changed element %%d of %c\\n\", i); break; }\n",
			len(o.Data)/size, readOnly(c, n), 'a'+n, i+1, 'a'+n, size, i+1, 'a'+n)
	}
	for _, at := range []blas.Point{e.Want, e.Got} {
		if at.Call == i && e.Kind != blas.Failed {
			where := fmt.Sprintf("&%c[%d]", result, at.Element)
			if f.returns {
				where = "&value"
			}
			p("  show(%d, %d, %s, %d);\n", i+1, at.Element, where, size)
		}
	}
	p("}\n\n")
}

// readOnly returns, in C, whether the call must not write to element i of an operand.
func readOnly(c blas.Call, operand int) string {
	s := c.Sizes
	if _, kernel := c.Kernel(); kernel && operand == len(c.Operands)-1 {
		return "0"
	}
	switch base := c.Base(); {
	case base == "gemm" && operand == 2:
		return fmt.Sprintf("i %% %d >= %d", s[5], s[1])
	case base == "gemv" && operand == 2:
		return fmt.Sprintf("i %% %d != 0", max(1, s[4], -s[4]))
	case base == "axpy" && operand == 1:
		return fmt.Sprintf("i %% %d != 0", max(1, s[2], -s[2]))
	}
	return "1"
}

// longPeriod is the length of what is written out of operands that repeat it.
const longPeriod = 256

// periodOf returns the number of elements that a long operand repeats, or 0.
func periodOf(data []byte, size int) int {
	if len(data) <= 4*longPeriod*size {
		return 0
	}
	for period := 1; period <= longPeriod; period++ {
		if bytes.Equal(data[period*size:], data[:len(data)-period*size]) {
			return period
		}
	}
	return 0
}

// initial writes the initial values of an array: all of them, those that it repeats, or, where
// most are zero, the others.
func initial(data []byte, size int) string {
	if period := periodOf(data, size); period > 0 {
		data = data[:period*size]
	}
	zero, others := make([]byte, size), []string{}
	for at := 0; at < len(data); at += size {
		if !bytes.Equal(data[at:at+size], zero) {
			others = append(others, fmt.Sprintf("[%d] = %s", at/size, bitsOf(data[at:at+size], size)))
		}
	}
	switch {
	case len(others) == 0:
		return ""
	case 3*len(others) < len(data)/size:
		return " = {" + strings.Join(others, ", ") + "}"
	}
	return " = {" + bitsOf(data, size) + "}"
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
	return strings.Join(words, ", ")
}
