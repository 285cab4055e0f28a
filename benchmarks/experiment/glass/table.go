package glass

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// A Summary is what the runs of one size say.
type Summary struct {
	N, Disorders, Runs, Converged int
	Mean                          float64 // of L/Lambda
	Error                         float64 // of Mean, from the disorders; NaN if there is one
	SD                            float64 // of all runs
	WithinSD                      float64 // of the runs about the mean of their disorder
	DisorderSD                    float64 // of the means of the disorders; NaN if there is one
	Lowest                        float64
	BelowThreshold                float64 // share of the runs below the threshold
	Steps                         float64 // mean
}

// Summarize returns the summary of each size that has runs, in order; the runs
// must be sorted.
func Summarize(runs []Run, threshold float64) []Summary {
	var all []Summary
	for len(runs) > 0 {
		of := 1
		for of < len(runs) && runs[of].N == runs[0].N {
			of++
		}
		all = append(all, summarize(runs[:of], threshold))
		runs = runs[of:]
	}
	return all
}

func summarize(runs []Run, threshold float64) Summary {
	s := Summary{N: runs[0].N, Runs: len(runs), Lowest: math.Inf(1)}
	var all, means moments
	own := make(map[int]*moments)
	var order []*moments // by disorder
	for _, r := range runs {
		m := own[r.Disorder]
		if m == nil {
			m = new(moments)
			own[r.Disorder] = m
			order = append(order, m)
		}
		m.add(r.Energy)
		all.add(r.Energy)
		s.Lowest = min(s.Lowest, r.Energy)
		s.Steps += float64(r.Steps) / float64(len(runs))
		if r.Converged {
			s.Converged++
		}
		if r.Energy < -threshold {
			s.BelowThreshold += 1 / float64(len(runs))
		}
	}
	squares, freedom := 0.0, 0
	for _, m := range order {
		means.add(m.mean)
		squares += m.squares
		freedom += m.count - 1
	}
	s.Disorders = len(order)
	s.Mean, s.SD, s.DisorderSD = all.mean, all.sd(), means.sd()
	s.Error = s.DisorderSD / math.Sqrt(float64(s.Disorders))
	s.WithinSD = math.Sqrt(squares / float64(freedom))
	return s
}

// moments are the mean and the sum of squares about it (Welford).
type moments struct {
	count         int
	mean, squares float64
}

func (m *moments) add(x float64) {
	m.count++
	d := x - m.mean
	m.mean += d / float64(m.count)
	m.squares += float64(d * (x - m.mean))
}

func (m *moments) sd() float64 { return math.Sqrt(m.squares / float64(m.count-1)) }

// WriteTable prints the energies of each size, beside the paper's where p = 3.
func WriteTable(w io.Writer, r *Results) error {
	threshold := 2 * math.Sqrt(float64(r.Plan.P-1)/float64(r.Plan.P))
	fmt.Fprintf(w, "Energies L/Lambda at the end of %s, p = %d, threshold -E_inf = %.5f\n\n", r.Plan.Method, r.Plan.P, -threshold)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "Lambda\tdisorders\truns\tdone\tsteps\tmean\t+-\tsd\twithin a disorder\tbetween\tlowest\tbelow -E_inf\tpaper: mean\tsd\tbelow\tours - paper, in sd between\t\n")
	for _, s := range Summarize(r.Runs, threshold) {
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%.0f\t%.5f\t%s\t%.5f\t%.5f\t%s\t%.5f\t%.3f\t",
			s.N, s.Disorders, s.Runs, s.Converged, s.Steps, s.Mean, figure(s.Error), s.SD, s.WithinSD, figure(s.DisorderSD), s.Lowest, s.BelowThreshold)
		if paper, ok := publishedOf(s.N); ok && r.Plan.P == 3 {
			fmt.Fprintf(t, "%.5f\t%.5f\t%.3f\t%+.2f\t\n", paper.Mean, paper.SD, paper.BelowThreshold, (s.Mean-paper.Mean)/s.DisorderSD)
		} else {
			fmt.Fprint(t, "-\t-\t-\t-\t\n")
		}
	}
	return t.Flush()
}

func figure(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf("%.5f", x)
}

func publishedOf(n int) (Published, bool) {
	for _, p := range PublishedEnergies() {
		if p.N == n {
			return p, true
		}
	}
	return Published{}, false
}
