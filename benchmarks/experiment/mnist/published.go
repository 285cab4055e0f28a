package mnist

// Published are the published figures of one size.
type Published struct {
	N, Runs          int
	Train, Test      float64 // mean losses
	TrainSD, TestSD  float64
	TrainTestPearson float64
}

// PublishedLosses returns the losses of the paper's networks, by number of hidden units.
// The correlations from 25 units up are printed in Table 1. The other figures were computed
// from the points of Fig. 7, read from its vector graphics; their correlations equal
// Table 1 in all four digits.
func PublishedLosses() []Published {
	return []Published{
		{2, 1000, 1.01017, 1.01697, .03757, .03713, .9888},
		{5, 1000, .38560, .37758, .01064, .01091, .9506},
		{10, 1000, .22830, .22501, .00683, .00809, .8635},
		{25, 1000, .12500, .13059, .00360, .00445, .7616},
		{50, 1000, .09183, .10163, .00208, .00268, .6861},
		{100, 1000, .07668, .08881, .00116, .00170, .5983},
		{250, 890, .06702, .08069, .00062, .00100, .5302},
		{500, 970, .06252, .07717, .00040, .00074, .4081},
	}
}
