//go:build !unix

package experiment_test

func limitFiles() {}
