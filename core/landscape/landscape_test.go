package landscape

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"pgregory.net/rapid"
)

// near fails the test unless got and want differ by at most within.
func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %.15g, want %.15g within %g", what, got, want, within)
	}
}

// The reference values in this file were computed independently from the formulas, with
// 40 digits, and are given to 12 or 13.
func TestConstants(t *testing.T) {
	for _, want := range []struct {
		p         int
		threshold float64
		lowest    []float64
		top, edge float64 // Theta(0) and Theta_0(-E_inf)
	}{
		{2, math.Sqrt2, []float64{math.Sqrt2, math.Sqrt2, math.Sqrt2}, 0, 0},
		{3, 1.632993161855, []float64{1.656998363527, 1.652873198103, 1.650253127439, 1.648399021909, 1.646998567155, 1.645893256575}, .34657359028, .0132402569466},
		{4, 1.732050807569, []float64{1.794085028179, 1.783300301254, 1.776477611700, 1.771662171491}, .549306144334, .0493061443341},
		{5, 1.788854382000, []float64{1.887988826369, 1.870575635477, 1.859598916262, 1.851869787723}, .69314718056, .0931471805599},
		{6, 1.825741858351, []float64{1.958665998953, 1.935111808003, 1.920309637581, 1.909907897924}, .804718956217, .138052289550},
		{7, 1.851640199545, []float64{2.014952581240, 1.985796102391, 1.967521831689, 1.954702456655}, .895879734614, .181594020328},
		{8, 1.870828693387, []float64{2.061504064669, 2.027241883972, 2.005817034648, 1.990810144386}, .972955074528, .222955074528},
		{9, 1.885618083164, []float64{2.101060393149, 2.062129129986, 2.037833937115, 2.020838987189}, 1.03972077084, .261942993062},
		{10, 1.897366596101, []float64{2.135363800450, 2.092142491019, 2.065218604967, 2.046406850476}, 1.09861228867, .298612288668},
	} {
		const digits = 1.01e-12 // half a unit of the last digit, and an ulp or two
		near(t, "E_inf", Threshold(want.p), want.threshold, digits)
		for k, e := range want.lowest {
			near(t, "E_k", LowestEnergy(want.p, k), e, digits)
		}
		near(t, "Theta(0)", Complexity(want.p, 0), want.top, 6e-12)
		near(t, "Theta_0(-E_inf)", IndexComplexity(want.p, 0, -Threshold(want.p)), want.edge, 1e-12)
	}
}

func TestComplexityOfThree(t *testing.T) {
	threshold := Threshold(3)
	for _, want := range [][2]float64{
		{-2, -.36097286504206}, {-1.8, -.12103465633204}, {-1.7, -.030445661736106}, {-1.66, -.0018967448044},
		{-1.65, .0042538940146592}, {-1.64, .009843268288359}, {-threshold, .013240256946639}, {-1.6, .026573590279973},
		{-1.5, .065323590279973}, {-1.4, .10157359027997}, {-1, .22157359027997}, {-.5, .31532359027997},
		{0, .34657359027997}, {2, .34657359027997},
	} {
		near(t, "Theta_3", Complexity(3, want[0]), want[1], 1e-13)
	}
	near(t, "I_3(-1.7)", RateFunction(3, -1.7), .0157692520160786, 1e-15)
	near(t, "Theta_1", IndexComplexity(3, 1, -1.65), .002246697749346, 1e-14)
	near(t, "Theta_2", IndexComplexity(3, 2, -1.65), .000239501484032, 1e-14)
	for _, want := range [][2]float64{
		{0, .5}, {-.5, .308165823}, {-1, .136114201}, {-1.4, .031646231}, {-1.6, .001718473},
		{-threshold, 0}, {-3, 0}, {threshold, 1}, {.5, 1 - .308165823},
	} {
		near(t, "alpha", IndexFraction(3, want[0]), want[1], 6e-10)
	}
}

