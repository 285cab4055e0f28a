# A bare `make` prints the targets.
.DEFAULT_GOAL := help
.PHONY: help lossglass blas mnist spinglass index landscape anneal test verify cross slurm machines props fuzz soak storm proof mutants gomutants faults faults-sample findings profile pprof bench bench-peers bench-peers-matmul selftest record outputs reports readme generate check

lossglass = bin/lossglass

# Go stamps into a program the commit that it was built from. Where git cannot read the
# repository, as in a tree that somebody else owns, Go would refuse to build. Changes mark
# the commit as dirty, but a new file that is no source, as new.txt of
# `make bench > new.txt`, is no change; a new source is one, whatever the user's git is
# configured to show.
sources = '*.go' '*.s' '*.py' '*.html' '*.md' '*.mod' '*.sum'
git_config = -c core.excludesFile=/dev/null -c core.fsmonitor=false
ifneq (yes,$(shell git $(git_config) status --porcelain > /dev/null 2>&1 && git rev-parse HEAD > /dev/null 2>&1 && echo yes))
GOFLAGS := $(shell go env GOFLAGS)
ifeq (,$(findstring -buildvcs,$(GOFLAGS)))
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false)
endif
else
GIT_CONFIG_COUNT ?= 0
set_git_config = $(eval export GIT_CONFIG_KEY_$(GIT_CONFIG_COUNT) = $(1))$(eval export GIT_CONFIG_VALUE_$(GIT_CONFIG_COUNT) = $(2))$(eval export GIT_CONFIG_COUNT := $(shell expr $(GIT_CONFIG_COUNT) + 1))
new_sources := $(shell git $(git_config) ls-files --others --exclude-standard -- $(sources))
$(call set_git_config,core.excludesFile,/dev/null)
$(call set_git_config,core.fsmonitor,false)
$(call set_git_config,status.showUntrackedFiles,$(if $(new_sources),normal,no))
endif
# Unlike go build, go test stamps only where it is told to.
stamp_tests = $(if $(findstring -buildvcs,$(shell go env GOFLAGS) $(GOFLAGS)),,-buildvcs=true)

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lossglass: ## build the command into bin/
	@go build -o $(lossglass) ./benchmarks/lossglass

flags = # of the command, for mnist, spinglass, index, landscape, anneal and profile: make mnist flags='-sizes 25,50'
mnist: lossglass ## train the paper's networks, preset quick, and print the result table
	@$(lossglass) mnist -preset quick $(flags)

spinglass: lossglass ## minimise the energies of the paper's spin glasses from many random starts, preset quick, and print a table
	@$(lossglass) spinglass -preset quick $(flags)

index: lossglass ## count the negative eigenvalues of the Hessian of trained networks, preset quick, and print a table
	@$(lossglass) index -preset quick $(flags)

anneal: lossglass ## train small networks by stochastic gradient descent and by simulated annealing, preset quick, and print a table
	@$(lossglass) anneal -preset quick $(flags)

landscape: lossglass ## find all critical points of small spin glasses, preset quick, and print their numbers beside the exact means
	@$(lossglass) landscape -preset quick $(flags)

test: ## run all tests
	go test ./...

verify: lossglass ## compute committed results again with every instruction set of this CPU, about a minute on two cores: VERIFIED, or the first thing that differs
	@$(lossglass) verify

cross: ## run the numerics' tests emulated (amd64 without AVX and AVX-512, arm64, s390x, riscv64) and in other builds (386 among them)
	@.ci/cross

slurm: lossglass ## compute shards, and a shared directory, on a Slurm cluster of three nodes on this machine, of which two fail (installs slurm-wlm and munge, as root)
	@.ci/slurm $(lossglass)

machines: lossglass ## the program in an empty root directory, shards of an emulated arm64, hosts that share a directory: needs qemu-user-static
	@.ci/machines $(lossglass)

props = ./props/... ./simd/... ./core/...
checks = 2000
props: ## the laws on many more cases: make props checks=20000
	RAPID_CHECKS=$(checks) go test -count=1 -timeout 0 $(props)

fuzztime = 1m
fuzz: ## let the fuzzer choose the cases, for a minute each: make fuzz fuzztime=1h
	go test ./simd -run - -fuzz FuzzKernels -fuzztime $(fuzztime) -fuzzminimizetime 10x
	go test ./core/relunet -run - -fuzz FuzzNetworks -fuzztime $(fuzztime) -fuzzminimizetime 10x
	go test ./props/gemmtest -run - -fuzz FuzzMatmul -fuzztime $(fuzztime) -fuzzminimizetime 10x
	go test ./benchmarks/dataset -run - -fuzz FuzzReadIDX -fuzztime $(fuzztime) -fuzzminimizetime 10x
	go test ./benchmarks/experiment -run - -fuzz FuzzScanJournal -fuzztime $(fuzztime) -fuzzminimizetime 10x
	go test ./benchmarks/report -run - -fuzz FuzzReport -fuzztime $(fuzztime) -fuzzminimizetime 10x
	go test ./benchmarks/internal/printable -run - -fuzz FuzzText -fuzztime $(fuzztime) -fuzzminimizetime 10x

