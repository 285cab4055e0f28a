// Package conformance tests BLAS libraries against the laws of package props/blas and reports
// which hold: as a table, as a report with a C program for each counterexample, and, for
// several libraries, as one table of all of them.
//
// Start with [Examine]. The package does not measure speed, and a law that nobody promises
// is reported as a property of the library, not as a fault.
package conformance
