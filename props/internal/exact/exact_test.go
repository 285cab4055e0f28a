package exact

import (
	"math/big"
	"testing"
)

// distance returns |a - b| as a power of two that is at least as large.
func distance(a, b *big.Float) int {
	d := new(big.Float).Sub(a, b)
	if d.Sign() == 0 {
		return -1 << 20
	}
	return d.MantExp(nil)
}

// e, and the natural logarithms of two and ten, to 130 decimal digits (OEIS A001113,
// A002162, A002392).
const (
	digitsE    = "2.7182818284590452353602874713526624977572470936999595749669676277240766303535475945713821785251664274274663919320030599218174135966"
	digitsLn2  = "0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868754200148102057068573368552023575"
	digitsLn10 = "2.3025850929940456840179914546843642076011014886287729760333279009675726096773524802359972050895982983419677840422862486334095254650"
)

func TestConstants(t *testing.T) {
	for digits, got := range map[string]*big.Float{digitsE: Exp(Number(1)), digitsLn2: Log(Number(2)), digitsLn10: Log(Number(10))} {
		want, _, err := big.ParseFloat(digits, 10, precision, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		if d := distance(got, want); d > -425 {
			t.Errorf("%.40g, off by 2^%d from %s", got, d, digits)
		}
	}
}

// Log inverts Exp, and Exp(x) Exp(-x) is one, within the stated errors.
func TestInverse(t *testing.T) {
	for _, x := range []float64{0, 0x1p-200, -0x1p-30, 0.3, -1, 5, -88.7, 104, 745, -2000} {
		power := Exp(Number(x))
		if d := distance(Log(power), Number(x)); d > ErrorExponent+2 {
			t.Errorf("log(exp(%v)) is off by 2^%d", x, d)
		}
		if d := distance(new(big.Float).Mul(power, Exp(Number(-x))), Number(1)); d > ErrorExponent+2 {
			t.Errorf("exp(%v) exp(%v) is off by 2^%d", x, -x, d)
		}
	}
}

func TestPanics(t *testing.T) {
	for name, f := range map[string]func(){
		"exp(5000)": func() { Exp(Number(5000)) },
		"log(0)":    func() { Log(Number(0)) },
		"log(-1)":   func() { Log(Number(-1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