evidence = go run ./benchmarks/evidence
soakchecks = 20000
soak: ## exp and log at all 2^32 arguments, the error ledger (results/ledger), the laws on 20,000 cases (an hour or so)
	$(evidence) results/ledger/explog.md go test ./simd -count=1 -timeout 0 -v -run TestSoak -soak -ledger
	$(evidence) results/ledger/bounds.md go test ./props/check -count=1 -timeout 0 -v -run TestLedger -soak 100000 -ledger
	$(evidence) results/ledger/equilibrium.md go test ./core/spinglass -count=1 -timeout 0 -v -run TestEquilibrium -equilibrium 65536 -ledger
	$(evidence) results/ledger/units.md go test ./benchmarks/experiment/index -count=1 -timeout 0 -v -run TestUnitsOfNegativeEigenvalues -ledger
	RAPID_CHECKS=$(soakchecks) go test -count=1 -timeout 0 $(props)

proof: ## prove every kernel of every instruction set equal to its specification, for all data of 44,000 shapes: results/proof.md (two minutes)
	$(evidence) results/proof.md go test ./props/proof -count=1 -timeout 0 -v -run TestKernels -proof -ledger

mutation = results/local/mutants
mutants: ## change each instruction of the assembly, and see which changes no test notices: results/mutation.md (a quarter of an hour; continues where it was interrupted; commit first)
	@go build $(stamp_tests) -o bin/mutants ./benchmarks/mutants
	@bin/mutants -journal $(mutation) -share 1/2 & bin/mutants -journal $(mutation) -share 2/2 && wait $$!
	@bin/mutants -journal $(mutation) -native 200 -share 1/2 & bin/mutants -journal $(mutation) -native 200 -share 2/2 && wait $$!
	$(evidence) results/mutation.md bin/mutants -journal $(mutation) -report

gosample = 20
gomutation = results/local/gomutants
gomutants: ## change operators of the Go code, a sample of each of six packages of core and of the portable kernels, and see which changes no test notices: results/gomutation.md (an hour; continues where it was interrupted)
	@go build -o bin/gomutants ./benchmarks/gomutants
	@bin/gomutants -journal $(gomutation) -sample $(gosample)
	$(evidence) results/gomutation.md bin/gomutants -journal $(gomutation) -sample $(gosample) -report

faults: ## make each fault of props/fault in the source, as the compiler sees it: the laws and proofs named for it must fail (results/faults.md; minutes)
	$(evidence) results/faults.md go test ./props/fault -count=1 -timeout 0 -v -run TestFaults -faults -ledger

faults-sample: ## five of those faults, others each day: what .ci/run runs (a minute)
	go test ./props/fault -count=1 -run TestFaults -faults -sample 5 -turn $$(($$(date +%s) / 86400)) -timeout 0

findings: ## hold gonum's BLAS to the laws: what it breaks must be what is known (results/findings/gonum.md; minutes)
	$(evidence) results/findings/gonum.md go test ./props/gemmtest -count=1 -timeout 0 -v -run TestFindings -findings 300 -ledger

kills = 630
storm = TestStorm|TestFailingDisk|TestSmallDisk|TestMutations
storm: ## what is lost and what is silently accepted (results/durability.md): processes that are killed, disks that fail or are full, a thousand damages of every kind of file (half an hour on one CPU; continues where it was interrupted; commit first)
	$(evidence) results/durability.md go test ./benchmarks/experiment $(stamp_tests) -count=1 -timeout 0 -v -run '$(storm)' -storm $(kills) -rows ../../results/local/storm.jsonl -ledger

debian = /usr/lib/x86_64-linux-gnu
openblas = $(debian)/libopenblas.so.0
blascases = 200
bin/libxsmm.so: /usr/lib/libxsmm.a # Debian has it as a static library only; some calls it passes on to a BLAS
	@cc -shared -o $@ -Wl,--whole-archive $< -Wl,--no-whole-archive $(debian)/blas/libblas.so.3 -Wl,-rpath,$(debian)/blas -lpthread -ldl -lm -lrt

