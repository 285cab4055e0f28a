package mnist

import "github.com/lossglass/lossglass/benchmarks/report/judge"

func (m moments) String() string { return judge.Decimals(m.mean, 5) + " ± " + judge.Decimals(m.sd, 5) }
