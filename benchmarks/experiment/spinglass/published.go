package spinglass

// Published are the published figures of one size.
type Published struct {
	N, Runs                    int
	Mean, SD                   float64 // of L/Lambda
	Q05, Q25, Median, Q75, Q95 float64
	BelowThreshold             float64 // share of the runs below -E_inf
}

// PublishedEnergies returns the energies of the paper's spin glasses, p = 3, by Lambda.
// They were computed from the histograms of Fig. 3 and 8, in bins of 0.0015, read from
// their vector graphics. The few distinct values at small Lambda show that all starts of a
// size have the same disorder sample.
func PublishedEnergies() []Published {
	return []Published{
		{25, 1000, -1.44087, .05791, -1.531, -1.4545, -1.4440, -1.4296, -1.3239, 0},
		{50, 1000, -1.50145, .04099, -1.5728, -1.5300, -1.5061, -1.4756, -1.4224, 0},
		{100, 1000, -1.55049, .04060, -1.6353, -1.5719, -1.5492, -1.5239, -1.4910, .062},
		{200, 1000, -1.58286, .02387, -1.6233, -1.5998, -1.5825, -1.5655, -1.5445, .038},
		{250, 1000, -1.58740, .01973, -1.6217, -1.6003, -1.5864, -1.5732, -1.5573, .011},
		{300, 1000, -1.59093, .01690, -1.6192, -1.6023, -1.5913, -1.5789, -1.5625, .005},
		{400, 1000, -1.59790, .01364, -1.6201, -1.6069, -1.5980, -1.5889, -1.5758, .008},
		{500, 1000, -1.60150, .01181, -1.6213, -1.6096, -1.6018, -1.5936, -1.5820, .001},
	}
}