// With the printed constant Theta_{k,p} would jump at -E_inf; with ours it is continuous.
func TestMisprintOfIndexComplexity(t *testing.T) {
	for p := 3; p <= 10; p++ {
		for k := range 4 {
			below := IndexComplexity(p, k, -Threshold(p)*(1+1e-12))
			near(t, "limit from below", IndexComplexity(p, k, -1), below, 1e-11)
			printed := math.Log(float64(p-1))/2 - float64(p-2)/float64(4*(p-1))
			if math.Abs(printed-below) < .2 {
				t.Errorf("p = %d: the printed constant %v is the limit %v", p, printed, below)
			}
		}
	}
}

// The paper's closed form and its integral agree with the series.
func TestRateForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(2, 50).Draw(t, "p")
		threshold := Threshold(p)
		e := threshold + rapid.Float64Range(0, 3).Draw(t, "E - E_inf")
		root := math.Sqrt(e*e - threshold*threshold)
		printed := e/(threshold*threshold)*root - math.Log(e+root) + math.Log(threshold)
		if got := RateFunction(p, -e); math.Abs(got-printed) > 1e-14*(1+printed) {
			t.Fatalf("I(%v) = %v, want %v", -e, got, printed)
		}
		// With x = E_inf + s^2 the integrand is analytic.
		integral := quad.Fixed(func(s float64) float64 {
			return 4 * s * s * math.Sqrt(s*s+2*threshold) / (threshold * threshold)
		}, 0, math.Sqrt(e-threshold), 60, quad.Legendre{}, 0)
		if got := RateFunction(p, -e); math.Abs(got-integral) > 1e-11*integral {
			t.Fatalf("I(%v) = %v, want %v", -e, got, integral)
		}
	})
	for _, u := range []float64{math.Inf(-1), -1e200} {
		if got := RateFunction(3, u); !math.IsInf(got, 1) {
			t.Errorf("I(%v) = %v", u, got)
		}
	}
}

// E_k is a zero of its complexity, and E_inf < E_{k+1} < E_k (paper, corollary 4.1).
func TestLowestEnergies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(3, 10000).Draw(t, "p")
		k := rapid.IntRange(0, 200).Draw(t, "k")
		e, next := LowestEnergy(p, k), LowestEnergy(p, k+1)
		if !(Threshold(p) < next && next < e) {
			t.Fatalf("E_inf %v, E_%d %v, E_%d %v", Threshold(p), k+1, next, k, e)
		}
		if below, above := IndexComplexity(p, k, -e-1e-12), IndexComplexity(p, k, -e+1e-12); !(below < 0 && above > 0) {
			t.Fatalf("E_%d = %v: complexities %v and %v around it", k, e, below, above)
		}
	})
}

func TestPanics(t *testing.T) {
	for _, tt := range []struct {
		want string
		call func()
	}{
		{badP, func() { Threshold(1) }}, {badP, func() { RateFunction(1, 0) }}, {badP, func() { Complexity(0, 1) }},
		{badP, func() { IndexComplexity(-3, 0, 1) }}, {badP, func() { LowestEnergy(1, 0) }}, {badP, func() { IndexFraction(1, 0) }},
		{badP, func() { MeanCount(1, 5, 0) }}, {badP, func() { MeanCountByIndex(1, 5, 0) }}, {badP, func() { Minima(1, 5, 0) }}, {badP, func() { LogMeanCountLimit(1, 5, 0) }},
		{badIndex, func() { IndexComplexity(3, -1, 0) }}, {badIndex, func() { LowestEnergy(2, -1) }},
		{badSize, func() { MeanCount(3, 1, 0) }}, {badSize, func() { MeanCountByIndex(3, 0, 0) }}, {badSize, func() { Minima(3, -1, 0) }}, {badSize, func() { LogMeanCountLimit(3, 1, 0) }},
		{tooManySpins, func() { MeanCountByIndex(3, MaxSpins+1, 0) }}, {tooManySpins, func() { Minima(3, MaxSpins+1, 0) }},
		{noLimit, func() { LogMeanCountLimit(2, 10, -1) }},
	} {
		func() {
			defer func() {
				if got := recover(); got != tt.want {
					t.Errorf("panic %v, want %v", got, tt.want)
				}
			}()
			tt.call()
		}()
	}
}
