package mnist

import (
	"github.com/lossglass/lossglass/benchmarks/report/format"
)

func (m moments) String() string {
	return format.Decimals(m.mean, 5) + " ± " + format.Decimals(m.sd, 5)
}
