module github.com/lossglass/lossglass/benchmarks/peers/blas

go 1.26.0

require github.com/lossglass/lossglass v0.0.0

replace github.com/lossglass/lossglass => ../../..
