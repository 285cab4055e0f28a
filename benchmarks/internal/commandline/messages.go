package commandline

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// Values returns the options with which kong keeps texts byte for byte (it would replace
// what is not UTF-8, and paths may be that), reads numbers as Go does, and names in words
// what it needs.
func Values() []kong.Option {
	return []kong.Option{
		kong.KindMapper(reflect.String, kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
			text, err := popText(ctx)
			if err == nil {
				target.SetString(text)
			}
			return err
		})),
		kong.KindMapper(reflect.Int, kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
			text, err := popText(ctx)
			if err != nil {
				return err
			}
			n, err := strconv.ParseInt(text, 0, strconv.IntSize)
			if errors.Is(err, strconv.ErrRange) {
				return fmt.Errorf("%q is too large or too small a number", text)
			}
			if err != nil {
				return fmt.Errorf("%q is not a whole number", text)
			}
			target.SetInt(n)
			return nil
		})),
		kong.KindMapper(reflect.Uint64, kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
			text, err := popText(ctx)
			if err != nil {
				return err
			}
			n, err := strconv.ParseUint(text, 0, 64)
			if err != nil {
				return fmt.Errorf("%q is not a whole number from 0 to %d", text, uint64(math.MaxUint64))
			}
			target.SetUint(n)
			return nil
		})),
		kong.KindMapper(reflect.Float64, kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
			text, err := popText(ctx)
			if err != nil {
				return err
			}
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return fmt.Errorf("%q is not a number", text)
			}
			target.SetFloat(x)
			return nil
		})),
	}
}

func popText(ctx *kong.DecodeContext) (string, error) {
	token, err := ctx.Scan.PopValue("a value")
	if err != nil {
		return "", err
	}
	if text, ok := token.Value.(string); ok {
		return text, nil
	}
	return token.String(), nil
}

var (
	unexpected = regexp.MustCompile(`(?s)^unexpected argument (.*?)(, did you mean .*)?$`)
	expected   = regexp.MustCompile(`^expected "<(.*)>( \.\.\.)?"$`)
	longFlag   = regexp.MustCompile(`(^|[ "])--([a-z])`)
	duration   = regexp.MustCompile(`expected duration but got (".*"): .*`)
)

// Message returns an error of kong in words, and the name of the command that was
// selected after a space, or "".
func Message(err error) (text, command string) {
	text = err.Error()
	var argument *ArgumentError
	var parse *kong.ParseError
	switch {
	case errors.As(err, &argument):
		return text, spaced(argument.Command)
	case errors.As(err, &parse) && parse.Context.Selected() != nil:
		command = spaced(parse.Context.Selected().Name)
	}
	if m := unexpected.FindStringSubmatch(text); m != nil {
		what := "unexpected argument"
		if command == "" {
			what = "no command"
		}
		text = fmt.Sprintf("%s %q", what, m[1])
		if m[1] != "" {
			text += m[2]
		}
	}
	if m := expected.FindStringSubmatch(text); m != nil {
		text = "missing argument: " + strings.ToUpper(m[1]) + m[2]
	}
	text = duration.ReplaceAllString(text, "$1 is not a time such as 90s, 46m or 2h")
	return longFlag.ReplaceAllString(text, "$1-$2"), command
}

func spaced(command string) string {
	if command == "" {
		return ""
	}
	return " " + command
}