xsmm = $(if $(wildcard /usr/lib/libxsmm.a),bin/libxsmm.so)
blas: lossglass $(xsmm) ## hold the BLAS libraries of Debian that are installed, gonum's and ours to the laws (results/blas; as many cases on a busy machine, about 40 minutes on an idle one)
	@$(lossglass) blas -exit-zero -cases $(blascases) -budget 2h -out results/blas \
		$(if $(wildcard $(openblas)),$(openblas) $(foreach core,Haswell Sandybridge Nehalem,'OPENBLAS_CORETYPE=$(core) $(openblas)')) \
		$(wildcard $(debian)/libblis.so.4 $(debian)/atlas/libblas.so.3 $(debian)/blas/libblas.so.3 $(debian)/libdnnl.so.2) $(xsmm) \
		gonum lossglass > bin/blas.txt

count = 6
benchtime = 50ms
bench: ## measure for benchstat, to standard output: make bench count=6 > new.txt
	@echo "rounds: $(count), with benchtime=50ms some minutes each (count=N for another number); go test prints the time at the end; let nothing else run" >&2
	@go test ./benchmarks/bench $(stamp_tests) -run - -bench . -benchtime $(benchtime) -count $(count) -timeout 0

bench-peers: bench-peers-matmul ## beside other libraries, with nothing else running: matmul, and training; results/peers (many minutes)
	@go build -o bin/peers-training ./benchmarks/peers/training
	@bin/peers-training -out results/peers $(if $(LOSSGLASS_DATA),-data '$(LOSSGLASS_DATA)')

bench-peers-matmul: ## matmul alone: gonum and, with a C compiler, those of libopenblas-dev, libxsmm-dev, libdnnl-dev that are installed
	@benchmarks/peers/blas/build bin/blas
	@go build -o bin/peers-matmul ./benchmarks/peers/matmul
	@bin/peers-matmul -out results/peers

selftest: lossglass ## measure how often compare is wrong on this machine, with nothing else running (40 minutes each time, hours in all; continues where it ended): results/selftest
	@$(lossglass) compare -selftest results/selftest/$$($(lossglass) version | sed -n 's/^machine: //p')

profile: lossglass ## measure this CPU and what binds each kernel, with nothing else running: a page in results/local/profile (a minute or two)
	@$(lossglass) profile -out results/local/profile $(flags)

pprof: ## a CPU profile of the training loop, with the kernels by name; then go tool pprof -http : bin/training.test bin/training.pprof
	@mkdir -p bin
	@go test ./benchmarks/bench -run - -bench 'Train/n=100/.*/batch=100$$' -benchtime 3s -cpuprofile bin/training.pprof -o bin/training.test > bin/training.txt
	@go tool pprof -top -nodecount 20 bin/training.test bin/training.pprof

record: ## measure this commit and write it to results/FINGERPRINT/: benchmarks, quick preset
	@go run ./benchmarks/bench/record -count $(count) -benchtime $(benchtime)

outputs: lossglass ## run the README's commands again and keep what they print, in results/output
	$(evidence) -output results/output/mnist.txt make -s mnist
	$(evidence) -output results/output/verify.txt make -s verify
	$(evidence) -output results/output/audit.txt $(lossglass) audit results/paper/paper/n2-5-10 -packs 3 -seed 1
	$(evidence) -output results/output/audit-spinglass.txt $(lossglass) audit results/paper/side-by-side/n25-100 -packs 3 -seed 1
	$(evidence) -output results/output/kernel.txt go test ./simd -count=1 -v -run 'TestKernels/.*/Gemm32'
	$(evidence) -output results/output/profile.txt make -s profile
	$(evidence) -output results/output/pprof.txt make -s pprof
	$(evidence) -output results/output/hessian.txt go test ./benchmarks/bench -run - -bench 'Hessian|CountBelow' -benchtime 3x

reports: lossglass ## build the committed reports again from the committed runs, with the images of LOSSGLASS_DATA; then make readme
	@.ci/reports -write $(lossglass)

readme: ## write the tables of the Markdown pages from results/
	@go run ./benchmarks/splice

generate: ## write the assembly again from its generators, simd/_asm
	cd simd/_asm && go run .
	cd simd/emulate/internal/native && go run generate.go generate_arm64.go

check: ## formatting, go vet for amd64, arm64 and 386, staticcheck, and go.mod as go mod tidy writes it
	@test -z "$$(gofmt -l .)" || { gofmt -d .; exit 1; }
	GOARCH=amd64 go vet ./...
	GOARCH=arm64 go vet ./...
	GOARCH=386 go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	go mod tidy -diff
	cd simd/_asm && go mod tidy -diff && go vet ./...
	cd benchmarks/peers/blas && go mod tidy -diff
