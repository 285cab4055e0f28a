// Command matmul measures how fast core/matmul multiplies matrices beside gonum
// and, if they are installed and were built by benchmarks/peers/blas/build,
// OpenBLAS, libxsmm and oneDNN: all on one core and one thread, in turn, round
// after round. Every product is checked against the error bound. It measures single
// calls with operands in the caches; package bench measures our own kernels for
// benchstat.
package main

import (
	"context"
	"flag"
	"fmt"
	"github.com/lossglass/lossglass/benchmarks/environment"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/lossglass/lossglass/benchmarks/internal/interrupt"
	"github.com/lossglass/lossglass/benchmarks/peers/internal/harness"
)

// options are what to measure and where to write the table.
type options struct {
	command   string // as a user types it
	out       string // directory, or "" for none
	libraries string // directory
	shapes    shapes
	rounds    int
	atLeast   time.Duration
	core      string // which the process is kept on

	stdout, stderr io.Writer
}

func main() {
	o := options{shapes: defaultShapes, stdout: os.Stdout, stderr: os.Stderr}
	flag.StringVar(&o.out, "out", "", "write the table into this `directory` too, as matmul-FINGERPRINT.md")
	flag.StringVar(&o.libraries, "libraries", "bin/blas", "`directory` of what benchmarks/peers/blas/build built")
	flag.IntVar(&o.rounds, "rounds", 9, "number of `rounds`")
	flag.DurationVar(&o.atLeast, "time", 8*time.Millisecond, "shortest time of a measurement")
	flag.Var(&o.shapes, "shapes", "products to measure, `MxNxK` separated by commas")
	flag.Parse()
	if err := o.checkFlags(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "matmul:", err)
		os.Exit(2)
	}
	o.command = "bin/peers-matmul"
	flag.Visit(func(f *flag.Flag) { o.command += fmt.Sprintf(" -%s %s", f.Name, f.Value) })

	ctx, stop := interrupt.Context(context.Background())
	defer stop()
	core, err := harness.Pin()
	if err == nil {
		runtime.GOMAXPROCS(1) // gonum would use more threads
		o.core = core
		err = o.run(ctx)
	}
	if status, ok := interrupt.Status(ctx, err); ok {
		fmt.Fprintln(os.Stderr, "matmul: interrupted")
		os.Exit(status)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "matmul:", err)
		os.Exit(1)
	}
}

// checkFlags returns an error if the flags or arguments make no sense.
func (o *options) checkFlags(arguments []string) error {
	switch {
	case len(arguments) > 0:
		return fmt.Errorf("unexpected argument %q", arguments[0])
	case o.rounds < 1:
		return fmt.Errorf("-rounds %d: at least 1 is needed", o.rounds)
	case o.atLeast <= 0:
		return fmt.Errorf("-time %s: it must be positive", o.atLeast)
	}
	return nil
}

// run measures and writes the table.
func (o *options) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "lossglass-matmul-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	peers, missing, err := findPeers(ctx, o.libraries, o.stderr)
	if err != nil {
		return err
	}
	c := &comparison{peers: peers, rounds: o.rounds, atLeast: o.atLeast, shapes: o.shapes, dir: dir, messages: o.stderr}
	defer c.close()
	for _, m := range missing {
		fmt.Fprintln(o.stderr, "not installed:", m)
	}
	if err := c.run(ctx); err != nil {
		return err
	}
	return harness.Write(o.table(c, missing).markdown(), o.out, "matmul", o.stdout, o.stderr)
}

// table returns the medians and the header of the table.
func (o *options) table(c *comparison, missing []string) table {
	t := table{comparison: c, facts: harness.Facts(o.command)}
	for _, p := range c.peers {
		if p.library != "lossglass" {
			t.facts = append(t.facts, environment.Fact{p.name, p.version})
		}
	}
	for _, m := range missing {
		t.facts = append(t.facts, environment.Fact{"not installed", m})
	}
	slow := ""
	if c.cut {
		slow = fmt.Sprintf("; gonum's products of more than %.0g multiplications in one round only", float64(slowWork))
	}
	t.facts = append(t.facts,
		environment.Fact{"measured", fmt.Sprintf("medians of %d interleaved rounds; a measurement multiplies the same operands repeatedly for at least %s, on one thread, on %s%s",
			c.rounds, o.atLeast, o.core, slow)},
		environment.Fact{"peak", fmt.Sprintf("the fastest loop of fused multiply-adds only (%s), measured in turn with the products", strings.ToUpper(harness.Native()[0].Name))},
		environment.Fact{"checked", fmt.Sprintf("every element of every product, against lossglass's: a difference of 2 gamma_k |A||B| is allowed, the largest one found is %.2g times that", c.used)})
	return t
}

// A shape is the size of a product: an m x k matrix times a k x n matrix.
type shape struct{ m, n, k int }

func (s shape) String() string { return fmt.Sprintf("%dx%dx%d", s.m, s.n, s.k) }

// work returns the number of multiplications.
func (s shape) work() float64 { return float64(s.m) * float64(s.n) * float64(s.k) }

// defaultShapes are the shapes of the experiment's networks, cubes, and shapes whose
// sides are no multiples of a tile.
var defaultShapes = shapes{
	{100, 25, 100}, {100, 10, 25}, {100, 25, 10}, {100, 100, 100}, {100, 500, 100}, {10, 25, 100}, {10, 500, 100},
	{64, 64, 64}, {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
	{511, 513, 509}, {1000, 1000, 1000}, {1537, 1021, 773},
}

// shapes is a command-line flag.
type shapes []shape

func (s *shapes) String() string {
	var words []string
	for _, x := range *s {
		words = append(words, x.String())
	}
	return strings.Join(words, ",")
}

// Set parses shapes separated by commas.
func (s *shapes) Set(text string) error {
	*s = nil
	for _, word := range strings.Split(text, ",") {
		var x shape
		if _, err := fmt.Sscanf(word, "%dx%dx%d", &x.m, &x.n, &x.k); err != nil || x.String() != word || min(x.m, x.n, x.k) < 1 {
			return fmt.Errorf("%q is not MxNxK, three positive integers", word)
		}
		*s = append(*s, x)
	}
	return nil
}
